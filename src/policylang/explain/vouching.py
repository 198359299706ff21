"""Who vouches for the facts behind a test: whom the policy names, and what the evidence in the facts file says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.explain.wording import day
from policylang.semantics import ir
from policylang.semantics.walk import parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from policylang.facts.model import Attestation

_VOUCHED = {
    "counted": ("核定", "counted by {}"), "judged": ("评判", "judged by {}"), "found": ("认定", "found by {}"),
    "decided": ("决定", "decided by {}"), "declared": ("填报", "declared by {}"),
}  # fmt: skip


class Vouching:
    """The words for sources and attestations in one language."""

    def __init__(self, attestations: Mapping[str, Attestation], lang: str) -> None:
        self._attestations = attestations
        self._zh = lang == "zh"
        self._lang = "zh" if self._zh else "en"

    def named(self, source: ir.Source) -> str:
        """Whom or what the policy names: 市科技局核定, 凭合作协议, 见《…》."""
        match source.kind:
            case "documented":
                return self._say(f"凭{source.document}", f"evidenced by {source.document}")
            case "external":
                return self._say(f"见{source.document}", f"see {source.document}")
            case "unstated":
                return ""
            case kind:
                zh, en = _VOUCHED[kind]
                return self._say(f"{'、'.join(source.bodies)}{zh}", en.format(", ".join(source.bodies)))

    def attested(self, source: ir.Source, one: Attestation) -> str:
        """What the evidence says: 市科技局2025年1月8日核定，柳科〔2025〕3号，存附件3."""
        named = self.named(source)
        on = "" if one.on is None else day(one.on, self._lang)
        if source.kind in _VOUCHED and source.kind != "declared" and one.by in (None, *source.bodies):
            zh, en = _VOUCHED[source.kind]
            by = (one.by,) if one.by else source.bodies
            told = [self._say(f"{'、'.join(by)}{on}{zh}", f"{en.format(', '.join(by))}{on and f' on {on}'}")]
        else:
            body = f" by {one.by}" if one.by else ""
            verified = self._say(f"{one.by or ''}{on}核实", f"verified{body}{on and f' on {on}'}")
            told = [named, verified if one.by or on else ""]
        if one.document is not None:
            told.append(one.document)
        if one.kept is not None:
            told.append(self._say(f"存{one.kept.removeprefix('存')}", f"kept in {one.kept}"))
        return self._say("，", ", ").join(text for text in told if text)

    def of(self, *paths: str) -> Attestation | None:
        """The attestation under the first of these paths that has one."""
        return next((self._attestations[path] for path in paths if path in self._attestations), None)

    def of_records(self, records: str) -> list[Attestation]:
        """The attestation of a list, or those of its items and their fields, each once."""
        whole = self._attestations.get(records)
        if whole is not None:
            return [whole]
        return list(dict.fromkeys(one for path, one in self._attestations.items() if path.startswith(f"{records}[")))

    def _say(self, zh: str, en: str) -> str:
        return zh if self._zh else en


def looked_at(expr: ir.Expr, year: int, assessed: int) -> Iterator[tuple[ir.Expr, int]]:
    """``expr`` and the expressions inside it, each with the year it is looked at in.

    A list is looked at as a whole, and so is a value with a substitute.
    """
    yield expr, year
    if isinstance(expr, (ir.Aggregate, ir.FirstKnown)):
        return
    inner = year
    if isinstance(expr, ir.InYear):
        inner = year - 1 if expr.kind == "last_year" else assessed
    for part in parts(expr):
        yield from looked_at(part, inner, assessed)
