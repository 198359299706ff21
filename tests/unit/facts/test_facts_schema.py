"""The published JSON Schema, and the laws that tie it to the typed reader."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from station_policy import FACTS, POLICY

from policylang.compiler import compile_policy
from policylang.facts.canonical import canonical
from policylang.facts.forms import COUNT, DAY, MONEY, RATE, TEXT, anchored
from policylang.facts.nodes import Mapping, Scalar, Sequence, plain
from policylang.facts.schema import _PERIODS, schema_for
from policylang.facts.tree import load_tree
from policylang.facts.typed import facts_from_python, read_facts
from policylang.semantics.periods import Period
from policylang.source.text import SourceText

SCHEMA = schema_for(POLICY)
VALIDATOR = Draft202012Validator(SCHEMA)
POLICIES = sorted(Path(__file__).parents[3].joinpath("policies").glob("*.pol"))


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == "urn:policylang:zhan:facts"
    json.dumps(SCHEMA)


@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.stem)
def test_the_schemas_of_the_measures_are_schemas(path):
    policy = compile_policy(path.read_bytes(), path.name).policy
    assert policy is not None
    Draft202012Validator.check_schema(schema_for(policy))


def test_the_schema_says_what_the_policy_says():
    defined = SCHEMA["$defs"]
    assert set(SCHEMA["properties"]) == {key for fact in FACTS for key in (fact.id, fact.name)}
    staff = defined["staff"]
    assert (staff["title"], staff["description"]) == ("工作人员数", "数量（人）。由设站单位填报。共多少名？")
    assert staff["x-policylang"] == {
        "type": "数量（人）", "unit": "人", "source": "declared", "bodies": ["设站单位"],
    }  # fmt: skip
    assert defined["cost"]["description"] == "金额。凭“拨付凭证”"
    assert [defined[name]["x-policylang"].get("default") for name in ("premises", "opened", "grade", "staff")] == [
        False, "nothing", "B", None,
    ]  # fmt: skip
    assert defined["result"]["x-policylang"]["null_means"] == "未评估"
    assert defined["grade"]["anyOf"][0] == {"enum": ["A", "A级", "B", "B级", "C", "C级", "不合格"]}
    assert defined["recruits"]["anyOf"][0]["items"]["properties"]["class"]["title"] == "人才类别"


@pytest.mark.parametrize(
    ("document", "valid"),
    [
        ({}, True),
        ({"staff": 3, "有活动场所": True, "cost": 3.5}, True),
        ({"甲/乙~丙%": "备注"}, True),
        ({"甲/乙~丙%": ""}, False),
        ({"staff": -1}, False),
        ({"staff": 1.5}, False),
        ({"staff": True}, False),
        ({"staff": "12\n"}, False),
        ({"staff": 1, "工作人员数": 1}, False),
        ({"by_year": {"2024": None}}, True),
        ({"by_year": {"0000": 1}}, False),
        ({"nothing": 1}, False),
        ([], False),
    ],
)
def test_other_programs_may_check_native_json(document, valid):
    assert VALIDATOR.is_valid(document) == valid


@settings(deadline=None)
@given(
    st.text(alphabet="2024Qq13年第季度月-0９ \n", max_size=9) | st.from_regex("[0-9]{4}-?Q?[0-9]{1,2}", fullmatch=True)
)
def test_the_schema_knows_the_same_periods(written):
    for unit, pattern in _PERIODS.items():
        assert bool(re.search(anchored(pattern), written)) == (Period.parse(unit, written) is not None)


@settings(deadline=None)
@given(
    st.text(alphabet="0９12,，.．%％万元 \n-年月日/\u200b", max_size=12),
    st.sampled_from([COUNT, RATE, MONEY, DAY, TEXT]),
)
def test_a_search_for_a_pattern_takes_the_whole_text(text, pattern):
    assert bool(re.search(anchored(pattern), text)) == bool(re.fullmatch(pattern, text))


# Documents of which many are right and many are nearly right.
SCALARS = st.sampled_from(
    [
        "是", "no", "on", "true", "0", "12", "-3", "１２", "1,000", "1.5", "1e3", "3万元", "-3万", "20%", "2024-03-01",
        "2024年2月29日", "2024-02-30", "A", "A级", "不合格", "D", "form", "证明", "", "~", "null", " ", "x\u200by",
    ]
)  # fmt: skip
VALUES = st.builds(Scalar, SCALARS, st.booleans())
KEYS = st.sampled_from(["2024", "2024年", "2025", "2024Q1", "2024-Q1", "2024-03", "2024年3月", "2026-13", "20x4"]).map(
    Scalar
)
FIELDS = st.sampled_from(["year", "引进年度", "class", "人才类别", "arrived", "papers", "clas"]).map(Scalar)
NAMES = st.sampled_from([key for fact in FACTS for key in (fact.id, fact.name)] + ["staf"]).map(Scalar)


def mappings(keys, values):
    pairs = st.lists(st.tuples(keys, values), max_size=4, unique_by=lambda pair: pair[0].text)
    return pairs.map(lambda entries: Mapping(tuple(entries)))


def sequences(values):
    return st.lists(values, max_size=3).map(lambda items: Sequence(tuple(items)))


SETS = sequences(VALUES)
PARTS = VALUES | SETS | mappings(KEYS, VALUES | SETS) | sequences(mappings(FIELDS, VALUES | SETS) | VALUES)
DOCUMENTS = mappings(NAMES, PARTS) | PARTS

#: What JSON Schema cannot say.
BEYOND = {"impossible-date", "duplicate-key"}


@settings(deadline=None)
@given(DOCUMENTS)
def test_the_reader_and_the_schema_accept_the_same_documents(node):
    node = Mapping(()) if isinstance(node, Scalar) and node.is_null else node
    _, errors = read_facts(POLICY, node)
    accepted = VALIDATOR.is_valid(plain(node))
    if not errors:
        assert accepted
    if accepted:
        assert {mistake.code for mistake in errors} <= BEYOND


@settings(deadline=None)
@given(DOCUMENTS)
def test_what_is_read_is_written_back_read_again_and_valid(node):
    facts, _ = read_facts(POLICY, node)
    written = canonical(POLICY, facts)
    assert facts_from_python(POLICY, written) == (facts, ())
    assert VALIDATOR.is_valid(written)
    for kind in ("json", "yaml"):
        root, found = load_tree(SourceText("f", json.dumps(written, ensure_ascii=False)), kind)
        assert found == ()
        assert read_facts(POLICY, root) == (facts, ())
        assert VALIDATOR.is_valid(plain(root))


# The measures themselves: nothing asks the schema when facts are read, so the two have to agree on every one of them.
MEASURES = {path.stem: compile_policy(path.read_bytes(), path.name).policy for path in POLICIES}


def words(kind):
    """Texts that may be a value of this type, and some that are not."""
    options = getattr(kind, "options", ())
    return st.builds(Scalar, st.sampled_from([word for o in options for word in (o.name, o.id)])) if options else VALUES


def value_of(fact):
    """What a file may say of a fact: often something of the right form."""
    fields = {key: inner for inner in fact.fields for key in (inner.id, inner.name)}
    record = st.lists(st.sampled_from([*fields, "没有这一栏"]), max_size=4, unique=True).flatmap(
        lambda keys: st.tuples(*(st.tuples(st.just(Scalar(k)), words(fields[k].type) if k in fields else VALUES) for k in keys))
    ).map(Mapping)  # fmt: skip
    one = words(fact.type) | VALUES
    return one | sequences(one) | mappings(KEYS, one | sequences(one)) | sequences(record if fields else one)


@st.composite
def documents_of(draw, policy):
    named = [(key, fact) for fact in policy.facts for key in (fact.id, fact.name)]
    chosen = draw(st.lists(st.sampled_from(named), max_size=4, unique_by=lambda pair: pair[0]))
    return Mapping(tuple((Scalar(key), draw(value_of(fact))) for key, fact in chosen))


@pytest.mark.parametrize("measure", MEASURES)
@settings(deadline=None)
@given(st.data())
def test_the_reader_and_the_schema_of_a_measure_accept_the_same_documents(measure, data):
    policy = MEASURES[measure]
    node = data.draw(documents_of(policy))
    _, errors = read_facts(policy, node)
    accepted = validator(measure).is_valid(plain(node))
    assert accepted or errors
    assert not accepted or {mistake.code for mistake in errors} <= BEYOND


@cache
def validator(measure):
    return Draft202012Validator(schema_for(MEASURES[measure]))


@pytest.mark.parametrize("measure", MEASURES)
def test_the_schema_accepts_the_example_of_each_measure(measure):
    text = (POLICIES[0].parents[1] / "examples" / f"{measure}_station.yaml").read_text(encoding="utf-8")
    root, _ = load_tree(SourceText("f", text), "yaml")
    facts = next(value for key, value in root.entries if key.text in {"facts", "事实"})
    assert list(validator(measure).iter_errors(plain(facts))) == []
