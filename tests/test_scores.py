"""Judgements at a glance."""

from __future__ import annotations

import sys

import pytest

from buttermilk_widget import MissingExtra, Scores
from buttermilk_widget.history import History
from buttermilk_widget.messages import Assessment, Criterion, Judgement
from buttermilk_widget.patches import EventNote, Speaker


def judges(*predictions):
    """A conversation in which as many judges predict these."""
    history = History()
    for number, prediction in enumerate(predictions, 1):
        speaker = Speaker(key=f"j{number}", name=f"Judge {number}", criteria=["a", "b"])
        history.add(Judgement(prediction=prediction, uncertainty="low"), 1.0, speaker=speaker)
    return history


def score(history, about, correctness, *met):
    criteria = tuple(Criterion(correct=correct) for correct in met)
    return history.add(Assessment(correctness=correctness, assessments=criteria), 1.0, about=about)


def test_a_row_a_judgement_with_what_its_scorers_make_of_it():
    history = judges(True, False)
    score(history, 1, 0.5, True, False)
    score(history, 1, 1.0, True, None)
    history.add(EventNote(content="of no concern"), 1.0, about=1)
    first, second = Scores.of(history.entries)
    assert (first.judge, first.criteria, first.prediction) == ("Judge 1", "a, b", True)
    assert (first.mean, first.met, first.of, first.scores) == (0.75, 2, 4, (3, 4))
    assert (second.mean, second.of, second.scores) == (None, 0, ())


@pytest.mark.parametrize(
    ("predictions", "agreement"),
    [
        ((), None),
        ((True,), None),
        ((True, None), None),
        ((True, True), 1.0),
        ((True, False), 0.0),
        ((True, True, False), 1 / 3),
        ((True, True, False, False, None), 1 / 3),
    ],
)
def test_agreement_is_the_share_of_pairs_that_predict_the_same(predictions, agreement):
    assert Scores.of(judges(*predictions).entries).agreement == agreement


def test_the_mean_is_over_the_judgements_that_are_scored():
    history = judges(True, False, True)
    score(history, 1, 0.5)
    score(history, 2, 1.0)
    score(history, 3, None)
    scores = Scores.of(history.entries)
    assert scores.mean == 0.75
    assert repr(scores) == "Scores(3 judgements, agreement 0.3333333333333333)"
    assert (len(scores), Scores().mean) == (3, None)


def test_a_judgement_by_nobody_that_is_known_has_a_row():
    history = History()
    history.add(Judgement(), 1.0)
    (row,) = Scores.of(history.entries)
    assert (row.judge, row.criteria, row.prediction) == ("", "", None)


def test_the_same_table_is_a_data_frame():
    history = judges(True, None)
    score(history, 1, 0.5, True, False)
    frame = Scores.of(history.entries).to_pandas()
    assert list(frame.index) == [1, 2]
    assert frame.loc[1, "mean"] == 0.5
    assert str(frame["prediction"].dtype) == "boolean"
    assert frame["prediction"].isna().tolist() == [False, True]
    assert list(Scores().to_pandas().columns) == list(frame.columns)


def test_without_pandas_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra, match=r"pip install 'buttermilk-widget\[pandas\]'"):
        Scores().to_pandas()
