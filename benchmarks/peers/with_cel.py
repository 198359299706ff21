"""The station task for cel-python: one expression for all ten places."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from task import ART_8, ART_10_3, ART_10_4, ART_11, ART_12_3, ART_12_4, ART_13

if TYPE_CHECKING:
    from task import Answer, Station

celpy: Any = import_module("celpy")
celtypes: Any = import_module("celpy.celtypes")

FAILED = "(far{0} || nom{0} || r{0} < 10)"
EXPRESSION = f"""[
  {FAILED.format(25)} ? 3 : (r25 >= 30 ? 0 : (r25 >= 20 ? 1 : 2)),
  {FAILED.format(25)} ? '{ART_10_4}' : '{ART_10_3}',
  {FAILED.format(25)} && {FAILED.format(24)} ? 1 : 0,
  {FAILED.format(25)} && {FAILED.format(24)} ? '{ART_10_4}' : '{ART_8}',
  {FAILED.format(25)} ? 0 : (r25 >= 30 ? 100000 : (r25 >= 20 ? 80000 : 50000)),
  '{ART_11}',
  fraud ? 0 : 30000,
  fraud ? '{ART_12_4}' : '{ART_13}',
  !fraud && assessed == '优秀' ? 6000 : 0,
  '{ART_12_3}'
]"""


class Cel:
    """One program; the facts are put into its own types for each decision, as a caller has to."""

    def __init__(self) -> None:
        environment = celpy.Environment()
        self._program = environment.program(environment.compile(EXPRESSION))

    def decide(self, station: Station) -> Answer:
        facts = {name: celpy.json_to_cel(value) for name, value in station.items()}
        found: Any = self._program.evaluate(facts)
        parts: list[Any] = [str(part) if isinstance(part, str) else int(part) for part in found]
        return tuple(parts)
