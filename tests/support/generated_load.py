"""Frames without end, and a transport that gives them as fast as they are read."""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import statistics
import time

from support.process_stats import weight
from support.recordings import EVERY_FRAME

from buttermilk_widget import FlowWidget
from buttermilk_widget.client.transport import Closed
from buttermilk_widget.widget import loop

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

    async def send(self, text, mark=None):
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


def rest(widget, without=()):
    """What a widget's run weighs, part by part, but for its transcript: frames and entries."""
    session = widget._session
    conversation, live = session.conversation, session._live
    wholes = [conversation, session, live, loop.get_loop(), widget.comm, live._transport]
    transcript = [conversation.frames, conversation._history]
    parts = {}
    for whole in (conversation, session, live, widget):
        for name, part in vars(whole).items():
            if not any(part is other for other in (*wholes, *transcript)):
                parts[f"{type(whole).__name__}.{name}"] = weight(
                    part, without=(*wholes, *transcript, widget, *without)
                )
    return parts


class Fed:
    """A widget's run of many frames, and what it cost.

    Attributes:
        rests: At each of ``at``, what everything but the transcript weighed.
        spent: Seconds of the loop's thread for each thousand frames.
        patches: How many messages went to the page, and ``carried`` their bytes.
        pause: The longest that collecting garbage held everything up, in seconds.
    """

    def __init__(self, url, frames, count, at=()):
        self.rests, self.spent, self.patches, self.carried, self.pause = {}, [], 0, 0, 0.0
        self._before = self._began = 0.0
        self.count = count
        widget = self.widget = FlowWidget(url, checkpoint=False, copy=False)
        every = range(0, count + 1, 1000)
        self.transport = Feeding(frames, count, {*at, *every}, self._look)
        self._at = at
        widget._session_options["transport"] = self.transport
        widget.send = self._to_page
        gc.callbacks.append(self._collecting)
        try:
            self.run = widget.run("osb")
            loop.submit(self.run._session.ended()).result()
        finally:
            gc.callbacks.remove(self._collecting)
        self.conversation = self.run._session.conversation

    def cost(self, near, width=20):
        """Microseconds for a frame near this many: the median, by thousands, of the thread's time."""
        first = min(near // 1000, len(self.spent) - width)
        return statistics.median(self.spent[max(first, 0) :][:width]) * 1000

    def _to_page(self, _content, buffers=()):
        self.patches += 1
        self.carried += sum(map(len, buffers))

    def _look(self, number):
        if number % 1000 == 0 and number:
            self.spent.append(time.thread_time() - self._before)
        if number in self._at:
            gc.collect()
            self.rests[number] = rest(self.widget, without=[self])
        self._before = time.thread_time()

    def _collecting(self, phase, _found):
        if phase == "start":
            self._began = time.perf_counter()
        else:
            self.pause = max(self.pause, time.perf_counter() - self._began)
