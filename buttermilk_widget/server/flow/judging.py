"""Two ways to judge a post, a way to score a judgement, and a way to compare several.

All of it is plain matching and counting, so that a person can check each conclusion by hand. A
judgement has one reason for each guideline, which says ``Title: broken.`` or ``Title: kept.`` and
then why; scoring and comparing read only that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from buttermilk_widget.errors import join_names
from buttermilk_widget.protocol.messages import (
    Assessment,
    Criterion,
    Differences,
    Divergence,
    Expert,
    Judgement,
    Position,
    Record,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .library import Guideline, Match

NEGATIONS = frozenset(
    ("not", "no", "never", "nobody", "hardly", "without", "isn't", "aren't", "wasn't", "don't")
)
REACH = 4
"""Words before a cue in which a negation counts."""

MOST = 40
"""Cues of one guideline that are weighed; a text of megabytes is not read to its end."""

SPAN = 1000
"""Letters on each side in which a sentence or a quotation is looked for."""

_QUOTED = re.compile(rf"“[^”]{{0,{SPAN}}}”|\"[^\"]{{0,{SPAN}}}\"")
_CITED = re.compile(r"“([^”]*)”")


@dataclass(frozen=True)
class Finding:
    """What a judge finds on one guideline. ``doubt``: 0 is none, 1 and more is much."""

    guideline: Guideline
    broken: bool
    why: str
    doubt: float

    @property
    def reason(self) -> str:
        """The finding as a judgement gives it."""
        return f"{self.guideline.title}: {'broken' if self.broken else 'kept'}. {self.why}"


# --- judging -------------------------------------------------------------------------------------


def judge_by_rule(text: str, guidelines: Sequence[Guideline]) -> Judgement:
    """Take each guideline at its word: one cue in the text breaks it."""
    findings = []
    for guideline in guidelines:
        cited = _unique(match.words for match in guideline.matches(text))
        why = (
            f"The text says {join_names(f'“{words}”' for words in cited)}."
            if cited
            else "None of its cues is in the text."
        )
        doubt = 0.5 if len(cited) == 1 else 0.0
        findings.append(Finding(guideline, bool(cited), why, doubt))
    return _judgement(findings)


def judge_by_weight(text: str, guidelines: Sequence[Guideline]) -> Judgement:
    """Weigh what each cue stands in: a quotation, a negation, a question, a source."""
    quoted = [(hit.start(), hit.end()) for hit in _QUOTED.finditer(text)]
    findings = []
    for guideline in guidelines:
        weight, notes = 0.0, []
        for match in guideline.matches(text)[:MOST]:
            against, why = _against(match, text, guideline, quoted)
            weight += 1.0 - against
            notes.append(f"“{match.words}” counts {1.0 - against:g}{why}")
        if not notes:
            findings.append(Finding(guideline, False, "There is nothing to weigh.", 0.0))  # noqa: FBT003
            continue
        doubt = max(0.0, 1.0 - abs(weight - 0.75))
        why = f"{'; '.join(notes)}. Together {weight:g}, and 1 breaks it."
        findings.append(Finding(guideline, weight >= 1.0, why, doubt))
    return _judgement(findings)


def _against(
    match: Match, text: str, guideline: Guideline, quoted: list[tuple[int, int]]
) -> tuple[float, str]:
    """What speaks against a cue, from 0 to 1, and why."""
    sentence = _sentence(text, match)
    before = re.findall(r"[\w']+", text[max(0, match.start - 80) : match.start].casefold())
    softener = next((s for s in guideline.softeners if s in sentence.casefold()), None)
    reasons = [
        (1.0, "it is quoted", any(a < match.start < b for a, b in quoted)),
        (1.0, "it is negated", bool(NEGATIONS & set(before[-REACH:]))),
        (0.5, "it is asked, not said", sentence.rstrip().endswith("?")),
        (0.5, f"the sentence has “{softener}”", softener is not None),
    ]
    holding = [(weight, why) for weight, why, holds in reasons if holds]
    against = min(1.0, sum(weight for weight, _ in holding))
    return against, f", because {join_names(why for _, why in holding)}" if holding else ""


def _sentence(text: str, match: Match) -> str:
    first, last = max(0, match.start - SPAN), match.end + SPAN
    start = max(text.rfind(mark, first, match.start) for mark in ".!?") + 1 or first
    ends = [at for mark in ".!?" if (at := text.find(mark, match.end, last)) >= 0]
    return text[start : min(ends, default=last) + 1]


def _judgement(findings: Sequence[Finding]) -> Judgement:
    broken = [finding.guideline.title for finding in findings if finding.broken]
    doubt = max((finding.doubt for finding in findings), default=0.0)
    return Judgement(
        conclusion=f"The post {_counted(broken, len(findings))}.",
        reasons=tuple(finding.reason for finding in findings),
        prediction=bool(broken),
        uncertainty="high" if doubt >= 0.75 else "medium" if doubt >= 0.5 else "low",
    )


def _counted(broken: list[str], of: int) -> str:
    if not broken:
        return "breaks no guideline" if of > 1 else "keeps to the guideline"
    return (
        f"breaks {len(broken)} of {of} guidelines: {join_names(broken)}"
        if of > 1
        else "breaks the guideline"
    )


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


# --- reading a judgement -------------------------------------------------------------------------


def reason_on(guideline: Guideline, judgement: Judgement) -> str | None:
    """The judgement's reason on a guideline, if it has one."""
    start = f"{guideline.title}: "
    return next((reason for reason in judgement.reasons if reason.startswith(start)), None)


def says_broken(reason: str) -> bool:
    """Whether a reason says that its guideline is broken."""
    return reason.partition(": ")[2].startswith("broken")


# --- scoring -------------------------------------------------------------------------------------


def score(
    judgement: Judgement,
    record: Record,
    guidelines: Sequence[Guideline],
    *,
    agent_id: str,
    message_id: str,
) -> Assessment:
    """Check a judgement guideline by guideline: by the answer key, or else by the text itself."""
    criteria = []
    for guideline in guidelines:
        reason = reason_on(guideline, judgement)
        if reason is None:
            feedback = f"{guideline.title}: the judge says nothing on it."
            criteria.append(Criterion(correct=False, feedback=feedback))
        elif isinstance(record.ground_truth, list):
            criteria.append(_by_key(guideline, reason, record.ground_truth))
        else:
            criteria.append(_by_text(guideline, reason, record.content))
    met = sum(criterion.correct is True for criterion in criteria)
    return Assessment(
        assessments=tuple(criteria),
        assessed_agent_id=agent_id,
        assessed_call_id=message_id,
        correctness=round(met / len(criteria), 3) if criteria else None,
    )


def _by_key(guideline: Guideline, reason: str, key: Sequence[object]) -> Criterion:
    judged, known = says_broken(reason), guideline.key in key
    word = {True: "broken", False: "kept"}
    if judged == known:
        feedback = f"{guideline.title}: {word[known]}, as the answer key has it."
    else:
        feedback = f"{guideline.title}: judged {word[judged]}; the answer key says {word[known]}."
    return Criterion(correct=judged == known, feedback=feedback)


def _by_text(guideline: Guideline, reason: str, text: str) -> Criterion:
    """With no answer key: a breach needs the text's own words, a keeping must pass none over."""
    cited = _CITED.findall(reason)
    if says_broken(reason):
        fits = bool(cited) and any(words in text for words in cited)
        why = "it cites the text's own words" if fits else "it cites no words of the text"
    else:
        passed = [m.words for m in guideline.matches(text) if m.words not in cited]
        fits = not passed
        why = f"it passes over “{passed[0]}”" if passed else "it passes over no cue"
    return Criterion(correct=fits, feedback=f"{guideline.title}: {why}.")


# --- comparing -----------------------------------------------------------------------------------


def compare(
    judgements: Sequence[tuple[Expert, Judgement]],
    guidelines: Sequence[Guideline],
    scores: Sequence[tuple[str, float]] = (),
) -> Differences:
    """Where judgements differ, guideline by guideline; ``scores`` are names with correctness."""
    divergences = []
    for guideline in guidelines:
        sides: dict[str, list[Expert]] = {"broken": [], "kept": []}
        for expert, judgement in judgements:
            reason = reason_on(guideline, judgement)
            if reason is not None:
                sides["broken" if says_broken(reason) else "kept"].append(expert)
        if all(sides.values()):
            positions = tuple(
                Position(position=f"The guideline is {side}.", experts=tuple(experts))
                for side, experts in sides.items()
            )
            divergences.append(Divergence(topic=guideline.title, positions=positions))
    verdicts = {judgement.prediction for _, judgement in judgements}
    compared = _compared([d.topic for d in divergences], len(guidelines), same=len(verdicts) < 2)
    return Differences(conclusion=compared + _ahead(scores), divergences=tuple(divergences))


def _compared(topics: list[str], of: int, *, same: bool) -> str:
    """What the judges agree on and where they differ: a verdict is one thing, its grounds another."""
    verdict = (
        "The judges come to the same verdict" if same else "The judges come to different verdicts"
    )
    if not topics:
        return f"{verdict}, and agree on every criterion."
    return f"{verdict}; they differ on {len(topics)} of {of} criteria: {join_names(topics)}."


def _ahead(scores: Sequence[tuple[str, float]]) -> str:
    if not scores:
        return ""
    told = join_names(f"{name} {value:.2f}" for name, value in scores)
    return f" Scored: {told}."
