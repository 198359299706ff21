"""The station task for rule-engine: one rule for all ten places."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from task import ART_8, ART_10_3, ART_10_4, ART_11, ART_12_3, ART_12_4, ART_13

if TYPE_CHECKING:
    from task import Answer, Station

rule_engine: Any = import_module("rule_engine")

FAILED = "(far{0} or nom{0} or r{0} < 10)"
EXPRESSION = f"""[
  {FAILED.format(25)} ? 3 : (r25 >= 30 ? 0 : (r25 >= 20 ? 1 : 2)),
  {FAILED.format(25)} ? '{ART_10_4}' : '{ART_10_3}',
  ({FAILED.format(25)} and {FAILED.format(24)}) ? 1 : 0,
  ({FAILED.format(25)} and {FAILED.format(24)}) ? '{ART_10_4}' : '{ART_8}',
  {FAILED.format(25)} ? 0 : (r25 >= 30 ? 100000 : (r25 >= 20 ? 80000 : 50000)),
  '{ART_11}',
  fraud ? 0 : 30000,
  fraud ? '{ART_12_4}' : '{ART_13}',
  (not fraud and assessed == '优秀') ? 6000 : 0,
  '{ART_12_3}'
]"""


class RuleEngine:
    """One compiled rule."""

    def __init__(self) -> None:
        self._rule = rule_engine.Rule(EXPRESSION)

    def decide(self, station: Station) -> Answer:
        return tuple(self._rule.evaluate(station))
