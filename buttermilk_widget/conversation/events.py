"""What a conversation is told: one value for each way to tell it something.

Whatever happens to a run, live or replayed, is one of these, in order; told to a new
:class:`.Conversation` again, they give the same conversation again. A cassette is a file of them.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, Field, JsonValue, TypeAdapter

from buttermilk_widget.protocol.decode import replace_surrogates, without_surrogates
from buttermilk_widget.protocol.messages import Model, Moment, RunFlow

from .conversation import Outgoing
from .patches import Answer, AnsweredBy, AnswerKind, Labels

if TYPE_CHECKING:
    from .conversation import Conversation


Whole = Annotated[str, AfterValidator(replace_surrogates)]
"""A text with no half of an emoji in it: UTF-8 has no form for one, so it could neither be sent nor
written. Whatever a conversation is told is mended here, once for what is applied and recorded."""


class Event(Model):
    """Something that a conversation is told, at a time in seconds since 1970, UTC."""

    at: Moment

    @abstractmethod
    def tell(self, conversation: Conversation) -> None:
        """Tell it."""


class Connecting(Event):
    """The flow was asked for, and the driver is on its way to the server."""

    do: Literal["connecting"] = "connecting"
    flow: Whole
    server: Whole | None = None
    labels: Labels | None = None

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.connecting(self.flow, self.at, server=self.server, labels=self.labels)


class Started(Event):
    """The connection is open, and the flow is asked for, in a session and by a client."""

    do: Literal["start"] = "start"
    request: Annotated[dict[str, JsonValue], AfterValidator(without_surrogates)]
    session: Whole | None = None
    client: Whole | None = None

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.start(
            RunFlow.model_validate(self.request),
            self.at,
            session=self.session,
            client=self.client,
        )


class FrameReceived(Event):
    """A frame came, verbatim."""

    do: Literal["in"] = "in"
    text: Whole

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.receive(self.text, self.at)


class FramesTaken(Event):
    """The frames that were to be sent were taken, to be sent."""

    do: Literal["handed"] = "handed"

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.data_to_send()


class Outbound(Event):
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

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.sent(self.frame, self.at, pinged=self.pinged)


class Acknowledged(Event):
    """An answer has come to the server, and all that went before it."""

    do: Literal["arrived"] = "arrived"
    answer: int

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.arrived(self.answer)


class FrameLost(Outbound):
    """The connection broke as a frame went."""

    do: Literal["lost"] = "lost"

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.lost(self.frame, self.at)


class FrameNotSent(Outbound):
    """A frame did not go."""

    do: Literal["unsent"] = "unsent"

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.unsent(self.frame, self.at)


class ServerSilent(Event):
    """Neither a frame nor a pong has come since then; with no ``since``, a pong has come again."""

    do: Literal["silent"] = "silent"
    since: Moment | None = None

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.silent(self.since)


class Reconnected(Event):
    """The session has a socket again."""

    do: Literal["reconnected"] = "reconnected"

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.reconnected(self.at)


class Outcome(Event):
    """Something that has a sentence for the person."""

    reason: Whole


class Disconnected(Outcome):
    """The connection broke."""

    do: Literal["disconnected"] = "disconnected"

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.disconnected(self.reason, self.at)


class Failed(Outcome):
    """The run cannot start or go on."""

    do: Literal["failed"] = "failed"

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.fail(self.reason, self.at)


class Stopped(Outcome):
    """The person stopped the run."""

    do: Literal["stopped"] = "stopped"

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.stop(self.reason, self.at)


class Finished(Outcome):
    """The manager has nothing more to say, and ends the chat."""

    do: Literal["finished"] = "finished"

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.finish(self.reason, self.at)


class ConnectionGone(Outcome):
    """The connection is gone for good."""

    do: Literal["gone"] = "gone"

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.lose(self.reason, self.at)


class ReasonChanged(Outcome):
    """There is another sentence on the present state."""

    do: Literal["explained"] = "explained"

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.explain(self.reason)


class Responded(Event):
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

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.respond(
            self.verdict,
            self.content,
            self.at,
            question=self.question,
            by=self.by,
            confirm=self.confirm,
        )


class ManagerObserved(Event):
    """A recorded client said something; see :meth:`.Conversation.observe`."""

    do: Literal["observed"] = "observed"
    verdict: AnswerKind
    content: str = ""
    confirm: bool | None = None
    selection: str | None = None
    question: int | None = None

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        answer = Answer(
            verdict=self.verdict,
            content=self.content,
            by="replay",
            confirm=self.confirm,
            selection=self.selection,
            state="sending",
        )
        conversation.observe(answer, self.at, question=self.question)


class HeldEdited(Event):
    """The manager changed the words of a held input."""

    do: Literal["edit_held"] = "edit_held"
    held: int
    content: Whole

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.edit_held(self.held, self.content, self.at)


class HeldRemoved(Event):
    """The manager took a held input back."""

    do: Literal["remove_held"] = "remove_held"
    held: int

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.remove_held(self.held, self.at)


class HeldReleased(Event):
    """The manager sent a held input as the answer to a question."""

    do: Literal["release_held"] = "release_held"
    held: int
    question: int

    def tell(self, conversation: Conversation) -> None:
        """Tell it."""
        conversation.release_held(self.held, self.question, self.at)


AnyEvent = Annotated[
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

EVENTS: TypeAdapter[AnyEvent] = TypeAdapter(AnyEvent)


def line(told: Event) -> dict[str, Any]:
    """The input as it stands in a cassette: what it does first, and nothing that is a default."""
    fields = told.model_dump(mode="json", exclude_defaults=True)
    return {"do": getattr(told, "do", ""), **fields}
