"""How results are put into words: the same on the page (``wording.ts``) and in every export.

What a prediction means is for the study to say. Where it has words of its own for yes and no they
are used (:class:`~buttermilk_widget.conversation.patches.Labels`); else the words are neutral. A number that
leaves something out says so beside it, with the reason.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from buttermilk_widget.conversation.patches import Labels
from buttermilk_widget.errors import BadParameter
from buttermilk_widget.protocol.lossless import written
from buttermilk_widget.text.letters import called, claimed, label

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from pydantic import JsonValue

    from buttermilk_widget.conversation.patches import Speaker
    from buttermilk_widget.protocol.messages import Assessment, Criterion, Judgement

AS_IT_CAME = "as it came"
"""Over what could not be read."""

MOST = 40
"""Letters of a value that is quoted in a line."""

MOST_WORDS = 60
"""Letters of the study's word for a prediction."""

JUDGEMENTS = ("judgement", "judgements")
PAIRS = ("pair of judgements", "pairs of judgements")
SCORES = ("score", "scores")
CRITERIA = ("criterion", "criteria")


def labels_of(given: object) -> Labels | None:
    """The study's words for a prediction, from ``{True: "in breach", False: "not in breach"}``.

    Raises:
        BadParameter: they are not two different words.
    """
    if given is None:
        return None
    if isinstance(given, Mapping) and set(given) == {True, False}:
        words = {answer: text for answer, text in given.items() if isinstance(text, str)}
        lines = {answer: label(text)[:MOST_WORDS] for answer, text in words.items()}
        if len(set(filter(None, lines.values()))) == 2:
            return Labels(yes=lines[True], no=lines[False])
    raise BadParameter(
        "labels= are the study's words for a prediction's yes and no, two that differ, for example "
        'labels={True: "in breach", False: "not in breach"}.'
    )


# --- numbers -------------------------------------------------------------------------------------


def _hundredths(share: float) -> int:
    """The share in hundredths; 0 and 100 only if it is exactly 0 or 1."""
    rounded = math.floor(share * 100 + 0.5)
    return min(rounded, 99) if share < 1 and rounded > 99 else max(rounded, int(share > 0))


def percent(share: float | None) -> str:
    """A share as ``67 %``; a dash, if there is none."""
    return "\N{EN DASH}" if share is None else f"{_hundredths(share)} %"


def decimal(share: float) -> str:
    """A score from 0 to 1 as ``0.67``."""
    return f"{_hundredths(share) / 100:.2f}"


@dataclass(frozen=True, slots=True)
class Basis:
    """What a number counts, and what it leaves out, by the reason why."""

    counted: int
    left_out: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, reasons: Iterable[str]) -> Self:
        """One reason for each item; a blank one is counted."""
        why: dict[str, int] = {}
        for reason in reasons:
            why[reason] = why.get(reason, 0) + 1
        counted = why.pop("", 0)
        return cls(counted, tuple(why.items()))

    @property
    def missing(self) -> int:
        """How many items are left out."""
        return sum(number for _, number in self.left_out)

    @property
    def total(self) -> int:
        """How many items there are."""
        return self.counted + self.missing

    def why(self) -> str:
        """``2 left out: no readable prediction``; nothing, if none is."""
        if not self.left_out:
            return ""
        one = len(self.left_out) == 1
        reasons = ", ".join(why if one else f"{number} {why}" for why, number in self.left_out)
        return f"{self.missing} left out: {reasons}"

    def note(self, noun: tuple[str, str]) -> str:
        """``(3 of 5 judgements; 2 left out: no prediction)`` after a blank; nothing, if none is."""
        if not self.left_out:
            return ""
        return f" ({self.counted} of {self.total} {noun[self.total != 1]}; {self.why()})"


# --- values --------------------------------------------------------------------------------------


def quoted(value: JsonValue) -> str:
    """A value as it came, to stand in a line: ``“unclear”``."""
    text = label(value if isinstance(value, str) else written(value))
    return f"“{text if len(text) <= MOST else f'{text[:MOST]}…'}”"


def prediction(judgement: Judgement, labels: Labels | None = None) -> str:
    """What a judge predicts: in the study's words, or in neutral ones."""
    if judgement.prediction is not None:
        if labels is None:
            return f"prediction: {'yes' if judgement.prediction else 'no'}"
        return labels.yes if judgement.prediction else labels.no
    came = judgement.unread.get("prediction")
    return "no prediction" if came is None else f"prediction {quoted(came)}: neither yes nor no"


def no_prediction(value: bool | None, came: object) -> str:  # noqa: FBT001 - it is the prediction
    """Why a prediction is not counted; nothing, if it is. ``came`` is what came in its place."""
    if value is not None:
        return ""
    return "no readable prediction" if came else "no prediction"


def predictions(yes: int, no: int, labels: Labels | None) -> str:
    """How many predict yes and how many no."""
    words = labels or Labels(yes="yes", no="no")
    return f"{yes} {words.yes}, {no} {words.no}"


def share_of(assessment: Assessment) -> float | None:
    """The mean score of an assessment, if it is one from 0 to 1."""
    value = assessment.correctness
    return value if value is not None and 0 <= value <= 1 else None


def mean_score(assessment: Assessment) -> str:
    """The mean score of an assessment, or what came in its place; nothing, if nothing came."""
    value = share_of(assessment)
    if value is not None:
        return decimal(value)
    came = assessment.unread.get("correctness", assessment.correctness)
    return "" if came is None else f"{quoted(came)}: no score from 0 to 1"


def no_score(assessment: Assessment) -> str:
    """Why an assessment is not counted in a mean; nothing, if it is."""
    if share_of(assessment) is not None:
        return ""
    came = assessment.unread.get("correctness", assessment.correctness)
    return "no mean score" if came is None else "no score from 0 to 1"


def correct(criterion: Criterion) -> str:
    """Whether a judge was right on a criterion."""
    if criterion.correct is not None:
        return "right" if criterion.correct else "wrong"
    came = criterion.unread.get("correct")
    return "not said" if came is None else f"{quoted(came)}: neither right nor wrong"


def not_right_or_wrong(criterion: Criterion) -> str:
    """Why a criterion is not counted; nothing, if it is."""
    if criterion.correct is not None:
        return ""
    return "not said" if criterion.unread.get("correct") is None else "neither right nor wrong"


def right(criteria: Iterable[Criterion]) -> str:
    """``2 of 3 right``, with what is left out."""
    every = tuple(criteria)
    return right_of(
        sum(one.correct is True for one in every), Basis.of(map(not_right_or_wrong, every))
    )


def right_of(count: int, basis: Basis) -> str:
    """The same, of what was counted before."""
    why = basis.why()
    return f"{count} of {basis.counted} right{f' ({why})' if why else ''}"


def held_by(name: str, speaker: Speaker | None) -> tuple[str, str]:
    """Who holds a position: the name as it is shown, and the agent's label if that says more.

    A name that is not what the agent is called is only another agent's word, which could be ``You``
    or somebody's label: it is quoted.

    Args:
        name: The name that came.
        speaker: Who took the position, under its label, if that is known.
    """
    if speaker is None:
        return claimed(name), ""
    said, *names = (
        label(one).lower()
        for one in (name, speaker.called, speaker.name, speaker.role, speaker.key)
    )
    known = "" if said == names[0] else speaker.called
    own = said in names and called(name) == label(name)  # and not a name of ours, as ``You`` is
    return (label(name) if own else claimed(name)), known
