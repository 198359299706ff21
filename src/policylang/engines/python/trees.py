"""Decision diagrams as trees of ifs.

A part of a diagram that several branches share is written out in each while it is small, and becomes a function when it is
not: the source grows with the diagram. Where a number only selects among constants, they are looked up.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from math import gcd
from typing import TYPE_CHECKING, Any

from policylang.engines.python.texts import Names, literal, operation, yes
from policylang.plan.conditions import NEVER, NONE, NULL, OTHER, TRUE, Question
from policylang.plan.nodes import Node
from policylang.semantics.types import Boolean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from policylang.engines.python.questions import Questions
    from policylang.plan.diagrams import Diagrams

#: A shared part with more branches is a function, unless all are written out in so many; ifs are nested at most so deep;
#: so many constants are looked up, by place in tables with at most so many places for each.
_SMALL, _WRITTEN_OUT, _DEEP, _LOOKED_UP, _PLACES = 16, 2000, 40, 10, 32
_WORDS = {NONE: "None", NEVER: "never", NULL: "null"}
#: The names of cells, lists, series and variables.
NAME = re.compile(r"\b[xlgv][0-9]+\b")


class Trees:
    """Writes diagrams whose leaves are tuples of leaves; ``functions`` are the shared parts, before what calls them."""

    def __init__(self, names: Names, diagrams: Diagrams, questions: Questions) -> None:
        self._names = names
        self._d = diagrams
        self._asked = questions.asked
        self._texts: dict[Node, str] = {}
        self._functions: dict[int, str] = {}
        self.functions: list[str] = []
        names.space["bisect"] = bisect_right

    def write(self, diagram: int, put: str, indent: int = 1) -> list[str]:
        """The lines that compute a diagram; ``put`` is what is done with the result: ``return `` or ``t = ``."""
        self._share(diagram)
        lines: list[str] = []
        self._write(diagram, put, indent, lines)
        return lines

    def _share(self, diagram: int) -> None:
        """Writes those parts that become functions."""
        size, functions = shared_parts(self._d, diagram, _WRITTEN_OUT)
        if size > _WRITTEN_OUT:
            size, functions = shared_parts(self._d, diagram)
        for part in functions:
            if part not in self._functions:
                self._function(part)

    def _function(self, part: int) -> None:
        lines: list[str] = []
        self._write(part, "return ", 1, lines)
        used = sorted(set(NAME.findall("\n".join(lines))), key=lambda name: (name[0], int(name[1:])))
        self._functions[part] = f"s{part}({', '.join(used)})"
        self.functions += [f"def {self._functions[part]}:", *lines]

    def _write(self, part: int, put: str, indent: int, lines: list[str]) -> None:
        d, space = self._d, " " * indent
        if d.is_leaf(part):
            lines.append(f"{space}{put}{self._leaf(part)}")
        elif part in self._functions:
            lines.append(f"{space}{put}{self._functions[part]}")
        else:
            question = self._asked[d.question[part]]
            if question.cell is not None:
                self._by_cell(question, part, put, indent, lines)
            elif question.number is not None:
                text = self._text(question.number)
                if len(d.cuts[part]) > 1 and not text.isalnum():
                    lines.append(f"{space}t = {text}")
                    text = "t"
                self._by_number(text, d.cuts[part], d.kids[part], put, indent, lines)
            else:
                assert question.test is not None  # noqa: S101 - a question is one of the three
                lines.append(f"{space}if {self._text(question.test)}:")
                self._write(d.kids[part][1], put, indent + 1, lines)
                lines.append(f"{space}else:")
                self._write(d.kids[part][0], put, indent + 1, lines)

    def _by_cell(self, question: Question, part: int, put: str, indent: int, lines: list[str]) -> None:
        """Asks for what a cell may hold besides a value that is of no interest."""
        assert question.cell is not None  # noqa: S101 - asked by the caller
        own, cell = self._names.layout.inputs[question.cell], self._names.cell(question.cell)
        kids = {answer: self._d.kids[part][bisect_right(self._d.cuts[part], answer)] for answer in range(5)}
        possible = [
            *([TRUE] if isinstance(own.type, Boolean) else []), NONE, *([NEVER] if own.nothing else []),
            *([NULL] if own.null else []),
        ]  # fmt: skip
        tests: dict[int, list[str]] = {}
        for answer in possible:
            if kids[answer] != kids[OTHER]:
                tests.setdefault(kids[answer], []).append(
                    yes(question.cell, self._names) if answer == TRUE else f"{cell} is {_WORDS[answer]}"
                )
        word = "if"
        for kid, words in tests.items():
            lines.append(f"{' ' * indent}{word} {' or '.join(words)}:")
            self._write(kid, put, indent + 1, lines)
            word = "elif"
        if tests:
            lines.append(f"{' ' * indent}else:")
        self._write(kids[OTHER], put, indent + bool(tests), lines)

    def _by_number(
        self, text: str, cuts: Sequence[int], kids: Sequence[int], put: str, indent: int, lines: list[str]
    ) -> None:
        space = " " * indent
        if len(kids) == 1:
            self._write(kids[0], put, indent, lines)
        elif len(kids) == 3 and kids[0] == kids[2] and cuts[0] + 1 == cuts[1]:
            lines.append(f"{space}if {text} == {cuts[0]}:")
            self._write(kids[1], put, indent + 1, lines)
            lines.append(f"{space}else:")
            self._write(kids[0], put, indent + 1, lines)
        elif len(kids) >= _LOOKED_UP and all(map(self._constant, kids)):
            self._by_table(text, cuts, kids, put, indent, lines)
        else:
            middle = len(cuts) // 2
            lines.append(f"{space}if {text} < {cuts[middle]}:")
            self._by_number(text, cuts[:middle], kids[: middle + 1], put, indent + 1, lines)
            lines.append(f"{space}else:")
            self._by_number(text, cuts[middle + 1 :], kids[middle + 1 :], put, indent + 1, lines)

    def _by_table(
        self, text: str, cuts: Sequence[int], kids: Sequence[int], put: str, indent: int, lines: list[str]
    ) -> None:
        """Constants by place where the cut points stand in even steps, otherwise by bisection."""
        space, names = " " * indent, self._names
        step = gcd(*(cut - cuts[0] for cut in cuts))
        places = range(cuts[0], cuts[-1], step)
        if len(places) > _PLACES * len(cuts):
            found = names.constant(tuple(self._value(kid) for kid in kids), ("kids", tuple(kids)))
            lines.append(f"{space}{put}{found}[bisect({names.constant(tuple(cuts))}, {text})]")
            return
        dense = tuple(kids[bisect_right(cuts, place)] for place in places)
        found = names.constant(tuple(self._value(kid) for kid in dense), ("kids", dense))
        lines += [f"{space}if {text} < {cuts[0]}:", f"{space} {put}{self._leaf(kids[0])}"]
        lines += [f"{space}elif {text} < {cuts[-1]}:"]
        place = f"{text} - {cuts[0]}" if cuts[0] >= 0 else f"{text} + {-cuts[0]}"
        lines += [f"{space} {put}{found}[({place}) // {step}]"]
        lines += [f"{space}else:", f"{space} {put}{self._leaf(kids[-1])}"]

    # leaves

    def _values(self, part: int) -> list[Any]:
        return [self._d.values[one] for one in self._d.values[part]]

    def _constant(self, part: int) -> bool:
        return self._d.is_leaf(part) and all(not isinstance(v, Node) or v.op == "constant" for v in self._values(part))

    def _value(self, part: int) -> tuple[Any, ...]:
        return tuple(v.data if isinstance(v, Node) else v for v in self._values(part))

    def _leaf(self, part: int) -> str:
        if self._constant(part):
            return self._names.constant(self._value(part), ("leaf", part))
        texts = [self._text(v) if isinstance(v, Node) else literal(v, self._names) for v in self._values(part)]
        return f"({''.join(f'{text}, ' for text in texts)})"

    def _text(self, node: Node) -> str:
        """An expression over cells that are known."""
        found = self._texts.get(node)
        if found is None:
            if node.op == "number":
                found = self._names.cell(node.data)  # type: ignore[arg-type]
            else:
                found = operation(node, [self._text(arg) for arg in node.args], self._names)
            self._texts[node] = found
        return found


def shared_parts(diagrams: Diagrams, diagram: int, small: int = _SMALL) -> tuple[int, list[int]]:
    """How many branches and leaves are written for a diagram, and which parts of it become functions, inner ones first.

    A part that is shared becomes one if it has more than so many ``small`` branches.
    """
    parts = sorted(diagrams.below(diagram))
    uses = dict.fromkeys(parts, 0)
    for part in parts:
        for kid in diagrams.kids[part]:
            uses[kid] += 1
    size: dict[int, int] = {}
    depth: dict[int, int] = {}
    functions: list[int] = []
    total = 0
    for part in parts:
        kids = diagrams.kids[part]
        if len(kids) >= _LOOKED_UP and not any(map(diagrams.written, kids)):
            size[part] = 6
        else:
            size[part] = 1 + sum(size[kid] for kid in kids) if kids else 1 + diagrams.written(part) // 4
        depth[part] = len(diagrams.cuts[part]).bit_length() + max((depth[kid] for kid in kids), default=0)
        if part != diagram and kids and ((uses[part] > 1 and size[part] > small) or depth[part] > _DEEP):
            functions.append(part)
            total += size[part]
            size[part] = depth[part] = 1
    return total + size[diagram], functions
