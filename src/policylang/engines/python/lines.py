"""Nodes as straight lines of Python: each once, and where only a branch needs it, in that branch.

Every node has a *region*: the whole function, one branch of a ``choose`` or a ``gate``, what stands behind the first limb
of an ``and`` or ``or``, or the body of a loop over records. A node belongs to the innermost region around all its uses.
What is used once is written into its user; what is used more often gets a variable in its region.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from policylang.engines.python.texts import Names, operation
from policylang.plan.nodes import REDUCTIONS, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

#: How deep expressions and regions are nested before a variable or the outer region is taken.
_DEEP = 20
#: Longer choices and conjunctions do not open a region for each part; longer choices are written in parts.
_FEW, _MANY = 6, 16
_LOOPS = REDUCTIONS | {"records"}


class _Region:
    """A block of lines, ``nodes`` those with a variable in it; ``used`` if it or a region in it has one."""

    __slots__ = ("depth", "nodes", "parent", "used")

    def __init__(self, parent: _Region | None) -> None:
        self.parent = parent
        self.depth: int = parent.depth + 1 if parent else 0
        self.nodes: list[Node] = []
        self.used = False

    def add(self, node: Node) -> None:
        self.nodes.append(node)
        block: _Region | None = self
        while block is not None and not block.used:
            block.used = True
            block = block.parent


def _around(left: _Region, right: _Region) -> _Region:
    """The innermost region around two."""
    while left is not right:
        if left.depth >= right.depth and left.parent:
            left = left.parent
        elif right.parent:
            right = right.parent
    return left


class _Scope:
    """Where the nodes of one level are written: the function, or the body of a loop over a list."""

    def __init__(self, lines: Lines, level: str | None, sinks: Iterable[Node], outer: Mapping[int, str]) -> None:
        self._lines = lines
        self.level = level
        self.root = _Region(None)
        self.names: dict[int, str] = dict(outer)
        self._depth: dict[int, int] = {}
        self._uses: dict[int, int] = defaultdict(int)
        self._blocks: dict[tuple[int, int], _Region] = {}
        self._own: dict[int, _Region] = {}
        self._place(list(sinks))

    def _place(self, sinks: list[Node]) -> None:
        nodes = sorted(self._within(sinks), key=lambda node: node.number)
        for sink in sinks:
            self._use(sink, self.root, 1)
        for node in reversed(nodes):
            self._spread(node)
        for node in nodes:
            if self._needs_variable(node):
                self.names[node.number] = self._lines.fresh()
                self._own[node.number].add(node)
                self._depth[node.number] = 0
            else:
                self._depth[node.number] = 1 + max((self._depth.get(arg.number, 0) for arg in node.args), default=0)

    def _within(self, sinks: list[Node]) -> list[Node]:
        seen: set[int] = set()
        found: list[Node] = []
        waiting = list(sinks)
        while waiting:
            node = waiting.pop()
            if node.number in seen or not self._here(node):
                continue
            seen.add(node.number)
            found.append(node)
            waiting += self._lines.outside(node) if node.op in _LOOPS else node.args
        return found

    def _here(self, node: Node) -> bool:
        return node.level == self.level and node.number not in self.names

    def _use(self, node: Node, region: _Region, times: int) -> None:
        if self._here(node):
            self._uses[node.number] += times
            own = self._own.get(node.number)
            self._own[node.number] = region if own is None else _around(own, region)

    def _spread(self, node: Node) -> None:
        """Tells the arguments of a node where they are used."""
        region = self._own[node.number]
        if node.op in _LOOPS:
            for station in self._lines.outside(node):
                self._use(station, region, 2)
            return
        times = 1
        if node.op == "not":
            times = self._uses[node.number]
        elif node.op in {"least", "greatest", "look_up"}:
            times = 2
        regions = self._regions(node, region)
        for arg, block in zip(node.args, regions, strict=True):
            self._use(arg, block, times)

    def _regions(self, node: Node, region: _Region) -> list[_Region]:
        """The regions in which the arguments are used."""
        count = len(node.args)
        if region.depth >= _DEEP:
            return [region] * count
        match node.op:
            case "gate":
                return [region, self._block(node, 1, region)]
            case "and" | "or" if count <= _FEW:
                found = [region]
                for i in range(1, count):
                    found.append(self._block(node, i, found[-1]))
                return found
            case "choose" | "choose_needs":
                found, condition = [], region
                for i in range(0, count - 1, 2):
                    if i > 0 and count <= 2 * _FEW:
                        condition = self._block(node, i, condition)
                    found += [condition, self._block(node, i + 1, condition)]
                return [*found, self._block(node, count - 1, condition)]
            case _:
                return [region] * count

    def _block(self, node: Node, place: int, parent: _Region) -> _Region:
        block = self._blocks[node.number, place] = _Region(parent)
        return block

    def block(self, node: Node, place: int) -> _Region | None:
        """The region of an argument, if it has one of its own with lines in it."""
        found = self._blocks.get((node.number, place))
        return found if found is not None and found.used else None

    def branches(self, node: Node) -> bool:
        """A region of the node has lines of its own."""
        return any(self.block(node, i) is not None for i in range(len(node.args)))

    def _needs_variable(self, node: Node) -> bool:
        if node.op in _LOOPS or self.branches(node):
            return True
        if node.op in {"choose", "choose_needs"} and len(node.args) > 2 * _MANY:
            return True
        if self._uses[node.number] > 1 and not self._lines.cheap(node):
            return True
        return max((self._depth.get(arg.number, 0) for arg in node.args), default=0) >= _DEEP


class Lines:
    """Writes the lines that compute nodes; ``names`` says what stands for cells and constants.

    ``done``: the variables of nodes that are computed already, by number.
    """

    def __init__(self, names: Names) -> None:
        self.names = names
        self.done: dict[int, str] = {}
        self.lines: list[str] = []
        self._stage: dict[int, int] = {}
        self._outside: dict[int, list[Node]] = {}
        self._made = 0

    def fresh(self) -> str:
        """A new variable."""
        self._made += 1
        return f"v{self._made}"

    def cheap(self, node: Node) -> bool:
        """Looking it up again costs no more than a variable."""
        match node.op:
            case "constant" | "known" | "nothing" | "null" | "truth" | "given" | "listed" | "missing" | "not":
                return True
            case "number":
                return not operation(node, (), self.names).startswith("(")
            case _:
                return False

    def outside(self, node: Node) -> list[Node]:
        """The nodes of the station that a reduction needs, through the records or directly."""
        found = self._outside.get(node.number)
        if found is None:
            seen: dict[int, Node] = {}
            waiting = list(node.args)
            while waiting:
                one = waiting.pop()
                if one.number not in seen:
                    seen[one.number] = one
                    waiting += one.args if one.level is not None else ()
            found = self._outside[node.number] = [one for one in seen.values() if one.level is None]
        return found

    def write(self, outputs: Sequence[Node], indent: int = 1) -> list[str]:
        """Writes the lines for these outputs; returns the texts that give them, lists for nodes of records."""
        last = max((*(node.number for node in outputs), *self.done), default=0)
        sinks = [
            node if node.level is None else Node("records", (node,), node.level, node.kind, None, last + 1 + place)
            for place, node in enumerate(outputs)
        ]
        self._count_stages(sinks)
        scope = _Scope(self, None, sinks, self.done)
        self._region(scope.root, scope, indent)
        return [self._text(sink, scope) for sink in sinks]

    def _count_stages(self, sinks: Iterable[Node]) -> None:
        """How many loops have to end before a node can be computed."""
        waiting = list(sinks)
        while waiting:
            node = waiting[-1]
            open_ = [arg for arg in node.args if arg.number not in self._stage]
            if open_:
                waiting += open_
                continue
            waiting.pop()
            self._stage[node.number] = max((self._stage[a.number] for a in node.args), default=0) + (node.op in _LOOPS)

    def _put(self, indent: int, text: str) -> None:
        self.lines.append(" " * indent + text)

    def _text(self, node: Node, scope: _Scope) -> str:
        name = scope.names.get(node.number)
        if name is not None:
            return name
        return operation(node, [self._text(arg, scope) for arg in node.args], self.names)

    def _region(self, region: _Region | None, scope: _Scope, indent: int) -> None:
        if region is None:
            return
        written: set[int] = set()
        order = {node.number: (self._stage[node.number], node.op not in _LOOPS, node.number) for node in region.nodes}
        for node in sorted(region.nodes, key=lambda node: order[node.number]):
            if node.number in written:
                continue
            if node.op in _LOOPS:
                over = _list_of(node)
                stage = self._stage[node.number]
                group = [
                    one for one in region.nodes
                    if one.op in _LOOPS and _list_of(one) == over and self._stage[one.number] == stage
                ]  # fmt: skip
                self._loop(over, group, scope, indent)
                written.update(one.number for one in group)
            else:
                self._variable(node, scope, indent)

    def _variable(self, node: Node, scope: _Scope, indent: int) -> None:
        name = scope.names[node.number]
        if node.op in {"choose", "choose_needs"} and len(node.args) > 2 * _MANY:
            self._long_choice(node, name, scope, indent)
        elif not scope.branches(node):
            texts = [self._text(arg, scope) for arg in node.args]
            self._put(indent, f"{name} = {operation(node, texts, self.names)}")
        elif node.op in {"and", "or"}:
            for place, arg in enumerate(node.args):
                self._region(scope.block(node, place), scope, indent)
                self._put(indent, f"{name} = {self._text(arg, scope)}")
                if place + 1 < len(node.args):
                    self._put(indent, f"if {name}:" if node.op == "and" else f"if not {name}:")
                    indent += 1
        elif node.op == "gate":
            self._put(indent, f"{name} = 0")
            self._put(indent, f"if {self._text(node.args[0], scope)}:")
            self._assign(node, 1, name, scope, indent + 1)
        else:
            self._choice(node, name, scope, indent)

    def _assign(self, node: Node, place: int, name: str, scope: _Scope, indent: int) -> None:
        self._region(scope.block(node, place), scope, indent)
        self._put(indent, f"{name} = {self._text(node.args[place], scope)}")

    def _choice(self, node: Node, name: str, scope: _Scope, indent: int) -> None:
        for place in range(0, len(node.args) - 1, 2):
            word = "if"
            if place:
                before = scope.block(node, place)
                if before is not None and before.nodes:
                    self._put(indent, "else:")
                    indent += 1
                    self._region(before, scope, indent)
                else:
                    word = "elif"
            self._put(indent, f"{word} {self._text(node.args[place], scope)}:")
            self._assign(node, place + 1, name, scope, indent + 1)
        self._put(indent, "else:")
        self._assign(node, len(node.args) - 1, name, scope, indent + 1)

    def _long_choice(self, node: Node, name: str, scope: _Scope, indent: int) -> None:
        """A choice in parts, since Python compiles a chain by recursion."""
        self._put(indent, f"{name} = None")
        last = len(node.args) - 1
        for start in range(0, last, 2 * _MANY):
            inner = indent
            if start:
                self._put(indent, f"if {name} is None:")
                inner += 1
            for place in range(start, min(start + 2 * _MANY, last), 2):
                self._put(inner, f"{'elif' if place > start else 'if'} {self._text(node.args[place], scope)}:")
                self._assign(node, place + 1, name, scope, inner + 1)
        self._put(indent, f"if {name} is None:")
        self._assign(node, last, name, scope, indent + 1)

    def _loop(self, over: str, group: Sequence[Node], outer: _Scope, indent: int) -> None:
        """One pass over the records of a list, for all reductions that can be computed in it."""
        scope = _Scope(self, over, [node.args[0] for node in group], outer.names)
        for node in group:
            self._put(indent, f"{outer.names[node.number]} = {_START.get(node.op) or ('[]' if _listed(node) else '0')}")
        cells = ", ".join(self.names.cell(key) for key in self.names.fields[over])
        head = len(self.lines)
        self._put(indent, f"for {f'({cells},)' if cells else '_'} in {self.names.list(over)} or ():")
        self._region(scope.root, scope, indent + 1)
        for node in group:
            self._reduce(node, outer.names[node.number], self._text(node.args[0], scope), indent + 1)
        if any("<< o" in line for line in self.lines[head:]):
            self.lines.insert(head, " " * indent + "o = 0")
            self._put(indent + 1, f"o += {self.names.paths.width}")
        elif len(group) == 1 and group[0].op in {"any", "every"}:
            self._put(indent + 2, "break")
        for node in group:
            name = outer.names[node.number]
            if node.op in {"lowest", "highest"}:
                self._put(indent, f"if {name} is None:")
                self._put(indent + 1, f"{name} = {node.data[1]}")  # type: ignore[index]
            elif _listed(node) and node.op == "gather":
                self._put(indent, f"{name} = all_of(tuple({name}))")

    def _reduce(self, node: Node, name: str, value: str, indent: int) -> None:
        match node.op:
            case "any":
                self._put(indent, f"if {value}:")
                self._put(indent + 1, f"{name} = True")
            case "every":
                self._put(indent, f"if not {value}:")
                self._put(indent + 1, f"{name} = False")
            case "sum":
                self._put(indent, f"{name} += {value}")
            case "lowest" | "highest":
                self._put(indent, f"t = {value}")
                self._put(indent, f"if {name} is None or t {'<' if node.op == 'lowest' else '>'} {name}:")
                self._put(indent + 1, f"{name} = t")
            case "records":
                self._put(indent, f"{name}.append({value})")
            case _ if node.single:
                self._put(indent, f"{name} |= {value}")
            case _ if _listed(node):
                self._put(indent, f"{name}.append({value})")
            case _:
                self._put(indent, f"{name} = together({name}, {value})")


_START = {"any": "False", "every": "True", "sum": "0", "lowest": "None", "highest": "None", "records": "[]"}


def _list_of(node: Node) -> str:
    return node.data if isinstance(node.data, str) else node.data[0]  # type: ignore[index]


def _listed(node: Node) -> bool:
    """The needs of the records are kept until the loop has ended."""
    return node.op == "gather" and not node.single and node.data[1] == "all_of"  # type: ignore[index]
