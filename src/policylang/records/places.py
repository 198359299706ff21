"""Where each recorded value came from: whom the policy names for it, and where it stands in the facts file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from policylang.facts.nodes import Mapping, Node, Sequence, is_null
from policylang.facts.paths import FactPath
from policylang.facts.tree import Kind, load_tree
from policylang.semantics.periods import Period
from policylang.semantics.types import Records

if TYPE_CHECKING:
    from collections.abc import Iterator

    from policylang.semantics import ir
    from policylang.source.span import Span
    from policylang.source.text import SourceText


@dataclass(frozen=True, slots=True)
class Place:
    """One recorded value, and where its text is in the file."""

    path: FactPath
    span: Span | None

    @property
    def source(self) -> ir.Source:
        """Who says so, as the policy declares it; a field without a source has that of its list."""
        field = self.path.field
        return self.path.fact.source if field is None or field.source.kind == "unstated" else field.source


def places(policy: ir.Policy, source: SourceText, kind: Kind) -> tuple[Place, ...]:
    """Every value that a facts file without mistakes records, in the order written."""
    tree, _ = load_tree(source, kind)
    declared = {key: fact for fact in policy.facts for key in (fact.name, fact.id)}
    entries = tree.entries if isinstance(tree, Mapping) else ()
    for key, value in entries:
        if key.text in {"facts", "事实"} and key.text not in declared:
            entries = value.entries if isinstance(value, Mapping) else ()
    return tuple(place for key, value in entries if key.text in declared for place in _of(declared[key.text], value))


def _of(fact: ir.Fact, node: Node) -> Iterator[Place]:
    match node:
        case _ if is_null(node):
            return
        case Sequence(items) if isinstance(fact.type, Records):
            for index, item in enumerate(items):
                yield from _item(fact, index, item)
        case Mapping(entries) if fact.series is not None:
            for key, value in entries:
                period = Period.parse(fact.series, key.text)
                if period is not None:
                    yield Place(FactPath(fact, period), key.span if is_null(value) else value.span)
        case _:
            yield Place(FactPath(fact), node.span)


def _item(fact: ir.Fact, index: int, item: Node) -> Iterator[Place]:
    fields = {key: field for field in fact.fields for key in (field.name, field.id)}
    for key, value in item.entries if isinstance(item, Mapping) else ():
        if key.text in fields and not is_null(value):
            yield Place(FactPath(fact, item=index, field=fields[key.text]), value.span)
