"""Puts measures side by side: the rules of each in every dimension, and, with a profile, what each decides for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from policylang.comparison.model import Cell, Column, Comparison, Row
from policylang.comparison.results import Results
from policylang.comparison.rules import NOTHING, Rules, Told, joined
from policylang.facts.model import Facts
from policylang.runtime.interpreter import evaluate
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from policylang.facts.profile_file import Handed, Profile
    from policylang.facts.vocabulary import Dimension, Vocabulary, Written
    from policylang.runtime.outcome import Outcome
    from policylang.semantics import ir
    from policylang.semantics.calendar import Calendar

_SILENT = Cell("silent", (Message("没有规定", "silent"),))
_UNLISTED = Cell("unlisted", (Message("词表里没有这份办法", "not in the vocabulary"),))


def columns(
    vocabulary: Vocabulary, policies: Sequence[tuple[ir.Policy, str]]
) -> tuple[Column, ...]:
    """The measures with their short names and digests; one that the vocabulary lacks goes by its region or its id."""
    found = []
    for policy, digest in policies:
        head = dict(policy.head)
        name = vocabulary.measures.get(policy.id, Message(head.get("region", policy.id), policy.id))
        found.append(Column(policy.id, name, head.get("standing", ""), policy, digest))
    return tuple(found)


def chosen(vocabulary: Vocabulary, dimensions: Collection[str]) -> Vocabulary:
    """The vocabulary with these dimensions alone, by id or name; with all of them where none is named."""
    if not dimensions:
        return vocabulary
    kept = tuple(d for d in vocabulary.dimensions if {d.id, d.name.zh, d.name.en} & set(dimensions))
    return replace(vocabulary, dimensions=kept)


def compare(
    vocabulary: Vocabulary, across: tuple[Column, ...], whole: Vocabulary | None = None,
) -> Comparison:  # fmt: skip
    """What the measures lay down, dimension by dimension.

    ``whole``: the vocabulary with all its dimensions, where ``vocabulary`` has been cut to some.
    """
    known = whole or vocabulary
    makers = [_Maker(column.policy, known) for column in across]
    rows = [
        _row(d, across, tuple(maker.rule_cell(d) for maker in makers)) for d in vocabulary.dimensions
    ]
    return Comparison(across, vocabulary.groups, tuple(rows))


def decide(
    comparison: Comparison, vocabulary: Vocabulary, profile: Profile, as_of: date, year: int,
    readings: dict[str, str], calendar: Calendar, whole: Vocabulary | None = None,
) -> tuple[Comparison, tuple[Outcome, ...]]:  # fmt: skip
    """The comparison with what each measure decides for the profile, and the outcomes it was made of.

    How the facts were taken is told where all dimensions are asked for.
    Where facts contradict each other the outcome says so, and nothing is decided by that measure.
    """
    across = comparison.columns
    outcomes = tuple(
        evaluate(c.policy, profile.facts[c.id], as_of, year, own_readings(c.policy, readings), calendar)
        for c in across
    )
    makers = [_Maker(column.policy, whole or vocabulary) for column in across]
    told = [Results(outcome, profile.withheld[c.id]) for c, outcome in zip(across, outcomes, strict=True)]
    rows = []
    for dimension, rules in zip(vocabulary.dimensions, comparison.rules, strict=True):
        cells = [
            maker.result_cell(dimension, results, rule, own_readings(results.outcome.policy, readings))
            for maker, results, rule in zip(makers, told, rules.cells, strict=True)
        ]
        if any(cell is not None and (cell.findings or dimension.shows == "readings") for cell in cells):
            shown = tuple(_of_the_text(rule) if cell is None else cell for cell, rule in zip(cells, rules.cells, strict=True))
            rows.append(_row(dimension, across, shown))
    facts = tuple(
        Row(
            given.fact.id, "facts", Message(f"{given.fact.name.zh}：{given.value}", f"{given.fact.name.en}: {given.value}"),
            tuple(_handed(c.policy, given.handed[c.id], listed=c.id in vocabulary.measures) for c in across),
        )
        for given in (profile.given if whole is None or whole.dimensions == vocabulary.dimensions else ())
    )  # fmt: skip
    found = replace(
        comparison, results=tuple(rows), facts=facts, profile=profile.name, as_of=as_of, year=year,
        force=tuple(results.force() for results in told),
    )  # fmt: skip
    return found, outcomes


def drawn(
    comparison: Comparison, vocabulary: Vocabulary, profile: Profile | None, readings: dict[str, str]
) -> Comparison:
    """The comparison with what its pictures show: the days in force, and money by number of recruits."""
    from policylang.comparison.stairs import own, standard  # noqa: PLC0415 - only for pictures
    from policylang.comparison.timeline import spans  # noqa: PLC0415

    across = comparison.columns
    facts = {c.id: profile.facts[c.id] if profile else Facts({}) for c in across}
    drawn_ = [(c, vocabulary.steps[c.id]) for c in across if c.id in vocabulary.steps]
    own_: tuple[object, ...] = ()
    if profile is not None and comparison.as_of is not None and comparison.year is not None:
        own_ = tuple(
            own(c, s, facts[c.id], comparison.as_of, comparison.year, own_readings(c.policy, readings))
            for c, s in drawn_
        )
    return replace(
        comparison,
        spans=tuple(spans(c.policy, facts[c.id], own_readings(c.policy, readings)) for c in across),
        stairs=tuple(standard(c, s) for c, s in drawn_),
        own_stairs=own_,  # type: ignore[arg-type]
    )


def own_readings(policy: ir.Policy, readings: Mapping[str, str]) -> dict[str, str]:
    """Those of the readings chosen that are of this policy."""
    ids = {r.id for r in policy.readings}
    return {reading: option for reading, option in readings.items() if reading in ids}


def _of_the_text(rule: Cell) -> Cell:
    """What is laid down, among results: said to be the text, since nothing is decided."""
    if rule.kind != "value":
        return rule
    first, *rest = rule.lines
    return replace(rule, lines=(Message(f"条文：{first.zh}", f"the text: {first.en}"), *rest))


class _Maker:
    """Makes the cells of one measure."""

    def __init__(self, policy: ir.Policy, vocabulary: Vocabulary) -> None:
        self.policy = policy
        self.rules = Rules(policy)
        self.listed = policy.id in vocabulary.measures
        named = {r for d in vocabulary.dimensions if policy.id in d.cells for r in d.cells[policy.id].results}
        self.rest: dict[str, list[str]] = {}
        kinds: list[tuple[str, str]] = [(o.kind, o.id) for o in policy.outcomes]
        kinds += [("duty", d.id) for d in policy.duties] + [("quota", q.id) for q in policy.quotas]
        for kind, name in dict.fromkeys(kinds):
            if name not in named:
                self.rest.setdefault(kind, []).append(name)

    def written(self, dimension: Dimension) -> Written | None:
        return dimension.cells.get(self.policy.id)

    def names(self, dimension: Dimension) -> list[str]:
        """The results that a dimension tells of this measure, with those that no dimension names."""
        written = self.written(dimension)
        return [*(written.results if written else ()), *self.rest.get(dimension.takes or "", ())]

    def rule_cell(self, dimension: Dimension) -> Cell:
        """What is laid down: what the rules hold first, then what they do not."""
        written = self.written(dimension)
        gist = written.gist if written else None
        names = [] if self.told_by_the_grade(dimension) else self.names(dimension)
        names = [n for n in names if gist is None or not self.rules.is_summed_up(n)]
        lines = [line for name in names for line in self.rules.part(name)]
        if lines and gist is None and all(line.text == NOTHING for line in lines):
            return _SILENT
        shown = self.shown(dimension)
        if len(lines) == 1 and not shown:
            text = lines[0].text
            if gist is not None:  # a supplement to the one line there is
                text, gist = Message(f"{text.zh}；{gist.zh}", f"{text.en}; {gist.en}"), None
            lines = [Told(text, lines[0].clauses)]  # the row has its name already
        lines = [*shown, *lines]
        if written is not None:
            lines += [Told(self.rules.options(fact), ()) for fact in written.facts]
        lines += [Told(gist, ())] if gist else []
        if not lines:
            return _SILENT if self.listed or dimension.shows or dimension.takes else _UNLISTED
        clauses = tuple(dict.fromkeys((*joined(lines), *(written.clauses if written else ()))))
        return Cell("value", tuple(line.line() for line in lines), clauses)

    def result_cell(
        self, dimension: Dimension, results: Results, rule: Cell, readings: dict[str, str]
    ) -> Cell | None:
        """What is decided; None where the measure decides nothing here."""
        if dimension.shows == "readings":
            return self.readings(readings)
        names = self.names(dimension)
        if dimension.shows == "validity":
            names = [o.id for o in self.policy.outcomes if o.kind == "in_force"]
        found = results.cell(names) if names else None
        if found is not None and all(f.status == "not_due" and self.rules.is_silent(f.id) for f in found.findings):
            silent = [line.text for name in names for line in self.rules.part(name)] if found.findings else ()
            return replace(found, lines=tuple(dict.fromkeys(silent)) or found.lines)  # not “nothing to be repaid”
        return found if found is not None else rule if rule.kind == "silent" else None

    def told_by_the_grade(self, dimension: Dimension) -> bool:
        """Whether how often and by whom is assessed is what the grade says; a duty to assess adds nothing."""
        grades = (o for o in self.policy.outcomes if o.kind == "grade")
        return dimension.shows == "assessor" and any(o.assessed_by for o in grades)

    def shown(self, dimension: Dimension) -> list[Told]:
        """The lines that are taken from the policy itself."""
        match dimension.shows:
            case "validity":
                return self.validity()
            case "assessor":
                return self.assessors()
            case "readings":
                return list(self.all_readings({}))
            case "payment" | "source" | "exclusive" as what:
                return self.terms(what)
            case None:
                return []

    def assessors(self) -> list[Told]:
        """Who assesses; grades are of a year."""
        found = []
        for outcome in self.policy.outcomes:
            if outcome.kind == "grade" and outcome.assessed_by:
                zh, en = "、".join(outcome.assessed_by), ", ".join(outcome.assessed_by)
                text = Message(f"每年一次，由{zh}", f"every year, by {en}")
                found.append(Told(text, self.rules.assessed_at(outcome)))
        return found

    def validity(self) -> list[Told]:
        """The days on which the measure is in force, found by asking it."""
        from policylang.comparison.timeline import spans, told  # noqa: PLC0415 - for one row

        found = spans(self.policy, Facts({}), {})
        told_ = [span for span in found if span.state != "other"] or list(found)
        clauses = tuple(
            dict.fromkeys(r.clause for o in self.policy.outcomes if o.kind == "in_force" for r in o.rules)
        )
        return [Told(told(span), clauses) for span in told_]

    def terms(self, what: str) -> list[Told]:
        """What money lines say besides their amount, lines of which the same is said together."""
        found: dict[Message, list[ir.Outcome]] = {}
        for outcome in self.policy.outcomes:
            text = _term(outcome.terms, what)
            if text is not None:
                found.setdefault(text, []).append(outcome)
        return [
            Told(text, (), Message("、".join(o.name for o in lines), ", ".join(o.id for o in lines)))
            for text, lines in found.items()
        ]

    def all_readings(self, readings: Mapping[str, str]) -> list[Told]:
        return [self.rules.reading(reading, readings.get(reading.id)) for reading in self.policy.readings]

    def readings(self, readings: Mapping[str, str]) -> Cell:
        """How the ambiguities were read: how many as adopted, and which otherwise."""
        other = [r for r in self.policy.readings if readings.get(r.id, r.adopted) != r.adopted]
        lines = [self.rules.reading(r, readings[r.id]) for r in other]
        same = len(self.policy.readings) - len(other)
        head = Message(f"{same}处按办法采用的读法", f"{same} as adopted") if same else None
        told = (*([head] if head else []), *(Message(f"另读 {x.line().zh}", f"otherwise {x.line().en}") for x in lines))
        return Cell("value" if told else "silent", told or _SILENT.lines, joined(lines))


def _term(terms: ir.Terms, what: str) -> Message | None:
    match what:
        case "source":
            return None if terms.paid_from is None else Message(terms.paid_from, terms.paid_from)
        case "exclusive":
            names = "、".join(terms.not_with)
            return Message(f"不与{names}重复", f"not together with {names}") if names else None
        case _:
            by = "、".join(terms.paid_by)
            zh = ("当年申报，次年拨付" if terms.paid_next_year else "") + ("，" if terms.paid_next_year and by else "")
            zh += f"由{by}拨付" if by else ""
            en = ("paid in the next year" if terms.paid_next_year else "") + (f" by {by}" if by else "")
            return Message(zh, en.strip()) if zh else None


def _row(dimension: Dimension, across: tuple[Column, ...], cells: tuple[Cell, ...]) -> Row:
    """The row, each cell saying which others it may not be compared with."""
    shown = {c.id for c, cell in zip(across, cells, strict=True) if cell.kind not in {"silent", "unlisted"}}
    left = (caution.within(shown) for caution in dimension.cautions)
    kept = tuple(caution for caution in left if caution is not None)
    marked = []
    for column, cell in zip(across, cells, strict=True):
        apart = {m for caution in kept for m in caution.apart(column.id)}
        marked.append(replace(cell, apart=tuple(c.id for c in across if c.id in apart)))
    return Row(dimension.id, dimension.group, dimension.name, tuple(marked), kept)


def _handed(policy: ir.Policy, handed: Handed, *, listed: bool) -> Cell:
    """What became of a common fact at one measure."""
    name = next((f.name for f in policy.facts if f.id == handed.fact), handed.fact or "")
    note = handed.note or Message("", "")
    match handed.way:
        case "same":
            return Cell("value", (Message(f"用作“{name}”", f"taken as {handed.fact}"),))
        case "but":
            return Cell("value", (Message(f"用作“{name}”；注意：{note.zh}", f"taken as {handed.fact}; but {note.en}"),))
        case "own":
            return Cell("value", (Message(f"另填了“{name}”", f"{handed.fact} is given apart"),))
        case "differs" | "no_word":
            return Cell("not_comparable", (Message(f"不可比：{note.zh}", f"not comparable: {note.en}"),))
        case "not_asked":
            return Cell("not_applicable", (Message("本办法不问", "not asked"),)) if listed else _UNLISTED
