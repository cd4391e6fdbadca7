"""Transcripts that tests read."""

from __future__ import annotations

from support.conversations import started
from support.recordings import frames

from buttermilk_widget import Transcript


def read(name, at=20.0):
    conversation = started(server="http://localhost:8000")
    for text in frames(name):
        conversation.receive(text, at)
    return Transcript.of(conversation)
