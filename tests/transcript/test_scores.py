"""Judgements at a glance."""

from __future__ import annotations

import sys

import pytest

from buttermilk_widget import MissingExtra, Scores
from buttermilk_widget.conversation.history import History
from buttermilk_widget.conversation.patches import Agent, EventNote, Labels, Speaker
from buttermilk_widget.protocol.messages import Assessment, Criterion, Judgement
from buttermilk_widget.transcript.wording import Basis


def judges(*predictions):
    """A conversation in which as many judges predict these."""
    history = History()
    for number, prediction in enumerate(predictions, 1):
        speaker = Speaker(key=f"j{number}", name=f"Judge {number}", criteria=["a", "b"])
        history.add(Judgement(prediction=prediction, uncertainty="low"), 1.0, speaker=speaker)
    return history


def score(history, about, correctness, *met):
    criteria = tuple(
        Criterion(unread={"correct": one}) if isinstance(one, str) else Criterion(correct=one)
        for one in met
    )
    return history.add(Assessment(correctness=correctness, assessments=criteria), 1.0, about=about)


def test_a_row_a_judgement_with_what_its_scorers_make_of_it():
    history = judges(True, False)
    score(history, 1, 0.5, True, False)
    score(history, 1, 1.0, True, None)
    history.add(EventNote(content="of no concern"), 1.0, about=1)
    first, second = Scores.of(history.entries)
    assert (first.judge, first.criteria, first.prediction) == ("Judge 1", "a, b", True)
    assert (first.mean, first.right, first.of, first.scores) == (0.75, 2, 3, (3, 4))
    assert first.left_out == "criteria: 1 left out: not said"
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
    assert repr(scores) == (
        "Scores(3 judgements · 2 yes, 1 no · agreement 33 % · mean score 0.75 (2 of 3 judgements; "
        "1 left out: no readable score))"
    )
    assert (len(scores), Scores().mean, Scores().glance) == (3, None, "0 judgements")


def test_every_number_says_what_it_leaves_out_and_why():
    history = judges(True, None, None)
    unclear = Judgement(unread={"prediction": "unclear"})
    history.change(history[3], body=unclear)
    score(history, 1, 0.5, True, "partially")
    score(history, 1, 85)
    score(history, 2, None)
    history.add(Assessment(correctness=0.1), 1.0)
    scores = Scores.of(history.entries, labels=Labels(yes="in breach", no="not in breach"))
    first, second, third = scores
    assert (first.mean, first.scored) == (0.5, Basis(1, (("no score from 0 to 1", 1),)))
    assert (first.right, first.judged) == (1, Basis(1, (("neither right nor wrong", 1),)))
    assert first.left_out == (
        "scores: 1 left out: no score from 0 to 1; criteria: 1 left out: neither right nor wrong"
    )
    assert second.left_out == "scores: 1 left out: no mean score"
    assert (third.came, third.left_out) == (
        "“unclear”",
        "prediction “unclear”: neither yes nor no",
    )
    assert (scores.agreement, scores.stray) == (None, 1)
    assert scores.glance == (
        "3 judgements · 1 in breach, 0 not in breach · agreement – (1 of 3 judgements; 2 left out: "
        "1 no prediction, 1 no readable prediction) · mean score 0.50 (1 of 3 judgements; 2 left "
        "out: 1 no readable score, 1 not scored) · 1 score of no judgement that was seen"
    )


def test_a_mean_of_nothing_that_can_be_read_is_none():
    history = judges(True)
    score(history, 1, -1)
    assert Scores.of(history.entries).glance == (
        "1 judgement · 1 yes, 0 no · mean score none (0 of 1 judgement; 1 left out: no readable "
        "score)"
    )


def test_judges_have_the_roster_s_labels():
    history = judges(True)
    agents = [Agent(key="j1", name="Judge 1", label="Judge 1 · m", since=1.0)]
    assert [row.judge for row in Scores.of(history.entries, agents)] == ["Judge 1 · m"]


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
    assert list(frame.columns) == [
        *("judge", "model", "template", "criteria", "prediction", "uncertainty", "mean"),
        *("right", "of", "scores", "left_out"),
    ]
    assert frame.loc[1, "mean"] == 0.5
    assert str(frame["prediction"].dtype) == "boolean"
    assert frame["prediction"].isna().tolist() == [False, True]
    assert list(Scores().to_pandas().columns) == list(frame.columns)


def test_without_pandas_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra, match=r"pip install 'buttermilk-widget\[pandas\]'"):
        Scores().to_pandas()
