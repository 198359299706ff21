"""The station task for zen-engine: one expression, and a graph of decision tables with its trace."""

from __future__ import annotations

import json
from importlib import import_module
from typing import TYPE_CHECKING, Any

from task import ART_8, ART_10_3, ART_10_4, ART_11, ART_12_3, ART_12_4, ART_13

if TYPE_CHECKING:
    from collections.abc import Sequence

    from task import Answer, Station

zen: Any = import_module("zen")

FAILED = "(far{0} or nom{0} or r{0} < 10)"
EXPRESSION = f"""[
  {FAILED.format(25)} ? 3 : r25 >= 30 ? 0 : r25 >= 20 ? 1 : 2,
  {FAILED.format(25)} ? "{ART_10_4}" : "{ART_10_3}",
  {FAILED.format(25)} and {FAILED.format(24)} ? 1 : 0,
  {FAILED.format(25)} and {FAILED.format(24)} ? "{ART_10_4}" : "{ART_8}",
  {FAILED.format(25)} ? 0 : r25 >= 30 ? 100000 : r25 >= 20 ? 80000 : 50000,
  "{ART_11}",
  fraud ? 0 : 30000,
  fraud ? "{ART_12_4}" : "{ART_13}",
  not fraud and assessed == "优秀" ? 6000 : 0,
  "{ART_12_3}"
]"""


def _table(name: str, inputs: Sequence[str], outputs: Sequence[str], rules: Sequence[Sequence[str]]) -> dict[str, Any]:
    columns = [*(("i", field) for field in inputs), *(("o", field) for field in outputs)]
    own = {
        "hitPolicy": "first",
        "inputs": [{"id": f"i{field}", "field": field, "name": field} for field in inputs],
        "outputs": [{"id": f"o{field}", "field": field, "name": field} for field in outputs],
        "rules": [
            {
                "_id": f"{name}{number}",
                **{side + field: cell for (side, field), cell in zip(columns, rule, strict=True)},
            }
            for number, rule in enumerate(rules)
        ],
        "passThrough": True,
    }
    return {"id": name, "name": name, "type": "decisionTableNode", "content": own}


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def graph() -> str:
    """Three tables: the grades and caps, what hangs on them, and the money of the other measure."""
    three, four = _quoted(ART_10_3), _quoted(ART_10_4)
    grades = [
        ("true", "", "", "3", four, "0"),
        ("", "true", "", "3", four, "0"),
        ("", "", "< 10", "3", four, "0"),
        ("", "", ">= 30", "0", three, "100000"),
        ("", "", ">= 20", "1", three, "80000"),
        ("", "", "", "2", three, "50000"),
    ]
    standing = [
        ("3", "true", "", "", "1", four),
        ("3", "", "true", "", "1", four),
        ("3", "", "", "< 10", "1", four),
        ("", "", "", "", "0", _quoted(ART_8)),
    ]
    money = [
        ("true", "", "0", _quoted(ART_12_4), "0", _quoted(ART_12_3), _quoted(ART_11)),
        ("", _quoted("优秀"), "30000", _quoted(ART_13), "6000", _quoted(ART_12_3), _quoted(ART_11)),
        ("", "", "30000", _quoted(ART_13), "0", _quoted(ART_12_3), _quoted(ART_11)),
    ]
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode"},
        _table("grades", ("far25", "nom25", "r25"), ("grade", "grade_clause", "cap"), grades),
        _table("standing", ("grade", "far24", "nom24", "r24"), ("status", "status_clause"), standing),
        _table("money", ("fraud", "assessed"), ("base", "base_clause", "uplift", "uplift_clause", "cap_clause"), money),
        {"id": "out", "name": "out", "type": "outputNode"},
    ]
    names = [node["id"] for node in nodes]
    edges = [
        {"id": f"e{number}", "sourceId": names[number], "targetId": names[number + 1], "type": "edge"}
        for number in range(len(names) - 1)
    ]
    return json.dumps({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges})


_PLACES = (
    "grade", "grade_clause", "status", "status_clause", "cap", "cap_clause", "base", "base_clause", "uplift", "uplift_clause",
)  # fmt: skip


def answer(found: dict[str, Any]) -> Answer:
    """The ten places of what the graph gives."""
    return tuple(found[place] for place in _PLACES)


class Expression:
    """One compiled expression."""

    def __init__(self) -> None:
        self._compiled = zen.compile_expression(EXPRESSION)

    def decide(self, station: Station) -> Answer:
        return tuple(self._compiled.evaluate(station))


class Graph:
    """A graph of decision tables, evaluated by the engine; many stations in one call."""

    def __init__(self) -> None:
        self._engine = zen.ZenEngine({"loader": lambda _: graph()})
        self._decision = self._engine.get_decision("station")

    def decide(self, station: Station) -> Answer:
        return answer(self._decision.evaluate(station)["result"])

    def trace(self, station: Station) -> object:
        return self._decision.evaluate(station, {"trace": True})["trace"]

    def batch(self, stations: list[Station]) -> list[Answer]:
        found = self._engine.evaluate_batch([{"key": "station", "context": station} for station in stations])
        return [answer(each["data"]["result"]) for each in found]
