"""The last word on a facts document: the JSON Schema that the policy publishes must accept it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from policylang.facts.model import FactError
from policylang.facts.nodes import Mapping, Node, Sequence, plain, quote
from policylang.facts.schema import schema_for
from policylang.source.diagnostic import Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jsonschema import Draft202012Validator

    from policylang.semantics import ir


def disagreements(policy: ir.Policy, node: Node) -> tuple[FactError, ...]:
    """The places of a tree that the published schema refuses.

    What the typed reader refuses in form is refused here too, in less helpful words; so this is asked about
    documents in which the reader has found nothing wrong. The first call imports the validator, in 0.2 s.
    """
    errors = _validator(policy).iter_errors(plain(node))
    return tuple(_mistake(tuple(error.absolute_path), str(error.validator), node) for error in errors)


@lru_cache(maxsize=32)
def _validator(policy: ir.Policy) -> Draft202012Validator:
    from jsonschema import Draft202012Validator  # noqa: PLC0415 - only those pay for it who read documents

    return Draft202012Validator(schema_for(policy))


def _mistake(path: Iterable[str | int], keyword: str, node: Node) -> FactError:
    written, span = "", node.span
    for step in path:
        if isinstance(step, int):
            written += f"[{step}]"
        else:
            written += f".{quote(step)}" if written else quote(step)
        node = _inside(node, step)
        span = node.span or span
    return FactError(written or "facts", _message(written, keyword), span)


def _message(written: str, keyword: str) -> Message:
    subject = f"“{written}”" if written else "事实"
    return Message(
        f"{subject}不符合本办法公布的事实格式（JSON Schema 的 {keyword}）",
        f"refused by the published JSON Schema ({keyword})",
    )


def _inside(node: Node, step: str | int) -> Node:
    """The part of a tree that one step of a path names."""
    if isinstance(node, Sequence):
        return node.items[int(step)]
    entries = node.entries if isinstance(node, Mapping) else ()
    return next((value for key, value in entries if key.text == step), node)
