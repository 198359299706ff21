"""Names: what each one stands for, and what to say when it stands for nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policylang.semantics.types import Boolean, Choice, Records, Type
from policylang.source.diagnostic import Diagnostic, Label, Message, did_you_mean, error

if TYPE_CHECKING:
    from policylang.semantics import ir
    from policylang.source.span import Span
    from policylang.syntax import ast

_JOINERS = ("且", "或", "非", "为", "不为", "属于", "含", "当", "不少于", "不超过", "以上", "以下")


@dataclass(frozen=True, slots=True)
class Defined:
    """A definition before its body is resolved: what is needed to refer to it."""

    written: ast.Definition
    id: str


@dataclass(slots=True)
class Scope:
    """All names of one policy, filled block by block while it is resolved; faults collect in ``diagnostics``."""

    facts: dict[str, ir.Fact] = field(default_factory=dict)
    outcomes: dict[str, ir.Outcome] = field(default_factory=dict)
    definitions: dict[str, Defined] = field(default_factory=dict)
    readings: dict[str, ir.Reading] = field(default_factory=dict)
    types: dict[str, Type | None] = field(default_factory=dict)
    records_of: dict[str, str | None] = field(default_factory=dict)
    declared: dict[str, Span] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def report(self, diagnostic: Diagnostic) -> None:
        """Keep a fault."""
        self.diagnostics.append(diagnostic)

    def declare(self, named: ast.Named) -> bool:
        """Claim a name and its id; False, and a fault, when either is taken."""
        fresh = True
        for ident in (named.name, named.id):
            if ident is None or (ident is named.id and ident.text == named.name.text):
                continue
            if ident.text in self.declared:
                first = Label(self.declared[ident.text], Message("先在这里声明", "first declared here"))
                self.report(
                    error(
                        "duplicate-name", ident.span, f"“{ident.text}”已经声明过",
                        f"“{ident.text}” is already declared", secondary=(first,),
                        help_zh="换一个名称，或删去其中一处", help_en="choose another name or remove one of the two",
                    ),
                )  # fmt: skip
                fresh = False
            else:
                self.declared[ident.text] = ident.span
        return fresh

    def field_of(self, records: str, word: str) -> ir.Fact | None:
        """The field of a list with this name or id."""
        return next((f for f in self.facts[records].fields if word in (f.name, f.id)), None)

    def list_with(self, word: str) -> str | None:
        """The one list that has such a field, if exactly one has."""
        found = {f.id for f in self.facts.values() if isinstance(f.type, Records) and self.field_of(f.id, word)}
        return found.pop() if len(found) == 1 else None

    def knows(self, word: str) -> bool:
        """True when the word is a fact, an outcome, a definition or a reading."""
        return any(word in table for table in (self.facts, self.outcomes, self.definitions, self.readings))

    def unknown(self, ident: ast.Ident, records: str | None = None, *, decided: bool = False) -> Diagnostic:
        """The fault for a name that stands for nothing, with the likeliest intention; ``decided``: a rule decides it."""
        fields = [w for f in self.facts[records].fields for w in (f.name, f.id)] if records else []
        names = [*fields, *self.facts, *self.outcomes, *self.definitions, *self.readings]
        help_zh = help_en = ""
        split = self._split(ident.text)
        close = did_you_mean(ident.text, names)
        if split:
            help_zh, help_en = f"是否想写“{split}”？", f"did you mean “{split}”?"
        elif close:
            help_zh, help_en = f"是否想写“{close}”？", f"did you mean “{close}”?"
        else:
            help_zh = "在“结果”里声明它" if decided else "在“事实”里声明它，或用“定义”给出它的含义"
            help_en = "declare it among the outcomes" if decided else "declare it among the facts, or give its meaning in a definition"
        return error(
            "unknown-name", ident.span, f"“{ident.text}”没有声明", f"“{ident.text}” is not declared",
            help_zh=help_zh, help_en=help_en,
        )  # fmt: skip

    def _split(self, word: str) -> str | None:
        """``有站长且有场所`` where 有站长 and 有场所 are names: the same with blanks."""
        for joiner in _JOINERS:
            left, found, right = word.partition(joiner)
            if found and (self.knows(left) or not left) and (self.knows(right) or (left and right)):
                return " ".join(part for part in (left, joiner, right) if part)
        return None

    def option(self, kind: Choice, ident_text: str, span: Span) -> Diagnostic:
        """The fault for a word that is none of the options."""
        words = [o.name for o in kind.options]
        close = did_you_mean(ident_text, words)
        hint = f"是否想写“{close}”？" if close else ""
        return error(
            "unknown-option", span, f"“{ident_text}”不是可选的值", f"“{ident_text}” is not one of the options",
            help_zh=f"{hint}可选的值有：{'、'.join(words)}",
            help_en=(f"did you mean “{close}”? " if close else "") + f"the options are {', '.join(words)}",
        )  # fmt: skip

    def outcome_type(self, outcome: ir.Outcome) -> Type:
        """What an outcome is when it is used in a condition."""
        return Boolean() if outcome.kind == "condition" else Choice(outcome.levels, ordered=outcome.kind == "grade")
