"""An explanation as data: answers in a sentence with their reasons, why not, and what would change it.

Texts are in Chinese and English; contents of facts as in facts files (ids of options, ISO days, yuan).
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from policylang.analysis.cells import ABSENT, COUNT
from policylang.analysis.targets import target_word
from policylang.explain.changes import Ways
from policylang.explain.phrases import Phrases
from policylang.explain.sentences import Sentences
from policylang.explain.text import Report
from policylang.explain.whynot import WhyNot
from policylang.explain.wording import number
from policylang.semantics.types import Option
from policylang.semantics.values import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from policylang.analysis.changes import Answer, Way
    from policylang.analysis.targets import Target
    from policylang.facts.model import Attestation
    from policylang.runtime.alternatives import Comparison
    from policylang.runtime.outcome import Outcome

SCHEMA = "urn:policylang:explanation:1"
Json = dict[str, object]
_LANGS = ("zh", "en")


def explanation_document(
    outcome: Outcome, wanted: str | None, *, comparisons: Sequence[Comparison] | None = None,
    attestations: Mapping[str, Attestation] | None = None,
) -> Json:  # fmt: skip
    """Why each result, or the one asked for, is what it is."""
    reports = {lang: Report(outcome, lang, comparisons=comparisons, attestations=attestations) for lang in _LANGS}
    told = {lang: report.answers(wanted) for lang, report in reports.items()}
    answers = [
        {"title": _both(lambda lang, n=n: told[lang][n][0]), "sentence": _both(lambda lang, n=n: told[lang][n][1]),  # type: ignore[misc]
         "reasons": _both(lambda lang, n=n: told[lang][n][2])}  # type: ignore[misc]
        for n in range(len(told["zh"]))
    ]  # fmt: skip
    return {**_head(outcome), "answers": answers}


def why_not_document(outcome: Outcome, target: Target, attestations: Mapping[str, Attestation] | None = None) -> Json:
    """Why a result is not what it was asked to be."""

    def lines(lang: str) -> list[str]:
        return WhyNot(Phrases(outcome, lang, attestations), target).lines(outcome.results)

    return {**_head(outcome), "target": _target(target), "why_not": _both(lines)}


def changes_document(answer: Answer) -> Json:
    """What would change a result."""
    return {
        **_head(answer.before),
        "target": _target(answer.target),
        "reached": answer.reached,
        "proved": answer.proved,
        "ways": [_way(way) for way in answer.ways],
        "text": _both(lambda lang: Ways(answer, lang).lines()),
    }


def _head(outcome: Outcome) -> Json:
    return {
        "schema": SCHEMA, "policy": {"id": outcome.policy.id, "title": outcome.policy.title},
        "as_of": outcome.as_of.isoformat(), "assessment_year": outcome.year, "readings": dict(outcome.readings),
    }  # fmt: skip


def _target(target: Target) -> Json:
    return {"outcome": target.of.id, "wanted": target_word(target, "en"), "name": target_word(target, "zh"), "year": target.year}


def _way(way: Way) -> Json:
    return {
        "in_hands": way.in_hands,
        "changes": [
            {
                "path": c.cell.path if c.cell.key != COUNT else f"{c.cell.fact}[]",
                "part": c.cell.part if not isinstance(c.cell.key, int) else None,
                "before": _content(c.before), "after": _content(c.after), "also": [_content(x) for x in c.also],
                "hands": c.hands, "added": c.added,
            }
            for c in way.changes
        ],
        "then": _both(lambda lang: [Sentences(Phrases(way.outcome, lang)).answer(r) for r in way.outcome.results]),
    }  # fmt: skip


def _content(content: object) -> object:
    match content:
        case Fraction():
            return content.numerator if content.denominator == 1 else number(content)
        case Option():
            return content.id
        case date():
            return content.isoformat()
        case _ if content is ABSENT:
            return None
        case _ if content is NOTHING:
            return "never"
        case _:
            return content


def _both(call: Callable[[str], object]) -> Json:
    return {lang: call(lang) for lang in _LANGS}
