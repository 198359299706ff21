"""The file of fingerprints that ``policylang audit --accept`` keeps beside a policy; people only read it.

    measure: liuzhou
    title: "柳州市人才工作站管理暂行办法（修订）"
    clauses:
      第一条: "3f9a0c1d2e4b5a67"
      第四条1: "…"

The official text itself is not kept.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from policylang.facts.nodes import Mapping, Node, Scalar
from policylang.facts.tree import load_tree
from policylang.measure.citation import Citation
from policylang.measure.fingerprint import Fingerprints
from policylang.source.diagnostic import Diagnostic, error

if TYPE_CHECKING:
    from policylang.source.text import SourceText

_HEAD = """\
# 由 policylang audit --accept 写成，请勿手工修改。官方文本不存放在这里，只留每条文字的指纹，供核对文字有无变动。
# Written by policylang audit --accept; not to be edited. Fingerprints only: the official text is not kept.
"""
_KEYS = ("measure", "title", "clauses")
_DIGEST = re.compile("[0-9a-f]{16}")


def written(fingerprints: Fingerprints) -> str:
    """The content of the file; the same fingerprints always give the same bytes."""
    head = (("measure", fingerprints.measure), ("title", fingerprints.title))
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in head]
    lines += ["clauses:", *(f'  {clause.text}: "{digest}"' for clause, digest in fingerprints.digests)]
    return _HEAD + "\n".join(lines) + "\n"


def read_fingerprints(source: SourceText) -> tuple[Fingerprints | None, tuple[Diagnostic, ...]]:
    """The fingerprints of a file, or what is wrong with it."""
    tree, found = load_tree(source, "yaml")
    faults = list(found)
    if tree is None:
        return None, tuple(faults)
    parts = {key.text: value for key, value in tree.entries} if isinstance(tree, Mapping) else {}
    clauses = parts.get("clauses")
    if not isinstance(tree, Mapping) or tuple(parts) != _KEYS or not isinstance(clauses, Mapping):
        zh = "指纹文件应依次写 measure、title、clauses 三项"
        return None, (*faults, _fault(tree, zh, "a file of fingerprints has measure, title and clauses, in this order"))
    digests: dict[Citation, str] = {}
    for key, value in clauses.entries:
        clause = Citation.parse(key.text)
        digest = value.text if isinstance(value, Scalar) else ""
        if clause is None or clause in digests:
            faults.append(_fault(key, f"“{key.text}”不是条款，或者重复", f"“{key.text}” is no clause, or stands here twice"))
        elif not _DIGEST.fullmatch(digest):
            faults.append(_fault(value, f"{key.text}的指纹应为16位十六进制数", f"{key.text}: 16 hexadecimal digits are needed"))
        else:
            digests[clause] = digest
    if faults:
        return None, tuple(faults)
    return Fingerprints(_text(parts["measure"]), _text(parts["title"]), tuple(digests.items())), ()


def _text(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _fault(node: Node, zh: str, en: str) -> Diagnostic:
    return error(
        "bad-fingerprints", node.span, zh, en,
        help_zh="用 policylang audit --accept 重新写一份，不要手工改",
        help_en="write it anew with policylang audit --accept instead of editing it",
    )  # fmt: skip
