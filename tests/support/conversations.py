"""Conversations that tests begin with, and what they look at in them."""

from __future__ import annotations

import json

from buttermilk_widget.conversation.conversation import Conversation
from buttermilk_widget.protocol.messages import RunFlow


def started(**options):
    conversation = Conversation(**options)
    conversation.connecting("osb", 1.0)
    conversation.start(RunFlow(flow="osb"), 2.0)
    for frame in conversation.data_to_send():
        conversation.sent(frame, 2.0)
    return conversation


def say(conversation, kind, outputs=None, at=10.0, **more):
    conversation.receive(json.dumps({"type": kind, "outputs": outputs, **more}), at)


def ask(conversation, content="Go on?", options=("confirm", "reject"), at=10.0):
    say(conversation, "ui_message", {"content": content, "options": list(options)}, at)


def host(conversation, agent_id="HOST-1", **parameters):
    """The host joins, and says how it leads."""
    config = {"agent_id": agent_id, "role": "HOST", "agent_name": "Host", "parameters": parameters}
    say(conversation, "system_message", {"content": "joins", "agent_config": config})


def sequence():
    """A run of a flow whose host leads through a sequence of steps."""
    conversation = started()
    host(conversation, execution_mode="sequential")
    return conversation


def tell(conversation, kind, at=10.0, **content):
    """A frame of the documented dialect."""
    conversation.receive(json.dumps({"type": kind, "data": content}), at)


def out(conversation):
    """The frames to send, as a server would read them, handed over."""
    given = conversation.data_to_send()
    for frame in given:
        conversation.sent(frame, 20.0)
    return [json.loads(frame.text) for frame in given]


def kinds(conversation):
    return [entry.body.kind for entry in conversation.entries]


def held(conversation):
    return [item.content for item in conversation.status.held]


def fates(conversation):
    return [e.body.state for e in conversation.entries if e.body.kind == "answer"]
