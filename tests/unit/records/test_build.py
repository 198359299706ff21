"""What is in a record, of the small measure and of every example."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date

import pytest
from jsonschema import Draft202012Validator
from records_made import EXAMPLES, FACTS, KEY, ROOT, RUN, chain, example, question, small

from policylang.records.build import Run, contents, record
from policylang.records.canonical import canonical_bytes, own_digest
from policylang.records.read import read_record
from policylang.records.replay import replay
from policylang.records.schema import record_schema
from policylang.semantics.calendar import Calendar


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_comes_back_and_replays(name):
    made = example(name)
    data = canonical_bytes(made)
    assert canonical_bytes(json.loads(data)) == data == canonical_bytes(example(name))
    assert own_digest(made) == made["sha256"]
    found = read_record(data)
    assert found == made
    asked, _ = question(
        (ROOT / "policies" / f"{name}.pol").read_text(encoding="utf-8"),
        (ROOT / "examples" / f"{name}_station.yaml").read_text(encoding="utf-8"),
    )
    again = replay(found, asked.policy, asked.sha256)
    assert again.same
    assert (again.differences, again.engine, again.calendar) == ((), None, None)


def test_the_schema_is_a_schema_and_holds():
    schema = record_schema()
    Draft202012Validator.check_schema(schema)
    for made in (small(), small(names=None), *(json.loads(line) for line in chain())):
        assert list(Draft202012Validator(schema).iter_errors(made)) == []


def _undescribed(schema, path=""):
    match schema:
        case {"properties": properties}:
            yield from (f"{path}.{key}" for key, part in properties.items() if not re.search("[一-鿿]", part.get("description", "")))
    for key, part in schema.items() if isinstance(schema, dict) else enumerate(schema) if isinstance(schema, list) else ():
        yield from _undescribed(part, f"{path}.{key}")


def test_every_key_of_the_schema_says_what_it_means():
    assert list(_undescribed(record_schema())) == []


def test_every_value_has_its_source_and_its_place():
    made = small()
    lines = FACTS.splitlines()
    told = {s["path"]: s for s in made["sources"]}
    assert list(told) == [
        "name", "unit", "partner", "contacts.2024", "contacts.2025", "recruits.2024", "recruits.2025", "sum",
        "people[0].who", "people[0].on", "people[1].who",
    ]  # fmt: skip
    assert told["recruits.2025"] == {
        "path": "recruits.2025", "name": "2025年引进人才数", "line": 10, "column": 11,
        "source": {"kind": "counted", "bodies": ["市人才办"], "document": None},
    }  # fmt: skip
    assert lines[told["people[1].who"]["line"] - 1][told["people[1].who"]["column"] - 1 :] == "李四"
    assert told["people[1].who"]["source"]["bodies"] == ["市人才办"]
    assert told["people[0].on"]["source"]["bodies"] == ["用人单位"]
    assert told["name"]["source"] == {"kind": "documented", "bodies": [], "document": "牌匾"}


def test_facts_alone_and_facts_by_id_have_places_too():
    made = small("recruits: {2025: 12}\nsum: 3\nname:\n")
    assert [(s["path"], s["line"]) for s in made["sources"]] == [("recruits.2025", 1), ("sum", 2)]
    assert small("")["sources"] == small("办法: small\n时点: 2025-12-10\n")["sources"] == []


def test_no_name_is_in_a_record_unless_it_is_asked_for():
    text = canonical_bytes(small()).decode()
    assert not any(name in text for name in ("榕创", "张三", "李四", "某站"))
    assert (small()["station"], small()["names"]) == (KEY.code("某站"), "coded")
    kept = small(names=None)
    assert (kept["station"], kept["names"], kept["facts_file"]["name"]) == ("某站", "as_written", "某站.yaml")
    assert kept["facts"]["people"][1]["who"] == "李四"
    assert kept["facts_file"]["sha256"] == hashlib.sha256(FACTS.encode()).hexdigest() == small()["facts_file"]["sha256"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_text_of_an_example_is_in_its_record(name):
    text = canonical_bytes(example(name)).decode()
    assert "榕创" not in text
    assert f"{name}的站" not in text
    assert not any(f'"id":"{one}"' in text for one in "甲乙丙丁戊己")


def test_numbers_beyond_every_reader_are_texts():
    assert small()["facts"]["sum"] == "12345678901234567890"


def test_evidence_is_kept():
    made = small(FACTS + "凭据:\n  引进人才数.2024: {核实机关: 市人才办, 核实日期: 2025-01-08, 文号: 某人才〔2025〕3号, 存放: 附件3}\n")
    assert made["attestations"] == {
        "recruits.2024": {"by": "市人才办", "on": "2025-01-08", "document": "某人才〔2025〕3号", "kept": "附件3"}
    }
    assert read_record(canonical_bytes(made)) == made


def test_the_run_is_hashed_and_nothing_else_knows_it():
    body = contents(*question(), "某站", KEY)
    one, other = record(body, RUN), record(body, Run("2030-01-01T00:00:00+08:00"))
    assert one["sha256"] != other["sha256"]
    assert {k: v for k, v in one.items() if k not in {"run", "sha256"}} == {k: v for k, v in other.items() if k not in {"run", "sha256"}}
    assert one["run"] == {"at": RUN.at, "by": "经办甲", "signed_by": "签发乙"}


def test_the_days_an_office_added_are_in_the_record():
    official = Calendar.official()
    year = official.years[-1].year + 1
    off, made_up = [date(year, 1, 1), date(year, 5, 3)], [next(date(year, 2, d) for d in range(1, 8) if date(year, 2, d).isoweekday() == 7)]
    calendar = official.with_year(year, holidays=off, workdays=made_up, source="某通知")
    asked, file = question(calendar=calendar)
    made = record(contents(asked, file, "某站", KEY), RUN)
    assert made["calendar"]["added"] == [
        {
            "year": year, "source": "某通知", "made_up": [made_up[0].isoformat()],
            "days_off": [d.isoformat() for d in off if d.isoweekday() < 6],
        }
    ]  # fmt: skip
    again = replay(read_record(canonical_bytes(made)), asked.policy, asked.sha256)
    assert again.same
    assert again.calendar is None
