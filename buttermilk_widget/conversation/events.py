"""The events of a run, as plain frozen values.

Whatever happens to a run, live or replayed, is one of these, in order. :meth:`.Conversation.apply`
takes them; applied to a new conversation, they give the same conversation again. A cassette is a
file of them. Their key ``do`` says which it is, and is part of the file's format.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, JsonValue, TypeAdapter

from buttermilk_widget.protocol.decode import replace_surrogates, without_surrogates
from buttermilk_widget.protocol.messages import Model, Moment

from .delivery import Outgoing
from .patches import AnsweredBy, AnswerKind, Labels

Whole = Annotated[str, AfterValidator(replace_surrogates)]
"""A text with no half of an emoji in it: UTF-8 has no form for one, so it could neither be sent nor
written. Whatever a conversation is told is mended here, once for what is applied and recorded."""


class _Event(Model):
    """Something that happened, at a time in seconds since 1970, UTC."""

    at: Moment


class Connecting(_Event):
    """The flow was asked for, and the driver is on its way to the server."""

    do: Literal["connecting"] = "connecting"
    flow: Whole
    server: Whole | None = None
    labels: Labels | None = None


class Started(_Event):
    """The connection is open, and the flow is asked for, in a session and by a client."""

    do: Literal["start"] = "start"
    request: Annotated[dict[str, JsonValue], AfterValidator(without_surrogates)]
    session: Whole | None = None
    client: Whole | None = None


class FrameReceived(_Event):
    """A frame came, verbatim."""

    do: Literal["in"] = "in"
    text: Whole


class FramesTaken(_Event):
    """The frames that were to be sent were taken, to be sent."""

    do: Literal["handed"] = "handed"


class Outbound(_Event):
    """What became of a frame that was to be sent. ``answer`` is the entry that shows it."""

    text: Whole
    answer: int | None = None

    @property
    def frame(self) -> Outgoing:
        """The frame, as the conversation gave it out."""
        return Outgoing(self.text, self.answer)


class FrameSent(Outbound):
    """A frame went, verbatim; if ``pinged``, :class:`Acknowledged` says when it is there."""

    do: Literal["out"] = "out"
    pinged: bool = False


class Acknowledged(_Event):
    """An answer has come to the server, and all that went before it."""

    do: Literal["arrived"] = "arrived"
    answer: int


class FrameLost(Outbound):
    """The connection broke as a frame went."""

    do: Literal["lost"] = "lost"


class FrameNotSent(Outbound):
    """A frame did not go."""

    do: Literal["unsent"] = "unsent"


class ServerSilent(_Event):
    """Neither a frame nor a pong has come since then; with no ``since``, a pong has come again."""

    do: Literal["silent"] = "silent"
    since: Moment | None = None


class Reconnected(_Event):
    """The session has a socket again."""

    do: Literal["reconnected"] = "reconnected"


class Outcome(_Event):
    """Something that has a sentence for the person."""

    reason: Whole


class Disconnected(Outcome):
    """The connection broke."""

    do: Literal["disconnected"] = "disconnected"


class Failed(Outcome):
    """The run cannot start or go on."""

    do: Literal["failed"] = "failed"


class Stopped(Outcome):
    """The person stopped the run."""

    do: Literal["stopped"] = "stopped"


class Finished(Outcome):
    """The manager has nothing more to say, and ends the chat."""

    do: Literal["finished"] = "finished"


class ConnectionGone(Outcome):
    """The connection is gone for good."""

    do: Literal["gone"] = "gone"


class ReasonChanged(Outcome):
    """There is another sentence on the present state."""

    do: Literal["explained"] = "explained"


class Responded(_Event):
    """The manager said something; see :meth:`.Conversation.respond`.

    ``called``: it was said by a call in code, as ``run.confirm()``, and not by a click. Code that
    runs again says it again, so a replay waits for it.
    """

    do: Literal["respond"] = "respond"
    verdict: AnswerKind
    content: Whole = ""
    question: int | None = None
    by: AnsweredBy = "person"
    called: bool = False
    confirm: bool | None = None


class ManagerObserved(_Event):
    """A recorded client said something; see :meth:`.Conversation.observe`."""

    do: Literal["observed"] = "observed"
    verdict: AnswerKind
    content: str = ""
    confirm: bool | None = None
    selection: str | None = None
    question: int | None = None


class HeldEdited(_Event):
    """The manager changed the words of a held input."""

    do: Literal["edit_held"] = "edit_held"
    held: int
    content: Whole


class HeldRemoved(_Event):
    """The manager took a held input back."""

    do: Literal["remove_held"] = "remove_held"
    held: int


class HeldReleased(_Event):
    """The manager sent a held input as the answer to a question."""

    do: Literal["release_held"] = "release_held"
    held: int
    question: int


Event = Annotated[
    Connecting
    | Started
    | FrameReceived
    | FramesTaken
    | FrameSent
    | Acknowledged
    | ServerSilent
    | FrameLost
    | FrameNotSent
    | Reconnected
    | Disconnected
    | Failed
    | Stopped
    | Finished
    | ConnectionGone
    | ReasonChanged
    | Responded
    | ManagerObserved
    | HeldEdited
    | HeldRemoved
    | HeldReleased,
    Field(discriminator="do"),
]

EVENTS: TypeAdapter[Event] = TypeAdapter(Event)


def line(told: _Event) -> dict[str, Any]:
    """The input as it stands in a cassette: what it does first, and nothing that is a default."""
    fields = told.model_dump(mode="json", exclude_defaults=True)
    return {"do": getattr(told, "do", ""), **fields}
