"""What crosses the WebSocket, in both dialects.

Two families. From the client, three frames that both sides of the wire share by name
(:class:`RunFlow`, :class:`ManagerResponse`, :class:`Remark`). From the server, one *message* for
each meaning, whichever dialect said it (PROTOCOL section 2): ``decode.decode`` makes them, and
``Conversation`` reads them. A result's payload is a model of its own, with a ``kind``; the screen
gets the same model, so a payload is declared here and nowhere else.

Every field from a server may be absent, because the deployed server leaves out defaults and nulls
at every depth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    FiniteFloat,
    JsonValue,
    PlainSerializer,
    SerializationInfo,
    ValidationInfo,
    WrapValidator,
)

from .lossless import read, written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Self

Dialect = Literal["documented", "deployed"]


def as_text(value: object) -> str:
    """Any JSON value as text for a person: a string as it is, nothing as nothing, else JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return written(value)


TO_PAGE = {"to": "page"}
"""The context in which models cross to the page: a :data:`Value` is its JSON text then.

A browser's numbers end at 2^53 and its objects sort their keys; text keeps both.
"""


def _as_it_came(value: Any, check: Callable[[Any], Any], info: ValidationInfo) -> Any:
    """The very value, if it is JSON: a copy would lose the digits of :class:`.lossless.Number`."""
    if info.context == TO_PAGE and isinstance(value, str):
        value = read(value)
    check(value)
    return value


def _crossing(value: Any, info: SerializationInfo) -> JsonValue:
    crosses = info.context == TO_PAGE and value is not None
    return cast("JsonValue", written(value) if crosses else value)


CROSSING = PlainSerializer(_crossing, return_type=JsonValue, when_used="json")
Value = Annotated[JsonValue, WrapValidator(_as_it_came), CROSSING]
"""Any JSON value, as it came."""
Values = Annotated[dict[str, JsonValue], WrapValidator(_as_it_came), CROSSING]
"""An object of JSON, as it came."""

Words = Annotated[str, BeforeValidator(as_text)]
MaybeWords = Annotated[str | None, BeforeValidator(lambda v: None if v is None else as_text(v))]


Moment = Annotated[float, Field(ge=-6e10, le=2.5e11)]
"""A time in seconds since 1970, UTC, that is a date: of the years 69 to 9892."""

LONGEST_NAME = 200
"""Letters of a name, above which it is cut: every entry of an agent carries it again."""


def as_name(value: object) -> str | None:
    """Any JSON value as a name, which is cut if it is none."""
    if value is None:
        return None
    text = as_text(value)
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"


Name = Annotated[str | None, BeforeValidator(as_name)]


_NOT_KEPT: set[str] = set()


class Model(BaseModel):
    """A frozen value that ignores what it does not know; the raw frame is kept elsewhere.

    Which of its fields were given is not kept: nobody asks, and the set of their names would take
    more room than the fields, in a conversation of a million entries.
    """

    model_config = ConfigDict(
        frozen=True, extra="ignore", json_schema_serialization_defaults_required=True
    )

    def model_post_init(self, _context: object, /) -> None:
        """Let go of the set; all values share an empty one."""
        object.__setattr__(self, "__pydantic_fields_set__", _NOT_KEPT)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields changed; see pydantic's own."""
        copied = super().model_copy(update=update, deep=deep)
        copied.model_post_init(None)
        return copied


def values_of(value: object) -> Iterator[object]:
    """What stands in a model's fields and those of the models in it, as JSON values do."""
    if isinstance(value, Model):
        value = tuple(vars(value).values())
    if isinstance(value, tuple):
        for one in value:
            yield from values_of(one)
    else:
        yield value


# --- from the client -----------------------------------------------------------------------------


class RunFlow(BaseModel):
    """Start ``flow``; every key beside those named becomes a parameter of it."""

    model_config = ConfigDict(frozen=True, extra="allow")

    type: Literal["run_flow"] = "run_flow"
    flow: str
    prompt: str | None = None
    record_id: str | None = None


class ManagerResponse(BaseModel):
    """The manager's answer. The deployed server drops a frame with any other key, silently."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["manager_response"] = "manager_response"
    confirm: bool | None = None
    halt: bool | None = None
    interrupt: bool | None = None
    human_in_loop: bool | None = None
    content: str | None = None
    selection: str | None = None
    params: dict[str, Any] | None = None
    error: list[str] | None = None
    metadata: dict[str, Any] | None = None


class Remark(BaseModel):
    """A ``ui_message`` from the client: words for the group that answer nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["ui_message"] = "ui_message"
    content: str


# --- payloads: what an agent can have made -------------------------------------------------------


class Made(Model):
    """What a model made, or a part of it, which is often nearly right.

    Attributes:
        unread: What came and has no place in the other fields, by the name that it came under and
            as it came: a value that its field cannot hold, or a field that is not known. It is
            shown beside the rest. See ``payloads.py``. An empty one is not written out.
    """

    unread: Values = Field(default_factory=dict, exclude_if=lambda value: not value)

    def model_post_init(self, context: object, /) -> None:
        """Share an empty ``unread``, as entries share an empty ``metadata``."""
        super().model_post_init(context)
        if not self.unread:
            object.__setattr__(self, "unread", _ALL_READ)


_ALL_READ: dict[str, JsonValue] = {}


class Text(Made):
    """Words, as Markdown. ``thought`` is what the agent thought before it said them."""

    kind: Literal["text"] = "text"
    content: Words = ""
    thought: MaybeWords = None


class Json(Model):
    """A value with no shape that we know."""

    kind: Literal["json"] = "json"
    value: Value = None


class ToolOutput(Made):
    """What a tool gave back to the agent that called it."""

    kind: Literal["tool"] = "tool"
    name: Words = ""
    content: Words = ""
    call_id: MaybeWords = None
    args: Value = None
    results: Value = None


class Record(Made):
    """The thing under study. ``content`` is its text; a list of parts is joined by blank lines."""

    kind: Literal["record"] = "record"
    record_id: MaybeWords = None
    title: MaybeWords = None
    metadata: Values = Field(default_factory=dict)
    uri: MaybeWords = None
    content: Words = ""
    alt_text: MaybeWords = None
    ground_truth: Value = None
    mime: MaybeWords = None


class Judgement(Made):
    """A judge's finding.

    ``prediction`` is its yes or no; ``None`` if it gave none, or one that is neither, which is then
    in ``unread``. What yes and no mean is for the study to say.
    """

    kind: Literal["judgement"] = "judgement"
    conclusion: Words = ""
    reasons: tuple[Words, ...] = ()
    prediction: bool | None = None
    uncertainty: MaybeWords = None


class Criterion(Made):
    """One criterion of an assessment: whether the judge was right on it, and why."""

    correct: bool | None = None
    feedback: Words = ""


class Assessment(Made):
    """A score of one judgement.

    ``correctness`` is the mean, from 0 to 1; a number outside of that is in ``unread``.
    """

    kind: Literal["assessment"] = "assessment"
    assessments: tuple[Criterion, ...] = ()
    assessed_agent_id: MaybeWords = None
    assessed_call_id: MaybeWords = None
    correctness: FiniteFloat | None = None


class Expert(Made):
    """Who holds a position, and the ``message_id`` of the result in which they took it."""

    name: Words = ""
    answer_id: MaybeWords = None


class Position(Made):
    """One side of a divergence, and who is on it."""

    position: Words = ""
    experts: tuple[Expert, ...] = ()


class Divergence(Made):
    """A topic on which the experts differ."""

    topic: Words = ""
    positions: tuple[Position, ...] = ()


class Differences(Made):
    """Where judgements differ."""

    kind: Literal["differences"] = "differences"
    conclusion: Words = ""
    divergences: tuple[Divergence, ...] = ()


class Reference(Made):
    """One item of literature."""

    summary: Words = ""
    source: Words = ""
    doi: MaybeWords = None


class Research(Made):
    """An answer from the literature."""

    kind: Literal["research"] = "research"
    response: Words = ""
    literature: tuple[Reference, ...] = ()


Payload = Text | Json | ToolOutput | Record | Judgement | Assessment | Differences | Research


# --- from the server, decoded --------------------------------------------------------------------


class AgentInfo(Model):
    """Who speaks. ``agent_id`` is unique in a run; ``role`` may be shared by several.

    Names longer than any name are cut.
    """

    agent_id: Name = None
    role: Name = None
    agent_name: Name = None
    description: Words = ""
    parameters: dict[str, JsonValue] = Field(default_factory=dict)

    @property
    def key(self) -> str:
        """What to know the agent by: its id, or else its role or name."""
        return self.agent_id or self.role or self.agent_name or ""


class Message(Model):
    """A decoded frame. ``timestamp`` is the server's local time, with no zone, as it was sent.

    ``metadata`` is what the server tells beside the payload, as the model, the finish reason and
    the tokens; ``tracing_link`` is the address of its trace.
    """

    dialect: Dialect = "deployed"
    message_id: MaybeWords = None
    timestamp: MaybeWords = None
    agent: AgentInfo | None = None
    metadata: Values = Field(default_factory=dict)
    tracing_link: MaybeWords = None


class Announcement(Message):
    """An agent joined, left, or changed what it does, in the server's words."""

    status: Words = ""
    announcement_type: Words = ""
    content: Words = ""


class Participants(Message):
    """The list of participants, role to description. Not talk."""

    participants: dict[str, Words] = Field(default_factory=dict)


class UiMessage(Message):
    """A question to the manager, or text for them. The two cannot be told apart on the wire.

    ``yes_or_no``: the server gives no options and says that it wants a yes or a no.
    """

    content: Words = ""
    options: tuple[Words, ...] = ()
    yes_or_no: bool = False
    thought: MaybeWords = None


class Result(Message):
    """What an agent made. ``source`` is who the payload says that it is from.

    ``calls`` is to how many others the agent hands work beside these words.
    """

    payload: Payload = Field(discriminator="kind")
    source: MaybeWords = None
    calls: int = 0


class Calling(Message):
    """A host hands work to agents: progress, and not talk. ``calls`` is to how many."""

    content: Words = ""
    calls: int = 1


class TaskStarted(Message):
    """An agent is at work on a step."""

    task_index: int | None = None


class TaskCompleted(Message):
    """An agent has done a step; its result, if it has one, comes after this."""

    task_index: int | None = None
    more_tasks_remain: bool = False
    is_error: bool = False


class Progress(Message):
    """What the flow is at. ``waiting_on`` is agent id to the number of its open tasks."""

    status: Words = ""
    step_name: Words = ""
    content: Words = ""
    waiting_on: tuple[str, ...] = ()


class ErrorMessage(Message):
    """Something went wrong. ``fatal``: the server says that the flow does not go on."""

    source: Words = ""
    content: Words = ""
    fatal: bool = False


class EventMessage(Message):
    """Something happened that is neither talk nor trouble."""

    source: Words = ""
    content: Words = ""


class Ready(Message):
    """The server says that it can take the manager's input."""

    content: Words = ""


class Ended(Message):
    """The flow has ended."""


class Unknown(Message):
    """A frame of neither dialect; ``why`` says what is odd about it."""

    why: Words = ""
