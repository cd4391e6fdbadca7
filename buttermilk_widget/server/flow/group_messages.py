"""What is said in the group of agents, and the frame that the client gets of it.

The classes from :class:`Status` to :class:`Finished` are all that this server ever sends; each
knows its frame, in the documented envelope ``{"type": T, "data": {...}}``. The others go from
the host's script to one agent and back, and the client never sees them.
"""

from __future__ import annotations

import uuid
from abc import abstractmethod
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from buttermilk_widget.protocol.messages import AgentInfo, Payload, Record, Text

TOPIC = "group"
"""The type of the topic on which a run's agents speak; its source is the run."""

Frame = dict[str, Any]


def _new_id() -> str:
    return uuid.uuid4().hex


def _now() -> str:
    return datetime.now(UTC).isoformat()


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


# --- for the client too --------------------------------------------------------------------------


class Shown(_Frozen):
    """Something that the client gets to see."""

    @abstractmethod
    def frame(self) -> Frame:
        """The frame that says it."""


class Status(Shown):
    """An agent joins (``active``), starts a step, has done it, or leaves."""

    who: AgentInfo
    status: Literal["active", "working", "idle", "left"]
    announcement_type: Literal["initial", "update", "leaving"]
    content: str

    def frame(self) -> Frame:
        """An ``agent_announcement``."""
        return _enveloped(
            "agent_announcement",
            agent_config=self.who.model_dump(mode="json"),
            status=self.status,
            announcement_type=self.announcement_type,
            content=self.content,
        )


class Trace(Shown):
    """What comes of an agent's step. ``message_id`` is what others point at."""

    who: AgentInfo
    message_id: str = Field(default_factory=_new_id)
    timestamp: str = Field(default_factory=_now)

    @abstractmethod
    def outputs(self) -> Any:
        """What came of it, in the shapes of PROTOCOL section 2."""

    def frame(self) -> Frame:
        """An ``agent_trace``."""
        return _enveloped(
            "agent_trace",
            agent_info=self.who.model_dump(mode="json"),
            outputs=self.outputs(),
            message_id=self.message_id,
            timestamp=self.timestamp,
        )


class Said(Trace):
    """An agent's result; the other agents hear it."""

    payload: Payload = Field(discriminator="kind")

    def outputs(self) -> Any:
        """Words as a plain string, anything else as an object without our own ``kind``."""
        if isinstance(self.payload, Text):
            return self.payload.content
        # A record's title stands in its metadata on the wire.
        ours = {"kind", "title"} if isinstance(self.payload, Record) else {"kind"}
        return self.payload.model_dump(mode="json", exclude=ours, exclude_none=True)


class Failed(Trace):
    """An agent could not do its step; the flow goes on."""

    content: str

    def outputs(self) -> Any:
        """The failure, with the agent it comes from."""
        return {"content": self.content, "is_error": True, "source": self.who.key}


class Asked(Shown):
    """A question to the manager; with no options, words are the answer.

    One that is put again keeps its ``message_id``.
    """

    message_id: str = Field(default_factory=_new_id)
    content: str
    options: tuple[str, ...] = ()

    def frame(self) -> Frame:
        """A ``ui_message``."""
        options = {"options": list(self.options)} if self.options else {}
        return _enveloped("ui_message", message_id=self.message_id, content=self.content, **options)


class Trouble(Shown):
    """Something is wrong; ``fatal`` if the flow does not start for it."""

    content: str
    source: str = "server"
    fatal: bool = False

    def frame(self) -> Frame:
        """A ``ui_message`` marked as an error, which asks nothing."""
        return _enveloped(
            "ui_message",
            content=self.content,
            is_error=True,
            fatal=self.fatal,
            source=self.source,
        )


class Ready(Shown):
    """Set-up is complete: the manager's input can be taken."""

    flow: str

    def frame(self) -> Frame:
        """A ``ready``: the explicit message that the document wishes for."""
        return _enveloped("ready", flow=self.flow, content=f"The flow {self.flow} is ready.")


class Finished(Shown):
    """The flow has ended, one way or another."""

    flow: str
    status: Literal["completed", "failed", "stopped"]
    content: str

    def frame(self) -> Frame:
        """A ``flow_complete``."""
        return _enveloped("flow_complete", flow=self.flow, status=self.status, content=self.content)


def _enveloped(kind: str, **inner: Any) -> Frame:
    """The frame, with an id and a time by which it is known again if it comes twice."""
    stamp = {"message_id": _new_id(), "timestamp": _now()}
    return {"type": kind, "data": {**stamp, **inner}}


# --- between the script and one agent ------------------------------------------------------------


class Arrive(_Frozen):
    """Join the group."""


class Leave(_Frozen):
    """Leave the group."""


class Step(_Frozen):
    """Do your work once.

    Attributes:
        record_id: The record to take, if the manager chose one.
        guidelines: The keys of those to look at; empty means those of the agent's own.
        words: What the manager wants attention paid to.
        number: Which of many steps alike it is, from 0.
        starts: Whether to announce that work starts.
        ends: Whether to announce that it has ended.
    """

    record_id: str = ""
    guidelines: tuple[str, ...] = ()
    words: str = ""
    number: int = 0
    starts: bool = True
    ends: bool = True


class Done(_Frozen):
    """A step is over: the kinds of payload that came of it, none if the agent failed."""

    made: tuple[str, ...] = ()


class Ask(_Frozen):
    """Ask the manager, and wait for what they say."""

    content: str
    wants: Literal["confirm", "choice", "words"]
    options: tuple[str, ...] = ()


class AskAgain(_Frozen):
    """Put the open question again, if there is one: the client may not have got it, or lost an answer."""


class Reply(_Frozen):
    """What the manager's answer means to the question it was given to."""

    accepted: bool = True
    words: str = ""


class Say(_Frozen):
    """Say this to everybody."""

    content: str


class Greet(_Frozen):
    """Ask what the manager would like, once, and wait for nothing.

    Attributes:
        content: The question.
        first: An instruction that was given with the request for the flow; empty if none was.
    """

    content: str
    first: str = ""


class Listen(_Frozen):
    """Wait for the next instruction of the manager, and begin with it."""


class Rest(_Frozen):
    """The instruction has been dealt with."""
