"""Needs as SQL: words of bits where there is at most one way, arrays of ways otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from policylang.engines.sql.chain import Value, merged
from policylang.engines.sql.expressions import cases, united
from policylang.engines.sql.facts import field_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from policylang.engines.sql.dialect import Dialect
    from policylang.engines.sql.facts import Facts
    from policylang.plan.nodes import Node

    #: Makes a value a column of a name, so that it can be written more than once.
    Keep = Callable[[str, Value], Value]


class Ways:
    """Computes needs of the values of their arguments."""

    def __init__(self, dialect: Dialect, facts: Facts, most: Mapping[str, int]) -> None:
        self._dialect = dialect
        self._facts = facts
        self._most = most

    def needs(self, node: Node, args: Sequence[Value], keep: Keep) -> Value:
        """Words for a node that is ``single``, otherwise an array of ways."""
        data: Any = node.data
        match node.op:
            case "constant":
                return Value({})
            case "missing":
                word, mask = self._facts.bit(data)
                return Value({word: str(mask)})
            case "missing_field":
                return self._field(data)
            case _ if node.single:
                return self._single(node, args, keep)
            case _:
                return self._several(node, args, keep)

    def _field(self, data: tuple[str, str]) -> Value:
        found: dict[int, list[str]] = {}
        for number in range(self._most.get(data[0], 0)):
            word, mask = self._facts.bit(field_of(data, number))
            found.setdefault(word, []).append(f"WHEN i = {number} THEN {mask}")
        return Value({w: f"CASE {' '.join(whens)} ELSE 0 END" for w, whens in found.items()}, depth=1)

    def _single(self, node: Node, args: Sequence[Value], keep: Keep) -> Value:
        match node.op:
            case "gate":
                args = [self._shared(node, 0, args[0], args[1], keep), args[1]]
                texts = {w: cases((args[0].text, text, "0")) for w, text in args[1].texts.items()}
                return merged(texts, args)
            case "choose_needs":
                words = sorted(set().union(*(value.texts for value in self._values(args))))
                if len(words) > 1:
                    args = [keep(f"n{node.number}_c{n}", arg) if n % 2 == 0 and arg is not args[-1] else arg for n, arg in enumerate(args)]
                own = list(self._values(args))
                texts = {w: self._chosen(args, [value.texts.get(w, "0") for value in own]) for w in words}
                return merged(texts, args)
            case _:
                words = sorted(set().union(*(arg.texts for arg in args)))
                depth = max(len(args) - 1, 1).bit_length() + 1
                return merged({w: united(self._dialect, [a.texts[w] for a in args if w in a.texts]) for w in words}, args, depth)

    def _shared(self, node: Node, place: int, condition: Value, value: Value, keep: Keep) -> Value:
        """A condition that is written once for each word."""
        return keep(f"n{node.number}_c{place}", condition) if len(value.texts) > 1 else condition

    def _several(self, node: Node, args: Sequence[Value], keep: Keep) -> Value:
        name = f"n{node.number}"
        match node.op:
            case "gate":
                return merged(cases((args[0].text, self.array(node.args[1], args[1]).text, self._dialect.no_ways)), args, 2)
            case "choose_needs":
                own = [*node.args[1::2], node.args[-1]]
                values = [self.array(each, value) for each, value in zip(own, self._values(args), strict=True)]
                return merged(self._chosen(args, [value.text for value in values]), args, 4)
            case "either":
                return self._either(node, args)
            case "together":
                pair = [keep(f"{name}_{n}", self.array(*each)) for n, each in enumerate(zip(node.args, args, strict=True))]
                return self._together(pair[0], pair[1])
            case _:
                return self._all_of(node, args, keep)

    @staticmethod
    def _values(args: Sequence[Value]) -> list[Value]:
        return [*args[1::2], args[-1]]

    @staticmethod
    def _chosen(args: Sequence[Value], texts: Sequence[str]) -> str:
        found = [part for when, text in zip(args[:-1:2], texts[:-1], strict=True) for part in (when.text, text)]
        return cases([*found, texts[-1]])

    def array(self, node: Node, value: Value) -> Value:
        """The needs as an array of ways."""
        if not node.single:
            return value
        if not value.texts:
            return Value({0: self._dialect.no_ways})
        return merged(self._dialect.ways([self._words(value)]), [value], 5)

    def _words(self, value: Value) -> list[str]:
        return [value.texts.get(word, "0") for word in range(self._dialect.words)]

    def _either(self, node: Node, args: Sequence[Value]) -> Value:
        single = [self._words(value) for own, value in zip(node.args, args, strict=True) if own.single]
        arrays = [value.text for own, value in zip(node.args, args, strict=True) if not own.single]
        if single:
            arrays.append(self._dialect.ways(single))
        return merged(self._dialect.smallest(self._dialect.concatenated(arrays)), args, 10)

    def _together(self, left: Value, right: Value) -> Value:
        return merged(self._dialect.together(left.text, right.text), (left, right), 16)

    def _all_of(self, node: Node, args: Sequence[Value], keep: Keep) -> Value:
        """What has one way is put together last, as ``values.all_of`` does."""
        dialect, name = self._dialect, f"n{node.number}"
        single = [merged(dialect.ways([self._words(v)]), [v], 5) for own, v in zip(node.args, args, strict=True) if own.single and v.texts]
        found: Value | None = None
        for n, (own, value) in enumerate(zip(node.args, args, strict=True)):
            if own.single:
                continue
            kept = keep(f"{name}_{n}", value)
            one = f"{dialect.count(kept.text)} = 1"
            single.append(merged(cases((one, kept.text, dialect.no_ways)), [kept]))
            several = keep(f"{name}_{n}_m", merged(cases((one, dialect.no_ways, kept.text)), [kept]))
            found = several if found is None else keep(f"{name}_{n}_t", self._together(found, several))
        alone = keep(f"{name}_a", merged(dialect.concatenated([value.text for value in single]), single, 2))
        plain = keep(f"{name}_p", merged(dialect.one(alone.text), [alone], 6))
        return plain if found is None else self._together(found, plain)

    # over the records of a list

    def gathered(self, node: Node, value: Value) -> dict[str, str]:
        """The aggregates, by name, that what is missing over the records is made of."""
        dialect, name, data = self._dialect, f"n{node.number}", node.data
        if node.single:
            return {f"{name}_{w}": f"bit_or({text})" for w, text in value.texts.items()}
        assert isinstance(data, tuple)  # noqa: S101 - the list, and how
        if data[1] == "together":
            return {name: dialect.gathered(value.text, "i", name)}
        one = f"{dialect.count(value.text)} = 1"
        return {
            f"{name}_m": dialect.gathered(cases((one, dialect.no_ways, value.text)), "i", name),
            f"{name}_p": dialect.united(value.text, condition=one),
        }

    def of_gathered(self, node: Node, found: Mapping[str, Value]) -> Value:
        """The needs of the station, of the columns that hold the aggregates."""
        name = f"n{node.number}"
        if node.single:
            texts = {int(own.rpartition("_")[2]): value.text for own, value in found.items()}
            return Value(texts, frozenset(texts.values()), plain=True)
        return found[name] if name in found else self._together(found[f"{name}_m"], found[f"{name}_p"])

    # outputs

    def text(self, node: Node, value: Value) -> Value:
        """The needs as text."""
        bits = self._facts.of(node)
        if not bits or not value.texts:
            return Value({0: self._dialect.text("")})
        if not node.single:
            return merged(self._dialect.ways_text(value.text, bits), [value])
        return merged(self._dialect.way_text(value.texts, bits), [value])
