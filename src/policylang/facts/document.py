"""The facts file: facts alone, or with the day, the year and the readings they are to be decided under."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from policylang.facts.attested import AttestationReader
from policylang.facts.model import Attestation, FactError, Facts
from policylang.facts.nodes import Mapping, Node, Scalar, is_null, quote
from policylang.facts.tree import Kind, load_tree
from policylang.facts.typed import Place, Reader
from policylang.semantics.periods import Period
from policylang.semantics.types import Choice, Day, Option, Text
from policylang.source.diagnostic import Diagnostic, Label, Message, error

if TYPE_CHECKING:
    from policylang.semantics import ir
    from policylang.source.text import SourceText

_KEYS = {
    "measure": "measure", "办法": "measure",
    "as_of": "as_of", "时点": "as_of",
    "assessment_year": "assessment_year", "year": "assessment_year", "考核年度": "assessment_year",
    "readings": "readings", "读法": "readings",
    "facts": "facts", "事实": "facts",
    "evidence": "evidence", "凭据": "evidence",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Document:
    """What a facts file says; what it does not say is None or empty.

    Readings map ids to option ids; attestations stand under the path of what they vouch for, in ids
    (``g_class_recruits_by_year.2024``, ``recruits[2].class``, ``expert_review_passed``).
    """

    facts: Facts
    as_of: date | None = None
    year: int | None = None
    readings: dict[str, str] = field(default_factory=dict)
    measure: str | None = None
    attestations: dict[str, Attestation] = field(default_factory=dict)


def read_document(
    policy: ir.Policy, source: SourceText, kind: Kind
) -> tuple[Document | None, tuple[FactError, ...], tuple[Diagnostic, ...]]:
    """The document in a file, every mistake in its facts, and all findings with their places.

    The findings include the mistakes. The document is None when the text cannot be read to its end. Otherwise
    it has what could be read, also beside mistakes, so that more can be checked in one run; nothing may be
    decided on it while there is an error among the findings.
    """
    node, found = load_tree(source, kind)
    if node is None:
        return None, (), found
    reader = _DocumentReader(policy)
    document = reader.document(node)
    errors = tuple(reader.errors)
    return document, errors, (*found, *(as_diagnostic(mistake) for mistake in errors), *reader.warnings)


def as_diagnostic(mistake: FactError) -> Diagnostic:
    """A mistake as a finding about the file it stands in."""
    first = mistake.first
    return error(
        mistake.code,
        mistake.span,
        mistake.message.zh,
        str(mistake),
        help_zh=mistake.help.zh if mistake.help else "",
        help_en=mistake.help.en if mistake.help else "",
        secondary=() if first is None else (Label(first, Message("第一次写在这里", "first given here")),),
    )


def is_envelope(policy: ir.Policy, root: Mapping) -> bool:
    """Whether the keys of a file are those of an envelope, with the facts under one of them, or the facts themselves."""
    declared = {key for fact in policy.facts for key in (fact.name, fact.id)}
    written = {key.text for key, _ in root.entries}
    return bool(written & {"facts", "事实"} or (written & set(_KEYS)) - declared)


def _recorded(node: Node) -> Node:
    """The tree of the facts; an empty document records none."""
    return Mapping((), node.span) if is_null(node) else node


class _DocumentReader(Reader):
    """Reads the envelope, and the facts in it."""

    def __init__(self, policy: ir.Policy) -> None:
        super().__init__()
        self.warnings: list[Diagnostic] = []
        self._policy = policy

    def document(self, root: Node) -> Document:
        """The document that a tree is."""
        root = _recorded(root)
        parts = self._parts(root) if isinstance(root, Mapping) else None
        if parts is None:
            return Document(Facts(self.facts(self._policy, root)))
        facts = _recorded(parts.get("facts", Scalar("")))
        as_of, year = self._as_of(parts.get("as_of")), self._year(parts.get("assessment_year"))
        readings, measure = self._readings(parts.get("readings")), self._measure(parts.get("measure"))
        before = len(self.errors)
        values = self.facts(self._policy, facts)
        evidence = AttestationReader(self, self._policy, values, sound=len(self.errors) == before)
        self.warnings = evidence.warnings
        attestations = evidence.read(parts.get("evidence"))
        return Document(Facts(values), as_of, year, readings, measure, attestations)

    def _parts(self, root: Mapping) -> dict[str, Node] | None:
        """The parts of an envelope; None for facts alone. A name that the policy declares is a fact."""
        if not is_envelope(self._policy, root):
            return None
        declared = {key for fact in self._policy.facts for key in (fact.name, fact.id)}
        parts: dict[str, Node] = {}
        first: dict[str, Scalar] = {}
        for key, value in root.entries:
            name = _KEYS.get(key.text)
            if name is None and key.text in declared:
                message = Message(f"“{key.text}”是一项事实，应当写在“事实”之下", "a fact belongs under “facts”")
                self.report(key.text, message, key, "unknown-key")
            elif name is None:
                self.unknown(Place("", "事实文件"), key, ("项目", "key"), list(_KEYS), "unknown-key")
            elif name in first:
                other = first[name]
                zh = f"“{other.text}”和“{key.text}”是同一项，填写了两次"
                message = Message(zh, f"given twice, as {other.text} and {key.text}")
                self.report(name, message, key, "duplicate-key", first=other)
            else:
                first[name], parts[name] = key, value
        return parts

    def _as_of(self, node: Node | None) -> date | None:
        if node is None or is_null(node):
            return None
        found = self.scalar(Day(), node, Place("as_of", "“时点”"))
        return found if isinstance(found, date) else None

    def _year(self, node: Node | None) -> int | None:
        if node is None or is_null(node):
            return None
        period = Period.parse("year", node.text) if isinstance(node, Scalar) else None
        if period is None:
            written = f" {quote(node.text)}" if isinstance(node, Scalar) else ""
            message = Message(f"“考核年度”{written and f'填写为“{written[1:]}”，'}应当是年度", f"bad year{written}")
            help_ = Message("年度写作“2024”", "write a year as 2024")
            self.report("assessment_year", message, node, "bad-period", help_)
        return None if period is None else period.year

    def _measure(self, node: Node | None) -> str | None:
        if node is None or is_null(node):
            return None
        found = self.scalar(Text(), node, Place("measure", "“办法”"))
        title, id_ = self._policy.title, self._policy.id
        if found is not None and found not in {id_, title, f"《{title}》"}:
            zh = f"这份事实是按“{quote(str(found))}”填写的，而这里适用《{title}》（{id_}）"
            self.report(
                "measure",
                Message(zh, f"these facts are for {quote(str(found))}, not {id_}"),
                node,
                "wrong-measure",
            )
        return None if found is None else str(found)

    def _readings(self, node: Node | None) -> dict[str, str]:
        chosen: dict[str, str] = {}
        if node is None or is_null(node):
            return chosen
        if not isinstance(node, Mapping):
            message = Message("“读法”应当逐行写作“疑义: 读法”", "must be a mapping of readings")
            self.report("readings", message, node)
            return chosen
        here = Place("readings.", "本办法")
        for reading, value in self.members(self._policy.readings, node, here, ("疑义", "reading"), "unknown-key"):
            options = Choice(tuple(Option(option.name, option.id) for option in reading.options))
            place = Place(f"readings.{reading.id}", f"疑义“{reading.name}”的读法")
            option = self.scalar(options, value, place)
            if isinstance(option, Option):
                chosen[reading.id] = option.id
        return chosen
