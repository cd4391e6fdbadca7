"""The agents' work: small, real and deterministic; no language model and no network.

Payloads have the shapes of PROTOCOL section 2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .library import GUIDELINES, POSTS, Guideline, Post

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BREACH = 6
"""The weight from which on a post breaks the guidelines on balance; a sign weighs two."""

A_POST_HAS = 8
"""Words from which on a prompt is itself taken for the post."""


def words(text: str) -> set[str]:
    """The words of a text, in lower case."""
    return set(re.findall(r"[a-z']{3,}", text.casefold()))


# --- the record ----------------------------------------------------------------------------------


def fetch(prompt: str, record_id: str) -> tuple[Post, str]:
    """The post to work on, and a sentence on why it is this one.

    Raises:
        LookupError: ``record_id`` is none of the library's; the sentence names those that are.
    """
    known = {post.record_id: post for post in POSTS}
    if record_id and record_id not in known:
        raise LookupError(
            f"There is no record {record_id!r}; those on hand are {', '.join(known)}."
        )
    if record_id:
        return known[record_id], "It was asked for by its id."
    named = next((post for name, post in known.items() if name in prompt), None)
    if named is not None:
        return named, "The prompt names it."
    nearest = max(
        POSTS, key=lambda post: len(words(prompt) & words(f"{post.title} {post.content}"))
    )
    shared = words(prompt) & words(f"{nearest.title} {nearest.content}")
    if len(words(prompt)) >= A_POST_HAS and len(shared) < A_POST_HAS:
        return Post("prompt", "The prompt", "the manager", prompt), "The prompt is the post."
    if not shared:
        return POSTS[1], "The prompt fits no record on hand, so this one stands in."
    return nearest, f"It shares {len(shared)} words with the prompt."


def record(post: Post, why: str) -> dict[str, Any]:
    """The payload of a post."""
    return {
        "record_id": post.record_id,
        "metadata": {"title": post.title, "source": post.source, "chosen": why},
        "content": post.content,
    }


# --- judging -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """A sign of a broken guideline in a sentence of the post, and what speaks against it."""

    guideline: str
    sign: str
    sentence: str
    excuse: str = ""


def find(text: str, guidelines: Sequence[Guideline]) -> list[Finding]:
    """Every sign in the text, with the sentence it stands in and what may excuse it there."""
    found = []
    for sentence in re.split(r"(?<=[.!?;])\s+", text):
        for guideline in guidelines:
            for sign in guideline.signs:
                if re.search(rf"\b{re.escape(sign)}\b", sentence, re.IGNORECASE):
                    excuse = _excuse(sentence, sign)
                    found.append(Finding(guideline.name, sign, sentence.strip(), excuse))
    return found


def _excuse(sentence: str, sign: str) -> str:
    if re.search(rf'"[^"]*{re.escape(sign)}[^"]*"', sentence, re.IGNORECASE):
        return "it is a quotation"
    if re.search(r"\b(not agree|disagree|wrong to)\b", sentence, re.IGNORECASE):
        return "the writer disagrees with it"
    if sentence.rstrip().endswith("?"):
        return "it is a question"
    return ""


def judge_by_rules(text: str, guidelines: Sequence[Guideline] = GUIDELINES) -> dict[str, Any]:
    """A judge who goes rule by rule: one sign is enough, wherever it stands."""
    found = find(text, guidelines)
    reasons = []
    for guideline in guidelines:
        signs = [f'"{finding.sign}"' for finding in found if finding.guideline == guideline.name]
        said = f"has {', '.join(signs)}" if signs else "has nothing against it"
        reasons.append(f"**{guideline.name}** ({guideline.text}) The post {said}.")
    broken = _names(found)
    conclusion = f"It breaks {_and(broken)}." if broken else "It breaks no guideline."
    return {
        "conclusion": conclusion,
        "reasons": reasons,
        "prediction": bool(broken),
        "uncertainty": "low" if len(found) != 1 else "medium",
    }


def judge_by_weight(text: str, guidelines: Sequence[Guideline] = GUIDELINES) -> dict[str, Any]:
    """A judge who weighs: each sign counts two, or nothing where its context excuses it."""
    found = find(text, guidelines)
    against = [finding for finding in found if not finding.excuse]
    excused = [finding for finding in found if finding.excuse]
    weight = 2 * len(against)
    reasons = [f'"{f.sign}" counts two against {f.guideline}: *{f.sentence}*' for f in against]
    reasons += [f'"{f.sign}" counts nothing: {f.excuse}.' for f in excused]
    reasons.append(f"The weight is {weight}; from {BREACH} on the post is taken for a breach.")
    breach = weight >= BREACH
    return {
        "conclusion": (
            f"On balance it breaks {_and(_names(against))}."
            if breach
            else "On balance it may stay: what speaks against it weighs too little."
        ),
        "reasons": reasons,
        "prediction": breach,
        "uncertainty": "high" if weight in (BREACH - 2, BREACH) else "medium" if excused else "low",
    }


def score(
    judgement: dict[str, Any], text: str, guidelines: Sequence[Guideline] = GUIDELINES
) -> list[dict[str, Any]]:
    """The criteria that a judgement is scored by, each met or not, with feedback."""
    said = f"{judgement['conclusion']} {' '.join(judgement['reasons'])}"
    found = find(text, guidelines)
    missed = [f.sign for f in found if f'"{f.sign}"' not in said]
    ignored = [f.sign for f in found if f.excuse and f.excuse not in said]
    weighed = bool(found) == judgement["prediction"] or judgement["uncertainty"] != "low"
    return [
        _criterion(not missed, "Every sign in the post is cited.", f"Not cited: {_and(missed)}."),
        _criterion(
            not ignored,
            "What excuses a sign is considered.",
            f"The context of {_and(ignored)} is not considered.",
        ),
        _criterion(
            weighed,
            "The conclusion follows from the signs, or says that it is unsure.",
            "The conclusion goes against the signs, and yet is sure.",
        ),
    ]


def assessment(criteria: list[dict[str, Any]], agent_id: str, call_id: str) -> dict[str, Any]:
    """The payload of a score: the mean of its criteria, from 0 to 1."""
    met = sum(criterion["correct"] for criterion in criteria)
    return {
        "assessments": criteria,
        "assessed_agent_id": agent_id,
        "assessed_call_id": call_id,
        "correctness": round(met / len(criteria), 3),
    }


def differ(judgements: Sequence[tuple[str, str, dict[str, Any]]]) -> dict[str, Any]:
    """Where judgements differ; each is the expert's name, the answer's id, and the payload."""
    topics: list[tuple[str, dict[str, list[dict[str, str]]]]] = [
        ("Does the post break the guidelines?", {}),
        ("How sure is the judgement?", {}),
    ]
    for name, answer_id, judgement in judgements:
        positions = (
            "It does." if judgement["prediction"] else "It does not.",
            f"Its uncertainty is {judgement['uncertainty']}.",
        )
        for (_, sides), position in zip(topics, positions, strict=True):
            sides.setdefault(position, []).append({"name": name, "answer_id": answer_id})
    divergences = [
        {
            "topic": topic,
            "positions": [{"position": p, "experts": experts} for p, experts in sides.items()],
        }
        for topic, sides in topics
        if len(sides) > 1
    ]
    conclusion = (
        f"The judges differ on {len(divergences)} of {len(topics)} questions."
        if divergences
        else "The judges agree."
    )
    return {"conclusion": conclusion, "divergences": divergences}


def _criterion(met: bool, yes: str, no: str) -> dict[str, Any]:  # noqa: FBT001 - that is what it is
    return {"correct": met, "feedback": yes if met else no}


def _names(found: Iterable[Finding]) -> list[str]:
    return list(dict.fromkeys(finding.guideline for finding in found))


def _and(names: Sequence[str]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
