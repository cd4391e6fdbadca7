"""A recording of a server as a scene: folded by the very same core as a live run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from buttermilk_widget.conversation import Conversation
from buttermilk_widget.errors import WrongAnswer
from buttermilk_widget.messages import RunFlow

if TYPE_CHECKING:
    from pathlib import Path

BEGAN = 1_764_000_000.0
"""When recordings begin, for the page: they know only the seconds since."""


def fold(path: Path) -> Conversation:
    """The conversation that a recording holds; ``{"t", "dir", "frame"}``, one a line."""
    steps = [json.loads(line) for line in path.read_text().splitlines()]
    conversation = Conversation(server="http://localhost:8000")
    sockets = [place for place, step in enumerate(steps) if "ws" in _event(step)]
    for place, step in enumerate(steps):
        at = BEGAN + step["t"]
        event = _event(step).get("ws")
        if step["dir"] == "in":
            frame = step["frame"]
            conversation.receive(frame.get("__raw__") or json.dumps(frame), at)
        elif step["dir"] == "out":
            _sent(conversation, step["frame"], at)
        elif event == "closed" and not conversation.readiness.settled:
            if place == sockets[-1]:
                conversation.lose("The recording ends here, before the flow did.", at)
            else:
                conversation.disconnected("The connection broke; connecting again.", at)
        elif event == "open" and conversation.frames:
            conversation.reconnected(at)
    return conversation


def _event(step: dict[str, Any]) -> dict[str, Any]:
    return step["frame"] if step["dir"] == "event" and isinstance(step["frame"], dict) else {}


def _sent(conversation: Conversation, frame: Any, at: float) -> None:
    """What the client sent, as the person's doing where it was; a held answer is not one."""
    match frame:
        case {"type": "run_flow", "flow": flow} if not conversation.frames:
            conversation.connecting(flow, at)
            conversation.start(RunFlow(**frame), at)
        case {"type": "manager_response" | "ui_message"}:
            words = str(frame.get("content") or frame.get("selection") or "")
            said = ("text", words) if words else ("reject", "")
            _respond(conversation, [("confirm", "")] * bool(frame.get("confirm")) + [said], at)
    for outgoing in conversation.data_to_send():
        conversation.sent(outgoing, at)


def _respond(conversation: Conversation, tries: list[tuple[Any, str]], at: float) -> None:
    """Answer as the recorded client did; one that nobody asked did not hear the server either."""
    question = conversation.question
    for verdict, words in tries if question else []:
        try:
            conversation.respond(verdict, words, at, question=question.id if question else None)
        except WrongAnswer:
            continue
        return
