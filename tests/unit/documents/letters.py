"""The example stations decided, and letters about them: what the tests of letters share."""

from __future__ import annotations

import io
from datetime import date
from functools import cache
from pathlib import Path

import docx

import policylang
from policylang.documents.contents import compose
from policylang.documents.findings import Findings
from policylang.documents.letter import Letter, context
from policylang.facts.document import read_document
from policylang.facts.letter_file import Letterhead
from policylang.runtime.interpreter import evaluate
from policylang.source.text import SourceText

ROOT = Path(__file__).resolve().parents[3]
MEASURES = ("xishuangbanna", "luzhou", "liuzhou", "weihai", "fuzhou")

HEAD = Letterhead(
    issuer="某市科学技术局", number="某科〔2026〕12号", addressee="某公司", signer="张三", post="局长", date=date(2026, 11, 22),
    deadline=date(2026, 12, 31), remedies=("可以来人来函提出意见。",), contact="李四", telephone="0772-0000000",
)  # fmt: skip


@cache
def measure(name: str):
    return policylang.load(name)


@cache
def example(name: str, as_of: date | None = None, year: int | None = None):
    """The outcome of the example station of a measure."""
    policy = measure(name).policy
    path = ROOT / "examples" / f"{name}_station.yaml"
    document, _, _ = read_document(policy, SourceText(path.name, path.read_text("utf-8")), "yaml")
    return evaluate(policy, document.facts, as_of or document.as_of, year or document.year, document.readings or {}, None)


def station(name: str, facts: str, as_of: date, year: int):
    """The outcome of a station with these facts (YAML)."""
    policy = measure(name).policy
    document, mistakes, _ = read_document(policy, SourceText("站.yaml", f"事实:\n{facts}"), "yaml")
    assert mistakes == ()
    return evaluate(policy, document.facts, as_of, year, {}, None)


def letter(outcome, kind, wanted=None, head=HEAD, official=None):
    return compose(kind, Findings.of(outcome, wanted, official), head)


def placeholders(outcome, kind, wanted=None, head=HEAD, official=None):
    made = letter(outcome, kind, wanted, head, official)
    assert isinstance(made, Letter), made
    return context(made, head, outcome)


def part(made: Letter, name: str) -> list[str]:
    """The paragraphs of the part of this name; none where the letter has no such part."""
    return [item.text for p in made.parts if p.name == name for item in p.items]


def whole(made: Letter) -> str:
    return "\n".join([made.title, made.opening, *(i.text for p in made.parts for i in (*p.items,)), made.closing])


def paragraphs(file: bytes) -> list[str]:
    return [p.text for p in docx.Document(io.BytesIO(file)).paragraphs]
