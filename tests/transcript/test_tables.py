"""The tables of a run."""

from __future__ import annotations

from buttermilk_widget.conversation.history import Entries
from buttermilk_widget.conversation.patches import Entry, Speaker
from buttermilk_widget.protocol.messages import Assessment, Criterion, Judgement, Record, ToolOutput
from buttermilk_widget.transcript.scores import Scores
from buttermilk_widget.transcript.tables import (
    of_criteria,
    of_entries,
    of_judgements,
    record_before,
)


def entries(*bodies, criteria=None, judged=None):
    """A record, a judgement, and what else there is; each assessment is of the judgement."""
    scorer = Speaker(key="s", name="Scorer", criteria=criteria)
    judge = Speaker(key="j", name="Judge", criteria=judged)
    made = [
        Entry(id=1, seq=1, at=1.0, body=Record(record_id="r1", title="A post")),
        Entry(
            id=2,
            seq=2,
            at=2.0,
            speaker=judge,
            body=Judgement(conclusion="so", reasons=("a", "b")),
            replies=tuple(range(3, 3 + len(bodies))),
        ),
    ]
    for number, body in enumerate(bodies, 3):
        about = 2 if isinstance(body, Assessment) else None
        made.append(Entry(id=number, seq=number, at=3.0, speaker=scorer, body=body, about=about))
    return Entries(tuple(made))


TWO = Assessment(assessments=(Criterion(correct=True, feedback="x"), Criterion()))


def test_a_criterion_has_the_name_that_its_scorer_or_else_the_judge_was_given():
    def names(**more):
        return list(of_criteria(entries(TWO, **more))["name"])

    assert names(criteria=["Source", {"name": "Tone", "weight": 2}]) == ["Source", "Tone"]
    assert names(criteria=["one"], judged=["Source", {"rule": 1}]) == ["Source", '{"rule": 1}']
    assert names(criteria="strict", judged=["only"]) == ["1", "2"]
    table = of_criteria(entries(TWO))
    assert list(table["judge"]) == ["Judge", "Judge"]
    assert list(table["record_title"]) == ["A post", "A post"]


def test_a_score_of_nothing_that_was_seen_has_no_judge():
    alone = Entries((Entry(id=1, seq=1, at=1.0, body=TWO),))
    table = of_criteria(alone)
    assert list(table["judge"].isna()) == [True, True]
    assert list(table["record_id"].isna()) == [True, True]


def test_a_judgement_has_its_words_and_its_record():
    some = entries(TWO)
    (row,) = of_judgements(Scores.of(some), some).itertuples()
    assert (row.conclusion, row.reasons) == ("so", ("a", "b"))
    assert (row.record_id, row.record_title) == ("r1", "A post")


def test_an_entry_has_all_of_it_and_its_parts():
    made = of_entries(entries(ToolOutput(name="t", content="*out*", args={"q": 1})), {}.get)
    tool = made.loc[3]
    assert (tool["text"], tool["args"]) == ("*out*", '{"q": 1}')
    assert tool["content"].startswith("- name: t\n\n```\n*out*\n```\n\n**args**")
    assert made["thought"].isna().all()


def test_the_record_of_an_entry_is_the_last_before_it():
    some = entries(TWO)
    assert record_before(some, 3) == some[1].body
    assert record_before(Entries((Entry(id=1, seq=1, at=1.0, body=TWO),)), 1) is None
