"""The published JSON Schema (2020-12) of decision records."""

from __future__ import annotations

from typing import Any

from policylang.explain.schema import outcome_schema
from policylang.explain.schema_words import described
from policylang.records.build import SCHEMA

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_TEXT_OR_NONE: Schema = {"type": ["string", "null"]}
_DAY: Schema = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_MOMENT = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{2}:[0-9]{2}$"
_SHA256: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_DAYS: Schema = {"type": "array", "items": _DAY}


def _object(properties: Schema, **more: Any) -> Schema:
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False, **more,
    }  # fmt: skip


_SOURCE = _object(
    {
        "kind": {"enum": ["counted", "judged", "found", "decided", "declared", "documented", "external", "unstated"]},
        "bodies": {"description": "办法写明的机关", "type": "array", "items": _TEXT},
        "document": {"description": "办法写明的材料", **_TEXT_OR_NONE},
    },
    description="办法写明的来源：由谁核定、评判、认定、决定、填报，或者凭什么材料",
)


def record_schema() -> Schema:
    """The schema of what ``eval --record`` writes, and of each line of a log."""
    outcome = {key: part for key, part in outcome_schema().items() if key not in {"$schema", "$id"}}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "policylang decision record",
        **described(_object(
            {
                "schema": {"const": SCHEMA},
                "number": {"description": "在记录簿中的序号，从1起", "type": "integer", "minimum": 1},
                "previous": {"description": "上一条的 sha256；第1条没有", **_SHA256, "type": ["string", "null"]},
                "run": _object(
                    {
                        "at": {"description": "日期、时刻和时区", **_TEXT, "pattern": _MOMENT},
                        "by": {"description": "经办人", **_TEXT_OR_NONE},
                        "signed_by": {"description": "签发人", **_TEXT_OR_NONE},
                    },
                    description="何时、由谁作出，不参加复算",
                ),
                "engine": _TEXT,
                "policy": _object({"id": {**_TEXT, "pattern": r"^\w[\w.\-]*$"}, "title": _TEXT, "sha256": _SHA256}),
                "calendar": {"description": "工作日历", **_object(
                    {
                        "version": {"description": "工作日历的版本", **_TEXT},
                        "added": {
                            "description": "单位自加的年份，与周一至周五不同的日子",
                            "type": "array",
                            "items": _object(
                                {
                                    "year": {"description": "年份", "type": "integer", "minimum": 1, "maximum": 9999},
                                    "source": {"description": "放假安排的出处", **_TEXT},
                                    "days_off": {"description": "周一至周五中放假的日子", **_DAYS},
                                    "made_up": {"description": "周六、周日中上班的日子", **_DAYS},
                                }
                            ),
                        },
                    }
                )},
                "as_of": _DAY,
                "assessment_year": {"type": "integer", "minimum": 1, "maximum": 9999},
                "readings": {"type": "object", "additionalProperties": _TEXT},
                "station": {"description": "工作站的代号；names 为 as_written 时是名称", **_TEXT},
                "names": {"description": "规则不看的文本换成代号（coded），或照原样（as_written）", "enum": ["coded", "as_written"]},
                "facts_file": _object(
                    {"name": {"description": "文件名，不带文件夹；或其代号", **_TEXT}, "sha256": _SHA256}, description="交来的事实文件"
                ),
                "facts": {"description": "规范形式的事实，符合该办法的事实 Schema", "type": "object"},
                "sources": {
                    "description": "每一个值的来源，和它在事实文件里的行、列，从1起",
                    "type": "array",
                    "items": _object(
                        {
                            "path": _TEXT,
                            "name": _TEXT,
                            "source": _SOURCE,
                            "line": {"description": "第几行", "type": ["integer", "null"], "minimum": 1},
                            "column": {"description": "第几列", "type": ["integer", "null"], "minimum": 1},
                        }
                    ),
                },
                "attestations": {
                    "description": "凭据：谁核实、何时、文号、存放处，按所核实的事实",
                    "type": "object",
                    "additionalProperties": _object(
                        {
                            "by": {"description": "谁核实", **_TEXT_OR_NONE},
                            "on": {"description": "何时核实", **_DAY, "type": ["string", "null"]},
                            "document": {"description": "文号或者文件", **_TEXT_OR_NONE},
                            "kept": {"description": "存放处", **_TEXT_OR_NONE},
                        }
                    ),
                },
                "outcome": {"description": "全部结果，与 eval --format json 的一样", **outcome},
                "outcome_sha256": {"description": "outcome 的规范形式的 SHA-256", **_SHA256},
                "sha256": {"description": "本记录除 sha256 以外的规范形式的 SHA-256", **_SHA256},
            }
        )),
    }  # fmt: skip
