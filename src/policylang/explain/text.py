"""An outcome as text for a clerk: the overview of ``eval`` and the reasons of ``explain``, in Chinese or English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from policylang.explain.overview import overview
from policylang.explain.phrases import Phrases
from policylang.explain.readings import Readings
from policylang.explain.sentences import Sentences
from policylang.runtime.outcome import Decision, DutyResult, Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from policylang.facts.model import Attestation
    from policylang.measure.citation import Citation
    from policylang.measure.official import OfficialText
    from policylang.runtime.alternatives import Comparison
    from policylang.runtime.outcome import Outcome
    from policylang.semantics import ir
    from policylang.semantics.values import Needs

#: How much is told: the answer in a sentence, what decided, or everything.
Level = Literal["sentence", "letter", "full"]


class Report:
    """The renderings of one outcome in one language.

    With the ``official`` text, reasons quote the clauses that decided; with ``comparisons`` it is said what each
    ambiguity would change if it were read otherwise; with the ``attestations`` of the facts file, who vouches for what.
    """

    def __init__(
        self, outcome: Outcome, lang: str, official: OfficialText | None = None, *,
        comparisons: Sequence[Comparison] | None = None, attestations: Mapping[str, Attestation] | None = None,
    ) -> None:  # fmt: skip
        self.outcome = outcome
        self.lang = lang
        self.official = official
        self.comparisons = comparisons
        self.quoted: set[tuple[str, ...]] = set()
        self.phrases = Phrases(outcome, lang, attestations)

    def overview(self) -> str:
        """Every result on a line of its own with its clause, what is still missing, then what other readings change."""
        text = overview(self.outcome, self.lang)
        if self.comparisons is None or self.outcome.rejections:
            return text
        return f"{text}\n{Readings(self.phrases).section(self.comparisons)}"

    def explain(self, wanted: str | None = None, level: Level = "full", *, head_first: bool = False) -> str:
        """Why each result (or the one asked for) is what it is. ``wanted`` is the name or id of an outcome or duty.

        ``level``: the answers in a ``sentence`` each; ``letter`` adds what decided; ``full`` also what did not, and for a
        result that was asked for the reasons of the results it rests on. A result that was asked for is answered in one
        sentence on the first line, or with ``head_first`` below the head.
        """
        if self.outcome.rejections:
            return self.overview()
        phrases = self.phrases
        sentences = Sentences(phrases)
        results = self._asked(wanted)
        answers = [sentences.answer(result) for result in self._now_first(results, wanted)] or [self._nothing(sentences, wanted)]
        if level == "sentence":
            head = [] if wanted is not None and not head_first else [*phrases.head(), ""]
            return "\n".join([*head, *answers]) + "\n"
        phrases.reasons.nested = wanted is not None and level == "full"
        parts = [self._result(result, brief=level == "letter") for result in results]
        if wanted is None:
            return "\n\n".join("\n".join(part) for part in (phrases.head(), *(parts or [answers]))) + "\n"
        first = (phrases.head(), answers) if head_first else (answers, phrases.head())
        return "\n\n".join("\n".join(part) for part in (*first, *parts)) + "\n"

    def parts(self, wanted: str | None = None) -> list[list[str]]:
        """Each result (or the one asked for) with its reasons, as lines, without the head."""
        return [self._result(result, brief=False) for result in self._asked(wanted)]

    def answers(self, wanted: str | None = None) -> list[tuple[str, str, list[str]]]:
        """Each result (or the one asked for): what it is about, its answer in a sentence, its reasons as lines."""
        sentences = Sentences(self.phrases)
        self.phrases.reasons.nested = wanted is not None
        return [
            (self.phrases.title(result), sentences.answer(result), self._result(result, brief=False)[1:])
            for result in self._asked(wanted)
        ]

    def _asked(self, wanted: str | None) -> list[Decision | Line | DutyResult]:
        """The results asked for; without a name all but the duties."""
        decisions = [d for d in self.outcome.decisions if wanted in (None, d.outcome.id, d.outcome.name)]
        lines = [x for x in self.outcome.lines if wanted in (None, x.outcome.id, x.outcome.name)]
        duties = [d for d in self.outcome.duties if wanted in (d.duty.id, d.duty.name)]
        return [*decisions, *lines, *duties]

    def _now_first(
        self, results: list[Decision | Line | DutyResult], wanted: str | None
    ) -> list[Decision | Line | DutyResult]:
        """The results asked for with that of the assessment year first."""
        return sorted(results, key=lambda r: wanted is not None and getattr(r, "year", None) != self.outcome.year)

    def _result(self, result: Decision | Line | DutyResult, *, brief: bool) -> list[str]:
        match result:
            case Decision():
                return self._part(result, self.phrases.result(result), self.phrases.reasons.decision(result, brief=brief))
            case Line():
                return self._part(result, self.phrases.amount(result), self.phrases.reasons.line(result, brief=brief))
            case DutyResult():  # pragma: no branch - the last of a closed union
                return self._part(result, self.phrases.duty(result), self.phrases.reasons.duty(result))

    def _nothing(self, sentences: Sentences, wanted: str | None) -> str:
        policy = self.outcome.policy
        decided: tuple[ir.Outcome | ir.Duty, ...] = (*policy.outcomes, *policy.duties)
        return sentences.nothing(next((x for x in decided if wanted in (x.id, x.name)), None))

    def _part(self, result: Decision | Line | DutyResult, answer: str, reasons: list[str]) -> list[str]:
        """One result: what it is, why, which readings it rests on, what is missing, what is printed."""
        title = f"{self.phrases.title(result)}{self.phrases.say('：', ': ')}"
        read = Readings(self.phrases).note(result, self.comparisons)
        return [f"{title}{answer}{self.phrases.stop()}", *reasons, *read, *self._missing(result.needs),
                *self._printed(result.clauses)]  # fmt: skip

    def _printed(self, clauses: Iterable[Citation]) -> list[str]:
        """The printed words of the clauses that decided, each once in a report."""
        lines: list[str] = []
        for clause in clauses if self.official is not None else ():
            found = self.official.quote(clause) if self.official is not None else None
            if found is not None and found[0].path not in self.quoted:
                self.quoted.add(found[0].path)
                name = "" if found[1].startswith(found[0].text) else found[0].in_(self.lang) + "　"
                lines += [f"    {line}" for line in (name + found[1]).splitlines()]
        return [self.phrases.say("  原文：", "  as printed:"), *lines] if lines else []

    def _missing(self, needs: Needs) -> list[str]:
        return [self.phrases.say("  还缺：", "  missing: ") + self.phrases.ways(needs)] if needs else []
