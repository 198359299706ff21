"""What an audit finds: every clause with its state, what was changed, and what hangs on the change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from policylang.measure.citation import Citation
    from policylang.semantics import ir

#: How a clause is dealt with, in the order in which they are counted.
KINDS = ("encoded", "judged", "procedure", "declaratory", "external", "duty_only", "heading")

Kind = Literal["encoded", "judged", "procedure", "declaratory", "external", "duty_only", "heading"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the text or of the ledger.

    ``kind`` is how it is dealt with, None where nothing accounts for it; ``by`` the marked entry above it that does.
    ``invented``: in the ledger, but in no text. ``words`` are empty where no text was given.
    """

    citation: Citation
    kind: Kind | None
    gist: str
    words: str = ""
    notes: tuple[str, ...] = ()
    by: Citation | None = None
    invented: bool = False


@dataclass(frozen=True, slots=True)
class Hanging:
    """Something of the policy, or a golden case, that rests on a clause. ``details``: the values of rules."""

    kind: Literal["rule", "requirement", "assessed", "definition", "duty", "warning", "reading", "quota", "case"]
    name: str
    id: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """A clause that does not say what it said.

    ``moved``: the same words stand under another number now, ``now_at``, with ``parts`` more inside it. ``unkept``: the
    policy accounts for the clause, but no fingerprint of it was ever kept. ``before`` is known only where the earlier
    text was given.
    """

    kind: Literal["changed", "added", "removed", "moved", "unkept"]
    citation: Citation
    words: str
    before: str | None
    now_at: Citation | None
    hanging: tuple[Hanging, ...]
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Audit:
    """A policy held against its official text.

    ``compared``: a text was given; without it only the ledger is told. ``kept``: fingerprints are there.
    """

    policy: ir.Policy
    compared: bool
    kept: bool
    clauses: tuple[Clause, ...]
    changes: tuple[Change, ...]
    title: str = ""

    @property
    def missing(self) -> tuple[Clause, ...]:
        """Clauses of the text that nothing in the policy accounts for."""
        return tuple(c for c in self.clauses if c.kind is None)

    @property
    def invented(self) -> tuple[Clause, ...]:
        """Entries of the ledger for clauses that the text does not have."""
        return tuple(c for c in self.clauses if c.invented)

    @property
    def clean(self) -> bool:
        """Nothing is left to be looked at."""
        return not (self.missing or self.invented or self.changes) and (self.kept or not self.compared)

    def of_kind(self, kind: str) -> tuple[Clause, ...]:
        """The clauses dealt with in one way."""
        return tuple(c for c in self.clauses if c.kind == kind and not c.invented)
