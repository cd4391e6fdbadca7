"""What crosses between the kernel and the page.

Down to the page go a :class:`Patch` (what changed in a conversation after a sequence number),
:class:`FlowList` (the flows that the server has), :class:`Frames` (what went over the wire, for whoever
asks), :class:`Replay` (how far a replay is), :class:`Recording` (what is wrong with a recording),
:class:`Card` (where a run comes from) and a
:class:`Reply` to each command. A :class:`Checkpoint` stays in the saved notebook. Up come the commands. All are frozen; the TypeScript types are generated from here (``schema.py``), so that the
two sides cannot disagree.

Times are seconds since 1970 in UTC, by the kernel's clock.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, JsonValue, TypeAdapter

from buttermilk_widget.protocol.messages import (
    Assessment,
    Differences,
    Json,
    Judgement,
    Model,
    Moment,
    Record,
    Research,
    Text,
    ToolOutput,
    Value,
    Values,
)
from buttermilk_widget.text.letters import called


class Readiness(StrEnum):
    """Whether, and why not, input may go to the server now."""

    OFFLINE = "offline"
    """No run has been asked for."""
    CONNECTING = "connecting"
    """On the way to the server, for the first time or again."""
    STARTING = "starting"
    """The flow was asked for, and neither a question nor an agent's work has come yet."""
    WORKING = "working"
    """The agents are at it, and nothing is being asked."""
    ASKING = "asking"
    """A question is open: answer now."""
    LISTENING = "listening"
    """The host of a chat takes what the manager says at any time; nothing is held."""
    ENDED = "ended"
    """The flow came to its end."""
    FAILED = "failed"
    """The run could not start, or the server says that it cannot go on."""
    STOPPED = "stopped"
    """The person stopped it."""
    LOST = "lost"
    """The connection is gone for good, and what became of the run is unknown."""

    @property
    def settled(self) -> bool:
        """Whether nothing more will happen in the run."""
        return self in _SETTLED


_SETTLED = frozenset({Readiness.ENDED, Readiness.FAILED, Readiness.STOPPED, Readiness.LOST})

AnswerKind = Literal["confirm", "reject", "choice", "text", "remark"]
"""What the manager does. A *remark* does not answer the question; the others answer a question."""

QuestionKind = Literal["confirm", "options", "text", "chat"]
"""What a question takes: yes or no, one of its options, or words. *chat*: nothing is asked, and the
host of a chat listens; no entry has this form, only what ``asked()`` gives."""

AnsweredBy = Literal["person", "script", "replay"]
"""Who gave an answer."""


# --- entries -------------------------------------------------------------------------------------


class Question(Model):
    """The manager is, or was, asked.

    Attributes:
        content: The words of the question.
        options: The options to choose from.
        thought: What the agent thought before it asked.
        form: What it takes.
        number: Which question of the run it is, from 1.
        confirms: For each option, whether it accepts the step. ``None`` is uncertain: the manager
            declares it with the choice. Empty where the server needs no such declaration.
        asked: How often the server has put it.
        state: Whether it is open.
    """

    kind: Literal["question"] = "question"
    content: str
    options: tuple[str, ...] = ()
    thought: str | None = None
    form: QuestionKind = "text"
    number: int = 1
    confirms: tuple[bool | None, ...] = ()
    asked: int = 1
    state: Literal["open", "answered", "unanswered"] = "open"


class Answer(Model):
    """What the manager said.

    *sending*: it has not left yet. *lost*: the connection broke as it went, and it is not sent
    again. ``confirm`` and ``selection`` are what was sent beside the words, as the server reads it.
    """

    kind: Literal["answer"] = "answer"
    verdict: AnswerKind
    content: str
    by: AnsweredBy = "person"
    confirm: bool | None = None
    selection: str | None = None
    state: Literal["sending", "sent", "lost"] = "sent"


class TroubleNote(Model):
    """Something went wrong. ``fatal``: the flow does not go on."""

    kind: Literal["trouble"] = "trouble"
    content: str
    source: str = ""
    fatal: bool = False


class Gap(Model):
    """A stretch without a connection: frames may have been lost. ``until`` is unset while it is open."""

    kind: Literal["gap"] = "gap"
    began: Moment
    until: Moment | None = None
    content: str


class EventNote(Model):
    """Something happened that is neither talk nor trouble."""

    kind: Literal["event"] = "event"
    content: str
    source: str = ""


class UnknownBody(Model):
    """A frame of neither dialect, whole; ``why`` says what is odd about it."""

    kind: Literal["unknown"] = "unknown"
    raw: str
    why: str = ""


Body = Annotated[
    Text
    | Json
    | ToolOutput
    | Record
    | Judgement
    | Assessment
    | Differences
    | Research
    | Question
    | Answer
    | TroubleNote
    | Gap
    | EventNote
    | UnknownBody,
    Field(discriminator="kind"),
]


class Speaker(Model):
    """Who an entry is from.

    Attributes:
        key: The agent's key in the roster.
        name: What the agent calls itself; others may call themselves the same.
        label: What readers know it by. The roster decides it, and it changes as agents come, so it
            is set only where entries are read (:meth:`.Entries.labelled`), and never kept.
        role: The agent's role.
        model: The model that it ran on.
        template: The template that it was instructed by.
        criteria: The criteria that it judged by.
    """

    key: str
    name: str
    label: str = Field(default="", exclude_if=lambda label: not label)
    role: str = ""
    model: str | None = None
    template: str | None = None
    criteria: Value = None

    @property
    def called(self) -> str:
        """The label, or the name where the roster knows none."""
        return self.label or called(self.name, self.key)


_NO_METADATA: dict[str, JsonValue] = {}


class Entry(Model):
    """What the screen shows for one message or several; a later frame may change it.

    Attributes:
        id: Its number in the conversation, from 1, for good.
        seq: The conversation's sequence number when it last changed.
        at: When its first frame arrived.
        server_time: The server's own time for it, as sent: local, with no zone.
        speaker: The agent, or nothing for the manager, the server and ourselves.
        message_id: The server's id for it; results may be pointed at by it.
        about: The id of the entry that it answers or scores.
        replies: The ids of the entries that answer or score it.
        frame: The index in ``Conversation.frames`` of the frame it came from.
        metadata: What the server tells beside it, as the model, the finish reason and the tokens.
        tracing_link: The address of its trace, as the server gives it; never opened by itself.
        source: Who the server says that it is from, where that is beside its agent.
        body: What it says.
    """

    id: int
    seq: int
    at: Moment
    server_time: str | None = None
    speaker: Speaker | None = None
    message_id: str | None = None
    about: int | None = None
    replies: tuple[int, ...] = ()
    frame: int | None = None
    metadata: Values = Field(default_factory=dict)
    tracing_link: str | None = None
    source: str | None = None
    body: Body

    def model_post_init(self, context: object, /) -> None:
        """Share an empty ``metadata``: those of a million entries weigh 64 MB."""
        super().model_post_init(context)
        if not self.metadata:
            object.__setattr__(self, "metadata", _NO_METADATA)

    def __hash__(self) -> int:
        return hash((self.id, self.seq, self.at))


# --- the rest of a conversation ------------------------------------------------------------------


class Agent(Model):
    """One line of the roster.

    Attributes:
        key: What the agent is known by: its id, or else its role or name.
        name: What it calls itself; others may call themselves the same.
        label: What readers know it by, everywhere: it differs from every other agent's.
        role: Its role, which others may share.
        description: What it is for, in its own words.
        model: The model that it runs on.
        template: The template that it is instructed by.
        criteria: The criteria that it judges by.
        state: What it is at.
        since: When that state began.
        steps: How many steps it has done.
    """

    key: str
    name: str
    label: str = ""
    role: str = ""
    description: str = ""
    model: str | None = None
    template: str | None = None
    criteria: Value = None
    state: Literal["expected", "idle", "working", "failed", "left"] = "idle"
    since: float
    steps: int = 0

    @property
    def called(self) -> str:
        """The label, or the name where the roster gave none."""
        return self.label or called(self.name, self.key)


class Steps(Model):
    """How far a sequence is: it has reached step ``reached`` of ``total``; 0 is none yet."""

    reached: int
    total: int


class Held(Model):
    """What the manager typed before it could be sent.

    Attributes:
        id: Its number among the held, for good.
        question: The question that it was written for, if one was open.
        facing: The open question that it meets and was not written for; it goes there only on
            the person's word.
        note: A sentence on what it waits for, or what would happen if it were sent now.
    """

    id: int
    verdict: AnswerKind
    content: str
    by: AnsweredBy = "person"
    at: float
    question: int | None = None
    facing: int | None = None
    note: str = ""


class Labels(Model):
    """What the study calls a prediction that is yes, and one that is no."""

    yes: str
    no: str


class Status(Model):
    """Everything about a run that is replaced as a whole.

    Attributes:
        readiness: The state.
        reason: A sentence: why this state, and what it waits for.
        since: When the state began.
        activity: The server's latest line on what it is at.
        silent_since: Since when neither a frame nor an answer to a ping has come, while the
            connection stands: the server is busy, as a rule.
        steps: How far the flow is, if it is a sequence, whose steps are known.
        flow: The flow's name.
        server: The server's address, with no credentials.
        question: The id of the open question's entry.
        remarks: Whether a remark may go to the group now.
        held: What is held, in the order in which it will be sent.
        labels: The study's words for predictions; without them the words are neutral.
    """

    readiness: Readiness = Readiness.OFFLINE
    reason: str = "No flow has been asked for yet."
    since: float = 0.0
    activity: str = ""
    silent_since: Moment | None = None
    steps: Steps | None = None
    flow: str | None = None
    server: str | None = None
    question: int | None = None
    remarks: bool = False
    held: tuple[Held, ...] = ()
    labels: Labels | None = None


# --- down to the page ----------------------------------------------------------------------------


class Patch(Model):
    """What changed in run ``run`` after ``base``, up to and with ``seq``.

    ``agents`` and ``status`` are there, whole, only if they changed. ``at`` is when the patch was
    made, so that a page whose clock differs from the kernel's can still say for how long.
    """

    kind: Literal["patch"] = "patch"
    run: int
    base: int
    seq: int
    at: float
    entries: tuple[Entry, ...] = ()
    agents: tuple[Agent, ...] | None = None
    status: Status | None = None


class Parameter(Model):
    """What a flow can be given, as the server tells it.

    Attributes:
        name: Its name.
        type: As in JSON: ``string``, ``integer``, ``number``, ``boolean``, ``array``, ``object``;
            or whatever else the server calls it.
        required: Whether the flow does not run without.
        default: What it is if it is not given.
        description: What it means.
    """

    name: str
    type: str = ""
    required: bool = False
    default: JsonValue = None
    description: str = ""


class Flow(Model):
    """A named workflow that a server offers.

    Attributes:
        name: What it is asked for by.
        description: What it does, if the server says so.
        parameters: What it can be given; ``None`` if the server does not say.
    """

    name: str
    description: str = ""
    parameters: tuple[Parameter, ...] | None = None


class FlowList(Model):
    """The flows on offer at ``server``, or a sentence on why they are not known.

    ``listed``: whether the server lists its flows at all; one that does not has some all the same.
    """

    kind: Literal["offers"] = "offers"
    server: str
    flows: tuple[Flow, ...] = ()
    problem: str = ""
    listed: bool = True


class FramePreview(Model):
    """One frame as it went over the wire. A long one is cut; ``length`` is that of the whole."""

    direction: Literal["in", "out"]
    at: float
    text: str
    length: int


class Frames(Model):
    """Some frames of run ``run``, from the one with index ``start`` on, of ``total``."""

    kind: Literal["frames"] = "frames"
    run: int
    start: int
    total: int
    frames: tuple[FramePreview, ...] = ()


class Replay(Model):
    """Run ``run`` is replayed from a cassette, and how far that is.

    Attributes:
        cassette: The name of its file.
        recorded: When it was recorded.
        played: How many of the ``total`` things in the recording have happened.
        paused: Whether it waits for the person to let it go on.
        waits: The answer that was given in code and is awaited from code again, or nothing.
        note: What is wrong with the recording, or nothing.
    """

    kind: Literal["replay"] = "replay"
    run: int
    cassette: str
    recorded: float
    played: int
    total: int
    paused: bool = False
    waits: str = ""
    note: str = ""


class Recording(Model):
    """Run ``run`` is recorded into a cassette.

    Attributes:
        notice: Sentences on what is wrong with that, or nothing.
    """

    kind: Literal["recording"] = "recording"
    run: int
    notice: str = ""


class Fact(Model):
    """One line of a :class:`Card`."""

    name: str
    value: str


class Card(Model):
    """Where run ``run`` comes from, in lines, and as one paragraph for a methods section."""

    kind: Literal["card"] = "card"
    run: int
    facts: tuple[Fact, ...] = ()
    paragraph: str = ""


class Checkpoint(Model):
    """A settled run as the saved notebook keeps it, for a page that has no kernel."""

    kind: Literal["checkpoint"] = "checkpoint"
    patch: Patch
    card: Card
    replay: Replay | None = None


class Reply(Model):
    """What became of the command with this ``id``: ``problem`` is empty when it was taken."""

    kind: Literal["reply"] = "reply"
    id: str
    problem: str = ""


# --- up from the page ----------------------------------------------------------------------------


class Sync(Model):
    """The page has everything of run ``run`` up to ``seq`` and asks for the rest."""

    kind: Literal["sync"] = "sync"
    run: int
    seq: int


class AskFrames(Model):
    """The page asks for the frames of run ``run`` from the one with this index on."""

    kind: Literal["ask_frames"] = "ask_frames"
    run: int
    start: int


class AskCard(Model):
    """The page asks where run ``run`` comes from."""

    kind: Literal["ask_card"] = "ask_card"
    run: int


class AskOffers(Model):
    """The page asks which flows there are."""

    kind: Literal["ask_offers"] = "ask_offers"


class Typed(Model):
    """A parameter as it was typed into the form: ``type`` is the parameter's own.

    One with no name is JSON with several.
    """

    name: str
    type: str
    text: str


class Start(Model):
    """Run a flow."""

    kind: Literal["start"] = "start"
    id: str
    flow: str
    prompt: str | None = None
    record_id: str | None = None
    typed: tuple[Typed, ...] = ()


class Respond(Model):
    """The manager says something. ``question`` is the one that the person was looking at.

    ``confirm`` declares whether the chosen option accepts the step, where that is uncertain.
    """

    kind: Literal["respond"] = "respond"
    id: str
    verdict: AnswerKind
    content: str = ""
    question: int | None = None
    confirm: bool | None = None


class EditHeld(Model):
    """Change the words of a held input."""

    kind: Literal["edit_held"] = "edit_held"
    id: str
    held: int
    content: str


class RemoveHeld(Model):
    """Take a held input back."""

    kind: Literal["remove_held"] = "remove_held"
    id: str
    held: int


class ReleaseHeld(Model):
    """Send a held input as the answer to ``question``, on the person's word."""

    kind: Literal["release_held"] = "release_held"
    id: str
    held: int
    question: int


class Play(Model):
    """Lead a replay: halt it, let it go on, go to the next entry, or on to the end at once."""

    kind: Literal["play"] = "play"
    id: str
    action: Literal["pause", "resume", "step", "finish"]


class Stop(Model):
    """Stop the run."""

    kind: Literal["stop"] = "stop"
    id: str


KernelMessage = Annotated[
    Patch | FlowList | Frames | Replay | Recording | Card | Checkpoint | Reply,
    Field(discriminator="kind"),
]
Command = Annotated[
    Sync
    | AskOffers
    | AskFrames
    | AskCard
    | Start
    | Respond
    | EditHeld
    | RemoveHeld
    | ReleaseHeld
    | Play
    | Stop,
    Field(discriminator="kind"),
]

COMMANDS: TypeAdapter[Command] = TypeAdapter(Command)
