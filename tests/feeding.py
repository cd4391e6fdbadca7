"""Frames without end, and a transport that gives them as fast as they are read."""

from __future__ import annotations

import asyncio
import itertools
import json

from recordings import EVERY_FRAME

from buttermilk_widget.transport import Closed

ENDED = json.dumps({"type": "system_message", "outputs": {"content": "flow_completed"}})
PROGRESS = {
    "type": "system_update",
    "outputs": {
        "source": "HOST-HDSnjo",
        "step_name": "IDLE",
        "status": "idle",
        "message": "Flow currently idle",
        "waiting_on": {},
        "is_error": False,
    },
}
_WORDS = "One agent says to another what it makes of the matter, and why, at some length. "
_ENDS = ("flow_completed", '"finished"', '"fatal": true')
_IDS = ("message_id", "call_id", "assessed_call_id", "answer_id")


def talk(length=600):
    """Frames of the deployed dialect, each with words of this length, from five agents."""
    words = (_WORDS * (1 + length // len(_WORDS)))[: length - 10]
    for number in itertools.count():
        agent = f"JUDGE-{number % 5}"
        yield json.dumps(
            {
                "type": "chat_message",
                "message_id": f"{number:08d}-0000-4000-8000-000000000000",
                "timestamp": "2026-11-24T15:12:47.123456",
                "outputs": f"{words}{number:010d}",
                "agent_info": {
                    "agent_id": agent,
                    "role": "JUDGE",
                    "agent_name": f"Judge {agent}",
                    "description": "Judges.",
                    "parameters": {"model": "a-model", "criteria": ["fair", "kind"]},
                },
            }
        )


def recorded():
    """The frames of the recordings, again and again, as of ever new runs that do not end."""
    frames = [json.loads(text) for text in EVERY_FRAME if not any(end in text for end in _ENDS)]
    for lap in itertools.count():
        for frame in frames:
            yield json.dumps(_renamed(frame, f"-{lap}"))


def idle():
    """The same line of progress, with another id and time."""
    for number in itertools.count():
        yield json.dumps(PROGRESS | {"message_id": f"{number:022d}", "timestamp": f"{number:026d}"})


def _renamed(value, suffix):
    if isinstance(value, list):
        return [_renamed(item, suffix) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: inner + suffix if key in _IDS and isinstance(inner, str) else _renamed(inner, suffix)
        for key, inner in value.items()
    }


class Feeding:
    """A transport whose frames are those of an iterator, and then the end of the flow.

    ``at`` are numbers of frames at which ``look`` is called, on the loop, with the number.
    """

    def __init__(self, frames, count, at=(), look=None):
        self.given = 0
        self.sent = []
        self.closed = 0
        self._frames = frames
        self._count = count
        self._at = frozenset(at)
        self._look = look

    async def open(self, url):
        self.url = url

    async def send(self, text):
        self.sent.append(text)

    async def receive(self):
        if self.given in self._at:
            self._look(self.given)
        if self.given > self._count:
            await asyncio.Event().wait()
        self.given += 1
        if self.given <= self._count:
            return next(self._frames)
        if self.given == self._count + 1:
            return ENDED
        raise Closed("All was given.")

    async def close(self):
        self.closed += 1
