"""Rules that contradict each other (filled in below)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policylang.semantics import ir
    from policylang.source.diagnostic import Diagnostic


def overlaps(policy: ir.Policy) -> list[Diagnostic]:
    return []
