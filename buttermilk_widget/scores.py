"""Judgements at a glance: who predicts what, how sure, how it is scored, and how far they agree."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Self

from .messages import Assessment, Judgement, as_text
from .patches import Speaker
from .tables import table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from .history import Entries

NOBODY = Speaker(key="", name="")


@dataclass(frozen=True, slots=True)
class Score:
    """One judgement and what its scorers make of it.

    Attributes:
        entry: The number of the judgement's entry.
        judge: The judge's name; ``model``, ``template`` and ``criteria`` are what it works with.
        prediction: Whether it finds the rule broken; ``None`` if it does not say.
        uncertainty: In its own word: high, medium or low.
        mean: The mean of its scores, from 0 to 1; ``None`` with none.
        met: How many criteria of its scorers it meets, of ``of``.
        scores: The numbers of the entries that score it.
    """

    entry: int
    judge: str
    model: str | None
    template: str | None
    criteria: str
    prediction: bool | None
    uncertainty: str | None
    mean: float | None
    met: int
    of: int
    scores: tuple[int, ...]


class Scores:
    """The table of a run's judgements, a row each; the widget shows the same."""

    def __init__(self, rows: Collection[Score] = ()) -> None:
        self.rows = tuple(rows)

    @classmethod
    def of(cls, entries: Entries) -> Self:
        """The table of the judgements among these entries."""
        return cls(
            tuple(
                _score(entry.id, entry.body, entry.speaker or NOBODY, entry.replies, entries)
                for entry in entries
                if isinstance(entry.body, Judgement)
            )
        )

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Score]:
        return iter(self.rows)

    def __repr__(self) -> str:
        return f"Scores({len(self)} judgements, agreement {self.agreement})"

    @property
    def agreement(self) -> float | None:
        """The share of the pairs of judgements that predict the same, from 0 to 1.

        Judgements that predict nothing are left out; with fewer than two others it is ``None``.
        """
        yes = sum(row.prediction is True for row in self.rows)
        no = sum(row.prediction is False for row in self.rows)
        pairs = _pairs(yes + no)
        return (_pairs(yes) + _pairs(no)) / pairs if pairs else None

    @property
    def mean(self) -> float | None:
        """The mean of the judgements' mean scores."""
        return _mean([row.mean for row in self.rows if row.mean is not None])

    def to_pandas(self) -> Any:
        """A DataFrame, indexed by the numbers of the entries; needs pandas.

        Raises:
            MissingExtra: pandas is not installed.
        """
        columns = [field.name for field in fields(Score)]
        words = ("judge", "model", "template", "criteria", "uncertainty")
        types = {"prediction": "boolean", "mean": "float64", **dict.fromkeys(words, "string")}
        return table((asdict(row) for row in self.rows), columns, "entry", types)


def _score(
    number: int, judgement: Judgement, judge: Speaker, replies: tuple[int, ...], entries: Entries
) -> Score:
    scorings = {n: body for n in replies if isinstance(body := entries[n].body, Assessment)}
    criteria = [criterion for body in scorings.values() for criterion in body.assessments]
    return Score(
        entry=number,
        judge=judge.name,
        model=judge.model,
        template=judge.template,
        criteria=", ".join(map(as_text, judge.criteria))
        if isinstance(judge.criteria, list)
        else as_text(judge.criteria),
        prediction=judgement.prediction,
        uncertainty=judgement.uncertainty,
        mean=_mean([b.correctness for b in scorings.values() if b.correctness is not None]),
        met=sum(criterion.correct is True for criterion in criteria),
        of=len(criteria),
        scores=tuple(scorings),
    )


def _pairs(count: int) -> int:
    return count * (count - 1) // 2


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
