"""Judgements at a glance: who predicts what, how sure, how it is scored, and how far they agree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from buttermilk_widget.conversation.labels import criteria_text
from buttermilk_widget.conversation.patches import Speaker
from buttermilk_widget.protocol.messages import Assessment, Judgement

from . import wording
from .dataframe import table
from .wording import CRITERIA, JUDGEMENTS, SCORES, Basis

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from buttermilk_widget.conversation.history import Entries
    from buttermilk_widget.conversation.patches import Agent, Labels

NOBODY = Speaker(key="", name="")

COLUMNS = (
    *("entry", "judge", "model", "template", "criteria", "prediction", "uncertainty", "mean"),
    *("right", "of", "scores", "left_out"),
)
"""Of the table of judgements."""


@dataclass(frozen=True, slots=True)
class Score:
    """One judgement and what its scorers make of it.

    Attributes:
        entry: The number of the judgement's entry.
        judge: The judge's label; ``model``, ``template`` and ``criteria`` are what it works with.
        prediction: Its yes or no; ``None`` if it has none, or one that is neither.
        came: The prediction as it came, if it is neither yes nor no.
        uncertainty: In its own word: high, medium or low.
        mean: The mean of its scores, from 0 to 1; ``None`` with none.
        scored: How many scores the mean counts, and which it leaves out.
        right: On how many of its scorers' criteria it is right.
        judged: How many criteria that is of, and which are left out.
        scores: The numbers of the entries that score it.
    """

    entry: int
    judge: str
    model: str | None
    template: str | None
    criteria: str
    prediction: bool | None
    came: str
    uncertainty: str | None
    mean: float | None
    scored: Basis
    right: int
    judged: Basis
    scores: tuple[int, ...]

    @property
    def of(self) -> int:
        """How many criteria say whether it is right; ``right`` is of these."""
        return self.judged.counted

    @property
    def left_out(self) -> str:
        """What of it no number counts, and why; nothing, if all is counted."""
        parts = (
            f"prediction {self.came}: neither yes nor no" if self.came else "",
            _of_which(self.scored, SCORES),
            _of_which(self.judged, CRITERIA),
        )
        return "; ".join(filter(None, parts))

    @property
    def no_prediction(self) -> str:
        """Why the agreement does not count it; nothing, if it does."""
        return wording.no_prediction(self.prediction, self.came)

    @property
    def no_mean(self) -> str:
        """Why the mean of all does not count it; nothing, if it does."""
        if self.mean is not None:
            return ""
        return "no readable score" if self.scores else "not scored"


def _of_which(basis: Basis, noun: tuple[str, str]) -> str:
    why = basis.why()
    return f"{noun[1]}: {why}" if why else ""


class Scores:
    """The table of a run's judgements, a row each; the widget shows the same.

    Attributes:
        rows: The judgements.
        stray: How many scores are of no judgement in this run, and so in no row.
        labels: The study's words for predictions.
    """

    def __init__(
        self, rows: Collection[Score] = (), *, stray: int = 0, labels: Labels | None = None
    ) -> None:
        self.rows = tuple(rows)
        self.stray = stray
        self.labels = labels

    @classmethod
    def of(
        cls, entries: Entries, agents: Iterable[Agent] = (), labels: Labels | None = None
    ) -> Self:
        """The table of the judgements among these entries, with the judges' labels."""
        entries = entries.labelled(agents)
        return cls(
            tuple(
                _score(entry.id, entry.body, entry.speaker or NOBODY, entry.replies, entries)
                for entry in entries
                if isinstance(entry.body, Judgement)
            ),
            stray=sum(isinstance(e.body, Assessment) and e.about is None for e in entries),
            labels=labels,
        )

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Score]:
        return iter(self.rows)

    def __repr__(self) -> str:
        return f"Scores({self.glance})"

    @property
    def agreement(self) -> float | None:
        """The share of the pairs of judgements that predict the same, from 0 to 1.

        Judgements that predict nothing are left out, as :attr:`agreed` says; with fewer than two
        others it is ``None``.
        """
        yes, no = self._predicting(yes=True), self._predicting(yes=False)
        pairs = _pairs(yes + no)
        return (_pairs(yes) + _pairs(no)) / pairs if pairs else None

    @property
    def agreed(self) -> Basis:
        """How many judgements the agreement counts, and which it leaves out."""
        return Basis.of(row.no_prediction for row in self.rows)

    @property
    def mean(self) -> float | None:
        """The mean of the judgements' mean scores."""
        return _mean([row.mean for row in self.rows if row.mean is not None])

    @property
    def averaged(self) -> Basis:
        """How many judgements the mean counts, and which it leaves out."""
        return Basis.of(row.no_mean for row in self.rows)

    @property
    def glance(self) -> str:
        """All of it in a line, with what each number leaves out.

        ``2 judgements · 1 yes, 1 no · agreement 0 % · mean score 0.67 (1 of 2 judgements; 1 left
        out: not scored)``.
        """
        count = len(self.rows)
        parts = [f"{count} {JUDGEMENTS[count != 1]}"]
        if count:
            yes, no = self._predicting(yes=True), self._predicting(yes=False)
            parts.append(wording.predictions(yes, no, self.labels))
        if count > 1:
            note = self.agreed.note(JUDGEMENTS)
            parts.append(f"agreement {wording.percent(self.agreement)}{note}")
        if any(row.scores for row in self.rows):
            mean = "none" if self.mean is None else wording.decimal(self.mean)
            parts.append(f"mean score {mean}{self.averaged.note(JUDGEMENTS)}")
        if self.stray:
            parts.append(f"{self.stray} {SCORES[self.stray != 1]} of no judgement that was seen")
        return " · ".join(parts)

    def _predicting(self, *, yes: bool) -> int:
        return sum(row.prediction is yes for row in self.rows)

    def to_pandas(self) -> Any:
        """A DataFrame, indexed by the numbers of the entries; needs pandas.

        The column ``left_out`` says what no number of the row counts, and why.

        Raises:
            MissingExtra: pandas is not installed.
        """
        words = ("judge", "model", "template", "criteria", "uncertainty", "left_out")
        types = {"prediction": "boolean", "mean": "float64", **dict.fromkeys(words, "string")}
        rows = ({name: getattr(row, name) for name in COLUMNS} for row in self.rows)
        return table(rows, list(COLUMNS), "entry", types)


def _score(
    number: int, judgement: Judgement, judge: Speaker, replies: tuple[int, ...], entries: Entries
) -> Score:
    scorings = {n: body for n in replies if isinstance(body := entries[n].body, Assessment)}
    criteria = [criterion for body in scorings.values() for criterion in body.assessments]
    shares = (wording.share_of(body) for body in scorings.values())
    came = judgement.unread.get("prediction") if judgement.prediction is None else None
    return Score(
        entry=number,
        judge="" if judge is NOBODY else judge.called,
        model=judge.model,
        template=judge.template,
        criteria=criteria_text(judge.criteria),
        prediction=judgement.prediction,
        came="" if came is None else wording.quoted(came),
        uncertainty=judgement.uncertainty,
        mean=_mean([share for share in shares if share is not None]),
        scored=Basis.of(map(wording.no_score, scorings.values())),
        right=sum(criterion.correct is True for criterion in criteria),
        judged=Basis.of(map(wording.not_right_or_wrong, criteria)),
        scores=tuple(scorings),
    )


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
