"""What a conversation is told, and that it can be told again."""

from __future__ import annotations

import json

import pytest
from recordings import NAMES, frames

from buttermilk_widget.conversation import Conversation
from buttermilk_widget.inputs import INPUTS, Connecting, Received, Started, line


@pytest.mark.parametrize("name", NAMES)
def test_told_again_from_the_file_it_is_the_same_conversation(name):
    told = [
        Connecting(at=1.0, flow="osb", server="http://localhost:8000"),
        Started(at=1.5, request={"flow": "osb", "prompt": "x"}),
        *(Received(at=2.0 + n, text=text) for n, text in enumerate(frames(name))),
    ]
    first, again = Conversation(), Conversation()
    for one in told:
        one.tell(first)
        INPUTS.validate_python(json.loads(json.dumps(line(one)))).tell(again)
    assert again.since(0, 99.0) == first.since(0, 99.0)


def test_a_line_says_what_it_does_first_and_nothing_that_is_a_default():
    assert line(Received(at=2.0, text="{}")) == {"do": "in", "at": 2.0, "text": "{}"}
    assert next(iter(line(Received(at=2.0, text="{}")))) == "do"
