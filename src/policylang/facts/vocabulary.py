"""The common vocabulary in which measures are compared: dimensions, and facts that mean the same in several of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from policylang.facts.nodes import Mapping as Tree

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import date

    from policylang.measure.citation import Citation
    from policylang.source.diagnostic import Message

#: What a dimension takes from the policies themselves, besides the results it names.
Shows = Literal["validity", "assessor", "payment", "source", "exclusive", "readings"]

#: The kinds of results of which a dimension takes those that no dimension names.
Takes = Literal["condition", "grade", "status", "money", "duty", "quota"]


@dataclass(frozen=True, slots=True)
class Named:
    """A measure or a group of dimensions, by its short name."""

    id: str
    name: Message


@dataclass(frozen=True, slots=True)
class Written:
    """What the vocabulary says of one measure in one dimension.

    ``gist`` with its ``clauses`` is in the words of whoever wrote the vocabulary; ``results`` are ids of outcomes,
    duties and quotas of the policy, ``facts`` of facts whose options are told. ``silent``: the measure says nothing.
    """

    gist: Message | None = None
    clauses: tuple[Citation, ...] = ()
    results: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Caution:
    """Why the cells of these measures may not be compared with each other.

    ``against``: where it is given, those of ``between`` are apart from these, and neither side within itself.
    """

    between: tuple[str, ...]
    text: Message
    against: tuple[str, ...] = ()

    def apart(self, measure: str) -> frozenset[str]:
        """The measures from which one is kept apart; none where it is not spoken of."""
        if not self.against:
            return frozenset(self.between) - {measure} if measure in self.between else frozenset()
        if measure in self.between:
            return frozenset(self.against)
        return frozenset(self.between) if measure in self.against else frozenset()

    def within(self, shown: Collection[str]) -> Caution | None:
        """What is left of it among the measures that are shown; None where that is one side alone."""
        between = tuple(m for m in self.between if m in shown)
        against = tuple(m for m in self.against if m in shown)
        whole = between and against if self.against else len(between) > 1
        return Caution(between, self.text, against) if whole else None


@dataclass(frozen=True, slots=True)
class Dimension:
    """One row of a comparison: what is asked of every measure."""

    id: str
    group: str
    name: Message
    cells: Mapping[str, Written] = field(default_factory=dict)
    cautions: tuple[Caution, ...] = ()
    shows: Shows | None = None
    takes: Takes | None = None


@dataclass(frozen=True, slots=True)
class Counterpart:
    """The fact of one measure that a common fact is held against.

    With ``differs`` it is not the same thing, and the value is not handed on. With ``but`` it is, and this must be
    borne in mind. ``values`` are the measure's words for the common ones; a value that has none is not handed on.
    """

    fact: str
    values: Mapping[str, str] | None = None
    differs: Message | None = None
    but: Message | None = None


@dataclass(frozen=True, slots=True)
class CommonFact:
    """A fact of a station in words that several measures share."""

    id: str
    name: Message
    measures: Mapping[str, Counterpart]


@dataclass(frozen=True, slots=True)
class Steps:
    """The station by which the money of a measure is drawn against a number of recruits, from 0 to ``most``.

    ``facts`` hold throughout. The number goes into the yearly fact ``number``, or is that of the records ``each`` in
    ``listed``; where neither is named, the money does not follow it. ``counts`` says what is counted.
    """

    counts: Message
    as_of: date
    year: int
    most: int
    results: tuple[str, ...]
    facts: Tree
    number: str | None = None
    listed: str | None = None
    each: Tree = Tree(())


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All of it."""

    measures: Mapping[str, Message] = field(default_factory=dict)
    groups: tuple[Named, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    facts: tuple[CommonFact, ...] = ()
    steps: Mapping[str, Steps] = field(default_factory=dict)
