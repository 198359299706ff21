"""``policylang readings``: the ambiguities of a measure, and which of them matter for some stations."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policylang.cases.files import get, read_cases
from policylang.cases.population import read_population
from policylang.cases.runner import resolved
from policylang.cli.actions import (
    FINDINGS,
    OK,
    RefusedError,
    as_written,
    calendar_asked,
    compiled_policy,
    day_asked,
    fail,
    readings_asked,
    readings_of_list,
    say,
    show,
    time_of_list,
)
from policylang.explain.readings import Compared, listing, listing_document, survey, survey_document
from policylang.facts.document import read_document
from policylang.facts.nodes import Mapping, Scalar, Sequence
from policylang.facts.tree import load_tree
from policylang.facts.typed import read_facts
from policylang.runtime.alternatives import compare_population_readings, compare_readings
from policylang.runtime.outcome import Outcome
from policylang.source.diagnostic import Diagnostic, has_errors
from policylang.source.text import SourceText, decode
from policylang.workspace import WorkspaceError, files_under, notation, read_bytes

if TYPE_CHECKING:
    from policylang.cases.files import Case
    from policylang.cli.language import Lang
    from policylang.facts.model import Facts
    from policylang.runtime.quotas import Station
    from policylang.semantics import ir
    from policylang.semantics.calendar import Calendar

#: After so many stations a word on how far the work is.
_PROGRESS = 500


@dataclass(frozen=True, slots=True)
class Question:
    """A station, or a list of ``stations`` with the facts they share, and what is asked about it."""

    name: str
    file: str
    facts: Facts
    stations: tuple[Station, ...] | None
    as_of: date
    year: int | None
    readings: dict[str, str]

    def compared(self, policy: ir.Policy, calendar: Calendar) -> Compared:
        """What each ambiguity, read otherwise, changes here."""
        asked = (self.as_of, self.year, self.readings, calendar)
        if self.stations is None:
            return Compared(self.name, self.file, *compare_readings(policy, self.facts, *asked))
        _, comparisons = compare_population_readings(policy, self.stations, self.facts, *asked)
        nothing_decided = Outcome(policy, self.as_of, self.year or self.as_of.year, (), calendar.version)
        return Compared(self.name, self.file, nothing_decided, comparisons, a_list=True)


def list_readings(policy: str, paths: tuple[str, ...], form: str, *, lang: Lang, **asked: Any) -> int:
    """List the ambiguities; with files of stations, say which of them matter there and what they change."""
    try:
        compiled, core = compiled_policy(policy, lang)
        if not paths:
            document = listing_document(core, compiled.digest)
            text = listing(core, lang)
        else:
            reader = _Reader(core, asked, lang)
            for path in files_under(paths, (".yaml", ".yml", ".json")):
                reader.file(path)
            compared = _compared(reader, calendar_asked(asked["calendar"], lang), lang)
            document = survey_document(core, compared, reader.others, reader.faulty, compiled.digest)
            text = survey(core, compared, reader.others, reader.faulty, lang)
    except RefusedError as refused:
        return refused.code
    except WorkspaceError as fault:
        return fail(fault, lang)
    click.echo(json.dumps(document, ensure_ascii=False, indent=2) if form == "json" else text.rstrip("\n"))
    return FINDINGS if paths and reader.unreadable else OK


def _compared(reader: _Reader, calendar: Calendar, lang: Lang) -> list[Compared]:
    """Every station that could be compared; those whose facts contradict each other are noted as faulty.

    Raises:
        WorkspaceError: when there is none.
    """
    found = []
    total = len(reader.questions)
    for number, question in enumerate(reader.questions, 1):
        compared = question.compared(reader.policy, calendar)
        if compared.outcome.rejections:
            reader.faulty.append(question.name)
        else:
            found.append(compared)
        if number % _PROGRESS == 0 and number < total:
            say(f"已对照{number}/{total}" if lang == "zh" else f"{number} of {total} compared")
    if not found and not reader.unreadable:
        raise WorkspaceError("没有可以对照的工作站", "there is no station to compare")
    return found


class _Reader:
    """Reads stations from files of facts, of cases, and of lists of stations.

    ``others`` counts what is written for other measures, ``faulty`` names the cases whose facts have mistakes;
    ``unreadable`` says that a file has mistakes, which have been shown.
    """

    def __init__(self, policy: ir.Policy, asked: dict[str, Any], lang: Lang) -> None:
        self.policy = policy
        self.asked = asked
        self.lang = lang
        self.readings = readings_asked(policy, asked["readings"], lang)
        self.day = day_asked(asked["as_of"], lang)
        self.questions: list[Question] = []
        self.others = 0
        self.faulty: list[str] = []
        self.unreadable = False
        self.own = {policy.id, policy.title, f"《{policy.title}》"}

    def file(self, path: str) -> None:
        """Add the stations of a file."""
        data = read_bytes(path)
        source, faults = decode(data, path)
        tree, more = load_tree(source, notation(path)) if source is not None else (None, ())
        if source is None or tree is None:
            self._refuse((*faults, *more), source or SourceText(path, ""))
            return
        body = tree if isinstance(tree, Mapping) else Mapping(())
        measure = get(body, "measure", "办法")
        if isinstance(get(body, "cases", "案例"), Sequence):
            self._cases(data, path)
        elif isinstance(measure, Scalar) and measure.text not in self.own:
            self.others += 1
        elif get(body, "stations", "工作站") is not None:
            written = readings_asked(self.policy, readings_of_list(body), self.lang)
            self._list(Path(path).stem, path, body, *time_of_list(body, self.asked, self.lang), written)
        else:
            self._station(source, path)

    def _station(self, source: SourceText, path: str) -> None:
        document, _, faults = read_document(self.policy, source, notation(path))
        if document is None or has_errors(faults):
            self._refuse(faults, source)
            return
        as_of = self.day or document.as_of
        if as_of is None:
            as_of = date.today()  # noqa: DTZ011 - the office's own day
            today = f"{path}：未写时点，按今天（{as_of}）判断。", f"{path}: no day given: decided as of today, {as_of}."
            say(today[0 if self.lang == "zh" else 1])
        year, readings = self.asked["year"] or document.year, {**document.readings, **self.readings}
        self.questions.append(Question(Path(path).stem, path, document.facts, None, as_of, year, readings))

    def _cases(self, data: bytes, path: str) -> None:
        read, faults = read_cases(data, path)
        if read is None or has_errors(faults):
            self._refuse(faults, as_written(data, path))
        for case in read.cases if read else ():
            if case.measure in self.own:
                self._case(case, path)
            else:
                self.others += 1

    def _case(self, case: Case, path: str) -> None:
        try:
            readings = resolved(self.policy, case.readings)
        except KeyError:
            self.faulty.append(case.id)
            return
        as_of, year = self.day or case.as_of, self.asked["year"] or case.year
        if case.population:
            self._list(case.id, path, case.body, as_of, year, readings)
            return
        facts, errors = read_facts(self.policy, case.facts)
        if errors:
            self.faulty.append(case.id)
        else:
            self.questions.append(Question(case.id, path, facts, None, as_of, year, {**readings, **self.readings}))

    def _list(
        self, name: str, path: str, body: Mapping, as_of: date, year: int | None, readings: dict[str, str]
    ) -> None:
        stations, shared, errors = read_population(self.policy, body)
        if errors:
            self.faulty.append(name)
        else:
            self.questions.append(Question(name, path, shared, stations, as_of, year, {**readings, **self.readings}))

    def _refuse(self, faults: tuple[Diagnostic, ...], source: SourceText) -> None:
        self.unreadable = True
        show(faults, source, self.lang)
