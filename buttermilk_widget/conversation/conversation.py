"""The core: a run as a value, with no I/O.

Events (``events.py``) go in by :meth:`Conversation.apply`, which calls the method that each is for.
Frames to send come out of :meth:`Conversation.data_to_send`, and what changed out of
:meth:`Conversation.since`. Every method takes the time as ``at``, in seconds since 1970, UTC.
Nothing here waits, and ``receive`` never raises.

One rule matters most: **an answer goes out only when a question is open, and one answer goes to
one question.** Everything typed earlier is held (PROTOCOL section 4). A chat is the exception: once
its host has had a first answer in words, it takes what the manager says at any time (section 6),
and nothing is held while the connection stands.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, assert_never

from buttermilk_widget.errors import NoQuestion, RunOver, WrongAnswer, join_names, truncate
from buttermilk_widget.protocol.decode import decode, encode, replace_surrogates
from buttermilk_widget.protocol.messages import (
    AgentInfo,
    Announcement,
    Assessment,
    Calling,
    Ended,
    ErrorMessage,
    EventMessage,
    Judgement,
    ManagerResponse,
    Message,
    Participants,
    Progress,
    Ready,
    Remark,
    Result,
    RunFlow,
    TaskCompleted,
    TaskStarted,
    UiMessage,
    Unknown,
)
from buttermilk_widget.text.letters import visible

from . import answers, events
from .chat import Chat
from .delivery import Delivery, Outgoing
from .history import History
from .patches import (
    Agent,
    Answer,
    AnsweredBy,
    AnswerKind,
    Entry,
    EventNote,
    Gap,
    Held,
    Labels,
    Patch,
    Question,
    Readiness,
    Speaker,
    Status,
    TroubleNote,
    UnknownBody,
)
from .roster import Roster

if TYPE_CHECKING:
    from buttermilk_widget.protocol.messages import Dialect

    from .history import Entries
    from .patches import Body

FINISHED = "finished"
_PLAIN = {"confirm": "yes", "reject": "no"}
REMEMBERED = 1000
"""How many ids are known again, should the network bring their frames twice: the latest ones."""
SETTING_UP = "The server is setting the flow up. What you type is held until it asks."
LISTENING = "The host listens. Say something at any time."
IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Frame:
    """One text message on the WebSocket. ``at`` is when it arrived or left, UTC seconds."""

    direction: Literal["in", "out"]
    at: float
    text: str


class Conversation:
    """One run, as far as it is known.

    Args:
        run: The run's number in its widget; patches carry it.
        server: The server's address with no credentials, for the status.
        labels: The study's words for predictions.

    Attributes:
        frames: Everything that went over the wire, both ways.
        dialect: The one that the server speaks, once it is known.
        request: What it was asked for, once it was; ``session`` and ``client`` are with it.
        began: When the flow was asked for.
    """

    def __init__(
        self, *, run: int = 1, server: str | None = None, labels: Labels | None = None
    ) -> None:
        self.run = run
        self.frames: list[Frame] = []
        self.dialect: Dialect | None = None
        self.request: RunFlow | None = None
        self.session: str | None = None
        self.client: str | None = None
        self.began: float | None = None
        self._status = Status(server=server, labels=labels)
        self._status_seq = 1
        self._roster = Roster()
        self._roster_seq = 0
        self._roster_changes = 0
        self._history = History()
        self._outbox: deque[Outgoing] = deque()
        self._ready = False
        self._connected = False
        self._heard = False
        self._gap: int | None = None
        self._held_count = 0
        self._delivery = Delivery()
        self._chat = Chat()
        self._turns = 0
        self._latest: int | None = None  # the latest entry of an agent
        self._spoken = 0  # the latest of the manager
        self._declared: dict[tuple[str, ...], dict[str, bool]] = {}
        self._came: OrderedDict[str, int] = OrderedDict()  # message_id -> its latest frame
        self._questions: dict[str, int] = {}  # message_id -> entry id
        self._judgements: dict[str, int] = {}  # the same
        self._unclaimed: dict[str, list[int]] = {}  # assessed_call_id -> assessments that wait

    # --- what is known ---------------------------------------------------------------------------

    @property
    def status(self) -> Status:
        """Readiness and everything else that is replaced as a whole."""
        return self._status

    @property
    def readiness(self) -> Readiness:
        """Whether, and why not, input may go to the server now."""
        return self._status.readiness

    @property
    def question(self) -> Entry | None:
        """The entry of the open question."""
        number = self._status.question
        return None if number is None else self._history[number]

    @property
    def turn(self) -> Question | None:
        """The question that waits for the manager; in a chat, that it is their turn to speak.

        A turn in a chat has the form ``chat`` and the agents' latest words. It begins when what the
        manager said last has been answered and nobody is at work.
        """
        entry = self.question
        if entry is not None:
            return _question(entry) if self.readiness is Readiness.ASKING else None
        if self._roster.working or not self._chat.answered:
            return None
        return self.chat_turn

    @property
    def chat_turn(self) -> Question | None:
        """The manager's turn in a chat, whether or not they were answered yet."""
        if self.readiness is not Readiness.LISTENING:
            return None
        words = "" if self._latest is None else words_of(self._history[self._latest].body)
        return Question(content=words, form="chat", number=self.turn_number)

    @property
    def turn_number(self) -> int:
        """The number of the open question, or else of the turn in which the manager speaks next."""
        return self._turns + (self.question is None)

    def is_due(self, turn: Question) -> bool:
        """Whether this turn is still the manager's; with no connection, what they say is held for it.

        Whoever takes their time may answer when another question is open, or the run has ended.
        """
        if self.readiness.settled:
            return False
        entry = self.question
        if turn.form != "chat":
            return entry is not None and _question(entry).number == turn.number
        return entry is None and self._chat.begun and turn.number == self.turn_number

    @property
    def entries(self) -> Entries:
        """The conversation so far, in order."""
        return self._history.entries

    @property
    def count(self) -> int:
        """How many entries there are; their numbers run from 1 to this."""
        return len(self._history)

    @property
    def agents(self) -> tuple[Agent, ...]:
        """The roster."""
        return self._roster.agents

    @property
    def heard(self) -> bool:
        """Whether any frame has come."""
        return self._heard

    @property
    def on_the_way(self) -> bool:
        """Whether there is an answer of which nobody knows yet whether the server got it."""
        return bool(self._delivery) or any(frame.answer for frame in self._outbox)

    @property
    def gaps(self) -> tuple[Entry, ...]:
        """The entries that are stretches without a connection."""
        return tuple(e for e in self._history.entries if isinstance(e.body, Gap))

    def entry(self, number: int) -> Entry:
        """The entry with this number.

        Raises:
            KeyError: there is none.
        """
        return self._history[number]

    @property
    def seq(self) -> int:
        """The number of the latest change."""
        return self._history.seq

    def apply(self, event: events.Event) -> None:  # noqa: C901, PLR0912 - one case an event
        """Take an event into the conversation.

        Raises:
            AnswerError: What the manager said cannot be taken now; see :meth:`respond`.
        """
        at = event.at
        match event:
            case events.FrameReceived():
                self.receive(event.text, at)
            case events.FramesTaken():
                self.data_to_send()
            case events.FrameSent():
                self.sent(event.frame, at, pinged=event.pinged)
            case events.FrameLost():
                self.lost(event.frame, at)
            case events.FrameNotSent():
                self.unsent(event.frame, at)
            case events.Acknowledged():
                self.arrived(event.answer)
            case events.Responded():
                self.respond(
                    event.verdict,
                    event.content,
                    at,
                    question=event.question,
                    by=event.by,
                    confirm=event.confirm,
                )
            case events.ManagerObserved():
                answer = Answer(
                    verdict=event.verdict,
                    content=event.content,
                    by="replay",
                    confirm=event.confirm,
                    selection=event.selection,
                    state="sending",
                )
                self.observe(answer, at, question=event.question)
            case events.HeldEdited():
                self.edit_held(event.held, event.content, at)
            case events.HeldRemoved():
                self.remove_held(event.held, at)
            case events.HeldReleased():
                self.release_held(event.held, event.question, at)
            case events.Connecting():
                self.connecting(event.flow, at, server=event.server, labels=event.labels)
            case events.Started():
                request = RunFlow.model_validate(event.request)
                self.start(request, at, session=event.session, client=event.client)
            case events.Disconnected():
                self.disconnected(event.reason, at)
            case events.Reconnected():
                self.reconnected(at)
            case events.ServerSilent():
                self.silent(event.since)
            case events.ReasonChanged():
                self.explain(event.reason)
            case events.Failed():
                self.fail(event.reason, at)
            case events.Stopped():
                self.stop(event.reason, at)
            case events.Finished():
                self.finish(event.reason, at)
            case events.ConnectionGone():
                self.lose(event.reason, at)
            case _:
                assert_never(event)

    def since(self, seq: int, at: float) -> Patch:
        """What changed after ``seq``; everything, if ``seq`` is of another history than this."""
        base = seq if 0 <= seq <= self._history.seq else 0
        return Patch(
            run=self.run,
            base=base,
            seq=self._history.seq,
            at=at,
            entries=self._history.since(base),
            agents=self._roster.agents if self._roster_seq > base else None,
            status=self._status if self._status_seq > base else None,
        )

    # --- the connection --------------------------------------------------------------------------

    def connecting(
        self,
        flow: str,
        at: float,
        *,
        server: str | None = None,
        labels: Labels | None = None,
    ) -> None:
        """A flow was asked for, and the driver is on its way to the server.

        Whoever replays it may have other ``labels`` than whoever recorded it; theirs count.
        """
        self.began = at
        status = self._status
        self._update(flow=flow, server=server or status.server, labels=status.labels or labels)
        server = self._status.server or "the server"
        self._become(Readiness.CONNECTING, f"Connecting to {server}.", at)

    def start(
        self,
        request: RunFlow,
        at: float,
        *,
        session: str | None = None,
        client: str | None = None,
    ) -> None:
        """Ask the server for the flow; its frame comes out of :meth:`data_to_send`.

        Args:
            request: The flow and its parameters.
            at: Now.
            session: The server's id for the session.
            client: What asks, and its version.
        """
        self.request, self.session, self.client = request, session, client
        self._outbox.append(Outgoing(encode(request)))
        self._connected = True
        self._become(Readiness.STARTING, SETTING_UP, at)

    def reconnected(self, at: float) -> None:
        """The session has a socket again: close the gap, and go on where the run was."""
        self._connected = True
        if self._gap is not None:
            gap = self._history[self._gap]
            assert isinstance(gap.body, Gap)  # noqa: S101 - only gaps are put there
            sentence = (
                f"There was no connection for {_duration(at - gap.body.began)}. What the server "
                "said meanwhile may be lost, the end of the flow included."
            )
            self._history.change(
                gap, body=gap.body.model_copy(update={"until": at, "content": sentence})
            )
            self._gap = None
        if self.question is not None:
            self._become(
                Readiness.ASKING, "Connected again; the question can still be answered.", at
            )
            self._release(at)
        elif self._chat.begun:
            self._listen(
                "Connected again. What the server said meanwhile may be lost; if the flow ended "
                "then, nothing more will come.",
                at,
            )
        elif not self._heard:
            self._become(Readiness.STARTING, SETTING_UP, at)
        else:
            self._become(
                Readiness.WORKING,
                "Connected again. The server does not repeat what it said meanwhile; if the flow "
                "ended then, nothing more will come.",
                at,
            )

    def disconnected(self, reason: str, at: float) -> None:
        """The connection broke. Frames not yet handed over go back to where they came from.

        A frame that was written may still be on the way when a line dies: an answer is in doubt
        until it is known to have arrived.
        """
        self._connected = False
        self.silent(None)
        while self._outbox:
            self.unsent(self._outbox.popleft(), at)
        for number in self._delivery.give_up():
            self._doubt(number)
        if self.readiness.settled:
            return
        self._roster_rests(at)
        if self._gap is None:
            note = Gap(
                began=at, content="There is no connection; what the server says may be lost."
            )
            self._gap = self._add(note, at).id
        self._become(Readiness.CONNECTING, reason, at)

    def fail(self, reason: str, at: float) -> None:
        """The run cannot start or go on."""
        self._settle(Readiness.FAILED, reason, at)

    def stop(self, reason: str, at: float) -> None:
        """The person stopped the run."""
        self._settle(Readiness.STOPPED, reason, at)

    def finish(self, reason: str, at: float) -> None:
        """The manager has nothing more to say, and ends the chat."""
        self._settle(Readiness.ENDED, reason, at)

    def lose(self, reason: str, at: float) -> None:
        """The connection is gone for good."""
        self._settle(Readiness.LOST, reason, at)

    def silent(self, since: float | None) -> None:
        """Nothing has come since then, and the connection stands; ``None``: the server is there."""
        if self._status.silent_since != since and not self.readiness.settled:
            self._update(silent_since=since)

    def reason_at(self, now: float) -> str:
        """The sentence on the present state; of a server that is silent, for how long it has been."""
        since, reason = self._status.silent_since, self._status.reason
        if since is None:
            return reason
        silent = f"The server has been silent for {_duration(now - since)}; it may be busy."
        return f"{reason} {silent}"

    def explain(self, reason: str) -> None:
        """Put another sentence on the present state; the clock goes on."""
        self._update(reason=reason)

    # --- frames out ------------------------------------------------------------------------------

    def data_to_send(self) -> list[Outgoing]:
        """The frames to send now, in order; each is given out once."""
        frames = list(self._outbox)
        self._outbox.clear()
        for frame in frames:
            if frame.answer is not None:
                self._delivery.hand_over(frame.answer)
        return frames

    def sent(self, frame: Outgoing, at: float, *, pinged: bool = False) -> None:
        """The frame went over the wire; if ``pinged``, :meth:`arrived` tells when it is there."""
        self.frames.append(Frame("out", at, frame.text))
        if frame.answer is not None:
            self._delivery.write(frame.answer, pinged=pinged)
            self._mark(frame.answer, "sent", only_if="sending")

    def arrived(self, answer: int) -> None:
        """This answer, and all that went before it, have come to the server."""
        self._delivery.arrive(answer)

    def lost(self, frame: Outgoing, at: float) -> None:
        """The connection broke while the frame went; it is not sent again, and the entry says so."""
        self.frames.append(Frame("out", at, frame.text))
        if frame.answer is not None:
            self._delivery.drop(frame.answer)
            self._doubt(frame.answer)

    def _doubt(self, number: int) -> None:
        self._mark(number, "lost")
        if number == self._spoken:
            self._chat.lost()

    def _mark(
        self, number: int, state: Literal["sent", "lost"], *, only_if: str | None = None
    ) -> None:
        entry = self._history[number]
        assert isinstance(entry.body, Answer)  # noqa: S101 - only answers are put there
        if only_if in (None, entry.body.state):
            self._history.change(entry, body=entry.body.model_copy(update={"state": state}))

    def unsent(self, frame: Outgoing, at: float) -> None:
        """The frame was never handed over: an answer is marked lost, its question open again."""
        self.lost(frame, at)
        entry = self._history[frame.answer] if frame.answer is not None else None
        if entry is None or entry.about is None or self.question or self.readiness.settled:
            return
        self._reopen(self._history[entry.about])
        if self.readiness is Readiness.LISTENING:
            self._become(
                Readiness.WORKING, "Your answer did not go: its question is open again.", at
            )

    def _reopen(self, entry: Entry) -> None:
        asked = _question(entry).model_copy(update={"state": "open"})
        self._update(question=self._history.change(entry, body=asked).id)

    # --- the manager -----------------------------------------------------------------------------

    def respond(
        self,
        verdict: AnswerKind,
        content: str,
        at: float,
        *,
        question: int | None = None,
        by: AnsweredBy = "person",
        confirm: bool | None = None,
    ) -> None:
        """The manager says something: it goes out if a question is open for it, or is held.

        While the host of a chat listens, words go out at once.

        Args:
            verdict: What they do; ``"text"`` may turn out to be a yes, a no or an option.
            content: The words, or the option.
            at: Now.
            question: The question that they were looking at. Words with none, which meet a
                question that does not take them by itself, are held beside it.
            by: Who says it.
            confirm: Whether the chosen option accepts the step, where that is uncertain. It holds
                for the same options from now on.

        Raises:
            RunOver: the run has ended.
            NoQuestion: the answer is to a question that is not open.
            WrongAnswer: the open question cannot take it.
        """
        if self.readiness.settled:
            raise RunOver(f"Nothing more can be said: {self._status.reason}")
        content = replace_surrogates(content)
        if verdict == "remark":
            self._remark(content, at, by)
            return
        current = self.question
        if question is not None and (current is None or current.id != question):
            raise NoQuestion("That question is no longer open; it may have been answered already.")
        if current is None:
            self._say_unasked(verdict, content, at, by)
            return
        asked = _question(current)
        meant, words = answers.interpret(asked, verdict, content)
        if meant == "choice" and (verdict != "text" or question is not None):
            current = self._declare(current, words, confirm)
            asked = _question(current)
        aimed = question is not None or verdict != "text"
        counts = self.readiness is Readiness.ASKING
        if not aimed and not (counts and answers.can_auto_send(asked, verdict, content)):
            self._hold(verdict, content, at, by)
        elif not counts:
            self._hold(meant, words, at, by, question=current.id)
        else:
            self._answer(current, meant, words, at, by)

    def observe(self, answer: Answer, at: float, *, question: int | None = None) -> None:
        """A recorded client says this: it is taken as it goes, and nothing is added.

        Its frame is not made here; :meth:`sent` has it, or what else became of it.

        Args:
            answer: What the frame says, as an entry shows it.
            at: When it goes.
            question: The open question that it answers, if it answers one.

        Raises:
            NoQuestion: that question is not open.
        """
        if question is None:
            self._said_unasked(answer, None, at)
        elif self.question is None or self.question.id != question:
            raise NoQuestion("The recording answers a question that is not open.")
        else:
            words = answer.verdict == "text" and answer.content != answer.selection
            self._answered(self.question, answer, None, at, words=words)

    def edit_held(self, number: int, content: str, at: float) -> None:
        """Change the words of a held input; they go to a host that listens.

        Raises:
            NoQuestion: it is no longer held.
            WrongAnswer: there are no words.
        """
        self._held(number)
        if not content.strip():
            raise WrongAnswer("There are no words left: remove the held input instead.")
        self._update(
            held=tuple(
                held.model_copy(update={"content": replace_surrogates(content), "verdict": "text"})
                if held.id == number
                else held
                for held in self._status.held
            )
        )
        if self.readiness is Readiness.LISTENING:
            self._release(at)

    def remove_held(self, number: int, at: float) -> None:
        """Take a held input back.

        Raises:
            NoQuestion: it is no longer held.
        """
        self._held(number)
        self._update(held=tuple(held for held in self._status.held if held.id != number))
        self._release(at)

    def release_held(self, number: int, question: int, at: float) -> None:
        """Send a held input as the answer to ``question``, on the person's word.

        Raises:
            NoQuestion: it is no longer held, or the question is no longer open.
            WrongAnswer: the question cannot take it.
        """
        held = self._held(number)
        current = self.question
        if current is None or current.id != question or self.readiness is not Readiness.ASKING:
            raise NoQuestion("That question is no longer open; what you typed is still held.")
        meant, words = answers.interpret(_question(current), held.verdict, held.content)
        if meant == "choice":
            current = self._declare(current, words, None)
        self._update(held=tuple(h for h in self._status.held if h.id != number))
        self._answer(current, meant, words, at, held.by)

    # --- frames in -------------------------------------------------------------------------------

    def receive(self, text: str, at: float) -> None:  # noqa: C901, PLR0912 - one case a message
        """Read a frame. Never raises: what is not known becomes an entry that keeps its text."""
        text = replace_surrogates(text)
        self.frames.append(Frame("in", at, text))
        self._heard = True
        self._delivery.hear()
        self.silent(None)
        message = decode(text)
        if self._came_before(message, text):
            return
        if not isinstance(message, Unknown):
            self.dialect = message.dialect
        match message:
            case UiMessage():
                self._asked(message, at)
            case Result():
                self._result(message, at)
            case Announcement():
                self._roster.announce(message, at)
                self._roster_changed()
                self._say_who_works()
            case Participants():
                self._roster.expect(message.participants, at)
                self._roster_changed()
            case TaskStarted():
                self._task(message, "working", at)
                self._at_work(at)
            case TaskCompleted():
                self._chat.task_completed()
                self._task(message, "failed" if message.is_error else "idle", at)
            case Calling():
                self._calling(message, at)
            case Progress():
                self._progress(message, at)
            case ErrorMessage():
                self._trouble(message, at)
            case EventMessage():
                note = EventNote(content=message.content, source=message.source)
                self._add(note, at, message, self._source(message.agent, message.source, at))
                if self.readiness is Readiness.STARTING:
                    self._update(activity=message.content)
            case Ready():
                self._ready = True
                self._at_work(at)
                self._update(remarks=self._remarks())
            case Ended():
                self._settle(Readiness.ENDED, "The flow has ended.", at)
            case _:
                why = message.why if isinstance(message, Unknown) else ""
                self._add(UnknownBody(raw=text, why=why), at, message)

    def _came_before(self, message: Message, text: str) -> bool:
        """Whether the network brought the frame twice: alike to the letter, its id and time too.

        An id alone does not tell: those of tools' results may repeat (PROTOCOL section 2).
        """
        number = message.message_id
        if number is None or message.timestamp is None:
            return False
        before = self._came.pop(number, None)
        self._came[number] = len(self.frames) - 1
        if len(self._came) > REMEMBERED:
            self._came.popitem(last=False)
        return before is not None and self.frames[before].text == text

    def _asked(self, message: UiMessage, at: float) -> None:
        self._ready = True
        speaker = self._speaker(message.agent, at)
        current, number = self.question, message.message_id
        known = self._history[self._questions[number]] if number in self._questions else None
        if known is not None and _asks_the_same(message, known):
            self._asked_again(known, at)
            return
        if current is not None:
            if _asks_the_same(message, current):
                # The deployed server puts an open question again every 60 s (PROTOCOL section 4).
                asked = _question(current)
                again = asked.model_copy(update={"asked": asked.asked + 1})
                self._history.change(current, body=again, message_id=number)
                return
            self._close_question()
        over = self.readiness.settled
        self._turns += 1
        form = answers.form_of(
            message.content, message.options, message.dialect, yes_or_no=message.yes_or_no
        )
        entry = self._add(
            Question(
                content=message.content,
                options=message.options,
                thought=message.thought,
                form=form,
                number=self._turns,
                confirms=answers.confirms_of(
                    message.options, message.dialect, self._declared.get(message.options, {})
                ),
                state="unanswered" if over else "open",
            ),
            at,
            message,
            speaker,
        )
        if number is not None:
            self._questions[number] = entry.id
        if over:
            return
        self._update(question=entry.id)
        if form != "text" and not self._led_by_model:
            # A host that is not known for one of a chat, and asks like one of a sequence.
            self._chat.end()
        self._open_now(at)

    def _open_now(self, at: float) -> None:
        self._become(Readiness.ASKING, "The server asks you. Answer now.", at)
        self._release(at)

    def _asked_again(self, entry: Entry, at: float) -> None:
        """The server puts a question again, by the same id: it still waits for its answer.

        One that was given and is not in doubt crosses this on its way, and is not asked for twice.
        """
        asked = _question(entry)
        entry = self._history.change(
            entry, body=asked.model_copy(update={"asked": asked.asked + 1})
        )
        replies = [self._history[number].body for number in entry.replies]
        lost = bool(replies) and isinstance(replies[-1], Answer) and replies[-1].state == "lost"
        if lost and asked.state == "answered" and not self.question and not self.readiness.settled:
            self._reopen(entry)
            self._open_now(at)

    def _result(self, message: Result, at: float) -> None:
        payload = message.payload
        speaker = self._source(message.agent, message.source or "", at)
        entry = self._add(payload, at, message, speaker)
        if isinstance(payload, Judgement) and message.message_id is not None:
            self._judgements[message.message_id] = entry.id
            for waiting in self._unclaimed.pop(message.message_id, ()):
                self._history.link(self._history[waiting], entry.id)
        elif isinstance(payload, Assessment) and payload.assessed_call_id is not None:
            judged = self._judgements.get(payload.assessed_call_id)
            if judged is None:
                self._unclaimed.setdefault(payload.assessed_call_id, []).append(entry.id)
            else:
                self._history.link(entry, judged)
        if message.agent is not None and message.agent.role is not None:
            self._roster.reach(message.agent.role)
            self._roster_changed()
        self._latest = entry.id
        self._chat.heard()
        self._chat.calling(message.calls)
        if self.readiness is Readiness.LISTENING and self._chat.answered and self._status.activity:
            self._update(activity="")
        self._at_work(at)

    def _calling(self, message: Calling, at: float) -> None:
        """The host hands work over: a line of progress, and no talk."""
        self._speaker(message.agent, at)
        self._chat.calling(message.calls)
        self._at_work(at)
        if not self.readiness.settled:
            self._update(activity=message.content)

    def _trouble(self, message: ErrorMessage, at: float) -> None:
        speaker = self._source(message.agent, message.source, at)
        note = TroubleNote(content=message.content, source=message.source, fatal=message.fatal)
        self._add(note, at, message, speaker)
        self._chat.heard()
        if speaker is not None:
            self._roster.change(speaker.key, "failed", at)
            self._roster_changed()
            self._say_who_works()
        if message.fatal:
            why = truncate(message.content) or "The server says so, and not why."
            self._settle(Readiness.FAILED, why, at)

    def _progress(self, message: Progress, at: float) -> None:
        if message.status == FINISHED:
            # Not always followed by the end proper: rejecting the last question gives only this.
            self._settle(Readiness.ENDED, "The flow has ended.", at)
            return
        waiting = [agent for key in message.waiting_on if (agent := self._roster.find(key))]
        for agent in waiting:
            self._roster.change(agent.key, "working", at)
        self._roster_changed()
        self._say_who_works()
        if message.status == IDLE and not waiting:
            self._chat.idle(at)
        # In a chat an idle flow is one that waits for the manager, and the state says that.
        resting = message.status == IDLE and self.readiness is Readiness.LISTENING
        activity = "" if resting else visible(message.content)
        if activity != self._status.activity and not self.readiness.settled:
            self._update(activity=activity)

    def _task(
        self, message: Message, state: Literal["working", "idle", "failed"], at: float
    ) -> None:
        if message.agent is None or message.agent.key == "orchestrator":
            return
        agent = self._roster.meet(message.agent, at)
        self._roster.change(agent.key, state, at)
        self._roster_changed()
        self._say_who_works()

    # --- a chat ----------------------------------------------------------------------------------

    @property
    def _led_by_model(self) -> bool:
        """Whether the host says that it leads a chat, or does what only such a host does."""
        return self._roster.leads == "chat" or (
            self._roster.leads is None and self._chat.hands_over
        )

    def _listen(self, reason: str, at: float) -> None:
        """The host takes what the manager says; what was held until now goes out, in order."""
        self._become(Readiness.LISTENING, reason, at)
        self._update(activity="")
        self._release(at)

    def _say_unasked(self, verdict: AnswerKind, content: str, at: float, by: AnsweredBy) -> None:
        """With no question open: words go to a host that listens, or are held for a question."""
        if verdict != "text":
            raise NoQuestion(f"Nothing is being asked now. {self._status.reason}")
        if self.readiness is Readiness.LISTENING:
            self._say(content, at, by)
        else:
            self._hold(verdict, content, at, by)

    def _say(self, content: str, at: float, by: AnsweredBy) -> None:
        """Send words to the host that listens."""
        if not content.strip():
            raise WrongAnswer("There is nothing to send: no words were typed.")
        answer = Answer(verdict="text", content=content, by=by, state="sending")
        self._said_unasked(answer, encode(ManagerResponse(content=content)), at)

    def _said_unasked(self, answer: Answer, text: str | None, at: float) -> None:
        """Send what answers no question: words to a host that listens, or a remark to the group."""
        entry = self._add(answer, at)
        if answer.verdict == "text":
            self._turns += 1
            self._spoken = entry.id
            self._chat.said(at)
        self._send(text, entry)

    def _send(self, text: str | None, answer: Entry) -> None:
        """Have the frame of an answer sent; of one that was observed, it was made elsewhere."""
        if text is None:
            self._delivery.hand_over(answer.id)
        else:
            self._outbox.append(Outgoing(text, answer.id))

    def _say_held(self, at: float) -> None:
        """Send the words that were held, in order."""
        words = [held for held in self._status.held if held.verdict == "text"]
        if words:
            self._update(held=tuple(held for held in self._status.held if held not in words))
        for one in words:
            self._say(one.content, at, one.by)

    def _say_who_works(self) -> None:
        """While the host listens, say who is at work: the manager can talk meanwhile."""
        if self.readiness is not Readiness.LISTENING:
            return
        reason = LISTENING
        working = self._roster.working
        if working:
            verb = "is" if len(working) == 1 else "are"
            names = [self._roster.called(key) for key in list(working)[:3]]
            more = len(working) - len(names)
            said = join_names([*names, f"{more:,} more"] if more else names)
            reason = f"{said} {verb} working. You can keep talking."
        if reason != self._status.reason:
            self._update(reason=reason)

    # --- questions and answers -------------------------------------------------------------------

    def _answer(
        self, entry: Entry, verdict: AnswerKind, words: str, at: float, by: AnsweredBy
    ) -> None:
        asked = _question(entry)
        instructed = self._led_by_model and self.dialect == "deployed"
        frame = answers.encode_answer(asked, verdict, words, chat=instructed)
        answer = Answer(
            verdict=verdict,
            content=words or frame.content or _PLAIN.get(verdict, ""),
            by=by,
            confirm=frame.confirm,
            selection=frame.selection,
            state="sending",
        )
        self._answered(entry, answer, encode(frame), at, words=bool(frame.content))

    def _answered(
        self, entry: Entry, answer: Answer, text: str | None, at: float, *, words: bool
    ) -> None:
        """Send the answer to a question, and go on as the run does then.

        ``words``: whether its frame has any, which begin a chat with a host that leads one.
        """
        asked = _question(entry)
        made = self._add(answer, at, about=entry.id)
        self._close_question("answered")
        self._send(text, made)
        self._spoken = made.id
        self._chat.said(at)
        if asked.form == "text" and words and self._roster.leads != "sequence":
            self._chat.begin()
        if self._chat.begun:
            self._listen(LISTENING, at)
            self._say_who_works()
        else:
            self._become(Readiness.WORKING, "Your answer was sent; the agents go on.", at)

    def _declare(self, entry: Entry, option: str, confirm: bool | None) -> Entry:  # noqa: FBT001 - as it goes on the wire
        """Note what the manager declares an option to mean; the question's entry, with that in it.

        Raises:
            WrongAnswer: its meaning is uncertain and not declared, or contradicts what is known.
        """
        asked = _question(entry)
        means = answers.declared(asked, option, confirm)
        if means is None or not asked.confirms or answers.accepts(asked, option) is means:
            return entry
        self._declared.setdefault(asked.options, {})[option] = means
        confirms = tuple(
            means if one == option else known
            for one, known in zip(asked.options, asked.confirms, strict=True)
        )
        return self._history.change(entry, body=asked.model_copy(update={"confirms": confirms}))

    def _remark(self, content: str, at: float, by: AnsweredBy) -> None:
        if not content.strip():
            raise WrongAnswer("There is nothing to send: the remark is empty.")
        if not self._status.remarks:
            raise WrongAnswer(
                "A remark can go to the group only after the server is ready and while nothing is "
                f"being asked. {self._status.reason}"
            )
        documented = self.dialect == "documented"
        # The deployed server drops every ui_message from a client (PROTOCOL section 3).
        frame = Remark(content=content) if documented else ManagerResponse(content=content)
        answer = Answer(verdict="remark", content=content, by=by, state="sending")
        self._said_unasked(answer, encode(frame), at)

    def _hold(
        self,
        verdict: AnswerKind,
        content: str,
        at: float,
        by: AnsweredBy,
        question: int | None = None,
    ) -> None:
        if verdict == "text" and not content.strip():
            raise WrongAnswer("There is nothing to hold: no words were typed.")
        self._held_count += 1
        held = Held(
            id=self._held_count, verdict=verdict, content=content, at=at, by=by, question=question
        )
        self._update(held=(*self._status.held, held))
        self._release(at)

    def _held(self, number: int) -> Held:
        held = next((h for h in self._status.held if h.id == number), None)
        if held is None:
            raise NoQuestion("That input is no longer held: it was sent or removed.")
        return held

    def _release(self, at: float) -> None:
        """Send the first held input if the open question takes it; else say what it waits for."""
        current = self.question
        if self.readiness is Readiness.LISTENING:
            self._say_held(at)
        held = self._status.held
        if current is not None and held and self.readiness is Readiness.ASKING:
            asked = _question(current)
            # What was said to this very question goes before what was said to none.
            first = next((one for one in held if one.question == current.id), held[0])
            if first.question == current.id or answers.can_auto_send(
                asked, first.verdict, first.content
            ):
                meant, words = answers.interpret(asked, first.verdict, first.content)
                self._update(held=tuple(one for one in held if one is not first))
                self._answer(current, meant, words, at, first.by)
                return
        self._note_held()

    def _note_held(self) -> None:
        """Put on each held input what it waits for, and the first one beside the open question."""
        current = self.question
        noted = []
        for position, held in enumerate(self._status.held):
            facing = None
            if self.readiness.settled:
                note = "It was not sent: the run is over. It can still be copied."
            elif current is not None and self._waits_for_the_line(held, current, position):
                note = "It goes out when the connection is back."
            elif current is not None and position == 0:
                facing = current.id
                note = answers.warning_for(_question(current), held.verdict)
            else:
                note = "It goes out, in its turn, when a question is open."
            noted.append(held.model_copy(update={"facing": facing, "note": note}))
        if tuple(noted) != self._status.held:
            self._update(held=tuple(noted))

    def _waits_for_the_line(self, held: Held, current: Entry, position: int) -> bool:
        """Whether a held input answers the open question as soon as there is a connection."""
        if held.question == current.id or self.readiness is Readiness.ASKING:
            return held.question == current.id
        goes = answers.can_auto_send(_question(current), held.verdict, held.content)
        return position == 0 and goes

    def _close_question(self, state: Literal["answered", "unanswered"] = "unanswered") -> None:
        entry = self.question
        if entry is not None:
            closed = _question(entry).model_copy(update={"state": state})
            self._history.change(self._history[entry.id], body=closed)
            self._update(question=None)
            self._note_held()

    # --- states ----------------------------------------------------------------------------------

    def _become(self, readiness: Readiness, reason: str, at: float) -> None:
        if self.readiness.settled:
            return
        self._update(readiness=readiness, reason=reason, since=at)
        self._update(remarks=self._remarks())

    def _at_work(self, at: float) -> None:
        """Agents are at it: the flow has started, whether or not it will ever ask."""
        if self.readiness is Readiness.STARTING:
            reason = "The agents are at work. What you type is held until the server asks."
            self._become(Readiness.WORKING, reason, at)

    def _remarks(self) -> bool:
        return self._ready and self._connected and self.readiness is Readiness.WORKING

    def _settle(self, readiness: Readiness, reason: str, at: float) -> None:
        if self.readiness.settled:
            return
        self.silent(None)
        self._close_question()
        if self._gap is not None:
            gap = self._history[self._gap]
            assert isinstance(gap.body, Gap)  # noqa: S101 - only gaps are put there
            self._history.change(gap, body=gap.body.model_copy(update={"until": at}))
            self._gap = None
        self._roster_rests(at)
        self._become(readiness, reason, at)
        self._note_held()

    # --- changes ---------------------------------------------------------------------------------

    def _add(
        self,
        body: Body,
        at: float,
        message: Message | None = None,
        speaker: Speaker | None = None,
        *,
        about: int | None = None,
    ) -> Entry:
        frame = len(self.frames) - 1 if message else None
        return self._history.add(body, at, message, speaker, about=about, frame=frame)

    def _update(self, **fields: Any) -> None:
        for name in ("reason", "activity"):
            if name in fields:  # a sentence that may quote the server
                fields[name] = visible(fields[name])
        self._status_seq = self._history.tick()
        self._status = self._status.model_copy(update=fields)

    def _roster_changed(self) -> None:
        if self._roster.changes == self._roster_changes:
            return
        self._roster_changes = self._roster.changes
        self._roster_seq = self._history.tick()
        if self._roster.steps != self._status.steps:
            self._update(steps=self._roster.steps)

    def _roster_rests(self, at: float) -> None:
        self._roster.rest(at)
        self._roster_changed()

    def _speaker(self, info: AgentInfo | None, at: float) -> Speaker | None:
        if info is None:
            return None
        agent = self._roster.meet(info, at)
        self._roster_changed()
        return self._roster.speaker(agent)

    def _source(self, info: AgentInfo | None, source: str, at: float) -> Speaker | None:
        """Who an event or a trouble is from: an agent, or one that its source names."""
        if info is not None:
            return self._speaker(info, at)
        agent = self._roster.find(source)
        return self._roster.speaker(agent) if agent else None


def words_of(body: Body) -> str:
    """The main words of what an agent made, or nothing."""
    return next(
        (
            words
            for name in ("content", "conclusion", "response")
            if isinstance(words := getattr(body, name, None), str)
        ),
        "",
    )


def _question(entry: Entry) -> Question:
    assert isinstance(entry.body, Question)  # noqa: S101 - only questions are put there
    return entry.body


def _asks_the_same(message: UiMessage, entry: Entry) -> bool:
    asked = _question(entry)
    return (asked.content, asked.options) == (message.content, message.options)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
