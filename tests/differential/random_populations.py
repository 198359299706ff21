"""Populations from a seed: a policy with quotas and forecasts of every form, its stations and applicants, and the office."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from differential.random_policies import READINGS, Maker
from differential.random_stations import random_stations
from policylang.compiler import compile_policy
from policylang.facts.model import Facts
from policylang.runtime.quotas import Station

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from policylang.semantics import ir

#: Facts that tell groups apart.
GROUPS = ("城市", "籍贯", "类别", "来源", "学历", "甲", "人数", "经费", "批准日", "撤销日")
LINES = ("补", "年补", "首补", "基补", "提补", "奖", "年奖")


class PopulationMaker(Maker):
    """Makes one policy with rules over all stations."""

    def quota(self, name: str) -> str:
        """A quota of some form."""
        if self.chance(0.25):
            lines = [f"限额 {name}：约{self.one('20%', '50%', '0%', '12.5%')}"]
        else:
            normally = self.one("", "原则上 ")
            summed, most = self.one(
                ("", f"{self.rng.randint(0, 8)}家"), ("", f"{self.rng.randint(0, 8)}家"), ("", "名额"), ("", "名额 ＋ 2人"),
                ("", "（3人，自 2025年1月1日 改为 5人）"), ("累计：经费", "5万元"), ("累计：经费", "经费"), ("累计：投入", "9万元"),
                ("累计：逐年人数", "20人"),
            )  # fmt: skip
            lines = [f"限额 {name}：{normally}不超过 {most}", *([f"  {summed}"] if summed else [])]
            if self.chance(0.4):
                lines.append(f"  每个：{self.one(*GROUPS)}")
            if not summed and self.chance(0.2):
                lines.append("  合计：名额")
            if self.chance(0.4):
                lines.append(f"  除外：{self.one('甲', self.condition(1))}")
        if self.chance(0.8):
            lines.append(f"  计入：{self.counting()}")
        return "\n".join(lines)

    def counting(self) -> str:
        """What counts; sometimes under one reading only."""
        own = self.one(self.condition(1), self.rng.choice(self.conditions), "态 为 有效", "级 为 A级", "可", "补 应付")
        return self.one(own, own, own, own, f"（{own}） 且 口径 读作 宽", f"（{own}） 或 非 口径 读作 宽", "口径 读作 宽")

    def forecast(self, name: str) -> str:
        """A forecast of some lines."""
        parts = [
            f"  {line}" + self.one("", f"，当 {self.condition(1)}", f"，当 {self.rng.choice(self.conditions)}")
            for line in self.rng.sample(LINES, self.rng.randint(1, 4))
        ]  # fmt: skip
        return "\n".join([f"汇总 {name}：", *parts])

    def text_of_policy(self) -> str:
        """The text with an article for all stations."""
        text = super().text_of_policy().removesuffix(READINGS)
        own = [self.quota(f"限{n}（q{n}）") for n in range(self.rng.randint(1, 5))]
        own += [self.forecast(f"汇{n}（f{n}）") for n in range(self.rng.randint(1, 3))]
        return text + "第八十条\n" + "".join(f"  {line}\n" for each in own for line in each.split("\n")) + READINGS


class Made(NamedTuple):
    """A policy over a list of stations."""

    text: str
    policy: ir.Policy
    stations: list[Station]
    shared: Facts


def random_population(rng: Random, rows: int, as_of: date, tries: int = 60) -> Made:
    """A population; the same for the same state of chance."""
    for _ in range(tries):
        text = PopulationMaker(rng).text_of_policy()
        found = compile_policy(text.encode(), "random.pol")
        if found.policy is not None and not any(d.severity.value == "error" for d in found.diagnostics):
            return _populated(rng, text, found.policy, rows, as_of)
    raise AssertionError(f"no sound policy in {tries}")


def _populated(rng: Random, text: str, policy: ir.Policy, rows: int, as_of: date) -> Made:
    batch = random_stations(policy, rows + 1, rng.getrandbits(48), as_of)
    applying, recording, granting = rng.choice((0, 0.1, 0.5)), rng.choice((0, 0.2, 0.6)), rng.choice((0, 0, 0.4))
    stations = []
    for row in range(rows):
        recorded = {o.id: rng.choice(o.levels) for o in policy.outcomes if o.kind != "money" and rng.random() < recording}
        granted = {o.id: rng.random() < 0.5 for o in policy.outcomes if o.kind == "money" and rng.random() < granting}
        stations.append(Station(f"站{row}", batch.facts(row), recorded, rng.random() < applying, granted))
    share = rng.choice((0, 0.2, 0.5))
    office = {name: value for name, value in batch.facts(rows).values.items() if name == "m" or rng.random() < share}
    return Made(text, policy, stations, Facts(office))
