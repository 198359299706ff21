"""The whole front end on one page: text to surface tree to typed core, with every fault on the way.

A core is kept for the next command (``policylang.cache``), which then loads neither the parser nor the checks.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, cast

from policylang import cache
from policylang.source.diagnostic import Diagnostic, has_errors, in_order
from policylang.source.text import SourceText, decode
from policylang.syntax.keywords import grammar_text

if TYPE_CHECKING:
    from policylang.semantics import ir


@dataclass(frozen=True, slots=True)
class Compiled:
    """What became of a policy file: its core if it has no errors, and all that was found on the way.

    ``digest`` is the SHA-256 of the bytes, in hex.
    """

    source: SourceText
    policy: ir.Policy | None
    diagnostics: tuple[Diagnostic, ...]
    digest: str


def compile_policy(data: bytes, name: str) -> Compiled:
    """Compile the bytes of a policy file. Never raises for a fault of the file."""
    from policylang.semantics.resolve import resolve
    from policylang.syntax.parser import parse

    digest = hashlib.sha256(data).hexdigest()
    source, diagnostics = decode(data, name)
    if source is None:
        return Compiled(SourceText(name, ""), None, diagnostics, digest)
    parsed = parse(source)
    found = (*diagnostics, *parsed.diagnostics)
    policy, more = resolve(parsed.policy)
    if has_errors(parsed.diagnostics):
        more = tuple(d for d in more if not _follows(d, parsed.diagnostics, source))
    found = (*found, *more)
    return Compiled(source, None if has_errors(found) else policy, in_order(found), digest)


def compile_once(data: bytes, name: str) -> Compiled:
    """What ``compile_policy`` gives, kept from the last time where the same bytes have compiled before."""
    source, _ = decode(data, name)
    if source is None or _MADE_BY is None:
        return compile_policy(data, name)
    key = cache.key(_MADE_BY, data)
    kept = cache.kept(key)
    if kept is not None:
        policy, diagnostics = cast("tuple[ir.Policy, tuple[Diagnostic, ...]]", kept)
        return Compiled(source, policy, diagnostics, hashlib.sha256(data).hexdigest())
    compiled = compile_policy(data, name)
    if compiled.policy is not None and _front_end() == _MADE_BY:
        cache.keep(key, (compiled.policy, compiled.diagnostics))
    return compiled


def _front_end() -> str | None:
    """The digest of all that decides what a policy file becomes: this page, the layers under it, the grammar and lark.

    None where they cannot be read, as in an archive.
    """
    files = [Path(__file__)]
    for layer in ("source", "measure", "syntax", "semantics"):
        for folder, _, names in sorted(os.walk(Path(__file__).parent / layer)):
            if not folder.endswith("__pycache__"):
                files += [Path(folder, name) for name in sorted(names) if name.endswith((".py", ".pyc"))]
    lark = PathFinder.find_spec("lark")
    files += [Path(lark.origin)] if lark is not None and lark.origin is not None else []
    try:
        return cache.key(grammar_text(), *(file.read_bytes() for file in files))
    except OSError:
        return None


#: Taken before the layers are loaded, and again before a core is kept: were one edited in between, nothing is kept.
_MADE_BY = _front_end()


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
