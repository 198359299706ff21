"""The station task for openfisca-core: ten variables of a station, by year."""

from __future__ import annotations

from enum import auto
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from task import ART_8, ART_10_3, ART_10_4, ART_11, ART_12_3, ART_12_4, ART_13, ASSESSED, CLAUSES, COUNTS, FACTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from columns import Arrays
    from task import Answer, Station

entities: Any = import_module("openfisca_core.entities")
enums: Any = import_module("openfisca_core.indexed_enums")
periods: Any = import_module("openfisca_core.periods")
builder: Any = import_module("openfisca_core.simulation_builder")
systems: Any = import_module("openfisca_core.taxbenefitsystems")
variables: Any = import_module("openfisca_core.variables")

STATION = entities.build_entity("station", "stations", "A station", is_person=True)
Clause: Any = enums.Enum("Clause", {f"clause_{number}": auto() for number in range(len(CLAUSES))})
Assessed: Any = enums.Enum("Assessed", {f"result_{number}": auto() for number in range(len(ASSESSED))})
NUMBER = {clause: np.uint8(number) for number, clause in enumerate(CLAUSES)}
OUTPUTS = tuple(f"{name}{part}" for name in ("grade", "status", "cap", "base", "uplift") for part in ("", "_clause"))
CAPS = np.array([100_000, 80_000, 50_000, 0], np.int32)
Formula = Any


def _clause(numbers: np.ndarray) -> Any:
    return enums.EnumArray(numbers, Clause)


def _all(station: Any, clause: str) -> Any:
    return _clause(np.full(station.count, NUMBER[clause]))


def failed(station: Any, period: Any) -> Any:
    return station("far", period) | station("nom", period) | (station("r", period) < 10)


def grade(station: Any, period: Any) -> Any:
    recruits = station("r", period)
    return np.select([station("failed", period), recruits >= 30, recruits >= 20], [3, 0, 1], 2)


def revoked(station: Any, period: Any) -> Any:
    return station("failed", period) & station("failed", period.last_year)


FORMULAS: dict[str, Callable[[Any, Any], Any]] = {
    "grade": grade,
    "grade_clause": lambda s, p: _clause(np.where(s("failed", p), NUMBER[ART_10_4], NUMBER[ART_10_3])),
    "status": lambda s, p: s("revoked", p) * 1,
    "status_clause": lambda s, p: _clause(np.where(s("revoked", p), NUMBER[ART_10_4], NUMBER[ART_8])),
    "cap": lambda s, p: CAPS[s("grade", p)],
    "cap_clause": lambda s, _: _all(s, ART_11),
    "base": lambda s, p: np.where(s("fraud", p), 0, 30_000),
    "base_clause": lambda s, p: _clause(np.where(s("fraud", p), NUMBER[ART_12_4], NUMBER[ART_13])),
    "uplift": lambda s, p: np.where(~s("fraud", p) & (s("assessed", p) == 0), 6_000, 0),
    "uplift_clause": lambda s, _: _all(s, ART_12_3),
}


def _variable(name: str, kind: type, formula: Formula = None, options: Any = None) -> type:
    own: dict[str, Any] = {"value_type": kind, "entity": STATION, "definition_period": periods.DateUnit.YEAR}
    if options is not None:
        own |= {"possible_values": options, "default_value": next(iter(options))}
    if formula is not None:
        # It is called with the entity and the period, and told by its number of arguments.
        own["formula"] = formula
    return type(name, (variables.Variable,), own)


def system() -> Any:
    """The rules as openfisca keeps them."""
    found = systems.TaxBenefitSystem([STATION])
    made = [
        _variable("r", int), _variable("far", bool), _variable("nom", bool), _variable("fraud", bool),
        _variable("assessed", enums.Enum, None, Assessed), _variable("failed", bool, failed), _variable("revoked", bool, revoked),
        *(
            _variable(name, enums.Enum, FORMULAS[name], Clause) if name.endswith("_clause") else _variable(name, int, FORMULAS[name])
            for name in OUTPUTS
        ),
    ]  # fmt: skip
    for variable in made:
        found.add_variable(variable)
    return found


class OpenFisca:
    """A simulation for each batch; a single station is a batch of one."""

    def __init__(self) -> None:
        self._system = system()
        self._years = {year: periods.period(f"20{year}") for year in ("24", "25")}

    def decide(self, station: Station) -> Answer:
        return self.answers(self.batch({name: _one(name, station[name]) for name in FACTS}))[0]

    def trace(self, station: Station) -> object:
        return self._run({name: _one(name, station[name]) for name in FACTS}, traced=True)[1].tracer.trees

    def batch(self, facts: Arrays) -> list[Any]:
        return self._run(facts)[0]

    def _run(self, facts: Arrays, *, traced: bool = False) -> tuple[list[Any], Any]:
        simulation = builder.SimulationBuilder().build_default_simulation(self._system, len(facts["r25"]))
        simulation.trace = traced
        for name, array in facts.items():
            own, year = (name[:-2], name[-2:]) if name[-2:] in self._years else (name, "25")
            kept = enums.EnumArray(array.astype(np.uint8), Assessed) if name == "assessed" else array
            simulation.set_input(own, self._years[year], kept)
        return [simulation.calculate(name, self._years["25"]) for name in OUTPUTS], simulation

    def answers(self, found: list[Any]) -> list[Answer]:
        parts = [
            [CLAUSES[number] for number in np.asarray(column).tolist()] if place % 2 else column.tolist()
            for place, column in enumerate(found)
        ]
        return list(zip(*parts, strict=True))


def _one(name: str, value: Any) -> np.ndarray:
    if name == "assessed":
        return np.array([ASSESSED.index(value)], np.uint8)
    return np.array([value], np.int32 if name in COUNTS else bool)
