"""Runs that are recorded with no server, and what a cassette then holds."""

from __future__ import annotations

import itertools
import json
import warnings
from contextlib import contextmanager

import pytest

from buttermilk_widget import Cassette, CassetteWarning, Conversation, Session
from buttermilk_widget.conversation.events import (
    Connecting,
    FrameReceived,
    FrameSent,
    FramesTaken,
    Responded,
    Started,
)
from buttermilk_widget.protocol.messages import RunFlow

AT = 1_764_000_000.0


def frame(**fields):
    return json.dumps({"type": "ui_message", "outputs": fields})


def told(flow="osb", words="words"):
    """A whole run, small."""
    conversation = Conversation()
    at = itertools.count(AT)

    def tell(kind, **fields):
        made = kind(at=next(at), **fields)
        conversation.apply(made)
        return made

    yield tell(Connecting, flow=flow, server="http://localhost:8000")
    yield tell(Started, request={"flow": flow}, session="s-1", client="c")
    yield tell(FramesTaken)
    yield tell(FrameSent, text=json.dumps({"type": "run_flow", "flow": flow}))
    yield tell(FrameReceived, text=frame(content="Go on?", options=["confirm", "reject"]))
    yield tell(Responded, verdict="confirm")
    answer = conversation.data_to_send()[0]
    yield FramesTaken(at=next(at))
    yield tell(FrameSent, text=answer.text, answer=answer.answer, pinged=False)
    yield tell(FrameReceived, text=json.dumps({"type": "chat_message", "outputs": words}))
    yield tell(FrameReceived, text='{"type": "flow_complete", "data": {}}')


class Played:
    """A run that is told to a session step by step, as its driver does, with no server."""

    def __init__(self, path, mode="once", flow="osb", words="words", before=None):
        self.heard = 0
        self.inputs = list(told(flow, words))
        self.session = Session("http://localhost:8000", changed=self._hear)
        self.session._recorder = Cassette(path, mode).recorder(RunFlow(flow=flow), "server", AT)
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            for number, one in enumerate(self.inputs):
                if before is not None:
                    before(number)
                self.session._tell(one)
            self.session._recorder.close("ended", lambda: self.session.transcript.hash)
        self.said = [str(one.message) for one in said]
        assert {one.category for one in said} <= {CassetteWarning}

    def _hear(self):
        self.heard += 1

    @property
    def result(self):
        return self.session.conversation.entries, self.session.conversation.frames


def held(path):
    """What the cassette holds: for each run the flow, its inputs and how it ended."""
    if not path.exists() and not list(path.parent.glob("*.part")):
        return []
    made = Cassette(path, "replay").recordings
    return [(one.request["flow"], one.inputs, one.ended) for one in made]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@contextmanager
def warned(match):
    """Something is said of a cassette."""
    with pytest.warns(CassetteWarning, match=match) as said:
        yield said
