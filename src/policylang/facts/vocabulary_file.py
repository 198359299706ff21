"""The file of the common vocabulary, ``policies/vocabulary.yaml``; docs/comparison.md has its format.

    measures: {liuzhou: {name: 柳州, english: Liuzhou}}
    groups: [{id: money, name: 经费, english: Money}]
    dimensions:
      - id: base
        group: money
        name: 每年的补助
        english: Yearly subsidy
        measures: {liuzhou: {results: [construction_subsidy]}, weihai: 没有规定}
    facts:
      - {id: staff_count, name: 人员数, english: staff, measures: {liuzhou: staff_count}}

A key that is not known is a fault, never passed over.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from policylang.facts.nodes import Mapping, Node, Scalar, Sequence, quote
from policylang.facts.tree import load_tree
from policylang.facts.vocabulary import (
    Caution,
    CommonFact,
    Counterpart,
    Dimension,
    Named,
    Shows,
    Steps,
    Takes,
    Vocabulary,
    Written,
)
from policylang.measure.citation import Citation
from policylang.source.diagnostic import Diagnostic, Message, did_you_mean, error

if TYPE_CHECKING:
    from collections.abc import Callable

    from policylang.source.text import SourceText

#: What stands in place of a cell where the measure says nothing.
SILENT = ("没有规定", "silent")

_T = TypeVar("_T")


def read_vocabulary(source: SourceText) -> tuple[Vocabulary | None, tuple[Diagnostic, ...]]:
    """The vocabulary of a file, and every mistake in it; it is to be used only when there are none."""
    tree, found = load_tree(source, "yaml")
    if tree is None:
        return None, found
    reader = _Reader()
    vocabulary = reader.vocabulary(tree)
    return vocabulary, (*found, *reader.faults)


class _Reader:
    """Reads the parts and keeps the faults."""

    def __init__(self) -> None:
        self.faults: list[Diagnostic] = []
        self.measures: dict[str, Message] = {}
        self.groups: set[str] = set()

    def vocabulary(self, root: Node) -> Vocabulary:
        parts = self.parts(root, "measures", "groups", "dimensions", "facts", "steps")
        for key, value in self.entries(parts.get("measures")):
            named = self.parts(value, "name", "english")
            self.measures[key.text] = self.name(named, value)
        groups = tuple(self.each(parts.get("groups"), self.group))
        self.groups = {group.id for group in groups}
        return Vocabulary(
            measures=self.measures,
            groups=groups,
            dimensions=self.once(self.each(parts.get("dimensions"), self.dimension), parts.get("dimensions")),
            facts=self.once(self.each(parts.get("facts"), self.fact), parts.get("facts")),
            steps=self.by_measure(parts.get("steps"), self.step),
        )

    # parts

    def group(self, node: Node) -> Named:
        parts = self.parts(node, "id", "name", "english")
        return Named(self.id(parts, node), self.name(parts, node))

    def dimension(self, node: Node) -> Dimension:
        parts = self.parts(node, "id", "group", "name", "english", "shows", "takes", "measures", "not_comparable")
        group = self.text(parts.get("group"))
        if group not in self.groups:
            self.unknown(parts.get("group", node), group, sorted(self.groups), ("组别", "group"))
        return Dimension(
            id=self.id(parts, node),
            group=group,
            name=self.name(parts, node),
            cells=self.by_measure(parts.get("measures"), self.written),
            cautions=tuple(self.each(parts.get("not_comparable"), self.caution)),
            shows=self.word(parts.get("shows"), get_args(Shows)),
            takes=self.word(parts.get("takes"), get_args(Takes)),
        )

    def written(self, node: Node) -> Written:
        if isinstance(node, Scalar):
            if node.text not in SILENT:
                self.fault(node, "这里写要点，或者写“没有规定”", "a cell has a gist, or says “silent”")
            return Written(silent=True)
        parts = self.parts(node, "gist", "english", "clauses", "results", "facts")
        gist = Message(self.text(parts.get("gist")), self.text(parts.get("english")))
        if bool(gist.zh) != bool(gist.en):
            self.fault(node, "gist 和 english 要一起写", "gist and english belong together")
        clauses = tuple(self.each(parts.get("clauses"), self.clause))
        if "facts" in parts and not clauses:
            self.fault(node, "列出类型的，要写明条款", "the clause is missing")
        results = tuple(self.each(parts.get("results"), self.text))
        return Written(gist if gist.zh else None, clauses, results, tuple(self.each(parts.get("facts"), self.text)))

    def clause(self, node: Node) -> Citation:
        text = self.text(node)
        found = Citation.parse(text)
        if found is None:
            self.fault(node, f"“{quote(text)}”不是条款", f"“{quote(text)}” is no clause")
        return found or Citation(text, (text,))

    def caution(self, node: Node) -> Caution:
        parts = self.parts(node, "between", "against", "note", "english")
        between = tuple(self.each(parts.get("between"), self.measure))
        against = tuple(self.each(parts.get("against"), self.measure))
        if not between or (len(between) < 2 and not against):
            self.fault(node, "between 要写两份以上的办法，或者另写 against", "between needs two measures or more, or against")
        return Caution(between, self.told(parts, "note", node), against)

    def fact(self, node: Node) -> CommonFact:
        parts = self.parts(node, "id", "name", "english", "measures")
        return CommonFact(
            self.id(parts, node), self.name(parts, node), self.by_measure(parts.get("measures"), self.counterpart)
        )

    def counterpart(self, node: Node) -> Counterpart:
        if isinstance(node, Scalar):
            return Counterpart(self.text(node))
        parts = self.parts(node, "fact", "values", "differs", "but", "english")
        values = {key.text: self.text(value) for key, value in self.entries(parts.get("values"))}
        return Counterpart(
            fact=self.text(parts.get("fact", node)),
            values=values if "values" in parts else None,
            differs=self.told(parts, "differs", node) if "differs" in parts else None,
            but=self.told(parts, "but", node) if "but" in parts else None,
        )

    def step(self, node: Node) -> Steps:
        parts = self.parts(
            node, "counts", "english", "as_of", "year", "most", "results", "facts", "number", "list", "each"
        )
        facts, each = parts.get("facts", Mapping(())), parts.get("each", Mapping(()))
        for inner in (facts, each):
            if not isinstance(inner, Mapping):
                self.fault(inner, "这里要逐行写“名称: 值”", "a mapping of facts is needed here")
        day, year, most = (self.text(parts.get(key, node)) for key in ("as_of", "year", "most"))
        try:
            as_of = date.fromisoformat(day)
        except ValueError:
            self.fault(parts.get("as_of", node), "这里要写日期，如 2025-12-10", "a day such as 2025-12-10 is needed")
            as_of = date.min
        return Steps(
            counts=self.told(parts, "counts", node),
            as_of=as_of,
            year=int(year) if year.isdecimal() and len(year) == 4 else as_of.year,
            most=int(most) if most.isdecimal() and len(most) < 3 else 0,
            results=tuple(self.each(parts.get("results"), self.text)),
            facts=facts if isinstance(facts, Mapping) else Mapping(()),
            number=self.text(parts["number"]) if "number" in parts else None,
            listed=self.text(parts["list"]) if "list" in parts else None,
            each=each if isinstance(each, Mapping) else Mapping(()),
        )

    # pieces

    def parts(self, node: Node, *known: str) -> dict[str, Node]:
        """The entries of a mapping by key."""
        found = {}
        for key, value in self.entries(node):
            if key.text in known:
                found[key.text] = value
            else:
                self.unknown(key, key.text, list(known), ("项目", "key"))
        return found

    def entries(self, node: Node | None) -> tuple[tuple[Scalar, Node], ...]:
        if isinstance(node, Mapping):
            return node.entries
        if node is not None:
            self.fault(node, "这里要写几行“名称: 值”", "a mapping is needed here")
        return ()

    def each(self, node: Node | None, read: Callable[[Node], _T]) -> list[_T]:
        if node is None:
            return []
        if not isinstance(node, Sequence):
            self.fault(node, "这里要写清单", "a list is needed here")
            return []
        return [read(item) for item in node.items]

    def by_measure(self, node: Node | None, read: Callable[[Node], _T]) -> dict[str, _T]:
        return {self.measure(key): read(value) for key, value in (() if node is None else self.entries(node))}

    def once(self, found: list[_T], node: Node | None) -> tuple[_T, ...]:
        """What is found, with a fault for each id that is given twice."""
        ids = [getattr(one, "id", "") for one in found]
        for again in sorted({x for x in ids if ids.count(x) > 1}):
            if node is not None:
                self.fault(node, f"“{quote(again)}”写了两次", f"{quote(again)} is given twice")
        return tuple(found)

    def measure(self, node: Node) -> str:
        text = self.text(node)
        if text not in self.measures:
            self.unknown(node, text, list(self.measures), ("办法", "measure"))
        return text

    def text(self, node: Node | None) -> str:
        if node is None:
            return ""
        if not isinstance(node, Scalar) or not node.text:
            self.fault(node, "这里要写一个词或一句话", "a text is needed here")
            return ""
        return node.text

    def id(self, parts: dict[str, Node], node: Node) -> str:
        return self.text(parts.get("id", node))

    def name(self, parts: dict[str, Node], node: Node) -> Message:
        return self.told(parts, "name", node)

    def told(self, parts: dict[str, Node], key: str, node: Node) -> Message:
        """A text in Chinese under ``key``, in English under ``english``; both are needed."""
        return Message(self.text(parts.get(key, node)), self.text(parts.get("english", node)))

    def word(self, node: Node | None, words: tuple[str, ...]) -> Any:
        text = self.text(node)
        if node is not None and text not in words:
            self.unknown(node, text, list(words), ("写法", "word"))
        return text or None

    def unknown(self, node: Node, text: str, known: list[str], what: tuple[str, str]) -> None:
        meant = did_you_mean(text, known)
        listed_zh, listed_en = "、".join(known), ", ".join(known)
        self.faults.append(
            error(
                "bad-vocabulary",
                node.span,
                f"没有名为“{quote(text)}”的{what[0]}",
                f"unknown {what[1]} “{quote(text)}”",
                help_zh=f"是否应为“{meant}”？" if meant else f"可写：{listed_zh}",
                help_en=f"did you mean “{meant}”?" if meant else f"there are: {listed_en}",
            )
        )

    def fault(self, node: Node, zh: str, en: str) -> None:
        self.faults.append(
            error(
                "bad-vocabulary", node.span, zh, en,
                help_zh="格式见 docs/comparison.md", help_en="see docs/comparison.md for the format",
            )
        )  # fmt: skip
