"""What the manual shows is what happens: its policies compile, its commands give the output printed under them.

``python tests/test_docs.py`` writes what should stand there into the documents. The conventions of the blocks:

* ``pol``: compiles without findings (a fragment is completed, see ``unit/diagnostics/fragments.py``); ``pol frame`` is
  what completes it. ``pol liuzhou``: stands so in ``policies/liuzhou.pol``.
* ``pol wrong`` and, right after it, ``text`` with the messages that it causes.
* ``yaml 乙站.yaml``, ``pol 期限.pol``: a file in the reader's folder (``pol 错例.pol wrong``: with mistakes).
  ``<!-- 复制 policies/liuzhou.pol -->`` puts a copy there, ``<!-- 把 liuzhou.pol 的“甲”改为“乙” -->`` changes it once.
* ``console``: ``$ policylang …`` run in that folder, with all that it prints.
* The table of keywords stands between ``<!-- 关键词表 -->`` and ``<!-- 完 -->``.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).resolve().parents[1] / "src")]

from policylang.compiler import compile_policy
from policylang.source.diagnostic import Severity
from policylang.syntax.keywords import UNITS, keywords
from unit.diagnostics.fragments import ROOT, assembled, blocks

DOCUMENTS = [ROOT / "docs" / name for name in ("language.md", "calendar.md", "cases.md", "audit.md")]

_PART = re.compile(
    r"^```(?P<info>[^\n`]+)\n(?P<body>.*?)^```$"
    r"|^<!-- 复制 (?P<copied>\S+) -->$"
    r"|^<!-- 把 (?P<file>\S+) 的“(?P<old>.+)”改为“(?P<new>.+)” -->$"
    r"|^<!-- 关键词表 -->$.*?^<!-- 完 -->$",
    re.MULTILINE | re.DOTALL,
)
_SEVERITY = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.NOTE: "提示"}
_ENTRY = "import sys; sys.argv[0] = 'policylang'; from policylang.cli.main import run; run()"
#: Marks between words; the table of keywords lists words.
_MARKS = {"COLON", "COMMA", "SEP", "GT", "LPAR", "RPAR", "LMARK", "RMARK", "BAR", "PLUS", "MINUS", "TIMES"}


def refreshed(document: Path, folder: Path) -> str:
    """The text of a document with what its commands print and its mistakes cause now."""
    text = document.read_text(encoding="utf-8")
    parts, position, wrong = [], 0, ""
    for match in _PART.finditer(text):
        info = (match["info"] or "").split()
        whole, body = match.group(), match["body"]
        if info == ["console"]:
            whole = f"```console\n{session(body, folder)}```"
        elif info == ["text"] and wrong:
            whole = f"```text\n{messages(wrong)}```"
        elif len(info) > 1 and "." in info[1]:
            (folder / info[1]).write_text(body, encoding="utf-8")
        elif match["copied"]:
            (folder / Path(match["copied"]).name).write_bytes((ROOT / match["copied"]).read_bytes())
        elif match["file"]:
            change(folder / match["file"], match["old"], match["new"])
        elif not info:
            whole = f"<!-- 关键词表 -->\n{keyword_table()}<!-- 完 -->"
        wrong = body if info == ["pol", "wrong"] else ""
        parts += [text[position : match.start()], whole]
        position = match.end()
    return "".join([*parts, text[position:]])


def session(body: str, folder: Path) -> str:
    """The commands of a console block, each with what it prints."""
    lines = []
    for line in body.splitlines():
        if line.startswith("$ "):
            program, *arguments = shlex.split(line[2:])
            assert program == "policylang", line
            lines += [line + "\n", printed(arguments, folder)]
    return "".join(lines)


def printed(arguments: list[str], folder: Path) -> str:
    """All that the command line prints, in order."""
    variables = {k: v for k, v in os.environ.items() if not k.startswith("LC_")}
    variables |= {"LANG": "zh_CN.UTF-8", "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", _ENTRY, *arguments],
        cwd=folder, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False,
    )  # fmt: skip
    text = done.stdout.decode("utf-8")
    assert "Traceback" not in text, text
    assert "程序内部出错" not in text, text
    return text


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{file.name}: {old}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def messages(wrong: str) -> str:
    """The findings on an example, each with its advice, as the screen shows them without the excerpt."""
    lines = []
    for found in findings(wrong):
        lines.append(f"{_SEVERITY[found.severity]}[{found.code}] {found.message.zh}\n")
        lines += [f"  说明：{note.zh}\n" for note in found.notes]
        lines += [f"  建议：{found.help.zh}\n"] if found.help else []
    return "".join(lines)


def findings(example: str):
    """The findings on an example, but for the outcomes of the frame that it does not use."""
    found = compile_policy(assembled(example).encode(), "例.pol").diagnostics
    return [f for f in found if f.code != "outcome-without-rules"]


def keyword_table() -> str:
    """Every word of the grammar in Chinese and English, then every unit."""
    rows = ["| 中文 | 英文 | 也可以写 |", "|---|---|---|"]
    shown = set()
    for keyword in keywords().values():
        row = (keyword.zh, keyword.en, "、".join(keyword.spellings[2:]))
        if keyword.terminal not in _MARKS and row not in shown:
            shown.add(row)
            rows.append(f"| {' | '.join(row)} |")
    rows += ["", "| 单位 | 英文 | 也可以写 |", "|---|---|---|"]
    rows += [f"| {unit} | {english} | {'、'.join(others)} |" for unit, (english, others) in UNITS.items()]
    return "".join(f"{row.rstrip()}\n" for row in rows)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_says_what_happens(document, tmp_path):
    assert document.read_text(encoding="utf-8") == refreshed(document, tmp_path), (
        f"run: python tests/test_docs.py, and look at what changes in {document.name}"
    )


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(block, id=f"{document.stem}-{block.line}")
        for document in DOCUMENTS
        for block in blocks(document)
        if block.info[0] == "pol"
    ],
)
def test_a_policy_in_the_manual(block):
    match block.info[1:]:
        case ["wrong"] | [_, "wrong"]:
            assert findings(block.body)
        case ["liuzhou"]:
            policy = (ROOT / "policies" / "liuzhou.pol").read_text(encoding="utf-8").splitlines()
            assert _words(block.body) in _words("\n".join(policy))
        case ["frame"]:
            assert findings("注：“无”\n") == []
        case _:
            assert [(f.code, f.message.zh) for f in findings(block.body)] == []


def test_every_mistake_in_the_manual_has_its_message():
    for document in DOCUMENTS:
        for block, after in pairwise(blocks(document)):
            if block.info == ("pol", "wrong"):
                assert after.info == ("text",)


def _words(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    for written in DOCUMENTS:
        with tempfile.TemporaryDirectory() as scratch:
            written.write_text(refreshed(written, Path(scratch)), encoding="utf-8")
