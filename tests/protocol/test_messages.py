"""What crosses the WebSocket."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from buttermilk_widget.protocol.messages import (
    AgentInfo,
    Judgement,
    ManagerResponse,
    Remark,
    RunFlow,
    Text,
    as_text,
)


def test_a_response_takes_no_key_that_would_have_it_dropped():
    with pytest.raises(ValidationError):
        ManagerResponse(confirm=True, mood="good")
    with pytest.raises(ValidationError):
        Remark(content="x", to="all")
    assert RunFlow(flow="osb", anything=1).model_extra == {"anything": 1}


@pytest.mark.parametrize(
    ("value", "text"), [(None, ""), ("a", "a"), (3, "3"), ({"é": [1]}, '{"é": [1]}')]
)
def test_any_value_can_be_read(value, text):
    assert as_text(value) == text


def test_words_are_words_whatever_was_sent():
    judgement = Judgement(conclusion=["a"], reasons=[1, None], uncertainty=0.5, more="ignored")
    assert (judgement.conclusion, judgement.reasons, judgement.uncertainty) == (
        '["a"]',
        ("1", ""),
        "0.5",
    )
    with pytest.raises(ValidationError):
        judgement.conclusion = "changed"


def test_an_agent_is_known_by_the_best_that_there_is():
    assert AgentInfo(agent_id="J-1", role="J").key == "J-1"
    assert AgentInfo(role="J", agent_name="Judge").key == "J"
    assert AgentInfo(agent_name="Judge").key == "Judge"
    assert AgentInfo().key == ""


def test_values_keep_no_set_of_what_was_given():
    text = Text(content="a")
    changed = text.model_copy(update={"content": "b"})
    assert (changed.content, text.content) == ("b", "a")
    assert changed.model_fields_set is text.model_fields_set
    assert text.model_fields_set == set()
