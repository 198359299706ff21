"""Makes nodes: each only once, constants folded, so that what a policy cannot reach costs nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policylang.plan.meaning import moved, year_of
from policylang.plan.nodes import KINDS, REDUCTIONS, Kind, Node, Table

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from policylang.plan.layout import Key, Layout

#: Whole numbers of every engine stay within this.
LIMIT = 2**62
#: Longer conjunctions and disjunctions are not taken apart inside others, or a chain of n would be written n times.
FLAT = 12
#: How many conditions one whole number holds.
WORD = 62


class TooLargeError(ValueError):
    """A calculation could leave the whole numbers of 62 bits; ``most`` of the inputs says how large they may be."""


class Graph:
    """The nodes of one plan over one layout."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self._made: dict[tuple[object, ...], Node] = {}
        self._some: dict[int, Node] = {}
        self.true = self._make("constant", (), True, "bool")  # noqa: FBT003
        self.false = self._make("constant", (), False, "bool")  # noqa: FBT003
        self.settled = self._make("constant", (), None, "needs")

    def _make(
        self, op: str, args: tuple[Node, ...], data: Hashable, kind: Kind | None = None, level: str | None = None,
        ends: tuple[int, int] = (0, 0), single: bool = True,  # noqa: FBT001, FBT002
    ) -> Node:  # fmt: skip
        key = (op, kind, type(data), data, *(arg.number for arg in args))
        found = self._made.get(key)
        if found is None:
            if ends[0] < -LIMIT or ends[1] > LIMIT:
                raise TooLargeError(op)
            if level is None:
                level = next((arg.level for arg in args if arg.level is not None), None)
            found = Node(op, args, data, kind or KINDS[op], level, len(self._made), ends, single)
            self._made[key] = found
        return found

    def copy(self, node: Node, args: Sequence[Node]) -> Node:
        """The same operation as it is, over other arguments of the same kinds and levels."""
        if node.op in REDUCTIONS:
            return self._to_station(node.op, args[0], node.data, node.ends, node.single)
        kind = node.kind if node.op not in KINDS else None
        return self._make(node.op, tuple(args), node.data, kind, node.level, node.ends, node.single)

    def joined(self, op: str, nodes: Iterable[Node]) -> Node:
        """The conjunction (``and``) or disjunction (``or``) of conditions as they are, nothing taken apart."""
        args = sorted(dict.fromkeys(nodes), key=lambda node: node.number)
        return args[0] if len(args) == 1 else self._make(op, tuple(args), None)

    # inputs

    def known(self, key: Key) -> Node:
        """The input has a value."""
        own = self.layout.inputs.get(key)
        if own is None:
            return self.false
        if not (own.absent or own.nothing or own.null):
            return self.true
        return self._make("known", (), key, level=_level(key))

    def nothing(self, key: Key) -> Node:
        """The input is known not to have happened."""
        own = self.layout.inputs.get(key)
        return self._make("nothing", (), key, level=_level(key)) if own is not None and own.nothing else self.false

    def null(self, key: Key) -> Node:
        """The input is an explicit null."""
        own = self.layout.inputs.get(key)
        return self._make("null", (), key, level=_level(key)) if own is not None and own.null else self.false

    def given(self, fact: str) -> Node:
        """The series is given, with entries or without."""
        if fact in self.layout.empty:
            return self._make("given", (), fact)
        entries = [key for key in self.layout.inputs if key.fact == fact]
        return self.any(state for key in entries for state in (self.known(key), self.nothing(key), self.null(key)))

    def listed(self, records: str) -> Node:
        """The list is known."""
        if records not in self.layout.lists:
            return self.false
        return self._make("listed", (), records) if records in self.layout.unlisted else self.true

    def count(self, records: str) -> Node:
        """How many records the list has."""
        most = self.layout.lists.get(records, 0)
        return self._make("count", (), records, ends=(0, most)) if most else self.integer(0)

    def truth(self, key: Key) -> Node:
        """A yes-or-no input is 是."""
        return self._make("truth", (), key, level=_level(key)) if key in self.layout.inputs else self.false

    def number(self, key: Key) -> Node:
        """The whole number of an input."""
        own = self.layout.inputs.get(key)
        if own is None:
            return self.integer(0)
        return self._make("number", (), key, level=_level(key), ends=own.ends)

    def like(self, key: Key, parts: tuple[str, ...]) -> Node:
        """The text of an input has a form."""
        return self._make("like", (), (key, parts), level=_level(key)) if key in self.layout.inputs else self.false

    def same(self, left: Key, right: Key) -> Node:
        """Two texts are the same."""
        if left == right:
            return self.known(left)
        if left not in self.layout.inputs or right not in self.layout.inputs:
            return self.false
        pair = (min(left, right, key=str), max(left, right, key=str))
        return self._make("same", (), pair, level=_level(left) or _level(right))

    # conditions

    def boolean(self, value: bool) -> Node:  # noqa: FBT001 - a constant
        """A constant condition."""
        return self.true if value else self.false

    def all(self, nodes: Iterable[Node]) -> Node:
        """Every one of these holds."""
        return self._logic("and", "or", self.false, self.true, nodes)

    def any(self, nodes: Iterable[Node]) -> Node:
        """One of these holds."""
        return self._logic("or", "and", self.true, self.false, nodes)

    def both(self, *nodes: Node) -> Node:
        """Every one of these holds."""
        return self.all(nodes)

    def either_of(self, *nodes: Node) -> Node:
        """One of these holds."""
        return self.any(nodes)

    def _logic(self, op: str, dual: str, strong: Node, weak: Node, nodes: Iterable[Node]) -> Node:
        flat: dict[int, Node] = {}
        waiting = list(nodes)
        while waiting:
            for node in waiting:
                for one in node.args if node.op == op and len(node.args) <= FLAT else (node,):
                    if one is strong or self.no(one).number in flat:
                        return strong
                    if one is not weak:
                        flat[one.number] = one
            flat = {n: one for n, one in flat.items() if one.op != dual or not any(a.number in flat for a in one.args)}
            # x and (not x or y) is x and y; what gets thinner may make others thinner
            waiting = []
            for number, one in list(flat.items()):
                thin = self._without(one, dual, flat) if one.op == dual else one
                if thin is not one:
                    del flat[number]
                    waiting.append(thin)
                    if thin.op not in {op, dual, "constant"}:
                        flat[thin.number] = thin
        if not flat:
            return weak
        if len(flat) == 1:
            return next(iter(flat.values()))
        return self._make(op, tuple(flat[number] for number in sorted(flat)), None)

    def _without(self, node: Node, dual: str, held: dict[int, Node]) -> Node:
        """A part of a conjunction without those alternatives that another part rules out; and the other way round."""
        left = [arg for arg in node.args if self.no(arg).number not in held]
        if len(left) == len(node.args):
            return node
        return self.any(left) if dual == "or" else self.all(left)

    def no(self, node: Node) -> Node:
        """It does not hold."""
        match node.op:
            case "constant":
                return self.true if node is self.false else self.false
            case "not":
                return node.args[0]
            case _:
                return self._make("not", (node,), None)

    def less(self, left: Node, right: Node) -> Node:
        """Left is less than right."""
        if left is right or left.ends[0] >= right.ends[1]:
            return self.false
        if left.ends[1] < right.ends[0]:
            return self.true
        return self._make("less", (left, right), None)

    def at_most(self, left: Node, right: Node) -> Node:
        """Left is not more than right."""
        return self.no(self.less(right, left))

    def equal(self, left: Node, right: Node) -> Node:
        """Both are the same number."""
        if left is right:
            return self.true
        if left.ends[1] < right.ends[0] or right.ends[1] < left.ends[0]:
            return self.false
        if left.ends == right.ends and left.ends[0] == left.ends[1]:
            return self.true
        if right.number < left.number:
            left, right = right, left
        return self._make("equal", (left, right), None)

    def among(self, value: Node, numbers: frozenset[int]) -> Node:
        """The number is one of these."""
        inside = frozenset(n for n in numbers if value.ends[0] <= n <= value.ends[1])
        if not inside:
            return self.false
        if len(inside) == value.ends[1] - value.ends[0] + 1:
            return self.true
        if len(inside) == 1:
            return self.equal(value, self.integer(next(iter(inside))))
        return self._make("among", (value,), inside)

    def holds_bit(self, mask: Node, bit: int) -> Node:
        """A bit of a mask is set."""
        if mask.op == "constant":
            return self.boolean(bool(mask.data >> bit & 1))  # type: ignore[operator]
        if mask.op == "pack":
            return mask.args[bit] if bit < len(mask.args) else self.false
        return self._make("holds_bit", (mask,), bit)

    # whole numbers

    def integer(self, value: int) -> Node:
        """A constant number."""
        return self._make("constant", (), value, "int", ends=(value, value))

    def add(self, left: Node, right: Node) -> Node:
        """The sum."""
        ends = (left.ends[0] + right.ends[0], left.ends[1] + right.ends[1])
        return self._number("add", left, right, ends, 0)

    def subtract(self, left: Node, right: Node) -> Node:
        """The difference."""
        ends = (left.ends[0] - right.ends[1], left.ends[1] - right.ends[0])
        return self._number("subtract", left, right, ends, None)

    def multiply(self, left: Node, right: Node) -> Node:
        """The product."""
        products = [a * b for a in left.ends for b in right.ends]
        return self._number("multiply", left, right, (min(products), max(products)), 1)

    def _number(self, op: str, left: Node, right: Node, ends: tuple[int, int], unit: int | None) -> Node:
        if ends[0] == ends[1]:
            return self.integer(ends[0])
        if unit is not None and left.op == "constant" and left.data == unit:
            return right
        if right.op == "constant" and right.data == (0 if unit is None else unit):
            return left
        return self._make(op, (left, right), None, ends=ends)

    def least(self, left: Node, right: Node) -> Node:
        """The smaller one."""
        if left is right or left.ends[1] <= right.ends[0]:
            return left
        if right.ends[1] <= left.ends[0]:
            return right
        ends = (min(left.ends[0], right.ends[0]), min(left.ends[1], right.ends[1]))
        return self._make("least", (left, right), None, ends=ends)

    def greatest(self, left: Node, right: Node) -> Node:
        """The greater one."""
        if left is right or left.ends[0] >= right.ends[1]:
            return left
        if right.ends[0] >= left.ends[1]:
            return right
        ends = (max(left.ends[0], right.ends[0]), max(left.ends[1], right.ends[1]))
        return self._make("greatest", (left, right), None, ends=ends)

    def choose(self, cases: Iterable[tuple[Node, Node]], otherwise: Node) -> Node:
        """The number of the first condition that holds."""
        args, otherwise = self._cases(cases, otherwise)
        if not args:
            return otherwise
        values = [*args[1::2], otherwise]
        ends = (min(v.ends[0] for v in values), max(v.ends[1] for v in values))
        return self._make("choose", (*args, otherwise), None, ends=ends)

    def _cases(self, cases: Iterable[tuple[Node, Node]], otherwise: Node) -> tuple[tuple[Node, ...], Node]:
        """The cases that can be reached, and what is left for all others."""
        found: list[tuple[Node, Node]] = []
        for when, value in cases:
            if when is self.true:
                otherwise = value
                break
            if when is self.false or any(when is earlier for earlier, _ in found):
                continue
            if found and found[-1][1] is value:
                found[-1] = (self.either_of(found[-1][0], when), value)
            else:
                found.append((when, value))
        while found and found[-1][1] is otherwise:
            found.pop()
        return tuple(node for case in found for node in case), otherwise

    def pack(self, conditions: Sequence[Node]) -> Node:
        """A mask: bit i is the i-th condition."""
        if len(conditions) > WORD:
            raise TooLargeError("pack")
        if all(c.op == "constant" for c in conditions):
            return self.integer(sum(1 << i for i, c in enumerate(conditions) if c is self.true))
        return self._make("pack", tuple(conditions), None, ends=(0, 2 ** len(conditions) - 1))

    def year(self, day: Node) -> Node:
        """The year of a day."""
        if day.op == "constant":
            return self.integer(year_of(day.data))  # type: ignore[arg-type]
        return self._make("year", (day,), None, ends=(1, 9999))

    def months(self, day: Node, n: int) -> Node:
        """The day moved by months; ordinals outside the calendar are taken as its first or last day."""
        if day.op == "constant" and n:
            return self.integer(moved(day.data, n))  # type: ignore[arg-type]
        return day if n == 0 else self._make("months", (day,), n, ends=(1, 3_652_059))

    def look_up(self, table: Table, key: Node) -> Node:
        """The value of a table at a key."""
        if key.op == "constant":
            return self.integer(table(key.data))  # type: ignore[arg-type]
        values = (*table.values, table.default)
        if len(set(values)) == 1:
            return self.integer(table.default)
        return self._make("look_up", (key,), table, ends=(min(values), max(values)))

    # what is missing

    def missing(self, path: str) -> Node:
        """This fact is missing."""
        return self._make("missing", (), path)

    def missing_field(self, records: str, own: str) -> Node:
        """This field of the record is missing."""
        return self._make("missing_field", (), (records, own), level=records)

    def gate(self, condition: Node, needs: Node) -> Node:
        """The needs where the condition holds."""
        if condition is self.true or needs is self.settled:
            return needs
        if condition is self.false:
            return self.settled
        if needs.op == "gate":
            return self.gate(self.both(condition, needs.args[0]), needs.args[1])
        return self._make("gate", (condition, needs), None, single=needs.single)

    def all_of(self, needs: Iterable[Node]) -> Node:
        """What settles several at once."""
        found: list[Node] = []
        for each in needs:
            if each is not self.settled and not (each.single and any(each is other for other in found)):
                found.append(each)
        if len(found) <= 1:
            return found[0] if found else self.settled
        if all(each.single for each in found):
            flat = dict.fromkeys(one for each in found for one in (each.args if each.op == "all_of" else (each,)))
            return self._make("all_of", tuple(sorted(flat, key=lambda node: node.number)), None)
        return self._make("all_of", tuple(found), None, single=False)

    def together(self, left: Node, right: Node) -> Node:
        """What settles two at once."""
        if left is self.settled or left is right:
            return right
        if right is self.settled:
            return left
        if left.single and right.single:
            return self.all_of((left, right))
        return self._make("together", (left, right), None, single=False)

    def either(self, needs: Iterable[Node]) -> Node:
        """What settles one of several."""
        found = list(dict.fromkeys(each for each in needs if each is not self.settled))
        if len(found) <= 1:
            return found[0] if found else self.settled
        return self._make("either", tuple(found), None, single=False)

    def choose_needs(self, cases: Iterable[tuple[Node, Node]], otherwise: Node) -> Node:
        """The needs of the first condition that holds."""
        args, otherwise = self._cases(cases, otherwise)
        if not args:
            return otherwise
        if len(args) == 2 and otherwise is self.settled:
            return self.gate(args[0], args[1])
        single = all(value.single for value in (*args[1::2], otherwise))
        return self._make("choose_needs", (*args, otherwise), None, single=single)

    def some(self, needs: Node) -> Node:
        """Something is missing."""
        found = self._some.get(needs.number)
        if found is None:
            found = self._some[needs.number] = self._any_way(needs)
        return found

    def _any_way(self, needs: Node) -> Node:
        match needs.op:
            case "constant":
                return self.false
            case "missing" | "missing_field":
                return self.true
            case "gate":
                return self.both(needs.args[0], self.some(needs.args[1]))
            case "choose_needs":
                *cases, otherwise = needs.args
                found: list[Node] = []
                before: list[Node] = []
                for when, value in zip(cases[::2], cases[1::2], strict=True):
                    found.append(self.all([*map(self.no, before), when, self.some(value)]))
                    before.append(when)
                return self.any([*found, self.all([*map(self.no, before), self.some(otherwise)])])
            case "gather":
                return self.any_record(needs.data[0], self.some(needs.args[0]))  # type: ignore[index]
            case _:
                return self.any(self.some(arg) for arg in needs.args)

    # over the records of a list

    def any_record(self, records: str, condition: Node) -> Node:
        """The condition holds for a record."""
        return self._reduced("any", records, condition, self.false)

    def every_record(self, records: str, condition: Node) -> Node:
        """The condition holds for every record."""
        return self._reduced("every", records, condition, self.true)

    def _reduced(self, op: str, records: str, condition: Node, without: Node) -> Node:
        if records not in self.layout.lists or condition is without:
            return without
        if condition.level is None:
            has = self.less(self.integer(0), self.count(records))
            return self.both(has, condition) if op == "any" else self.either_of(self.no(has), condition)
        return self._to_station(op, condition, records)

    def sum_records(self, records: str, value: Node) -> Node:
        """The sum over the records."""
        most = self.layout.lists.get(records, 0)
        if not most or value.ends == (0, 0):
            return self.integer(0)
        ends = (min(0, value.ends[0] * most), max(0, value.ends[1] * most))
        if value.level is None:
            return self.multiply(self.count(records), value)
        return self._to_station("sum", value, records, ends=ends)

    def extreme_record(self, op: str, records: str, value: Node, without: int) -> Node:
        """The ``lowest`` or ``highest`` number over the records."""
        if not self.layout.lists.get(records):
            return self.integer(without)
        ends = (min(without, value.ends[0]), max(without, value.ends[1]))
        if value.level is None:
            has = self.less(self.integer(0), self.count(records))
            return self.choose([(has, value)], self.integer(without))
        return self._to_station(op, value, (records, without), ends=ends)

    def gather(self, records: str, needs: Node, how: str) -> Node:
        """What is missing over all records, in their order."""
        if not self.layout.lists.get(records) or needs is self.settled:
            return self.settled
        if needs.level is None:
            has = self.less(self.integer(0), self.count(records))
            return self.gate(has, needs)
        return self._to_station("gather", needs, (records, how), single=needs.single)

    def _to_station(
        self, op: str, value: Node, data: Hashable, ends: tuple[int, int] = (0, 0), single: bool = True  # noqa: FBT001, FBT002
    ) -> Node:
        key = (op, None, type(data), data, value.number)
        found = self._made.get(key)
        if found is None:
            if ends[0] < -LIMIT or ends[1] > LIMIT:
                raise TooLargeError(op)
            found = Node(op, (value,), data, KINDS[op], None, len(self._made), ends, single)
            self._made[key] = found
        return found

    # counting conditions

    def several(self, conditions: Iterable[Node]) -> Node:
        """Two of these hold, or more."""
        found = list(conditions)
        if len(found) < 2:
            return self.false
        half = len(found) // 2
        left, right = found[:half], found[half:]
        across = self.both(self.any(left), self.any(right))
        return self.any((self.several(left), self.several(right), across))


def _level(key: Key) -> str | None:
    return key.fact if key.field is not None else None
