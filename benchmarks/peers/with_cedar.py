"""The station task for cedarpy: one policy for each value of each result; those that permit are what was decided.

Cedar answers who may do what, not what somebody gets: its only outputs are the policies that applied.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from task import ART_8, ART_10_3, ART_10_4, ART_11, ART_12_3, ART_12_4, ART_13

if TYPE_CHECKING:
    from collections.abc import Iterable

    from task import Answer, Station

cedarpy: Any = import_module("cedarpy")

FAILED = "(context.far{0} || context.nom{0} || context.r{0} < 10)"
NOW, BEFORE = FAILED.format(25), FAILED.format(24)
PASSED = f"!{NOW} && "
A, B, C = "context.r25 >= 30", "context.r25 >= 20 && context.r25 < 30", "context.r25 < 20"
TOP = '!context.fraud && context.assessed == "优秀"'
POLICIES: tuple[tuple[int, int, str, str], ...] = (
    (0, 3, ART_10_4, NOW),
    (0, 0, ART_10_3, PASSED + A),
    (0, 1, ART_10_3, PASSED + B),
    (0, 2, ART_10_3, PASSED + C),
    (1, 1, ART_10_4, f"{NOW} && {BEFORE}"),
    (1, 0, ART_8, f"!({NOW} && {BEFORE})"),
    (2, 0, ART_11, NOW),
    (2, 100_000, ART_11, PASSED + A),
    (2, 80_000, ART_11, PASSED + B),
    (2, 50_000, ART_11, PASSED + C),
    (3, 0, ART_12_4, "context.fraud"),
    (3, 30_000, ART_13, "!context.fraud"),
    (4, 6_000, ART_12_3, TOP),
    (4, 0, ART_12_3, f"!({TOP})"),
)
TEXT = "\n".join(f"permit(principal, action, resource) when {{ {condition} }};" for _, _, _, condition in POLICIES)
_WHO = {"principal": 'User::"office"', "action": 'Action::"decide"', "resource": 'Station::"one"'}


def answer(applied: Iterable[str]) -> Answer:
    """The ten places of the policies that applied."""
    found: list[Any] = [None] * 10
    for policy in applied:  # policy0, policy1, ... in the order of the text
        place, value, clause, _ = POLICIES[int(policy[6:])]
        found[2 * place : 2 * place + 2] = value, clause
    return tuple(found)


class Cedar:
    """A parsed set of policies; one request for each station, or many in one call."""

    def __init__(self) -> None:
        self._policies = cedarpy.PolicySet.from_str(TEXT)
        self._entities = cedarpy.Entities.from_json_str("[]")

    def decide(self, station: Station) -> Answer:
        found = cedarpy.is_authorized({**_WHO, "context": station}, self._policies, self._entities)
        return answer(found.diagnostics.reasons)

    def batch(self, stations: list[Station]) -> list[Answer]:
        requests = [{**_WHO, "context": station} for station in stations]
        found = cedarpy.is_authorized_batch(requests, self._policies, self._entities)
        return [answer(each.diagnostics.reasons) for each in found]
