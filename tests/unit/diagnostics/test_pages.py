"""Every diagnostic has its page in docs/diagnostics, and the examples on the page do what the page says.

On a page ``pol wrong`` and ``pol right`` are policies (see ``fragments``; with ``完整`` the block is the whole file),
``yaml`` and ``json`` are facts of the example policy, ``yaml … 案例`` is a case file, ``yaml … 工作日`` a calendar, ``yaml … 发文`` what is
filled in for a letter, ``yaml … 指纹`` a file of
fingerprints, ``yaml … 词表`` a common vocabulary.
``text`` only illustrates: what cannot stand on a page is made here, in ``MADE``.
"""

from __future__ import annotations

import ast
import re

import pytest
from fragments import ROOT, Block, assembled, blocks

from policylang.cases.files import read_cases
from policylang.compiler import compile_policy
from policylang.facts.calendar_file import add_years
from policylang.facts.document import read_document
from policylang.facts.fingerprint_file import read_fingerprints
from policylang.facts.letter_file import read_letter
from policylang.facts.tree import load_tree
from policylang.facts.vocabulary_file import read_vocabulary
from policylang.semantics.calendar import Calendar
from policylang.source.text import SourceText

PAGES = ROOT / "docs" / "diagnostics"
CODES = sorted(page.stem for page in PAGES.glob("*.md") if page.stem != "README")

#: Kebab-case texts in src that are no codes: the name of a character class, units, a key of the JSON Schema.
NOT_CODES = {"private-use", "wan-yuan", "yi-yuan", "x-policylang"}
_KEBAB = re.compile("[a-z]+(?:-[a-z]+)+")
#: The example policy uses only some of the shared outcomes.
_EXPECTED = {"outcome-without-rules"}


def codes_in_src():
    found = set()
    for layer in ("source", "measure", "syntax", "semantics", "facts", "runtime", "cases"):
        for path in (ROOT / "src" / "policylang" / layer).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and _KEBAB.fullmatch(node.value):
                    found.add(node.value)
    return found - NOT_CODES


def compiled(text):
    return compile_policy(text.encode() if isinstance(text, str) else text, "例.pol")


def policy():
    found = compiled(assembled("注：“无”\n")).policy
    assert found is not None
    return found


def found_in(block: Block):
    """The codes of the findings on an example, in order."""
    kind, _, *more = block.info
    source = SourceText("例", block.body)
    match kind, more:
        case "pol", ["完整"]:
            findings = compiled(block.body).diagnostics
        case "pol", []:
            findings = compiled(assembled(block.body)).diagnostics
        case (("yaml" | "json"), []):
            _, _, findings = read_document(policy(), source, kind)
        case "yaml", ["案例"]:
            _, findings = read_cases(block.body.encode(), "例.yaml")
        case "yaml", ["工作日"]:
            _, findings = add_years(Calendar.official(), source)
        case "yaml", ["发文"]:
            _, findings = read_letter(source, "yaml")
        case "yaml", ["指纹"]:
            _, findings = read_fingerprints(source)
        case "yaml", ["词表"]:
            _, findings = read_vocabulary(source)
        case _:
            raise AssertionError(block.info)
    return [finding.code for finding in findings]


def examples():
    return [
        pytest.param(code, block, id=f"{code}-{block.info[1]}-{block.line}")
        for code in CODES
        for block in blocks(PAGES / f"{code}.md")
        if block.info[0] != "text"
    ]


def deep(count):
    return assembled("活动经费 给予 2万元，当 " + "（" * count + "弄虚作假" + "）" * count + "\n")


def wide(count):
    return assembled("活动经费 给予 2万元，当 考核结论 属于 " + "/".join(["合格"] * count) + "\n")


WHOLE = assembled("注：“无”\n")

#: Faults of bytes and of size: what has them, and the same mended.
MADE = {
    "empty-file": [(b"", WHOLE), (" \n\u3000\n", WHOLE)],
    "file-too-large": [("#" * 1_000_001, WHOLE)],
    "binary-file": [
        (b"PK\x03\x04\0\0" + bytes(range(256)), WHOLE),
        (WHOLE.encode().replace("某市".encode(), b"\xe6\x9f", 1), WHOLE),
    ],
    "wrong-encoding": [(WHOLE.encode(codec), WHOLE) for codec in ("gb18030", "utf-16", "utf-32")],
    "too-deep": [(deep(65), deep(60))],
    "too-many-words": [(wide(60_000), wide(1_000))],
}


def test_every_code_has_its_page():
    assert set(CODES) == codes_in_src()


def test_every_page_is_listed_once_under_its_title():
    listed = re.findall(r"^\| \[(.+)\]\((.+)\.md\) \| (.+) \|$", (PAGES / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(code for code, _, _ in listed) == CODES
    for code, target, title in listed:
        assert code == target
        assert (PAGES / f"{code}.md").read_text("utf-8").startswith(f"# {title}（{code}）\n")


@pytest.mark.parametrize("code", CODES)
def test_a_page_has_all_its_parts(code):
    text = (PAGES / f"{code}.md").read_text("utf-8")
    _, zh, en, *_ = text.split("\n\n")
    assert zh.removesuffix("（警告）").endswith("。")
    assert re.fullmatch(r"\*[ -~“”《「]+\*", en)
    assert "\n## 为什么要紧\n" in text
    kinds = [block.info[1] for block in blocks(PAGES / f"{code}.md")]
    assert kinds
    assert kinds == ["wrong", "right"] * (len(kinds) // 2)


@pytest.mark.parametrize(("code", "block"), examples())
def test_an_example_does_what_the_page_says(code, block):
    found = set(found_in(block))
    if block.info[1] == "wrong":
        assert code in found
    else:
        assert found - (_EXPECTED - {code}) == set()


def test_what_cannot_stand_on_a_page_is_made_here():
    illustrated = {c for c in CODES if any(block.info[0] == "text" for block in blocks(PAGES / f"{c}.md"))}
    assert illustrated == set(MADE)


@pytest.mark.parametrize("code", sorted(MADE))
def test_a_made_example_does_what_the_page_says(code):
    for wrong, right in MADE[code]:
        assert {d.code for d in compiled(wrong).diagnostics} - _EXPECTED == {code}
        assert {d.code for d in compiled(right).diagnostics} <= _EXPECTED


@pytest.mark.parametrize(
    ("code", "text"),
    [("file-too-large", " " * 1_000_001), ("file-too-large", "- 1\n" * 100_001), ("too-deep", "[" * 33 + "]" * 33)],
)
def test_facts_have_their_own_limits(code, text):
    _, findings = load_tree(SourceText("例.yaml", text), "yaml")
    assert [d.code for d in findings] == [code]
