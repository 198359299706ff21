"""The audit itself, a pure function of the policy, the text, the fingerprints kept, and the cases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from policylang.audit.hanging import Index, Path, canonical_path, inside
from policylang.audit.report import Audit, Change, Clause

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylang.cases.files import Case
    from policylang.measure.citation import Citation
    from policylang.measure.fingerprint import Fingerprints
    from policylang.measure.official import OfficialText
    from policylang.semantics import ir

_MARKED = frozenset({"declaratory", "procedure", "judged", "external", "duty_only"})
_SENTENCE = re.compile("[。；;！？!?]")


def audit(
    policy: ir.Policy,
    text: OfficialText | None,
    kept: Fingerprints | None,
    cases: Iterable[Case] = (),
    against: OfficialText | None = None,
) -> Audit:
    """Hold the ledger of a policy against the official text.

    A clause of the text is accounted for by an entry or a statement of its own, or by a marked entry (宣示, 程序, 评判,
    外部, 职责) above it that has no entries inside. A bare heading accounts for a clause that only introduces the entries
    under it (a heading, a colon), not for a sentence. Changes are told from the fingerprints that were kept, or from an
    earlier text where one is given.
    """
    index = Index(policy, cases)
    if text is None:
        told = tuple(Clause(e.clause, e.kind, e.gist, notes=e.notes) for e in policy.ledger)
        return Audit(policy, compared=False, kept=kept is not None, clauses=told, changes=())
    old = against.fingerprints(policy.id) if against is not None else kept
    changes = tuple(_changes(old, text, against, index, policy)) if old is not None else ()
    clauses = tuple(_clauses(policy, text, index))
    return Audit(policy, compared=True, kept=kept is not None, clauses=clauses, changes=changes, title=text.title)


def _clauses(policy: ir.Policy, text: OfficialText, index: Index) -> Iterator[Clause]:
    """The clauses of the text in order; entries for clauses that are not there stand after the clause before them."""
    entries = {canonical_path(e.clause): e for e in policy.ledger}
    printed = {canonical_path(c): c for c in text.clauses}
    stated = index.paths()
    strays = _strays(policy, text, printed)
    yield from (_stray(e) for e in strays.pop(None, ()))
    for path, clause in printed.items():
        entry = entries.get(path)
        words = text.words(clause)
        above = _marked_above(path, entries)
        if entry is not None:
            bare = entry.kind == "heading" and _leaves_open(path, words, entries, printed)
            yield Clause(clause, None if bare else entry.kind, entry.gist, words, entry.notes)
        elif path in stated:
            yield Clause(clause, "encoded", "", words)
        elif above is not None:
            yield Clause(clause, above.kind, "", words, by=above.clause)
        elif not _is_frame(path, printed):
            yield Clause(clause, None, "", words)
        yield from (_stray(e) for e in strays.pop(path, ()))


def _leaves_open(path: Path, words: str, entries: dict[Path, ir.Entry], printed: dict[Path, Citation]) -> bool:
    """A heading has no entries under it; or it has, for other clauses, while the clause itself says a sentence."""
    under = [other for other in entries if other != path and inside(other, path)]
    return not under or (_SENTENCE.match(words[-1:]) is not None and all(other in printed for other in under))


def _stray(entry: ir.Entry) -> Clause:
    return Clause(entry.clause, entry.kind, entry.gist, notes=entry.notes, invented=True)


def _strays(
    policy: ir.Policy, text: OfficialText, printed: dict[Path, Citation]
) -> dict[Path | None, list[ir.Entry]]:
    """Entries that the text does not have, by the clause of the text that they follow in the ledger."""
    found: dict[Path | None, list[ir.Entry]] = {}
    ends = {path[0]: path for path in printed}
    last: Path | None = None
    for entry in policy.ledger:
        path = canonical_path(entry.clause)
        if path in printed:
            last = path
        elif not _is_sentence(path, text, printed):
            after = last if last is None or path[0] == last[0] else ends[last[0]]
            found.setdefault(after, []).append(entry)
    return found


def _is_sentence(path: Path, text: OfficialText, printed: dict[Path, Citation]) -> bool:
    """第二条② is the second sentence of an article that has no paragraphs ① and ② of its own."""
    above = printed.get(path[:-1])
    if above is None or not path[-1].startswith("圈"):
        return False
    if any(other[:-1] == path[:-1] and other[-1].startswith("圈") for other in printed):
        return False
    return int(path[-1][1:]) <= len(_SENTENCE.findall(text.words(above)))


def _marked_above(path: Path, entries: dict[Path, ir.Entry]) -> ir.Entry | None:
    """The marked entry that accounts for all that is inside it: it has no entries of its own inside."""
    for length in range(len(path) - 1, -1, -1):
        whole = path[:length] if length else ("附件",) if path[0].startswith("附件") else ()
        entry = entries.get(whole) if whole != path else None
        if entry is not None:
            alone = not any(other != whole and inside(other, whole) for other in entries)
            return entry if entry.kind in _MARKED and alone else None
    return None


def _is_frame(path: Path, printed: dict[Path, Citation]) -> bool:
    """What need not have an entry: the title, the covering notice, and the heading of an annex that has parts."""
    if path[0] in {"标题", "印发通知"}:
        return True
    parts = (other for other in printed if other != path and inside(other, path))
    return len(path) == 1 and path[0].startswith("附件") and path == ("附件",) and any(parts)


def _changes(
    old: Fingerprints, text: OfficialText, against: OfficialText | None, index: Index, policy: ir.Policy
) -> Iterator[Change]:
    """What does not say what it said, in the order of the text; what is gone stands last."""
    entries = {canonical_path(e.clause) for e in policy.ledger}
    before = {canonical_path(c): (c, digest) for c, digest in old.digests}
    after = {canonical_path(c): (c, text.fingerprint(c)) for c in text.clauses}
    differ = [path for path, (_, digest) in after.items() if before.get(path, (None, None))[1] != digest]
    gone = [path for path, (_, digest) in before.items() if after.get(path, (None, None))[1] != digest]
    moved = _moved({p: before[p][1] for p in gone}, {p: after[p][1] for p in differ})
    came_from = set(moved.values())

    def was(path: Path) -> str | None:
        return against.words(before[path][0]) if against is not None else None

    for path in differ:
        clause = after[path][0]
        words = text.words(clause)
        if path in moved:
            if moved.get(path[:-1]) != moved[path][:-1]:  # else it moved with the clause it stands in
                source = before[moved[path]][0]
                parts = sum(inside(other, path) and inside(moved[other], moved[path]) for other in moved) - 1
                yield Change("moved", source, words, was(moved[path]), clause, index.at(source), parts)
        elif path in before and path not in came_from:
            yield Change("changed", clause, words, was(path), None, index.at(clause))
        elif against is None and path in entries and path not in before:
            yield Change("unkept", clause, words, None, None, index.at(clause))
        else:
            yield Change("added", clause, words, None, None, ())
    for path in gone:
        if path not in after and path not in came_from:
            clause = before[path][0]
            yield Change("removed", clause, "", was(path), None, index.at(clause))


def _moved(gone: dict[Path, str], differ: dict[Path, str]) -> dict[Path, Path]:
    """Which clause has the words that stood under another number: only where both are unique."""
    old, new = _unique(gone), _unique(differ)
    return {new[digest]: old[digest] for digest in new if digest in old}


def _unique(digests: dict[Path, str]) -> dict[str, Path]:
    found: dict[str, list[Path]] = {}
    for path, digest in digests.items():
        found.setdefault(digest, []).append(path)
    return {digest: paths[0] for digest, paths in found.items() if len(paths) == 1}
