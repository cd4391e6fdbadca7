"""Reading what a model made: nearly right is read, the rest is kept as it came."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.recordings import EVERY_FRAME

from buttermilk_widget.protocol import payloads
from buttermilk_widget.protocol.decode import decode
from buttermilk_widget.protocol.messages import (
    Assessment,
    Criterion,
    Differences,
    Divergence,
    Expert,
    Judgement,
    Made,
    Position,
    Result,
    ToolOutput,
)
from buttermilk_widget.protocol.payloads import read

MAKERS = (
    *(payloads.judgement, payloads.assessment, payloads.differences, payloads.research),
    *(payloads.record, payloads.tool_output),
)
ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("conclusion", "reasons", "Prediction", "assessments", "correct", "content"),
                    *("correctness", "divergences", "positions", "experts", "literature", "x"),
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "flag"),
    [
        (True, True),
        ("True", True),
        (" yes ", True),
        ("Yes.", True),
        ("TRUE!", True),
        (1, True),
        (1.0, True),
        (["yes"], True),
        (False, False),
        ("no", False),
        ("F", False),
        (0, False),
        (None, None),
        ("", None),
        ("  ", None),
        ([None], None),
    ],
)
def test_a_yes_or_no_is_read_however_it_is_written(value, flag):
    made = payloads.judgement({"prediction": value})
    assert (made.prediction, made.unread) == (flag, {})


@pytest.mark.parametrize(
    "value", ["unclear", "partially", "yes and no", 2, 0.9, -1, [], {}, ["a", "b"], {"is": True}]
)
def test_what_is_neither_yes_nor_no_is_shown_as_it_came(value):
    made = payloads.judgement({"prediction": value, "conclusion": "c"})
    assert (made.prediction, made.unread) == (None, {"prediction": value})
    assert made.conclusion == "c"
    criterion = read(Criterion, {"correct": value, "feedback": "f"})
    assert (criterion.correct, criterion.unread) == (None, {"correct": value})


@pytest.mark.parametrize(
    ("value", "share"),
    [
        *((0, 0.0), (1, 1.0), (0.5, 0.5), ("0.85", 0.85), (" .5 ", 0.5), ("0,85", 0.85)),
        *(("85%", 0.85), ("85 %", 0.85), ("12,5%", 0.125), ("100%", 1.0), ("17/20", 0.85)),
        *(
            ("4 of 5", 0.8),
            ("4 out of 5", 0.8),
            ("٠.٥", 0.5),
            ([0.5], 0.5),
            (None, None),
            (" ", None),
        ),
    ],
)
def test_a_share_is_read_however_it_is_written(value, share):
    made = payloads.assessment({"correctness": value})
    assert (made.correctness, made.unread) == (share, {})


@pytest.mark.parametrize(
    "value",
    [
        *(85, "85", -1, "-1", 1.01, "150%", "1,000", "5/4", "4/0", "n/a", "high", True, {}, []),
        *("1e400", "1" * 60, "5" + " " * 90_000, 10**400),
    ],
)
def test_what_is_no_share_is_shown_as_it_came(value):
    made = payloads.assessment({"correctness": value, "assessments": [{"correct": True}]})
    assert (made.correctness, made.unread) == (None, {"correctness": value})
    assert made.assessments == (Criterion(correct=True),)


@pytest.mark.parametrize(
    ("value", "reasons"),
    [
        ("a sentence", ("a sentence",)),
        ("a\nb", ("a\nb",)),
        (None, ()),
        ("", ()),
        (" ", ()),
        ([], ()),
        ([1, None, "a"], ("1", "a")),
        ([["a", "b"]], ("a\n\nb",)),
        ([{"a": 1}], ('{"a": 1}',)),
        ('["a", "b"]', ("a", "b")),
        ("[a link](x) and more", ("[a link](x) and more",)),
        ('{"a": 1}', ('{"a": 1}',)),
        ({"1": "a", " 2 ": "b", "rule": "c"}, ("a", "b", "rule: c")),
        (3, ("3",)),
    ],
)
def test_a_list_of_words_is_read_of_one_of_none_and_of_an_object(value, reasons):
    made = payloads.judgement({"reasons": value})
    assert (made.reasons, made.unread) == (reasons, {})


@pytest.mark.parametrize(
    ("payload", "conclusion"),
    [
        ([{"conclusion": "c"}], "c"),
        ([[{"conclusion": "c"}]], "c"),
        ('{"conclusion": "c"}', "c"),
        ('```json\n{"conclusion": "c"}\n```', "c"),
        ('["just", "words"]', ""),
        ("```\nno JSON\n```", "```\nno JSON\n```"),
        ("```", "```"),
        ("{half", "{half"),
        ({"judgement": {"conclusion": "c"}}, "c"),
        ({"judgement": '{"conclusion": "c"}'}, "c"),
        ({"Conclusion ": "c"}, "c"),
        ("just words", "just words"),
        (3, "3"),
        ({"conclusion": ["a", "b"]}, "a\n\nb"),
        ({"conclusion": {"a": 1}}, '{"a": 1}'),
    ],
)
def test_the_object_is_found_wherever_it_stands(payload, conclusion):
    made = payloads.judgement(payload)
    assert (made.conclusion, made.unread) == (conclusion, {})


def test_what_is_nested_too_deep_inside_of_a_text_stays_text():
    deep = "[" * 80 + "]" * 80
    assert payloads.judgement({"reasons": deep}).reasons == (deep,)


def test_a_bare_value_goes_where_its_type_has_a_place():
    assert payloads.judgement(True).prediction is True
    assert payloads.judgement(["a", "b"]).reasons == ("a", "b")
    assert payloads.assessment(0.7).correctness == 0.7
    assert payloads.assessment("words").assessments == (Criterion(feedback="words"),)
    assert payloads.assessment([True, "a"]).assessments == (
        Criterion(correct=True),
        Criterion(feedback="a"),
    )
    assert payloads.assessment({"correct": "no"}).assessments == (Criterion(correct=False),)
    assert payloads.judgement(None) == Judgement()
    two = [{"conclusion": "a"}, {"conclusion": "b"}]
    assert payloads.judgement(two).unread == {"payload": two}
    assert payloads.record([{"content": "a"}, {"content": "b"}]).content == ""
    assert payloads.record(7).content == "7"
    assert read(Criterion, ["a", "b"]).unread == {"payload": ["a", "b"]}
    assert read(Expert, True).name == "true"


def test_fields_that_are_not_known_are_kept_beside_the_rest():
    made = payloads.judgement(
        {"prediction": "no", "Prediction": "yes", "confidence": 0.9, "preview": "…", "is_error": 0}
    )
    assert (made.prediction, made.unread) == (
        False,
        {"Prediction": "yes", "confidence": 0.9, "is_error": 0},
    )
    tool = payloads.tool_output({"content": "c", "call_id": "1", "is_error": False, "took": 3})
    assert tool == ToolOutput(content="c", call_id="1", unread={"took": 3})


def test_parts_may_be_words_one_object_or_an_object_of_names():
    experts = (Expert(name="Ash"), Expert(name="Bay"))
    wide = Position(position="wide", experts=experts)
    whole = Differences(divergences=(Divergence(topic="Scope", positions=(wide,)),))
    for divergences in (
        [{"topic": "Scope", "positions": [{"position": "wide", "experts": ["Ash", "Bay"]}]}],
        {"topic": "Scope", "positions": {"position": "wide", "experts": '["Ash", "Bay"]'}},
        {"Scope": {"wide": ["Ash", "Bay"]}},
        {"Scope": {"positions": {"wide": ["Ash", "Bay"]}}},
        {
            "topic": "Scope",
            "positions": [{"position": "wide", "experts": [{"name": "Ash"}, "Bay"]}],
        },
    ):
        assert payloads.differences({"divergences": divergences}) == whole
    (criterion,) = payloads.assessment({"assessments": {"c1": {"correct": "no"}}}).assessments
    assert criterion == Criterion(correct=False, feedback="c1")
    named = {"tone": {"correct": True, "feedback": "f", "name": "n"}, "sources": True, "x": "y"}
    assert payloads.assessment({"assessments": named}).assessments == (
        Criterion(correct=True, feedback="f", unread={"name": "n", "under": "tone"}),
        Criterion(correct=True, feedback="sources"),
        Criterion(feedback="x: y"),
    )
    full = {"feedback": "f", "name": "n", "under": "u"}
    (criterion,) = payloads.assessment({"assessments": {"c": full}}).assessments
    assert criterion.unread == {"": "c", "name": "n", "under": "u"}
    assert payloads.differences({"topic": "t"}).divergences == (Divergence(topic="t"),)
    assert payloads.assessment({"assessments": [None]}).assessments == (Criterion(),)


def test_literature_is_sourced_cited_or_only_named():
    literature = [
        {"citation": "C", "name": "N"},
        {"source": "S", "citation": "C"},
        {"citation": ""},
        "words",
    ]
    made = payloads.research({"literature": literature}).literature
    assert [(one.source, one.summary, one.unread) for one in made] == [
        ("C", "", {"name": "N"}),
        ("S", "", {"citation": "C"}),
        ("", "", {"citation": ""}),
        ("", "words", {}),
    ]
    (named,) = payloads.research({"literature": {"Doe (2021)": {"summary": "s"}}}).literature
    assert (named.source, named.summary) == ("Doe (2021)", "s")


def test_a_record_keeps_what_of_its_metadata_cannot_be_read():
    made = payloads.record({"metadata": "none", "content": ["a", {"b": 1}], "text_content": "x"})
    assert (made.metadata, made.unread) == ({}, {"metadata": "none"})
    assert made.content == 'a\n\n{"b": 1}'
    made = payloads.record({"metadata": '{"title": "T"}', "title": "U"})
    assert (made.title, made.unread, made.content) == ("T", {"title": "U"}, "")
    made = payloads.record({"metadata": {"title": "T"}, "title": "T", "ground_truth": "null"})
    assert (made.title, made.unread, made.ground_truth) == ("T", {}, "null")
    assert payloads.record({"metadata": None, "mime": None, "text_content": "x"}).content == "x"
    assert payloads.record(["a", "b"]).content == "a\n\nb"


def test_what_an_agent_says_keeps_what_comes_with_it():
    made = payloads.text({"content": ["a", "b"], "preview": "a", "more": None})
    assert (made.content, made.thought, made.unread) == ("a\n\nb", None, {"more": None})
    assert payloads.text({"content": "c", "thought": ["x"]}).thought == "x"


def nearly_all(made):
    yield made
    for value in vars(made).values():
        for item in value if isinstance(value, tuple) else ():
            if isinstance(item, Made):
                yield from nearly_all(item)


@given(ANY_JSON)
def test_any_json_is_read_and_saved_and_read_again(payload):
    for maker in MAKERS:
        made = maker(payload)
        again = type(made).model_validate_json(made.model_dump_json())
        assert again == made
        for part in nearly_all(made):
            if isinstance(part, Assessment) and part.correctness is not None:
                assert 0 <= part.correctness <= 1


def test_nothing_is_left_over_of_what_a_real_server_says():
    for text in EVERY_FRAME:
        message = decode(text)
        if isinstance(message, Result) and isinstance(message.payload, Made):
            assert not any(part.unread for part in nearly_all(message.payload)), text


def test_what_is_right_costs_nothing_when_it_is_written_out():
    made = payloads.judgement({"conclusion": "c", "prediction": True})
    assert "unread" not in json.loads(made.model_dump_json())
    odd = payloads.judgement({"prediction": "so"})
    assert json.loads(odd.model_dump_json())["unread"] == {"prediction": "so"}
