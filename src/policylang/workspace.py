"""Files: policies, facts, cases and calendars are read and written here, and only here and in ``cli``.

Everything a user's file can have wrong becomes diagnostics; only the operating system's refusals are raised, as
``WorkspaceError`` with words for the user.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from policylang.compiler import Compiled, compile_once
from policylang.source.diagnostic import Diagnostic, Message
from policylang.source.refusals import reason
from policylang.source.render import render_human
from policylang.source.text import SourceText, decode

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import date

    from policylang.analysis.changes import Answer
    from policylang.batch.prepared import Prepared
    from policylang.facts.model import Facts
    from policylang.measure.official import OfficialText
    from policylang.plan.layout import Layout
    from policylang.runtime.alternatives import Comparison
    from policylang.runtime.forecasts import ForecastResult
    from policylang.runtime.outcome import Outcome
    from policylang.runtime.quotas import QuotaResult
    from policylang.semantics import ir
    from policylang.semantics.calendar import Calendar


class WorkspaceError(Exception):
    """A file that cannot be read, found or written. ``message`` says it in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Message(zh, en)


class PolicyError(ValueError):
    """A policy or facts that have errors. ``diagnostics`` lists them; the text shows them all, in English."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], source: SourceText) -> None:
        super().__init__("\n" + render_human(diagnostics, source, "en"))
        self.diagnostics = diagnostics
        self.source = source


def read_bytes(path: str) -> bytes:
    """The bytes of a file; ``-`` is standard input.

    Raises:
        WorkspaceError: when there is no such file or it cannot be read.
    """
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise WorkspaceError(f"找不到文件“{path}”", f"no such file: {path}") from None
    except IsADirectoryError:
        raise WorkspaceError(f"“{path}”是文件夹，这里要写一个文件", f"{path} is a folder, a file is needed") from None
    except OSError as fault:
        raise WorkspaceError(f"读不了“{path}”：{reason(fault).zh}", f"cannot read {path}: {reason(fault).en}") from None


def write_text(path: str, text: str) -> None:
    """Replace a file's content at one stroke, as ``write_bytes`` does."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: str, data: bytes) -> None:
    """Replace a file's content at one stroke: the old content stays until the new one is complete.

    A new file may be read by whom the system lets read new files.

    Raises:
        WorkspaceError: when the file cannot be written; the old content is still there.
    """
    import tempfile

    target = Path(path)
    fresh = None
    try:
        with tempfile.NamedTemporaryFile("wb", dir=target.parent, delete=False) as handle:
            fresh = Path(handle.name)
            handle.write(data)
        fresh.chmod(target.stat().st_mode if target.exists() else _mode_of_new_files())
        fresh.replace(target)
        fresh = None
    except OSError as fault:
        raise WorkspaceError(f"写不了“{path}”：{reason(fault).zh}", f"cannot write {path}: {reason(fault).en}") from None
    finally:  # also when somebody presses Ctrl-C
        if fresh is not None:
            fresh.unlink(missing_ok=True)


def _mode_of_new_files() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def policies_folder() -> Path:
    """The folder of the measures that come with policylang, in the wheel or in the checkout."""
    inside = Path(__file__).resolve().parent / "policies"
    return inside if inside.is_dir() else Path(__file__).resolve().parents[2] / "policies"


def policy_path(name: str) -> str:
    """A path as given, or the file of a measure that comes with policylang (``liuzhou``).

    Raises:
        WorkspaceError: when neither exists.
    """
    if name == "-" or Path(name).exists() or os.sep in name or name.endswith(".pol"):
        return name
    shipped = policies_folder() / f"{name}.pol"
    if shipped.is_file():
        return str(shipped)
    known = "、".join(sorted(p.stem for p in policies_folder().glob("*.pol")))
    raise WorkspaceError(
        f"找不到办法“{name}”；写一个 .pol 文件的路径，或自带的办法之一：{known}",
        f"no policy “{name}”: give the path of a .pol file or one of {known.replace('、', ', ')}",
    )


def files_under(paths: tuple[str, ...], suffixes: tuple[str, ...]) -> list[str]:
    """The files named, and those below the folders named, in a stable order."""
    found: list[str] = []
    for path in paths:
        if Path(path).is_dir():
            found += sorted(str(p) for p in Path(path).rglob("*") if p.suffix in suffixes and p.is_file())
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def compile_file(path: str) -> Compiled:
    """Compile a policy file; faults are in its diagnostics."""
    return compile_once(read_bytes(path), "<stdin>" if path == "-" else path)


def case_files(paths: tuple[str, ...]) -> list[str]:
    """Case files below the paths; without any, those of ``policies/cases`` here or of the package."""
    if not paths:
        here = Path("policies/cases")
        paths = (str(here if here.is_dir() else policies_folder() / "cases"),)
    named = files_under(paths, (".yaml", ".yml", ".json"))
    return [path for path in named if path in paths or not _beside_policies(Path(path))]


def _beside_policies(path: Path) -> bool:
    """Whether a file lies among policies without being one of cases: fingerprints, the common vocabulary."""
    return path.parent.name == _TEXTS or path.name == VOCABULARY


#: The file of the common vocabulary, in the folder of the measures.
VOCABULARY = "vocabulary.yaml"


def policy_of_case(measure: str, case_file: str, folder: str | None = None) -> str | None:
    """The policy file of a measure: in ``folder``, beside the cases, above them, here, or of the package."""
    near = Path(case_file).resolve().parent
    folders = [Path(folder)] if folder else [near, near.parent, Path("policies"), policies_folder()]
    return next((str(f / f"{measure}.pol") for f in folders if (f / f"{measure}.pol").is_file()), None)


_TEXTS = "texts"


def fingerprint_file(policy: str) -> str | None:
    """Where the fingerprints of a policy's official text are kept: beside it, ``texts/<its name>.yaml``."""
    return None if policy == "-" else str(Path(policy).parent / _TEXTS / f"{Path(policy).stem}.yaml")


def read_official(path: str) -> tuple[OfficialText | None, tuple[Diagnostic, ...], SourceText]:
    """The official text of a measure in its parts, or what is wrong with its characters.

    Raises:
        WorkspaceError: when the file cannot be read, or has no articles.
    """
    from policylang.measure.official import split

    source, faults = decode(read_bytes(path), path)
    if source is None:
        return None, tuple(_as_text(fault) for fault in faults), SourceText(path, "")
    found = split(source.text)
    if found.articles:
        return found, (), source
    raise WorkspaceError(
        f"“{path}”里没有“第一条”这样的条文。核对是不是办法的正文；每一条应从新的一行开始",
        f"{path} has no articles (第一条 …). Is it the text of the measure? Each article begins a line",
    )


def _as_text(fault: Diagnostic) -> Diagnostic:
    """Advice for a plain text: what ``policylang fmt`` can do is for policies alone."""
    if fault.code != "wrong-encoding":
        return fault
    return replace(fault, help=Message("用记事本打开，另存为 UTF-8 编码", "open it in an editor and save it as UTF-8"))


def notation(path: str) -> Literal["yaml", "json"]:
    """The notation of a data file by its name."""
    return "json" if path.endswith(".json") else "yaml"


def read_calendar(path: str | None) -> tuple[Calendar, tuple[Diagnostic, ...], SourceText | None]:
    """The official calendar, with the years an office has added in ``path``."""
    from policylang.facts.calendar_file import add_years
    from policylang.semantics.calendar import Calendar

    official = Calendar.official()
    if path is None:
        return official, (), None
    source, diagnostics = decode(read_bytes(path), path)
    if source is None:
        return official, diagnostics, SourceText(path, "")
    calendar, more = add_years(official, source)
    return calendar, (*diagnostics, *more), source


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure that compiled: the Python face of ``policylang eval``."""

    compiled: Compiled
    policy: ir.Policy

    def evaluate(
        self, facts: Mapping[str, object], *, as_of: date, year: int | None = None,
        readings: Mapping[str, str] | None = None, calendar: Calendar | None = None,
        only: Collection[str] | None = None,
    ) -> Outcome:  # fmt: skip
        """Decide every outcome of the measure for one station.

        Args:
            facts: by Chinese name or ASCII id; whole numbers, ``date``, ``bool``, texts, lists and mappings. Money in
                yuan as int, ``Decimal`` or ``Fraction``; a float is refused. What is absent is unknown.
            as_of: the day of the question.
            year: the assessment year; without it the year of ``as_of``.
            readings: readings by id where they differ from the adopted ones.
            calendar: the working-day calendar; without it the official one (2004 to the last published year).
            only: ids of the outcomes and duties that are wanted; without it all, and the warnings.

        Raises:
            ValueError: when facts are of the wrong type or unknown; the text lists every one.
            KeyError: when a reading or its option does not exist.
        """
        from policylang.runtime.interpreter import evaluate

        return evaluate(self.policy, self._typed(facts), as_of, year, readings, calendar, only)

    def prepare(
        self, *, as_of: date, year: int | None = None, readings: Mapping[str, str] | None = None,
        calendar: Calendar | None = None, only: Collection[str] | None = None, layout: Layout | None = None,
        earlier: bool = False,
    ) -> Prepared:  # fmt: skip
        """The measure compiled for many single questions on one day: seconds once, microseconds for each station.

        Takes what ``evaluate`` takes, but for the facts; with ``only`` few results it is fastest. ``layout``: the columns
        that there can be (``plan.layout``); without it all that the measure declares, for the last years. ``earlier``: also
        answer for earlier years: their grades, money lines and yearly duties.

        Raises:
            KeyError: when a reading or its option does not exist.
        """
        from policylang.batch.prepared import Prepared

        return Prepared(self.policy, as_of, year, readings, calendar, only, layout, earlier)

    def compare_readings(
        self, facts: Mapping[str, object], *, as_of: date, year: int | None = None,
        readings: Mapping[str, str] | None = None, calendar: Calendar | None = None,
        only: Collection[str] | None = None,
    ) -> tuple[Outcome, tuple[Comparison, ...]]:  # fmt: skip
        """The outcome for one station, and what each ambiguity would change in it if it were read otherwise.

        Takes and raises what ``evaluate`` does. One ambiguity at a time takes each of its other options.
        """
        from policylang.runtime.alternatives import compare_readings

        return compare_readings(self.policy, self._typed(facts), as_of, year, readings, calendar, only)

    def changes(
        self, facts: Mapping[str, object], to: str, *, as_of: date, year: int | None = None,
        readings: Mapping[str, str] | None = None, calendar: Calendar | None = None,
    ) -> Answer:  # fmt: skip
        """The smallest changes of the facts under which a result becomes what is asked for.

        Args:
            facts: as for ``evaluate``.
            to: ``OUTCOME=VALUE`` by names or ids, as of ``explain --to``.
            as_of: the day of the question.
            year: the assessment year; without it the year of ``as_of``.
            readings: readings by id where they differ from the adopted ones.
            calendar: the working-day calendar; without it the official one.

        Raises:
            TargetError: a ``ValueError``, when there is no such outcome or value.
            ValueError: when facts are of the wrong type or unknown; the text lists every one.
            KeyError: when a reading or its option does not exist.
        """
        from policylang.analysis.changes import find_changes
        from policylang.analysis.targets import parse_target

        target = parse_target(self.policy, to, year or as_of.year)
        return find_changes(self.policy, self._typed(facts), as_of, target, year, readings, calendar)

    def evaluate_population(
        self, population: Mapping[str, object], *, as_of: date, year: int | None = None,
        readings: Mapping[str, str] | None = None, calendar: Calendar | None = None,
    ) -> tuple[QuotaResult | ForecastResult, ...]:  # fmt: skip
        """Hold the quotas of the measure against all stations, and add up what it forecasts.

        Args:
            population: as the file of ``eval --population``: ``stations`` and ``applicants``, lists of mappings with an
                ``id``, facts, and recorded outcomes by name or id (``status``, ``grade``; true for a money line that
                is due); further facts belong to the office or are columns, for each station its value.
            as_of: the day of the question.
            year: the assessment year; without it the year of ``as_of``.
            readings: readings by id where they differ from the adopted ones.
            calendar: the working-day calendar; without it the official one.

        Raises:
            ValueError: when something in it is of the wrong type or unknown; the text lists every mistake.
        """
        from policylang.cases.population import read_population
        from policylang.facts.nodes import Mapping as MappingNode
        from policylang.facts.objects import to_node
        from policylang.runtime.quotas import evaluate_population

        body = to_node(population)
        if not isinstance(body, MappingNode):
            raise TypeError("a population is a mapping")
        stations, shared, errors = read_population(self.policy, body)
        if errors:
            raise ValueError("; ".join(str(e) for e in errors))
        return evaluate_population(self.policy, stations, shared, as_of, year, readings, calendar)

    def document(self, outcome: Outcome, comparisons: Iterable[Comparison] | None = None) -> dict[str, Any]:
        """The outcome as the JSON document of ``eval --format json``, with ``comparisons`` of ``--all-readings``."""
        from policylang.explain.document import outcome_document

        return outcome_document(outcome, digest=self.compiled.digest, comparisons=comparisons)

    def _typed(self, facts: Mapping[str, object]) -> Facts:
        """The facts as the policy types them.

        Raises:
            ValueError: when facts are of the wrong type or unknown.
        """
        from policylang.facts.typed import facts_from_python

        typed, errors = facts_from_python(self.policy, facts)
        if errors:
            raise ValueError("; ".join(str(e) for e in errors))
        return typed


def load(path: str | Path) -> Measure:
    """Load a policy file, or a measure that comes with policylang by its id.

    Raises:
        PolicyError: when the policy has errors; all of them are listed.
        WorkspaceError: when the file cannot be read.
    """
    compiled = compile_file(policy_path(str(path)))
    if compiled.policy is None:
        raise PolicyError(compiled.diagnostics, compiled.source)
    return Measure(compiled, compiled.policy)
