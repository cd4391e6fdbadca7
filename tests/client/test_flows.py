"""The flows on offer: as servers list them, in lines for a person, and what is typed for one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from buttermilk_widget import BadParameter, Flow, Parameter
from buttermilk_widget.client.flows import (
    LONGEST,
    MOST_FLOWS,
    MOST_PARAMETERS,
    described,
    read,
    values,
)
from buttermilk_widget.conversation.patches import Typed

OSB = {
    "name": "osb",
    "description": "A panel judges.",
    "parameters": [
        {"name": "prompt", "type": "string", "description": "On what."},
        {"name": "rate", "type": "number", "required": True, "default": 0.5},
    ],
}


def names(body):
    return [flow.name for flow in read(body)]


# --- what a server lists -------------------------------------------------------------------------


def test_names_alone_are_flows_of_which_no_more_is_known():
    assert read({"flow_choices": ["osb", "zot"]}) == (Flow(name="osb"), Flow(name="zot"))
    assert read({"flow_choices": ["osb"]})[0].parameters is None


def test_what_is_said_of_a_flow_is_read_in_the_order_of_the_names():
    flows = read({"flow_choices": ["zot", "osb"], "flows": [OSB, {"name": "more"}]})
    assert [flow.name for flow in flows] == ["zot", "osb", "more"]
    assert flows[1] == Flow(
        name="osb",
        description="A panel judges.",
        parameters=(
            Parameter(name="prompt", type="string", description="On what."),
            Parameter(name="rate", type="number", required=True, default=0.5),
        ),
    )
    assert names({"flows": [OSB]}) == ["osb"]


@pytest.mark.parametrize("body", [None, [], "x", {}, {"flow_choices": "osb"}, {"flows": {}}])
def test_what_is_no_list_of_flows_is_none(body):
    assert read(body) is None


def test_no_flows_are_a_list_too():
    assert read({"flow_choices": []}) == ()


def test_what_cannot_be_read_is_left_out_and_the_rest_stays():
    deep = 0
    for _ in range(200):
        deep = [deep]
    odd = [
        *(3, None, {}, {"name": 3}),
        {
            "name": "odd\ud800",
            "description": 5,
            "parameters": [
                *(3, {}, {"name": None}),
                {"name": "p", "type": ["string"], "required": "yes", "default": deep},
            ],
        },
        {"name": "none", "parameters": "x"},
    ]
    flows = read({"flow_choices": ["osb", 3, None], "flows": odd})
    assert [flow.name for flow in flows] == ["osb", "odd\ufffd", "none"]
    assert flows[1].parameters == (Parameter(name="p"),)
    assert flows[2].parameters is None


def test_there_is_an_end_to_it():
    many = [{"name": f"p{n}"} for n in range(10_000)]
    body = {
        "flow_choices": [f"f{n}" for n in range(10_000)],
        "flows": [{"name": "f0", "description": "x" * 10_000, "parameters": many}],
    }
    flows = read(body)
    assert len(flows) == MOST_FLOWS
    assert len(flows[0].parameters) == MOST_PARAMETERS
    assert len(flows[0].description) < LONGEST + 40


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(
            st.sampled_from(["flow_choices", "flows", "name", "parameters", "default", "type"]),
            inner,
        )
    ),
)


@given(JSON)
@example({"flows": [], "flow_choices": True})
def test_reading_never_fails(body):
    flows = read(body)
    assert flows is None or described(flows) is not None


# --- for a person --------------------------------------------------------------------------------


def test_a_flow_is_a_line_and_each_parameter_another():
    assert described(read({"flow_choices": ["zot"], "flows": [OSB]})).splitlines() == [
        "zot",
        "osb: A panel judges.",
        "    prompt (string): On what.",
        "    rate (number, required, default 0.5)",
    ]


def test_a_line_break_in_a_description_makes_no_line():
    flow = {"name": "a\nb", "description": "one\ntwo", "parameters": [{"name": "p\nq"}]}
    assert described(read({"flows": [flow]})).splitlines() == ["a ⏎ b: one ⏎ two", "    p ⏎ q"]


# --- what is typed -------------------------------------------------------------------------------


def typed(kind, text, name="x"):
    return values([Typed(name=name, type=kind, text=text)])


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("string", " as it is ", " as it is "),
        ("str", "5", "5"),
        ("integer", " 3 ", 3),
        ("integer", "1799990000111122233", 1799990000111122233),
        ("int", "-1", -1),
        ("number", "0.5", 0.5),
        ("float", "3", 3),
        ("boolean", "true", True),
        ("bool", "False", False),
        ("array", '["a", 1]', ["a", 1]),
        ("list", "[]", []),
        ("object", '{"a": {"b": null}}', {"a": {"b": None}}),
        ("", "3", 3),
        ("date", "2026-11-24", "2026-11-24"),
        ("", "true", True),
    ],
)
def test_a_value_is_read_by_its_type(kind, text, value):
    made = typed(kind, text)
    assert made == {"x": value}
    assert type(made["x"]) is type(value)


@pytest.mark.parametrize(
    ("kind", "text", "takes"),
    [
        ("integer", "three", "a whole number, such as 3"),
        ("integer", "3.5", "a whole number"),
        ("integer", "true", "a whole number"),
        ("number", "fast", "a number, such as 0.5"),
        ("number", "NaN", "a number"),
        ("number", "true", "a number"),
        ("boolean", "perhaps", "true or false"),
        ("boolean", "1", "true or false"),
        ("array", "a, b", 'a list as JSON writes it, such as ["a", "b"]'),
        ("array", '{"a": 1}', "a list as JSON writes it"),
        ("object", "[1]", "an object as JSON writes it"),
        ("array", "[" * 100_000, "a list as JSON writes it"),
        ("integer", "1" * 10_000, "a whole number"),
    ],
)
def test_what_cannot_be_read_is_said_with_what_it_takes(kind, text, takes):
    with pytest.raises(BadParameter) as refused:
        typed(kind, text)
    assert str(refused.value).startswith(f"'x' takes {takes}")
    assert len(str(refused.value)) < 200


def test_what_is_empty_is_not_given():
    assert typed("integer", "  ") == {}


def test_several_are_typed_as_json():
    assert typed("object", '{"rate": 0.5, "big": 1799990000111122233}', name="") == {
        "rate": 0.5,
        "big": 1799990000111122233,
    }
    for text in ("[1]", "rate: 0.5", "NaN", "{"):
        with pytest.raises(BadParameter, match="take an object as JSON writes it, such as"):
            typed("object", text, name="")
    for name in ("flow", "prompt", "record_id", "type"):
        with pytest.raises(BadParameter, match=f"'{name}' has a field of its own"):
            typed("object", f'{{"{name}": "x"}}', name="")
