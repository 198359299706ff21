"""What ``policylang batch`` writes is what the interpreter decides: every measure that comes with it, every result."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict

import pytest

from policylang import load
from policylang.explain.phrases import DUTY_WORDS, Phrases
from policylang.facts.document import read_document
from policylang.facts.nodes import plain
from policylang.facts.tree import load_tree
from policylang.facts.typed import read_facts
from policylang.runtime.interpreter import evaluate
from policylang.semantics.values import all_of
from policylang.source.text import SourceText

MEASURES = ("fuzhou", "liuzhou", "luzhou", "weihai", "xishuangbanna")
STATUS = {"due": "应予", "possible": "可予", "not_due": "不予", "undetermined": "待定", "conflict": "规则冲突"}
REPAID = {"due": "应退回", "not_due": "无须退回"}
STATIONS = 14


@pytest.mark.parametrize("measure", MEASURES)
def test_every_result_of_a_measure(policylang, root, tmp_path, measure):
    policy = load(measure).policy
    source = SourceText("站.yaml", (root / "examples" / f"{measure}_station.yaml").read_text(encoding="utf-8"))
    document, _, _ = read_document(policy, source, "yaml")
    written = plain(load_tree(source, "yaml")[0])
    facts = written.get("事实") or written["facts"]
    rng = random.Random(measure)
    lines = []
    for number in range(STATIONS):
        one = json.loads(json.dumps(facts, ensure_ascii=False))
        for name in list(one):
            if rng.random() < number / STATIONS / 2:
                del one[name]
            elif isinstance(one[name], list) and one[name] and isinstance(one[name][0], dict) and number % 2:
                one[name] = [{k: v for k, v in record.items() if rng.random() < 0.9} for record in one[name] if rng.random() < 0.8]
            elif isinstance(one[name], dict) and number % 3 == 0:
                one[name] = {k: v for k, v in one[name].items() if rng.random() < 0.8}
        lines.append(one)
    (tmp_path / "站.jsonl").write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines), encoding="utf-8")
    asked = ("--as-of", str(document.as_of), "--year", str(document.year or document.as_of.year))
    done = policylang("batch", measure, "站.jsonl", *asked, *(f"--reading={r}={o}" for r, o in document.readings.items()))
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line)["结果"] for line in (tmp_path / "站·结果.jsonl").read_text(encoding="utf-8").splitlines()]
    for one, answer in zip(lines, answers, strict=True):
        typed, errors = read_facts(policy, load_tree(SourceText("", json.dumps(one)), "json")[0])
        assert errors == ()
        outcome = evaluate(policy, typed, document.as_of, document.year, document.readings)
        assert outcome.rejections == ()
        _same(outcome, answer)


def _same(outcome, answer):
    phrases = Phrases(outcome, "zh")
    years = defaultdict(set)
    for one in (*outcome.decisions, *outcome.lines):
        years[one.outcome.id].add(one.year)
    told = {key: value for key, value in answer.items() if isinstance(value, dict)}

    def title(one):
        """The head of a column: the year stands in it where the table has several and it is not the one asked about."""
        name = one.outcome.name
        dated = f"{name}（{one.year}年）"
        return dated if dated in told else name

    for decision in outcome.decisions:
        found = told[title(decision)]
        assert found["结果"] == phrases.result(decision).replace("（未提供有关事实）", "")
        assert found.get("依据条款", []) == [clause.text for clause in dict.fromkeys(decision.clauses)]
        assert _ways(found) == _wanted(phrases, decision.needs)
    lines = defaultdict(list)
    for line in outcome.lines:
        lines[title(line)].append(line)
    for name, several in lines.items():
        _line(phrases, told[name], several)
    duties = defaultdict(list)
    for duty in outcome.duties:
        duties[duty.duty.name].append(duty)
    for name, several in duties.items():
        _duty(phrases, told[name], several)
    texts = [notice.text.rstrip("。") for notice in outcome.warnings]
    assert answer.get("提示", {}).get("结果", "") == "；".join(
        f"{text}（{notice.clause.text}）" for text, notice in zip(texts, outcome.warnings, strict=True)
    )


def _line(phrases, found, lines):
    words = {**STATUS, **(REPAID if lines[0].outcome.terms.repaid_by else {})}
    shown = [line for line in lines if line.status in {"due", "possible", "undetermined"}]
    if lines[0].outcome.each is None or lines[0].record is None:
        (line,) = lines
        word = "办法没有规定" if line.unregulated else words[line.status]
        assert found["结果"].removesuffix("（决定额超出规定幅度）") == word
    else:
        counts = Counter(line.status for line in lines)
        order = ("due", "possible", "undetermined", "conflict", "not_due")
        assert found.get("结果", "") == "，".join(f"{words[s]}{counts[s]}项" for s in order if counts[s])
    assert _ways(found) == _wanted(phrases, all_of([line.needs for line in lines]))
    high = [line.amount.high for line in shown]
    if lines[0].outcome.each is not None and lines[0].record is None:
        assert "上限（元）" not in found  # nobody knows how many records there are
    elif "上限（元）" in found:
        assert found["上限（元）"] == pytest.approx(float(sum(high)), rel=1e-12)
    elif "金额（元）" in found:
        assert found["金额（元）"] == float(high[0])
    else:
        assert not shown or None in high
    if "下限（元）" in found and lines[0].record is None:
        assert found["下限（元）"] == (0 if lines[0].status == "undetermined" else float(lines[0].amount.low))
    assert set(found.get("依据条款", [])) == {clause.text for line in lines for clause in line.clauses}


def _duty(phrases, found, duties):
    if not any(letter.isdigit() for letter in found["结果"]):
        assert {found["结果"]} == {DUTY_WORDS[duty.result][0] for duty in duties}
    else:
        counts = Counter(duty.result for duty in duties)
        unit = "项" if duties[0].record is not None else "期"
        wanted = [f"{DUTY_WORDS[w][0]}{counts[w]}{unit}" for w in ("unmet", "undetermined", "pending", "met") if counts[w]]
        assert found["结果"] == "，".join(wanted)
    unmet = [phrases.period(duty) for duty in duties if duty.result == "unmet" and duty.period]
    assert found.get("未履行的期间", "") in ("、".join(unmet), "")
    done = {"not_applicable"} | ({"met"} if len(duties) > 1 else set())
    days = [duty.due for duty in duties if duty.due is not None and duty.result not in done]
    if "届满日" in found:
        assert found["届满日"] == str(min(days))


def _ways(found):
    return sorted(sorted(way) for way in found.get("尚缺", []))


def _wanted(phrases, needs):
    return sorted(sorted(phrases.reasons.fact_name(name) for name in way) for way in needs)
