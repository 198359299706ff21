"""What rests on a clause: everything in a policy that cites it, and the cases whose expectations do."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policylang.audit.report import Hanging
from policylang.explain.wording import Wording
from policylang.measure.citation import Citation
from policylang.semantics import ir
from policylang.semantics.types import Option
from policylang.semantics.walk import duty_parts, everything, outcome_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from policylang.cases.files import Case

Path = tuple[str, ...]


def canonical_path(clause: Citation) -> Path:
    """The path of a clause; its first paragraph is the clause itself."""
    return tuple(step for step in clause.path if step != "款1")


def inside(path: Path, whole: Path) -> bool:
    """A clause is, or stands in, another; 附件一 stands in 附件."""
    return path[: len(whole)] == whole or (whole == ("附件",) and path[:1] != whole and path[0].startswith("附件"))


class Index:
    """Everything that cites a clause, by the clause."""

    def __init__(self, policy: ir.Policy, cases: Iterable[Case] = ()) -> None:
        self.cited = [(canonical_path(clause), hanging) for clause, hanging in _citing(policy)]
        self.cases = [
            (canonical_path(clause), Hanging("case", case.name, case.id))
            for case in cases
            for clause in cited_by(case)
        ]

    def at(self, clause: Citation) -> tuple[Hanging, ...]:
        """What rests on a clause or on a part of it; where nothing does, what rests on the clause it is a part of.

        Cases are found both ways: one that cites an article may rest on any part of it.
        """
        path = canonical_path(clause)
        found = [h for cited, h in self.cited if inside(cited, path)]
        whole = path
        while not found and len(whole) > 1:
            whole = whole[:-1]
            found = [h for cited, h in self.cited if cited == whole]
        found += [h for cited, h in self.cases if inside(cited, path) or inside(path, cited)]
        return tuple(_together(found))

    def paths(self) -> set[Path]:
        """Every clause that a rule, a limb or another statement stands under."""
        return {cited for cited, _ in self.cited}


def _together(found: list[Hanging]) -> Iterator[Hanging]:
    """Each thing once; the rules of one outcome are one thing with several values."""
    details: dict[Hanging, dict[str, None]] = {}
    for hanging in found:
        details.setdefault(replace(hanging, details=()), {}).update(dict.fromkeys(hanging.details))
    yield from (replace(hanging, details=tuple(values)) for hanging, values in details.items())


def _citing(policy: ir.Policy) -> Iterator[tuple[Citation, Hanging]]:
    wording = Wording(policy, "zh")
    for outcome in policy.outcomes:
        for rule in outcome.rules:
            told = rule.value.name if isinstance(rule.value, Option) else _amount(wording, rule)
            yield rule.clause, Hanging("rule", outcome.name, outcome.id, (told,))
        for requirement in outcome.requirements:
            yield requirement.clause, Hanging("requirement", outcome.name, outcome.id)
        if outcome.assessed_at is not None:
            yield outcome.assessed_at, Hanging("assessed", outcome.name, outcome.id)
        for expr in outcome_parts(outcome):
            for clause in _limbs(expr):
                yield clause, Hanging("rule", outcome.name, outcome.id)
    for definition in policy.definitions:
        whole = Hanging("definition", definition.name, definition.id)
        yield from ((clause, whole) for clause in (definition.clause, *_limbs(definition.body)))
    for duty in policy.duties:
        whole = Hanging("duty", duty.name, duty.id)
        yield from ((clause, whole) for clause in (duty.clause, *(c for e in duty_parts(duty) for c in _limbs(e))))
    for notice in policy.warnings:
        yield notice.clause, Hanging("warning", notice.name, notice.id)
    for reading in policy.readings:
        yield reading.clause, Hanging("reading", reading.name, reading.id)
    for quota in policy.quotas:
        yield quota.clause, Hanging("quota", quota.name, quota.id)


def _limbs(expr: ir.Expr) -> Iterator[Citation]:
    """The labelled parts of a condition."""
    for part in everything(expr):
        if isinstance(part, ir.Logic):
            yield from (limb.clause for limb in part.limbs if limb.clause is not None)


def _amount(wording: Wording, rule: ir.Rule) -> str:
    """An amount as the policy writes it."""
    match rule.value:
        case ir.Exact(amount):
            return wording.term(amount)
        case ir.Cap(amount):
            return f"不超过{wording.term(amount)}"
        case ir.Range(low, high):
            return f"{wording.term(low)}至{wording.term(high)}"
        case ir.Unstated(document):
            return f"依{document}" if document else "金额另定"
        case _:
            return "未规定"


def cited_by(case: Case) -> Iterator[Citation]:
    """The clauses that the expectations of a case cite."""
    yield from _cited([case.expect, *(a.expect for a in case.alternatives)])


def _cited(tree: object) -> Iterator[Citation]:
    if isinstance(tree, list):
        for item in tree:
            yield from _cited(item)
    elif isinstance(tree, dict):
        for key, value in tree.items():
            if key != "clause":
                yield from _cited(value)
                continue
            for text in value if isinstance(value, list) else [value]:
                clause = Citation.parse(text) if isinstance(text, str) else None
                if clause is not None:
                    yield clause
