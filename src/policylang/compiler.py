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
        more = tuple(d for d in more if not _follows(d, parsed.diagnostics, source))
    found = (*found, *more)
    return Compiled(source, parsed, None if has_errors(found) else policy, in_order(found), digest)


def _follows(diagnostic: Diagnostic, faults: tuple[Diagnostic, ...], source: SourceText) -> bool:
    """Whether a finding may only follow from a statement that could not be read and was left out."""
    if diagnostic.code != "unknown-name" or diagnostic.primary is None:
        return diagnostic.code in _CASCADING
    name = source.slice(diagnostic.primary.span)
    places = [source.position(f.primary.span.start).line for f in faults if f.primary is not None]
    return any(name in source.line(place) for place in places)


_CASCADING = frozenset(
    {"outcome-without-rules", "clause-not-accounted", "missing-head", "unknown-clause"}
)
