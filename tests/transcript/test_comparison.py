"""Two runs side by side."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.recordings import NAMES
from support.transcripts import read

from buttermilk_widget import BadParameter
from buttermilk_widget.conversation.history import Entries, History
from buttermilk_widget.conversation.patches import (
    Agent,
    Answer,
    EventNote,
    Gap,
    Labels,
    Question,
    Speaker,
    UnknownBody,
)
from buttermilk_widget.protocol.messages import Assessment, Criterion, Json, Judgement, Record, Text
from buttermilk_widget.transcript import style
from buttermilk_widget.transcript.comparison import MOST, STEPS, compare

TOO_LONG = "To mark where these differ would take too long."
JUDGE = Speaker(key="j", name="Judge", role="JUDGE", model="gpt-4o", template="strict")


@dataclass(frozen=True)
class Told:
    """As much of a run as is compared."""

    entries: Entries
    flow: str | None = None


def run(*said, flow="osb"):
    """What these speakers said: (speaker, body), or (speaker, body, about)."""
    history = History()
    for speaker, body, *about in said:
        made = Text(content=body) if isinstance(body, str) else body
        history.add(made, 1.0, speaker=speaker, about=about[0] if about else None)
    return Told(history.entries, flow)


def judge(name, **more):
    return Speaker(key=name, name=name, **({"role": "JUDGE"} | more))


def numbers(comparison):
    return [(pair.a, pair.b) for pair in comparison]


# --- what belongs together -----------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_recording_is_the_same_as_itself(name):
    transcript = read(name)
    comparison = compare(transcript, transcript)
    left_out = ("event", "gap", "unknown")
    said = [entry.id for entry in transcript if entry.body.kind not in left_out]
    assert numbers(comparison) == [(number, number) for number in said]
    assert comparison.differing == ()
    assert comparison.agreement in (None, 1.0)


def test_two_recordings_of_a_flow_align_though_their_agents_have_other_ids():
    pairs = list(compare(read("real_ok"), read("real_auto")))
    both = [(pair.agent, pair.kind, pair.same) for pair in pairs if pair.a and pair.b]
    assert both == [("ANALYST", "text", True), ("JUDGE", "judgement", True)]
    alone = {pair.kind for pair in pairs if pair.b is None}
    assert alone == {"question"}


def test_of_agents_with_no_role_that_are_named_anew_the_order_tells():
    a = run((Speaker(key="x", name="iT5knZ"), "one"), (Speaker(key="y", name="FerRAw"), "two"))
    b = run((Speaker(key="v", name="UrzM5Z"), "one"), (Speaker(key="w", name="aB3xYz"), "three"))
    assert [(pair.a, pair.b, pair.same) for pair in compare(a, b)] == [(1, 1, True), (2, 2, False)]


def test_the_nth_words_of_an_agent_stand_beside_its_nth_words():
    a = run((JUDGE, "one"), (JUDGE, "two"), (JUDGE, "three"))
    b = run((JUDGE, "one"), (JUDGE, Json(value=1)), (JUDGE, "2"))
    comparison = compare(a, b)
    assert numbers(comparison) == [(1, 1), (None, 2), (2, 3), (3, None)]
    assert [pair.same for pair in comparison] == [True, False, False, False]


def test_agents_of_a_role_are_told_apart_by_their_setup():
    mild, strict = {"template": "mild"}, {"template": "strict"}
    a = run((judge("JUDGE-a", **mild), "m"), (judge("JUDGE-b", **strict), "s"))
    b = run((judge("JUDGE-c", **strict), "s"), (judge("JUDGE-d", **mild), "m"))
    assert numbers(compare(a, b)) == [(1, 2), (2, 1)]


@pytest.mark.parametrize(
    "other",
    [{"model": "claude"}, {"template": "mild"}, {"criteria": ["G3"]}],
    ids=["model", "template", "criteria"],
)
def test_one_thing_of_the_setup_may_differ(other):
    setup = {"model": "gpt-4o", "template": "strict", "criteria": ["G2"]}
    a = run((judge("JUDGE-a", **setup), "x"))
    assert numbers(compare(a, run((judge("JUDGE-b", **setup | other), "x")))) == [(1, 1)]
    more = {"model": "o3", "template": "long", "criteria": []} | other
    assert numbers(compare(a, run((judge("JUDGE-b", **more), "x")))) == [(1, None), (None, 1)]
    scorer = judge("JUDGE-b", **setup | {"role": "SCORER"})
    assert numbers(compare(a, run((scorer, "x")))) == [(1, None), (None, 1)]


def test_scores_and_answers_go_with_what_they_are_about():
    first, second, scorer = judge("First"), judge("Second"), Speaker(key="s", name="Scorer")
    low, high = Assessment(correctness=0.2), Assessment(correctness=0.9)
    judged = ((first, Judgement()), (second, Judgement()))
    a = run(*judged, (scorer, low, 1), (scorer, high, 2))
    b = run(*judged, (scorer, high, 2), (scorer, low, 1))
    comparison = compare(a, b)
    assert sorted(numbers(comparison)) == [(1, 1), (2, 2), (3, 4), (4, 3)]
    assert comparison.differing == ()
    assert [(pair.mean_a, pair.mean_b) for pair in comparison] == [(0.2, 0.2), (0.9, 0.9)] * 2


def test_an_answer_to_what_only_one_was_asked_stands_alone():
    asked = ((JUDGE, Question(content="Well?")), (None, Answer(verdict="text", content="yes"), 1))
    other = ((None, Question(content="Well?")), (None, Answer(verdict="text", content="yes"), 1))
    comparison = compare(run(*asked), run(*other))
    assert numbers(comparison) == [(1, None), (2, None), (None, 1), (None, 2)]
    assert comparison[2].agent == "You"


def test_what_was_not_said_is_left_out():
    happened = [EventNote(content="x"), Gap(began=1.0, content="x"), UnknownBody(raw="x")]
    a = run(*((None, body) for body in happened), (JUDGE, "x"), (JUDGE, "about an event", 1))
    b = run((JUDGE, "x"), (JUDGE, "about an event"))
    assert numbers(compare(a, b)) == [(4, 1), (5, 2)]


def test_the_order_of_both_is_kept_where_they_agree_on_one():
    one, two = Speaker(key="1", name="One"), Speaker(key="2", name="Two")
    a = run((one, "x"), (two, "y"))
    b = run((None, "first"), (two, "y"), (None, "then"), (one, "x"), (None, "last"))
    assert numbers(compare(a, b)) == [(None, 1), (None, 3), (1, 4), (2, 2), (None, 5)]


# --- what is found -------------------------------------------------------------------------------


def verdicts(*predictions):
    return run(*((judge(f"J{n}"), Judgement(prediction=p)) for n, p in enumerate(predictions)))


@pytest.mark.parametrize(
    ("a", "b", "agreement"),
    [
        ((), (), None),
        ((True,), (), None),
        ((True,), (None,), None),
        ((True, False), (True, False), 1.0),
        ((True, False), (True, True), 0.5),
        ((True, False, None, True), (False, True, True, None), 0.0),
    ],
)
def test_agreement_is_the_share_of_the_pairs_that_predict_the_same(a, b, agreement):
    comparison = compare(verdicts(*a), verdicts(*b))
    assert comparison.agreement == agreement
    assert len(comparison) == max(len(a), len(b))
    agree = comparison.to_pandas()["agree"]
    assert agree.count() == 0 if agreement is None else agree.mean() == agreement


def test_a_pair_has_both_sides():
    a = run((JUDGE, Judgement(conclusion="Fine.", prediction=False)))
    scores = Assessment(correctness=0.5, assessments=(Criterion(correct=True),))
    b = run((JUDGE, Judgement(conclusion="Bad.", prediction=True)), (None, scores, 1))
    judged, scored = compare(a, b)
    assert (judged.step, judged.agent, judged.role, judged.kind) == (
        1,
        "Judge",
        "JUDGE",
        "judgement",
    )
    assert (judged.prediction_a, judged.prediction_b, judged.agree) == (False, True, False)
    assert (judged.mean_a, judged.mean_b) == (None, 0.5)
    assert (judged.text_a.split("\n")[0], judged.text_b.split("\n")[0]) == ("Fine.", "Bad.")
    assert (scored.role, scored.mean_a, scored.mean_b, scored.text_a) == ("", None, 0.5, None)


def test_words_that_imitate_another_prediction_do_not_make_it_the_same():
    tail = "\n\nno prediction"
    a = run((JUDGE, Judgement(conclusion="c", prediction=True, uncertainty=f"low{tail}")))
    b = run((JUDGE, Judgement(conclusion="c\n\nprediction: yes · uncertainty: low")))
    (pair,) = compare(a, b)
    assert pair.text_a == pair.text_b
    assert not pair.same


def test_a_step_is_found_by_its_number():
    comparison = compare(run((JUDGE, "a"), (JUDGE, "b")), run((JUDGE, "a"), flow=None))
    assert [comparison[number].step for number in (1, 2, -1, -2)] == [1, 2, 2, 1]
    assert repr(comparison) == "Comparison('osb', None, 1 of 2 steps differ)"
    for number in (0, 3, -3):
        with pytest.raises(IndexError, match=f"no step {number}: the comparison has 2"):
            comparison[number]


def test_the_same_is_a_data_frame():
    frame = compare(verdicts(True, None), verdicts(False)).to_pandas()
    assert list(frame.index) == [1, 2]
    assert frame["b"].tolist()[0] == 1
    assert frame["b"].isna().tolist() == [False, True]
    empty = compare(run(), run()).to_pandas()
    for made in (frame, empty):
        kinds = {
            str(made[name].dtype) for name in ("prediction_a", "prediction_b", "same", "agree")
        }
        assert kinds == {"boolean"}
        assert (str(made["a"].dtype), str(made["mean_a"].dtype)) == ("Int64", "float64")
    assert list(empty.columns) == list(frame.columns)


def test_whatever_has_entries_is_compared():
    class Bare:
        entries = run((JUDGE, "x")).entries

    assert repr(compare(Bare(), run((JUDGE, "x")))).startswith("Comparison(None, 'osb', 0 of 1")


@pytest.mark.parametrize("given", ["run.jsonl", None, [1], type("Odd", (), {"entries": ()})()])
def test_what_is_no_run_is_refused_in_a_sentence(given):
    with pytest.raises(BadParameter, match="two transcripts or runs, and this is a"):
        compare(run(), given)
    with pytest.raises(TypeError, match=f"a {type(given).__name__}"):
        compare(given, run())


# --- as HTML -------------------------------------------------------------------------------------


def test_what_differs_is_marked_in_words_and_what_is_the_same_is_folded():
    a = run((JUDGE, "It is <b>fine</b> so"), (JUDGE, "all the same"), (JUDGE, "one more"))
    b = run((JUDGE, "It is <i>bad</i> so"), (JUDGE, "all the same"), (None, "nobody"))
    drawn = compare(a, b).to_html()
    assert "It is <del>&lt;b&gt;fine&lt;/b&gt; </del>so</p>" in drawn
    assert "It is <ins>&lt;i&gt;bad&lt;/i&gt; </ins>so</p>" in drawn
    folded = re.findall("<details class='pair'><summary>(.*?)</summary>", drawn)
    assert folded == ["Step 2: <bdi>Judge</bdi>, text: the same"]
    for words in ("differs", "only in A", "only in B", "B: nothing here", "A: nothing here"):
        assert words in drawn
    assert "3 of 4 steps differ<" in drawn
    assert "model gpt-4o · template strict" in drawn


def test_a_kind_that_says_no_more_than_the_name_is_left_out():
    asked = run((None, Question(content="Well?")), (None, Answer(verdict="text", content="so"), 1))
    drawn = compare(asked, asked).to_html()
    assert "<bdi>Question</bdi>: the same" in drawn
    assert "<bdi>You</bdi>, answer: the same" in drawn


def test_predictions_and_means_are_shown_as_in_a_transcript():
    a = run((JUDGE, Judgement(prediction=True)), (None, Assessment(correctness=0.25), 1))
    b = run((JUDGE, Judgement(prediction=False)), (None, Assessment(correctness=0.75), 1))
    drawn = compare(a, b).to_html()
    for words in ("● prediction: yes", "○ prediction: no", "≠ predictions differ"):
        assert words in drawn
    assert "2 of 2 steps differ · agreement of the predictions 0 %<" in drawn
    assert (drawn.count("value='0.25'"), drawn.count("value='0.75'")) == (2, 2)
    assert "≠ predictions differ" not in compare(a, a).to_html()


def test_the_agreement_says_what_it_leaves_out_and_why():
    unclear = Judgement(unread={"prediction": "unclear"})
    a = run(*((JUDGE, one) for one in (Judgement(prediction=True), unclear, Judgement())))
    b = run(*((JUDGE, Judgement(prediction=True)) for _ in range(2)), (JUDGE, Judgement()))
    more = run(*((JUDGE, Judgement(prediction=True)) for _ in range(4)))
    assert compare(a, b).glance == (
        "1 of 3 steps differ · agreement of the predictions 100 % (1 of 3 pairs of judgements; 2 "
        "left out: 1 no readable prediction, 1 no prediction)"
    )
    assert compare(b, more).glance.endswith(
        "100 % (2 of 4 pairs of judgements; 2 left out: 1 no prediction, 1 in one run only)"
    )
    assert compare(run((JUDGE, "x")), run()).glance == "1 of 1 steps differ"


def four(*, models=("m-a", "m-b"), roster=True, turned=False):
    """A run of four judges of one name, two models and two criteria."""
    setups = [(model, criteria) for model in models for criteria in ("c1", "c2")]
    told = run(
        *(
            (
                Speaker(key=f"{model}{criteria}", name="J", model=model, criteria=criteria),
                f"{model} {criteria}",
            )
            for model, criteria in (reversed(setups) if turned else setups)
        )
    )
    agents = tuple(
        Agent(key=f"{m}{c}", name="J", label=f"J · {m} · {c}", model=m, criteria=c, since=1.0)
        for m, c in setups
    )
    return Rostered(told.entries, agents if roster else ())


@dataclass(frozen=True)
class Rostered:
    """A run whose agents are known."""

    entries: Entries
    agents: tuple[Agent, ...]
    labels: Labels | None = None


def test_namesakes_stand_beside_those_of_their_label_whatever_the_order():
    pairs = list(compare(four(), four(turned=True)))
    assert sorted((pair.a, pair.b) for pair in pairs) == [(1, 4), (2, 3), (3, 2), (4, 1)]
    assert all(pair.same for pair in pairs)
    assert {pair.agent for pair in pairs} == {
        *("J · m-a · c1", "J · m-a · c2", "J · m-b · c1", "J · m-b · c2"),
    }
    varied = compare(four(), four(models=("m-a", "m-c"), turned=True))
    assert sorted((pair.text_a, pair.text_b) for pair in varied) == [
        *(("m-a c1", "m-a c1"), ("m-a c2", "m-a c2"), ("m-b c1", "m-c c1"), ("m-b c2", "m-c c2")),
    ]


def test_the_study_s_words_are_used_if_both_runs_have_the_same():
    said = run((JUDGE, Judgement(prediction=True)))
    ours, theirs = Labels(yes="in breach", no="fine"), Labels(yes="hate", no="none")
    a, b = (Rostered(said.entries, (), labels) for labels in (ours, theirs))
    assert "● in breach" in compare(a, a).to_html()
    assert compare(a, a)[1].text_a == "in breach"
    assert "● prediction: yes" in compare(a, b).to_html()


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "'><img src=x onerror=alert(1)>",
        "</p></details><style>*{display:none}</style>",
        "</ins></del></style><h1>",
        "{0} {name} %s \\1",
    ],
)
def test_hostile_text_stays_text(text):
    hostile = Speaker(key=text, name=text, role=text, model=text, template=text)
    a = run((hostile, text), (hostile, Record(title=text, content=text)), flow=text)
    b = run((hostile, f"{text} and more"), (hostile, Record(title=text, content=text)), flow=text)
    comparison = compare(a, b)
    for drawn in (comparison.to_html(), comparison._repr_html_()):
        inner = drawn.partition("</style>")[2]
        tags = set(re.findall("</?([a-zA-Z0-9!]+)", inner))
        assert tags <= {
            *("body", "main", "div", "h1", "strong", "bdi", "span", "p", "del", "ins", "head"),
            *("section", "h2", "details", "summary", "html"),
        }
        assert inner.count("<h1") == 1


def test_a_mark_that_turns_the_direction_is_shown():
    drawn = compare(run((JUDGE, "a \u202e b")), run((JUDGE, "a \u2066 b"))).to_html()
    assert "⟨U+202E⟩" in drawn
    assert "⟨U+2066⟩" in drawn


def test_of_long_texts_the_lines_are_marked_and_of_longer_ones_nothing():
    line = "many words of a line\n"
    a, b = line * 300, line * 299 + "another\n"
    drawn = compare(run((JUDGE, a)), run((JUDGE, b))).to_html()
    assert f"<del>{line}</del>" in drawn
    assert "<ins>another\n</ins>" in drawn
    a, b = "a\n" * MOST, "b\n" * MOST
    drawn = compare(run((JUDGE, a)), run((JUDGE, b))).to_html()
    assert TOO_LONG in drawn
    assert "<del>a" not in drawn
    assert drawn.count("a\n" * MOST) == 1
    assert TOO_LONG not in compare(run((JUDGE, a)), run((JUDGE, a))).to_html()


# Few words enough to be marked, and so many the same that each is looked at in each round.
REPEATED = [
    ("a c " * 900, "a b " * 99),
    ("a " * 1801, "a b " * 99),
    ("a " * 1801, "a " * 98 + "b " * 3 + "a " * 98),
    (
        "".join(f"{n % 50} x{n} " for n in range(500)),
        "".join(f"{n % 50} y{n} " for n in range(500)),
    ),
    ("a\nc\n" * 900, "a\nb\n" * 99),
]


@pytest.fixture
def steps(monkeypatch):
    """Of each round of difflib: how many words it goes over, and places of each in the other text."""
    taken = []
    find = difflib.SequenceMatcher.find_longest_match

    def counted(self, alo, ahi, blo, bhi):
        taken.append(sum(1 + len(self.b2j.get(word, ())) for word in self.a[alo:ahi]))
        return find(self, alo, ahi, blo, bhi)

    monkeypatch.setattr(difflib.SequenceMatcher, "find_longest_match", counted)
    return taken


@pytest.mark.parametrize(("a", "b"), REPEATED)
def test_words_that_repeat_cost_no_more_than_their_number_allows(a, b, steps):
    words = len(f"{a}{b}".split())
    assert words <= MOST
    difflib.SequenceMatcher(None, a.split(), b.split()).get_opcodes()
    assert sum(steps) > 2 * STEPS * words, "it is cheap as it is"
    steps.clear()
    drawn = compare(run((JUDGE, a)), run((JUDGE, b))).to_html()
    assert sum(steps) <= 2 * STEPS * words
    assert_side_by_side(drawn, a, b)


def assert_side_by_side(drawn, a, b):
    """Nothing is lost; and what is not marked word by word is marked by lines, or a sentence says why."""
    shown = re.findall("<p class='words' dir='auto'>(.*?)</p>", drawn, re.DOTALL)
    assert [re.sub("</?(ins|del)>", "", text) for text in shown] == [a, b]
    marked = [f"<del>{a}</del>", f"<ins>{b}</ins>"]
    assert shown == ([a, b] if TOO_LONG in drawn else marked)


def test_two_long_texts_of_few_words_stand_side_by_side_whole(steps):
    a, b = "a b\n" * 25_000, "b a\n" * 25_000
    drawn = compare(run((JUDGE, a)), run((JUDGE, b))).to_html()
    assert steps == []
    assert TOO_LONG in drawn
    assert_side_by_side(drawn, a, b)


def test_prose_is_marked_by_words(steps):
    words = [f"{['the', 'of', 'and', 'to', 'a'][n % 5]} word{n % 140} " for n in range(400)]
    other = [word if n % 7 else "other " for n, word in enumerate(words)]
    drawn = compare(run((JUDGE, "".join(words))), run((JUDGE, "".join(other)))).to_html()
    assert drawn.count("<ins>other </ins>") == len(other) // 7 + 1
    assert 0 < sum(steps) <= STEPS * (len(words) + len(other))


@pytest.mark.parametrize(
    ("a", "b"), [("", "x"), ("x", ""), (" x", "x"), ("x\n\ny", "x y"), ("", "")]
)
def test_nothing_of_the_texts_is_lost(a, b):
    drawn = compare(run((JUDGE, a)), run((JUDGE, b))).to_html()
    shown = re.findall("<p class='words' dir='auto'>(.*?)</p>", drawn, re.DOTALL)
    assert [re.sub("</?(ins|del)>", "", text) for text in shown] == [a, b]


def test_in_a_notebook_its_style_stays_in_it():
    drawn = compare(run((JUDGE, "x")), run())._repr_html_()
    assert drawn.startswith("<div class='buttermilk-page mathjax_ignore tex2jax_ignore'><style>")
    assert "<html" not in drawn


def test_a_page_of_its_own_is_whole_without_the_style_of_the_widget(monkeypatch):
    monkeypatch.setattr(style, "sheet", lambda: "")
    bare = compare(run(), run(flow=None)).to_html()
    assert ".sides{" in bare
    assert "<title>osb and a run, compared</title>" in bare
    assert "0 of 0 steps differ" in bare
    assert "default-src 'none'" in bare
    monkeypatch.setattr(style, "sheet", lambda: ".of-the-widget{}")
    styled = compare(run(), run())
    for drawn in (styled.to_html(), styled._repr_html_()):
        assert 0 < drawn.index(".of-the-widget{}") < drawn.index(".sides{")


# --- whatever is compared ------------------------------------------------------------------------

SPEAKERS = st.none() | st.builds(
    Speaker,
    key=st.just("k"),
    name=st.sampled_from(["A", "B", "A-1", "A-2"]),
    role=st.sampled_from(["", "A", "B"]),
    model=st.sampled_from([None, "m", "n"]),
    template=st.sampled_from([None, "t"]),
    criteria=st.sampled_from([None, "c", ["c", "d"]]),
)
BODIES = st.one_of(
    st.builds(Text, content=st.sampled_from(["", "x", "x y", "y x", "<z>"])),
    st.builds(Judgement, prediction=st.sampled_from([None, True, False])),
    st.builds(Assessment, correctness=st.sampled_from([None, 0.0, 1.0])),
    st.builds(Question, content=st.just("?")),
    st.builds(Answer, verdict=st.just("text"), content=st.sampled_from(["x", "y"])),
    st.builds(EventNote, content=st.just("x")),
)


@st.composite
def runs(draw):
    history = History()
    for number in range(draw(st.integers(0, 12))):
        about = draw(st.none() | st.integers(1, number)) if number else None
        history.add(draw(BODIES), 1.0, speaker=draw(SPEAKERS), about=about)
    return Told(history.entries)


TRIES = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@TRIES
@given(runs())
def test_a_run_is_the_same_as_itself(one):
    comparison = compare(one, one)
    assert all(pair.same and pair.a == pair.b for pair in comparison)
    assert comparison.agreement in (None, 1.0)


@TRIES
@given(runs(), runs())
def test_every_entry_stands_once_in_the_order_of_the_first_run(a, b):
    comparison = compare(a, b)
    said = [
        [entry.id for entry in one if entry.body.kind != "event"] for one in (a.entries, b.entries)
    ]
    assert [pair.a for pair in comparison if pair.a] == said[0]
    assert sorted(pair.b for pair in comparison if pair.b) == said[1]
    alone = [pair.b for pair in comparison if pair.a is None]
    assert alone == sorted(alone)
    assert [pair.step for pair in comparison] == list(range(1, len(comparison) + 1))
    turned = compare(b, a)
    assert (turned.agreement, len(turned)) == (comparison.agreement, len(comparison))
    assert comparison.to_html().count("<div class='sides'>") == len(comparison)
    assert compare(Told(Entries()), b).agreement is None
