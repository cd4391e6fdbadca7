"""What crosses to the page."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from buttermilk_widget.conversation.patches import COMMANDS, Readiness, Respond, Status


def test_only_four_states_are_final():
    assert {r.value for r in Readiness if r.settled} == {"ended", "failed", "stopped", "lost"}


def test_commands_are_known_by_their_kind():
    command = COMMANDS.validate_python({"kind": "respond", "id": "1", "verdict": "confirm"})
    assert command == Respond(id="1", verdict="confirm")
    for odd in ({"kind": "dance"}, {"kind": "respond", "id": "1", "verdict": "maybe"}, {}, None, 3):
        with pytest.raises(ValidationError):
            COMMANDS.validate_python(odd)


def test_what_crosses_is_frozen():
    with pytest.raises(ValidationError):
        Status().reason = "changed"
