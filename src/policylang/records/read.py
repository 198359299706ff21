"""A record read back: from bytes to a document that has the shape of a record, or what is wrong with it in words."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from policylang.records.build import SCHEMA, Record
from policylang.records.schema import record_schema
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

_KINDS = {
    "string": ("文本", "a text"), "integer": ("整数", "a whole number"), "object": ("一组项目", "an object"),
    "array": ("清单", "a list"), "boolean": ("true 或 false", "true or false"), "null": ("null", "null"),
}  # fmt: skip


class RecordError(Exception):
    """A record or a log that cannot be used; ``message`` says why and what to do, in Chinese and English."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.message = Message(zh, en)


class _RefusedError(ValueError):
    """Something that JSON has and a record never has."""


def read_record(data: bytes) -> Record:
    """The record in these bytes, in whatever layout.

    Raises:
        RecordError: when the text ends too early, is no JSON, or is no record; its hash is not looked at.
    """
    record = read_link(data)
    check_shape(record)
    return record


def read_link(data: bytes) -> Record:
    """The document in these bytes, as far as a chain looks at it: a record with its number and its two hashes.

    Raises:
        RecordError: when the text ends too early, is no JSON, or is no record.
    """
    document = _parsed(data)
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise RecordError(*_other(document))
    number, hashes = document.get("number"), (document.get("previous", 0), document.get("sha256"))
    if type(number) is not int or not (hashes[0] is None or isinstance(hashes[0], str)) or not isinstance(hashes[1], str):
        check_shape(document)
    return document


def check_shape(record: Record) -> None:
    """Hold a document against the schema of records.

    Raises:
        RecordError: where it first departs from it.
    """
    for mistake in _validator().iter_errors(record):
        raise RecordError(*_told(mistake))


def _parsed(data: bytes) -> Any:
    data = data.rstrip(b"\r\n")
    if not data.strip():
        raise RecordError("是空的，没有记录", "it is empty: there is no record")
    if not data.lstrip().startswith(b"{"):
        raise RecordError("不是判断记录（不是 JSON）", "it is no decision record (no JSON)")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as fault:
        if fault.end == len(data) and fault.reason == "unexpected end of data":
            raise RecordError(*_cut(data)) from None
        at = fault.start + 1
        raise RecordError(f"第{at}字节不是 UTF-8 文字，已经损坏", f"byte {at} is not UTF-8: it is damaged") from None
    try:
        return json.loads(text, object_pairs_hook=_once, parse_float=_no_float, parse_constant=_no_float)
    except json.JSONDecodeError as fault:
        if not text.rstrip().endswith("}") or fault.pos >= len(text):
            raise RecordError(*_cut(data)) from None
        at = len(text[: fault.pos].encode()) + 1
        raise RecordError(f"第{at}字节起不是 JSON，已经损坏", f"no JSON from byte {at} on: it is damaged") from None
    except (_RefusedError, RecursionError) as fault:
        raise RecordError(f"不是判断记录：{fault}", f"it is no decision record: {fault}") from None


def _cut(data: bytes) -> tuple[str, str]:
    lines = data.count(b"\n") + 1
    line, en = (f"第{lines}行、", f"line {lines}, ") if lines > 1 else ("", "")
    return (
        f"在{line}第{len(data)}字节处中断，后面的内容没有了，像是被截断的",
        f"it stops at {en}byte {len(data)}: the rest seems cut off",
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise _RefusedError(f"“{twice}”×2")
    return found


def _no_float(text: str) -> Any:
    raise _RefusedError(text)


def _other(document: Any) -> tuple[str, str]:
    """What a JSON document is that is no record of this version."""
    schema = document.get("schema") if isinstance(document, dict) else None
    if isinstance(schema, str) and schema.startswith("urn:policylang:outcome:"):
        return (
            "是 eval --format json 的结果文档，不是判断记录；判断记录用 eval --record 写",
            "it is an outcome document of eval --format json, no record; eval --record writes records",
        )
    if isinstance(schema, str) and schema.startswith("urn:policylang:record:"):
        return (
            f"是另一版本的判断记录（{schema}），本程序只认 {SCHEMA}",
            f"it is a record of another version ({schema}); this program reads {SCHEMA}",
        )
    return f"不是判断记录（没有 schema “{SCHEMA}”）", f"it is no decision record (no schema “{SCHEMA}”)"


@cache
def _validator() -> Validator:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - importing it takes a while

    return Draft202012Validator(record_schema())


def _told(mistake: Any) -> tuple[str, str]:
    """The first departure from the schema in plain words."""
    where = _path(mistake.absolute_path)
    zh, en = (f"“{where}”", where) if where else ("记录", "the record")
    match mistake.validator:
        case "required":
            gone = [key for key in mistake.validator_value if key not in mistake.instance]
            return f"{zh}缺少“{'”“'.join(gone)}”", f"{en} lacks {', '.join(gone)}"
        case "additionalProperties":
            more = sorted(mistake.instance.keys() - mistake.schema.get("properties", {}).keys())
            return f"{zh}多出了“{'”“'.join(more)}”", f"{en} has {', '.join(more)}, which no record has"
        case "type":
            wanted = mistake.validator_value if isinstance(mistake.validator_value, list) else [mistake.validator_value]
            kinds = [_KINDS.get(kind, (kind, kind)) for kind in wanted]
            return (
                f"{zh}应当是{'或者'.join(zh for zh, _ in kinds)}",
                f"{en} should be {' or '.join(en for _, en in kinds)}",
            )
        case "enum" | "const":
            allowed = mistake.validator_value if isinstance(mistake.validator_value, list) else [mistake.validator_value]
            listed = [str(one) for one in allowed]
            return f"{zh}只能是“{'”“'.join(listed)}”", f"{en} can only be {', '.join(listed)}"
        case _:
            return f"{zh}的写法不对", f"{en} is not written as it should be"


def _path(steps: Any) -> str:
    told = ""
    for step in steps:
        told += f"[{step}]" if isinstance(step, int) else f".{step}" if told else step
    return told
