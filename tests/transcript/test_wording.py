"""How results are put into words; that the page says the same is in test_golden.py."""

from __future__ import annotations

import pytest

from buttermilk_widget import BadParameter
from buttermilk_widget.conversation.patches import Labels, Speaker
from buttermilk_widget.protocol.lossless import Number
from buttermilk_widget.protocol.messages import Assessment, Criterion, Judgement
from buttermilk_widget.transcript.wording import (
    JUDGEMENTS,
    Basis,
    correct,
    decimal,
    held_by,
    labels_of,
    mean_score,
    no_score,
    percent,
    prediction,
    quoted,
    right,
    share_of,
)

BREACH = Labels(yes="in breach", no="not in breach")


def test_a_study_gives_its_words_for_yes_and_no():
    assert labels_of({True: "in breach", False: " not in  breach "}) == BREACH
    assert labels_of(None) is None


@pytest.mark.parametrize(
    "given",
    [
        {},
        {True: "a"},
        {True: "a", False: ""},
        {True: "a", False: "a"},
        {True: "a", False: 1},
        {"yes": "a", "no": "b"},
        {True: "a", False: "b", None: "c"},
        ("a", "b"),
        "ab",
    ],
)
def test_words_that_are_none_are_refused_in_a_sentence(given):
    with pytest.raises(BadParameter, match=r"labels=\{True: \"in breach\""):
        labels_of(given)


@pytest.mark.parametrize(
    ("made", "neutral", "own"),
    [
        (Judgement(prediction=True), "prediction: yes", "in breach"),
        (Judgement(prediction=False), "prediction: no", "not in breach"),
        (Judgement(), "no prediction", "no prediction"),
        (
            Judgement(unread={"prediction": "so\nso"}),
            "prediction “so ⏎ so”: neither yes nor no",
            "prediction “so ⏎ so”: neither yes nor no",
        ),
    ],
)
def test_a_prediction_is_in_the_study_s_words_or_in_neutral_ones(made, neutral, own):
    assert (prediction(made), prediction(made, BREACH)) == (neutral, own)


@pytest.mark.parametrize(
    ("made", "share", "said", "why"),
    [
        (Assessment(correctness=0.125), 0.125, "0.13", ""),
        (Assessment(), None, "", "no mean score"),
        (Assessment(correctness=85), None, "“85.0”: no score from 0 to 1", "no score from 0 to 1"),
        (
            Assessment(unread={"correctness": -1}),
            None,
            "“-1”: no score from 0 to 1",
            "no score from 0 to 1",
        ),
    ],
)
def test_a_score_is_from_0_to_1_or_is_none(made, share, said, why):
    assert (share_of(made), mean_score(made), no_score(made)) == (share, said, why)


def test_a_judge_is_right_or_wrong_on_a_criterion():
    half = Criterion(unread={"correct": ["half", 1]})
    criteria = (Criterion(correct=True), Criterion(correct=False), Criterion(), half)
    assert [correct(one) for one in criteria] == [
        *("right", "wrong", "not said", '“["half", 1]”: neither right nor wrong'),
    ]
    assert right(criteria) == ("1 of 2 right (2 left out: 1 not said, 1 neither right nor wrong)")
    assert right(criteria[:2]) == "1 of 2 right"


@pytest.mark.parametrize(
    ("share", "said", "number"),
    [
        *((0, "0 %", "0.00"), (0.001, "1 %", "0.01"), (0.125, "13 %", "0.13")),
        *((0.999, "99 %", "0.99"), (1, "100 %", "1.00")),
    ],
)
def test_a_share_is_0_or_100_only_if_it_is(share, said, number):
    assert (percent(share), decimal(share)) == (said, number)


def test_what_is_left_out_is_counted_by_the_reason():
    some = Basis.of(["", "late", "", "odd", "late"])
    assert (some.counted, some.missing, some.total) == (2, 3, 5)
    assert some.note(JUDGEMENTS) == " (2 of 5 judgements; 3 left out: 2 late, 1 odd)"
    assert Basis.of(["odd"]).note(JUDGEMENTS) == " (0 of 1 judgement; 1 left out: odd)"
    assert (Basis.of([""]).note(JUDGEMENTS), Basis.of([]).why(), percent(None)) == ("", "", "–")


def test_a_name_that_is_the_agent_s_own_is_known_by_its_label():
    speaker = Speaker(key="j-1", name="Judge", label="Judge · m", role="JUDGE")
    for name in ("judge", "JUDGE", "j-1", " Judge\n"):
        assert held_by(name, speaker) == (name.strip(), "Judge · m")
    assert held_by("Judge · M", speaker) == ("Judge · M", "")
    assert held_by("", speaker) == ("", "Judge · m")


@pytest.mark.parametrize("name", ["You", "Server", "Ash · m", "Ash", "**You**"])
def test_a_name_that_no_agent_is_known_by_passes_for_nobody(name):
    speaker = Speaker(key="j-1", name="Judge", label="Judge · m", role="JUDGE")
    assert held_by(name, speaker) == (f"“{name}”", "Judge · m")
    assert held_by(name, None) == (f"“{name}”", "")
    assert held_by(f"A”, {name}, “B", None)[0] == f"“A⟨U+201D⟩, {name}, ⟨U+201C⟩B”"
    assert held_by(" ", None) == ("", "")
    manager = Speaker(key="j-2", name="You")
    assert held_by("You", manager) == ("“You”", "“You” (agent j-2)")


def test_a_value_as_it_came_is_quoted_in_a_line_and_not_at_length():
    assert quoted("so\nso") == "“so ⏎ so”"
    assert quoted(Number("85.00")) == "“85.00”"
    assert quoted(["a"]) == '“["a"]”'
    assert quoted("😀" * 41) == f"“{'😀' * 40}…”"
