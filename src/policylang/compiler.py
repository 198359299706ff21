"""The whole front end on one page: text to surface tree to typed core, with every fault on the way."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policylang.semantics.resolve import resolve
from policylang.source.diagnostic import Diagnostic, has_errors, in_order
from policylang.source.text import SourceText, decode
from policylang.syntax.parser import Parsed, parse

if TYPE_CHECKING:
    from policylang.semantics import ir


@dataclass(frozen=True, slots=True)
class Compiled:
    """What became of a policy file: its core if it has no errors, and all that was found on the way.

    ``digest`` is the SHA-256 of the bytes, in hex.
    """

    source: SourceText
    parsed: Parsed | None
    policy: ir.Policy | None
    diagnostics: tuple[Diagnostic, ...]
    digest: str


def compile_policy(data: bytes, name: str) -> Compiled:
    """Compile the bytes of a policy file. Never raises for a fault of the file."""
    digest = hashlib.sha256(data).hexdigest()
    source, diagnostics = decode(data, name)
    if source is None:
        return Compiled(SourceText(name, ""), None, None, diagnostics, digest)
    parsed = parse(source)
    found = (*diagnostics, *parsed.diagnostics)
    policy, more = resolve(parsed.policy)
    if has_errors(parsed.diagnostics):
        # What a faulty statement would have declared is missing: only faults that cannot follow from that are told.
        more = tuple(d for d in more if d.code not in _CASCADING)
    found = (*found, *more)
    return Compiled(source, parsed, None if has_errors(found) else policy, in_order(found), digest)


_CASCADING = frozenset(
    {"unknown-name", "outcome-without-rules", "clause-not-accounted", "missing-head", "unknown-clause"}
)
