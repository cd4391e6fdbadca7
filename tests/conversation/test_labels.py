"""One label for each agent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buttermilk_widget.conversation.labels import Namesakes, criteria_text, shown_name
from buttermilk_widget.conversation.patches import Agent


def agent(key, name="J", **more):
    return Agent(key=key, name=name, since=1.0, **more)


def labels(*agents):
    """The labels of agents of one name."""
    namesakes = Namesakes()
    for place, one in enumerate(agents):
        namesakes.put(place, one)
    return [namesakes.label(place, shown_name(one)) for place, one in enumerate(agents)]


def test_an_agent_of_a_name_of_its_own_is_called_so():
    assert labels(agent("a", model="m", role="R")) == ["J"]


@pytest.mark.parametrize(
    ("setups", "made"),
    [
        (({"model": "m"}, {"model": "n"}), ["J · m", "J · n"]),
        (({"model": "m"}, {}), ["J · m", "J · no model"]),
        (({"role": "A", "model": "m"}, {"role": "B", "model": "m"}), ["J · A", "J · B"]),
        (({"template": "t"}, {"template": "u"}), ["J · t", "J · u"]),
        (({"criteria": ["a", "b"]}, {"criteria": {"x": 1}}), ["J · a, b", 'J · {"x": 1}']),
        (({"model": "m"}, {"model": "m"}), ["J · k0", "J · k1"]),
        (
            ({"model": "m"}, {"model": "m"}, {"model": "n"}),
            ["J · m · k0", "J · m · k1", "J · n"],
        ),
        (({"model": f"{'m' * 50}1"}, {"model": f"{'m' * 50}2"}), ["J · k0", "J · k1"]),
        (
            ({"model": "m · c"}, {"model": "m", "criteria": "c"}),
            ["J · m • c · no criteria", "J · m · c"],
        ),
    ],
)
def test_namesakes_are_told_apart_by_what_differs(setups, made):
    assert labels(*(agent(f"k{n}", **setup) for n, setup in enumerate(setups))) == made


def test_who_changes_or_goes_no_longer_tells_the_others_apart():
    namesakes = Namesakes()
    for place, model in enumerate("mnm"):
        namesakes.put(place, agent(f"k{place}", model=model))
    assert namesakes.label(0, "J") == "J · m · k0"
    namesakes.put(1, agent("k1", model="m"))
    assert namesakes.label(0, "J") == "J · k0"
    namesakes.remove(1)
    namesakes.remove(2)
    namesakes.remove(2)
    assert (namesakes.label(0, "J"), namesakes.places, len(namesakes)) == ("J", (0,), 1)


def test_where_not_even_the_id_can_be_shown_whole_they_are_counted():
    twins = (agent(f"{'k' * 60}{number}") for number in (1, 2))
    assert labels(*twins) == [f"J · {'k' * 40}… · no. {number}" for number in (1, 2)]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("You", "“You” (agent k)"),
        (" server ", "“server” (agent k)"),
        ("a · b", "a • b"),
        ("two\nlines", "two ⏎ lines"),
        ("\u202eback", "⟨U+202E⟩back"),
        ("", "ROLE"),
        ("n" * 99, f"{'n' * 40}…"),
    ],
)
def test_a_name_cannot_deceive(name, shown):
    assert shown_name(agent("k", name, role="ROLE")) == shown


def test_an_agent_of_no_name_is_called_by_what_there_is():
    assert shown_name(agent("k", "")) == "k"
    assert shown_name(agent("", " ")) == "without a name"


@given(
    st.lists(
        st.builds(
            agent,
            st.just(""),
            role=st.sampled_from("AB"),
            model=st.sampled_from(["m", "n", None, "m · x"]),
            criteria=st.sampled_from(["c", ["c"], ["c", "d"], None, "c, d"]),
        ),
        max_size=8,
    )
)
def test_labels_are_unique_and_short(agents):
    made = labels(*(one.model_copy(update={"key": f"k{n}"}) for n, one in enumerate(agents)))
    assert len(set(made)) == len(agents)
    assert all(len(label) < 250 for label in made)


def test_criteria_are_a_line():
    assert criteria_text(["a", ["b", 1], {"c": [2]}]) == 'a, b, 1, {"c": [2]}'
    assert (criteria_text(None), criteria_text("a"), criteria_text(1.5)) == ("", "a", "1.5")
