"""What the manual shows is what happens: its policies compile, its commands give the output printed under them.

``python tests/test_docs.py`` writes what should stand there into the documents. The conventions of the blocks:

* ``pol``: compiles without findings (a fragment is completed, see ``unit/diagnostics/fragments.py``); ``pol frame`` is
  what completes it. ``pol liuzhou``: stands so in ``policies/liuzhou.pol``.
* ``pol wrong`` and, right after it, ``text`` with the messages that it causes.
* ``yaml 乙站.yaml``, ``pol 期限.pol``: a file in the reader's folder (``pol 错例.pol wrong``: with mistakes).
  ``<!-- 复制 policies/liuzhou.pol -->`` puts a copy there (of a folder too), ``<!-- 把 liuzhou.pol 的“甲”改为“乙” -->``
  changes it once, ``<!-- 把 甲.txt 另存为 乙.txt -->`` saves it under another name.
* ``pol 甲.pol 写进``: the parts of that file that begin with the same words (事实, 第八条) become these.
  ``<!-- 与 examples/qingwu 一致 -->``: by now the reader has every file of that folder.
* ``console``: ``$ policylang …`` run in that folder, with all that it prints; ``……`` stands for lines left out. What
  is typed in stands in a file: ``$ policylang … < 答案.txt``.
* The table of keywords stands between ``<!-- 关键词表 -->`` and ``<!-- 完 -->``.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
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

DOCUMENTS = [
    ROOT / "docs" / name
    for name in ("language.md", "facts.md", "explain.md", "ask.md", "calendar.md", "cases.md", "audit.md", "records.md", "encoding-a-measure.md", "letters.md", "comparison.md", "batch.md")
]

_PART = re.compile(
    r"^```(?P<info>[^\n`]+)\n(?P<body>.*?)^```$"
    r"|^<!-- 复制 (?P<copied>\S+) -->$"
    r"|^<!-- 把 (?P<file>\S+) 的“(?P<old>.+?)”改为“(?P<new>.+?)” -->$"
    r"|^<!-- 把 (?P<saved>\S+) 另存为 (?P<renamed>\S+) -->$"
    r"|^<!-- 与 (?P<same>\S+) 一致 -->$"
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
        elif info[2:] == ["写进"]:
            write_into(folder / info[1], body)
        elif len(info) > 1 and "." in info[1]:
            (folder / info[1]).parent.mkdir(exist_ok=True)
            (folder / info[1]).write_text(body, encoding="utf-8")
        elif match["copied"]:
            copy(ROOT / match["copied"], folder)
        elif match["file"]:
            change(folder / match["file"], match["old"], match["new"])
        elif match["saved"]:
            (folder / match["renamed"]).write_bytes((folder / match["saved"]).read_bytes())
        elif match["same"]:
            assert differing(ROOT / match["same"], folder) == []
        elif not info:
            whole = f"<!-- 关键词表 -->\n{keyword_table()}<!-- 完 -->"
        wrong = body if info == ["pol", "wrong"] else ""
        parts += [text[position : match.start()], whole]
        position = match.end()
    return "".join([*parts, text[position:]])


def session(body: str, folder: Path) -> str:
    """The commands of a console block, each with what it prints."""
    told = ""
    for part in re.split(r"^(?=\$ )", body, flags=re.MULTILINE)[1:]:
        command, *written = part.splitlines()
        program, *arguments = shlex.split(command[2:])
        assert program == "policylang", command
        told += f"{command}\n{shortened(printed(arguments, folder), written)}"
    return told


def shortened(output: str, written: list[str]) -> str:
    """What a command prints, without the lines that the document leaves out, as long as all others still are there."""
    pattern = "".join(r"(?:.*\n)+?" if line == "……" else re.escape(line) + r"\n" for line in written)
    return "".join(f"{line}\n" for line in written) if "……" in written and re.fullmatch(pattern, output) else output


def printed(arguments: list[str], folder: Path) -> str:
    """All that the command line prints, in order."""
    variables = {k: v for k, v in os.environ.items() if not k.startswith("LC_")}
    variables |= {"LANG": "zh_CN.UTF-8", "PYTHONPATH": str(ROOT / "src")}
    typed = b""
    if arguments[-2:-1] == ["<"]:
        *arguments, _, name = arguments
        typed = (folder / name).read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", _ENTRY, *arguments], input=typed,
        cwd=folder, env=variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60, check=False,
    )  # fmt: skip
    text = done.stdout.decode("utf-8")
    assert "Traceback" not in text, text
    assert "程序内部出错" not in text, text
    return text


def copy(path: Path, folder: Path) -> None:
    if path.is_dir():
        shutil.copytree(path, folder / path.name, dirs_exist_ok=True)
    else:
        shutil.copy(path, folder)


def write_into(file: Path, body: str) -> None:
    """Put the parts of a policy in place of those that begin with the same word, or before the first chapter."""
    parts = _parts(file.read_text(encoding="utf-8"))
    for name, part in _parts(body).items():
        later = {} if name in parts else {n: parts.pop(n) for n in list(parts) if n.startswith("第")}
        parts |= {name: part} | later
    file.write_text("\n".join(parts.values()), encoding="utf-8")


def _parts(policy: str) -> dict[str, str]:
    """What begins at the left margin, with the lines below it, by its first word."""
    found = re.split(r"^(?=[^\s#])", policy, flags=re.MULTILINE)[1:]
    return {part.split()[0]: part.rstrip("\n") + "\n" for part in found}


def differing(example: Path, folder: Path) -> list[str]:
    """The files of an example that are not, or not so, in the reader's folder."""
    names = [path.relative_to(example) for path in example.rglob("*") if path.is_file()]
    return [str(n) for n in names if not (folder / n).is_file() or (folder / n).read_bytes() != (example / n).read_bytes()]


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
        case [_, "写进"]:
            pass  # the commands that follow check the file it is written into
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
