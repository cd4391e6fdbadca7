"""What the agents make of posts: plain matching and counting, the same every time."""

from __future__ import annotations

from functools import partial

import pytest
from support.costs import walks

from buttermilk_widget.protocol.messages import Expert, ManagerResponse, Record
from buttermilk_widget.server.flow import judging
from buttermilk_widget.server.flow.agents import _find
from buttermilk_widget.server.flow.group_messages import Ask, Reply
from buttermilk_widget.server.flow.interpret import read
from buttermilk_widget.server.flow.library import GUIDELINES, POSTS

ALL = list(GUIDELINES.values())


def broken(judgement):
    return {g.key for g in ALL if judging.says_broken(judging.reason_on(g, judgement) or "x: kept")}


@pytest.mark.parametrize("post", POSTS.values(), ids=lambda post: post.record_id)
def test_weighing_finds_what_the_answer_key_has(post):
    assert broken(judging.judge_by_weight(post.content, ALL)) == set(post.ground_truth)


@pytest.mark.parametrize(
    ("record_id", "found"),
    [
        ("post-hedge", {"person", "private"}),
        ("post-hospital", {"claims"}),
        ("post-football", {"person", "exclusion", "claims"}),
        ("post-library", {"exclusion"}),
        ("post-bakery", {"claims"}),
        ("post-bus", set()),
    ],
)
def test_the_rules_take_each_cue_at_its_word(record_id, found):
    judgement = judging.judge_by_rule(POSTS[record_id].content, ALL)
    assert broken(judgement) == found
    assert judgement.prediction is bool(found)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('He said "you clown" to me.', "it is quoted"),
        ("I never called him a clown.", "it is negated"),
        ("Is he a clown?", "it is asked"),
    ],
)
def test_what_speaks_against_a_cue_is_named(text, why):
    judgement = judging.judge_by_weight(text, [GUIDELINES["person"]])
    assert judgement.prediction is False
    assert why in judgement.reasons[0]


def test_a_score_without_an_answer_key_looks_at_the_text():
    record = Record(content="He is a clown.")
    judgement = judging.judge_by_rule(record.content, ALL)
    scored = judging.score(judgement, record, ALL, agent_id="J", message_id="m")
    assert scored.correctness == 1.0
    blind = judgement.model_copy(update={"reasons": ("Attack on a person: kept. No.",)})
    scored = judging.score(blind, record, ALL, agent_id="J", message_id="m")
    assert scored.correctness == 0.0
    assert "passes over “clown”" in scored.assessments[0].feedback


def test_differences_name_both_sides():
    text = POSTS["post-library"].content
    both = [
        (Expert(name="A", answer_id="1"), judging.judge_by_rule(text, ALL)),
        (Expert(name="B", answer_id="2"), judging.judge_by_weight(text, ALL)),
    ]
    found = judging.compare(both, ALL)
    assert [d.topic for d in found.divergences] == ["Call to exclude a group"]
    assert [[e.name for e in p.experts] for p in found.divergences[0].positions] == [["A"], ["B"]]
    assert found.conclusion == (
        "The judges come to different verdicts; they differ on 1 of 4 criteria: Call to exclude a "
        "group."
    )
    assert judging.compare([both[0], both[0]], ALL).conclusion == (
        "The judges come to the same verdict, and agree on every criterion."
    )
    same = both[1][1].model_copy(update={"prediction": both[0][1].prediction})
    assert judging.compare([both[0], (both[1][0], same)], ALL).conclusion.startswith(
        "The judges come to the same verdict; they differ on 1 of 4 criteria: "
    )


@pytest.mark.parametrize(
    ("prompt", "named", "found", "why"),
    [
        ("", "post-bus", "post-bus", "as asked"),
        ("Look at post-bakery, please", "", "post-bakery", "the prompt names"),
        ("Who shouted at the volunteers?", "", "post-library", "“shouted”"),
        ("Your question here", "", "post-hedge", "fits no post"),
        ("word " * 20, "", "prompt", "the prompt itself"),
    ],
)
def test_which_post_is_fetched(prompt, named, found, why):
    words, record = _find(prompt, named)
    assert record.record_id == found
    assert why in words


CONFIRM = Ask(content="?", wants="confirm", options=("confirm", "reject"))
CHOICE = Ask(content="?", wants="choice", options=("One way", "Another"))
WORDS = Ask(content="?", wants="words")


@pytest.mark.parametrize(
    ("asked", "answer", "reply"),
    [
        (CONFIRM, {"content": "yes"}, Reply(words="yes")),
        (CONFIRM, {"content": " OK! "}, Reply(words="OK!")),
        (CONFIRM, {"selection": "confirm"}, Reply(words="confirm")),
        (CONFIRM, {"confirm": True}, Reply()),
        (CONFIRM, {"confirm": False, "content": "yes"}, Reply(accepted=False, words="yes")),
        (CONFIRM, {"content": "hm"}, Reply(accepted=False, words="hm")),
        (CONFIRM, {"human_in_loop": False}, Reply()),
        (CONFIRM, {}, None),
        (CHOICE, {"content": "one WAY"}, Reply(words="One way")),
        (CHOICE, {"selection": "Another", "confirm": True}, Reply(words="Another")),
        (CHOICE, {"content": "a third"}, None),
        (CHOICE, {"confirm": True}, None),
        (CHOICE, {"human_in_loop": False}, Reply(words="One way")),
        (WORDS, {"content": "the noise"}, Reply(words="the noise")),
        (WORDS, {"content": "  "}, None),
    ],
)
def test_what_an_answer_means(asked, answer, reply):
    meant = read(asked, ManagerResponse(**answer))
    assert isinstance(meant, str) if reply is None else meant == reply


@pytest.mark.parametrize("text", ["idiot ", "“", '"', "a.", "12 A", "x!", "it is a fact, "])
def test_a_text_of_megabytes_is_judged_in_time(text):
    long = text * 200_000
    for judge in (judging.judge_by_rule, judging.judge_by_weight):
        assert walks(partial(judge, long, ALL), len(long), 15) <= 15  # 4 were measured
