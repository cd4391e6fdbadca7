"""One run, live or replayed: what is known of it, what the manager says, and waiting for it.

A :class:`Session` is one run in a session of its own: the deployed server takes one ``run_flow`` a
connection, and mixes the frames of two runs in one session (PROTOCOL section 5). All of it happens
on one event loop; ``run.Run`` is the same run for other threads. Live runs are driven by
``live.py``, replayed ones by ``player.py``; both tell the conversation by :meth:`Session._tell`.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING, Any

from buttermilk_widget._tracebacks import (
    HidingInternals,
    describe_chain,
    hide_internals,
    log,
    strip_context,
)
from buttermilk_widget.cassette.player import Player, spoken
from buttermilk_widget.conversation import answers
from buttermilk_widget.conversation.chat import SETTLES
from buttermilk_widget.conversation.conversation import Conversation
from buttermilk_widget.conversation.events import (
    Connecting,
    Failed,
    Finished,
    HeldEdited,
    HeldReleased,
    HeldRemoved,
    ReasonChanged,
    Responded,
    Stopped,
)
from buttermilk_widget.conversation.patches import Flow, Question, Readiness, Recording, Replay
from buttermilk_widget.errors import (
    AnswerError,
    BadParameter,
    ButtermilkError,
    ConnectionLost,
    FlowFailed,
    Replaying,
    RunError,
    RunStopped,
    StillRunning,
    WrongAnswer,
    truncate,
)
from buttermilk_widget.protocol.decode import (
    DEEPEST,
    deeper_than,
    encode,
    replace_surrogates,
    without_surrogates,
)
from buttermilk_widget.protocol.messages import RunFlow
from buttermilk_widget.transcript.transcript import Transcript
from buttermilk_widget.transcript.wording import labels_of

from . import default_server, options
from .credentials import Credentials, checked
from .live import Live
from .script import Turn, answer_of, manager_of
from .transport import HEARTBEAT, MAX_FRAME, SILENCE, WebSocketTransport

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from types import TracebackType
    from typing import Self

    from buttermilk_widget.cassette.cassette import Cassette
    from buttermilk_widget.cassette.player import ReplayAction
    from buttermilk_widget.cassette.recorder import Recorder
    from buttermilk_widget.conversation.events import Event
    from buttermilk_widget.conversation.history import Entries
    from buttermilk_widget.conversation.patches import Agent, AnsweredBy, AnswerKind, Entry, Labels

    from .api import Address
    from .credentials import Headers
    from .script import Manager, Reply, Script
    from .transport import Transport

FIRST_FRAME = 30.0
"""Seconds from ``run_flow`` to the first frame. 5 s is too short: set-up takes nearly 4 s."""

RECONNECT = 300.0
"""Seconds for which a dropped connection is tried again."""

REPLY_WITHIN = 300.0
"""Seconds of silence after which a script no longer waits for the host of a chat to answer it."""

LEAVES_WITHIN = 3.0
"""Seconds that a run which is over has to take leave of its server, before it is broken off."""

SCRIPT_ENDED = "The script had nothing more to say, and ended the chat."

BROKEN = "The last line of the recording was half written, and is left out."


def request(
    flow: str, *, prompt: str | None = None, record_id: str | None = None, **parameters: Any
) -> RunFlow:
    """The ``run_flow`` frame for these.

    Raises:
        BadParameter: one of them cannot be written as JSON.
    """
    if not isinstance(flow, str) or not flow.strip():
        raise BadParameter("Name the flow to run, for example run('osb').")
    try:
        fields = {"flow": flow, "prompt": prompt, "record_id": record_id, **parameters}
        made = RunFlow(**without_surrogates(fields))
        encode(made)
        if deeper_than(parameters, DEEPEST):
            raise ValueError("nested too deep")  # noqa: TRY301 - one sentence for all
    except (TypeError, ValueError, RecursionError):
        raise BadParameter(
            f"A parameter of the flow {flow!r} cannot be sent: prompt and record_id are text, and "
            "everything else must be plain JSON (text, numbers, lists, dicts)."
        ) from None
    return made


class Session:
    """One run of a flow, for scripts: ``async with Session(url) as session``.

    ::

        async with Session("http://localhost:8000") as session:
            session.run("osb", prompt="Is this post allowed?")
            while question := await session.asked():
                if question.form == "confirm":
                    session.confirm()
                else:
                    session.say("bye")
            for entry in session.entries:
                print(entry.body)

    Leaving the block stops a run that has not ended.

    Args:
        server: The server's address, or a port of this machine. Without one, that of the
            environment variable ``BUTTERMILK_SERVER``, or else the built-in server, which is
            started with the first run.
        headers: Sent with each request and with the WebSocket, and shown nowhere; or a function
            that gives them each time.
        ssl: A context, or ``False`` to trust any certificate.
        first_frame: Seconds from asking for the flow to the first frame.
        reconnect: Seconds for which a dropped connection is tried again.
        max_frame: The largest frame to take, in bytes.
        heartbeat: Seconds after which a server that says nothing is pinged.
        silence: Seconds without a frame or a pong after which the connection is taken for dead. A
            server that is busy answers late, and keeps its connection until then.
        transport: What carries the frames; a WebSocket, if not given.
        conversation: Where the frames go; a new one, if not given.
        cassette: Where the run is recorded, or replayed from with no server.
        pace: Of a replay: 0 is at once, 1 as it was, 0.5 in half the time.
        manager: A script, or a function of the question, that answers for the person.
        labels: The study's words for a prediction, as ``{True: "in breach", False: "not in
            breach"}``; without them the words are neutral.
        changed: Called, on the loop, whenever the conversation changed.

    Raises:
        BadAddress: the address cannot be one.
        BadParameter: something else that was given cannot be used.
    """

    @hide_internals
    def __init__(
        self,
        server: str | int | Address | None = None,
        *,
        headers: Headers | None = None,
        ssl: ssl.SSLContext | bool = True,
        first_frame: float = FIRST_FRAME,
        reconnect: float = RECONNECT,
        max_frame: int = MAX_FRAME,
        heartbeat: float = HEARTBEAT,
        silence: float = SILENCE,
        transport: Transport | None = None,
        conversation: Conversation | None = None,
        cassette: Cassette | None = None,
        pace: float = 0.0,
        manager: Manager | Script | None = None,
        labels: Mapping[bool, str] | None = None,
        changed: Callable[[], None] | None = None,
    ) -> None:
        named = default_server.named(server)
        label = default_server.BUILT_IN if named is None else str(named)
        self.conversation = conversation or Conversation(server=label, labels=labels_of(labels))
        self.problem: ButtermilkError | None = None
        self._server = named
        self._warned = False
        self._label = self.conversation.status.server or label
        self._cassette = cassette
        self._pace = options.number("pace", pace, "seconds for each recorded one")
        self._manager = manager_of(manager) if manager is not None else None
        self._player: Player | None = None
        self._recorder: Recorder | None = None
        self._notify = changed or (lambda: None)
        self._credentials = Credentials(named.headers if named else {}, checked(headers))
        self._asked = 0  # the last question that a replay gave to asked()
        self._spoken_in = 0  # the number of the last turn that it gave
        self._live = Live(
            named,
            self.conversation,
            transport
            or WebSocketTransport(
                credentials=self._credentials,
                ssl=ssl,
                max_frame=options.whole("max_frame", max_frame, "bytes", zero=False),
                heartbeat=options.number("heartbeat", heartbeat, zero=False),
                silence=options.number("silence", silence, zero=False),
            ),
            tell=self._tell,
            note=self._note,
            credentials=self._credentials,
            ssl=options.trust(ssl),
            first_frame=options.number("first_frame", first_frame, zero=False),
            reconnect=options.number("reconnect", reconnect),
        )
        self._driving: asyncio.Task[None] | None = None
        self._stopping: asyncio.Task[None] | None = None  # of a run that was stopped here
        self._waiting: set[asyncio.Future[None]] = set()

    def __repr__(self) -> str:
        return f"Session({self._label!r}, {self.readiness.value!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    # --- the run ---------------------------------------------------------------------------------

    def run(
        self,
        flow: str,
        *,
        prompt: str | None = None,
        record_id: str | None = None,
        **parameters: Any,
    ) -> Self:
        """Ask the server for the flow, and return at once.

        Raises:
            BadParameter: a parameter cannot be sent.
            RunError: this session has had its run.
        """
        wanted = request(flow, prompt=prompt, record_id=record_id, **parameters)
        self._warn(stacklevel=3)
        self.start(wanted)
        return self

    def _warn(self, stacklevel: int) -> None:
        """Warn once of a connection that others can read, if there is to be one."""
        if self._server is not None and not self._warned and not self._replays:
            self._warned = True
            self._server.warn(stacklevel)

    def start(self, wanted: RunFlow) -> None:
        """As :meth:`run`, with the frame made already."""
        if self._driving is not None:
            raise RunError("A session takes one run: make a new Session for the next.")
        cassette = self._cassette
        if self._replays is not None:
            self._player = Player(
                self._replays.find(wanted),
                self.conversation,
                pace=self._pace,
                tell=self._tell,
                changed=self._changed,
            )
            self._driven_by(self._player.play)
            return
        if cassette is not None and cassette.records:
            self._recorder = cassette.recorder(
                wanted, self._label, time.time(), secret=self._credentials.told_in
            )
        labels = self.conversation.status.labels
        self._tell(Connecting(at=time.time(), flow=wanted.flow, server=self._label, labels=labels))
        self._driven_by(lambda: self._converse(wanted))

    async def stop(self) -> None:
        """Stop the run on the server, and say in ``reason`` whether the server confirmed it."""
        if self.readiness.settled:
            return
        if self._player is not None:
            await self._stop_replay(self._player)
        else:
            self._tell(Stopped(at=time.time(), reason="Stopping: the server was asked to."))
            self._stopping = asyncio.create_task(self._stop_and_say())
        await self._end_driving()

    async def _stop_replay(self, player: Player) -> None:
        """Go on to where the recorded run was stopped; one that was not is stopped here."""
        if any(isinstance(told, Stopped) for told in player.recording.inputs):
            player.lead("finish")
            await self._until(lambda: self.readiness.settled, None)
        else:
            self._tell(Stopped(at=time.time(), reason="The replay was stopped."))

    def lead(self, action: ReplayAction) -> None:
        """Halt a replay, let it go on, to the next entry, or to its end at once.

        Raises:
            RunError: nothing is replayed.
        """
        if self._player is None:
            raise RunError("Only a replay can be halted or led; this run is live.")
        self._player.lead(action)

    async def close(self) -> None:
        """Stop a run that has not ended, and let go of the connection."""
        if self._driving is not None:
            await self.stop()
        await self._end_driving()

    # --- what is known ---------------------------------------------------------------------------

    @property
    def _replays(self) -> Cassette | None:
        """The cassette that stands for the server."""
        cassette = self._cassette
        return cassette if cassette is not None and cassette.replays else None

    @property
    def server(self) -> str:
        """The server's address with no credentials, or what it is called."""
        return self._label

    async def flows(self) -> tuple[Flow, ...]:
        """The flows on offer, with what the server says of each; in a replay, those of the cassette.

        Raises:
            NotListed: the server does not list them.
            ServerError: the server cannot be reached.
        """
        self._warn(stacklevel=3)
        with HidingInternals():
            return await self.offered()

    async def offered(self) -> tuple[Flow, ...]:
        """As :meth:`flows`, for whoever has warned of a connection that others can read."""
        if self._replays:
            return tuple(Flow(name=name) for name in self._replays.flows)
        try:
            return await self._live.flows()
        except ButtermilkError as problem:
            self._conceal(problem)
            raise

    @property
    def readiness(self) -> Readiness:
        """Whether, and why not, input may go to the server now."""
        return self.conversation.readiness

    @property
    def over(self) -> bool:
        """Whether the run has settled, and nothing of it is still on its way."""
        return self.readiness.settled and (self._driving is None or self._driving.done())

    @property
    def reason(self) -> str:
        """A sentence on :attr:`readiness`; of a server that is silent now, for how long."""
        if self._player is not None:
            return self.conversation.status.reason
        return self.conversation.reason_at(time.time())

    @property
    def question(self) -> Question | None:
        """The open question."""
        entry = self.conversation.question
        return entry.body if entry is not None and isinstance(entry.body, Question) else None

    @property
    def answered(self) -> bool:
        """Whether a script or a recording answers, so that nobody needs to."""
        return self._manager is not None or self._player is not None

    @property
    def replay(self) -> Replay | None:
        """How far the replay is, if it is one."""
        player, cassette = self._player, self._cassette
        if player is None or cassette is None:
            return None
        awaited = player.awaited
        return Replay(
            run=self.conversation.run,
            cassette=cassette.path.name,
            recorded=player.recording.at,
            played=player.played,
            total=player.total,
            paused=player.paused,
            waits=f"It waits for the notebook's {spoken(awaited)}." if awaited else "",
            note=BROKEN if cassette.broken else "",
        )

    @property
    def recording(self) -> Recording | None:
        """What is wrong with the recording of the run, if it is recorded."""
        if self._recorder is None:
            return None
        return Recording(run=self.conversation.run, notice=self._recorder.notice)

    @property
    def transcript(self) -> Transcript:
        """What was said so far, frozen; see :class:`.Transcript`."""
        cassette = None
        if self._cassette is not None and (made := self._player or self._recorder):
            label = made.recording.digest if isinstance(made, Player) else made.label
            cassette = f"{self._cassette.path.name} ({label})"
        return Transcript.of(self.conversation, cassette=cassette)

    @property
    def entries(self) -> Entries:
        """The conversation so far."""
        return self.conversation.entries

    @property
    def agents(self) -> tuple[Agent, ...]:
        """The roster."""
        return self.conversation.agents

    @property
    def labels(self) -> Labels | None:
        """The study's words for predictions."""
        return self.conversation.status.labels

    # --- waiting ---------------------------------------------------------------------------------

    async def asked(self, timeout: float | None = None) -> Question | None:  # noqa: ASYNC109
        """Wait for the manager's turn; ``None`` when the run ended without one.

        In a sequence, a turn is an open question. In a chat it is also when the host has answered
        what was said last: a question of the form ``chat``, with the agents' latest words. Nothing
        has to be said then, and :meth:`say` works at other times too; so one loop serves both::

            while question := await session.asked():
                if question.form == "confirm":
                    session.confirm()
                elif question.form == "options":
                    session.choose(question.options[0])
                elif words := next(instructions, None):
                    session.say(words)
                else:
                    break                     # a chat goes on until it is ended
            await session.stop()              # or say what its host takes for the end

        A question that a script answers is none for anybody else. A replay gives each question and
        each turn once, as it was then, whoever spoke in it.

        Raises:
            StillRunning: neither happened within ``timeout`` seconds.
            ButtermilkError: as :meth:`ended`, if the run came to no good end.
        """
        if self._player is not None:
            return await self._asked_again(self._player, timeout)
        await self._until_turn(
            lambda: self.readiness.settled or self._waits_for_somebody(), timeout
        )
        if self.readiness.settled:
            await self._stopped()
            self.check()
        return self.conversation.turn

    async def _until_turn(self, happened: Callable[[], bool], timeout: float | None) -> None:  # noqa: ASYNC109
        """Wait until it happened; for a turn in a chat, until all has come to rest, too."""
        clock = asyncio.get_running_loop().time
        by = None if timeout is None else clock() + timeout
        while True:
            left = None if by is None else max(by - clock(), 0.0)
            await self._until(happened, left)
            turn, heard = self.conversation.turn, len(self.conversation.frames)
            if turn is None or turn.form != "chat":
                return

            def stirred(heard: int = heard) -> bool:
                # A line that breaks takes the turn away, and brings no frame.
                return len(self.conversation.frames) > heard or not happened()

            try:
                await self._until(stirred, SETTLES)
            except StillRunning:
                return

    async def _asked_again(self, player: Player, timeout: float | None) -> Question | None:  # noqa: ASYNC109
        await self._until(
            lambda: self._next_of(player) is not None or self.readiness.settled, timeout
        )
        found = self._next_of(player)
        if found is None:
            self.check()
            return None
        self._asked, question = found
        self._spoken_in = max(self._spoken_in, question.number)
        return question.model_copy(update={"state": "open", "asked": 1})

    def _next_of(self, player: Player) -> tuple[int, Question] | None:
        """The turn that a replay has for code now, and the entry of the last question by then."""
        if player.awaited is not None:
            entry, number = self.conversation.question, self.conversation.turn_number
            if entry is not None and isinstance(entry.body, Question):
                return entry.id, entry.body
            turn = self.conversation.turn or player.chat_turns.get(number)
            return None if turn is None else (self._asked, turn)
        asked = self._next_asked(player)
        if player.will_wait:
            return asked
        spoken_in = max(self._spoken_in, player.spoken_in)
        number = min((n for n in player.chat_turns if n > spoken_in), default=0)
        if not number or (asked is not None and asked[1].number < number):
            return asked
        return self._asked, player.chat_turns[number]

    def _next_asked(self, player: Player) -> tuple[int, Question] | None:
        """The first question of a replay that was neither given yet nor answered again."""
        later = range(max(self._asked, player.answered) + 1, self.conversation.count + 1)
        for number in later:
            body = self.conversation.entry(number).body
            if isinstance(body, Question):
                return number, body
        return None

    async def ended(self, timeout: float | None = None) -> Self:  # noqa: ASYNC109
        """Wait for the run's end.

        Raises:
            StillRunning: it did not come within ``timeout`` seconds.
            ServerError, FlowFailed, UnknownFlow, FlowSilent: the run could not start or go on.
            ConnectionLost: the connection could not be made again.
            RunStopped: it was stopped.
        """
        self.go_on()
        await self._until(lambda: self.readiness.settled, timeout)
        await self._stopped()
        if self._driving is not None and self.readiness is Readiness.ENDED:
            await asyncio.shield(self._driving)
        self.check()
        return self

    @HidingInternals()
    def check(self) -> None:
        """Raise what :meth:`ended` raises, if the run has come to no good end."""
        if self.problem is not None:
            raise self.problem
        if self.readiness is Readiness.STOPPED:
            raise RunStopped(
                f"{self.reason} What was said so far is kept; run the flow again to hear its end."
            )
        again = ""
        if self._player is not None and self._cassette is not None:
            again = (
                f" This was replayed from {str(self._cassette.path)!r}: to record it anew, use "
                "mode='record'."
            )
        if self.readiness is Readiness.LOST:
            raise ConnectionLost(self.reason + again)
        if self.readiness is Readiness.FAILED:
            reason = self._credentials.hide(self.reason)
            raise FlowFailed(f"The flow cannot go on: {reason}{again}")

    async def closed(self) -> None:
        """Wait until nothing of a settled run is still on its way."""
        await self._until(lambda: self.over, None)

    async def more(self, given: int, *, or_asked: bool = False) -> tuple[Entry, ...]:
        """Wait for entries after the first ``given``; none means that the run has ended.

        With ``or_asked``, none may also mean that a question waits for an answer.
        """
        await self._until(
            lambda: (
                self.conversation.count > given
                or self.readiness.settled
                or (or_asked and self._waits_for_somebody())
            ),
            None,
        )
        numbers = range(given + 1, self.conversation.count + 1)
        return tuple(self.conversation.entry(number) for number in numbers)

    async def __aiter__(self) -> AsyncIterator[Entry]:
        """Each entry as it comes, until the run ends."""
        given = 0
        while entries := await self.more(given):
            given += len(entries)
            for entry in entries:
                yield entry

    def go_on(self) -> None:
        """Let a replay wait for no calls any more."""
        if self._player is not None:
            self._player.free()

    def _waits_for_somebody(self) -> bool:
        if self._player is not None:
            return self._player.awaited is not None
        return not self.answered and self.conversation.turn is not None

    async def _until(self, happened: Callable[[], bool], timeout: float | None) -> None:  # noqa: ASYNC109
        try:
            async with asyncio.timeout(timeout):
                while not happened():
                    news = asyncio.get_running_loop().create_future()
                    self._waiting.add(news)
                    try:
                        await news
                    finally:
                        self._waiting.discard(news)
        except TimeoutError:
            if not happened():  # else it did as the time was up
                raise StillRunning(
                    f"Nothing of the kind within {timeout:g} s; the run goes on. {self.reason}"
                ) from None

    def _changed(self) -> None:
        self._live.changed()
        for news in self._waiting:
            if not news.done():
                news.set_result(None)
        try:
            self._notify()
        except Exception as error:  # noqa: BLE001 - see _tell
            wrong = RunError()
            wrong.__context__ = error
            log.error("What is called when a run changes failed: %s", describe_chain(wrong))

    # --- the manager -----------------------------------------------------------------------------

    def confirm(self) -> None:
        """Answer the open question with yes.

        Raises:
            AnswerError: nothing is being asked, or the question cannot take it.
        """
        self._call("confirm")

    def reject(self, content: str = "") -> None:
        """Answer the open question with no, and perhaps why.

        Raises:
            AnswerError: nothing is being asked, or the question cannot take it.
        """
        self._call("reject", content)

    def choose(self, option: str, *, confirm: bool | None = None) -> None:
        """Answer the open question with one of its options.

        Args:
            option: The option, to the letter or in another case.
            confirm: Whether it accepts the step. The deployed server has to be told, and of most
                options nobody else can know: ``question.confirms`` has ``None`` for these. The
                declaration holds for the same options within the run.

        Raises:
            AnswerError: nothing is being asked, or the option is none of the question's.
            WrongAnswer: it is uncertain whether the option accepts the step, and not declared.
        """
        self._call("choice", option, confirm)

    def say(self, content: str) -> None:
        """Answer the open question in words, or speak to the host of a chat.

        With no question open, and no host that listens, the words are held for the next question.

        Raises:
            WrongAnswer: the question wants a yes or no, and words would reject it.
            RunOver: the run has ended.
        """
        self._call("text", content)

    def remark(self, content: str) -> None:
        """Say something to the group that does not answer the question.

        Raises:
            AnswerError: the server is not ready for it, or something is being asked.
        """
        self._call("remark", content)

    def respond(
        self,
        verdict: AnswerKind,
        content: str = "",
        *,
        question: int | None = None,
        confirm: bool | None = None,
    ) -> None:
        """The person says something in the page; see :meth:`.Conversation.respond`.

        Raises:
            Replaying: the run is replayed.
        """
        self._by_hand(
            Responded(
                at=time.time(),
                verdict=verdict,
                content=content,
                question=question,
                confirm=confirm,
            )
        )

    def edit_held(self, number: int, content: str) -> None:
        """Change the words of a held input; see :meth:`.Conversation.edit_held`."""
        self._by_hand(HeldEdited(at=time.time(), held=number, content=content))

    def remove_held(self, number: int) -> None:
        """Take a held input back; see :meth:`.Conversation.remove_held`."""
        self._by_hand(HeldRemoved(at=time.time(), held=number))

    def release_held(self, number: int, question: int) -> None:
        """Send a held input now; see :meth:`.Conversation.release_held`."""
        self._by_hand(HeldReleased(at=time.time(), held=number, question=question))

    def _call(self, verdict: AnswerKind, content: str = "", confirm: bool | None = None) -> None:  # noqa: FBT001 - as it goes on the wire
        """The code of the notebook says something; in a replay it says it again."""
        player, content = self._player, replace_surrogates(content)
        if player is not None and player.takes(verdict, content, confirm):
            return
        said = self._spoken(verdict, content, confirm).model_copy(update={"called": True})
        if player is not None:
            player.refuse(said)
        self._tell(said)

    def _spoken(
        self,
        verdict: AnswerKind,
        content: str,
        confirm: bool | None = None,  # noqa: FBT001 - as it goes on the wire
        by: AnsweredBy = "person",
    ) -> Responded:
        """What is said, and to which question; words that would reject a step do not go by accident.

        Raises:
            WrongAnswer: the open question wants a yes or no.
        """
        entry, asked = self.conversation.question, self.question
        question = None
        if verdict == "text" and entry is not None and asked is not None:
            question = entry.id
            meant, _ = answers.interpret(asked, verdict, content)
            if meant == "text" and asked.form == "confirm":
                raise WrongAnswer(
                    "This question takes confirm() or reject(), and words would reject it: "
                    "reject('your words') says both."
                )
        return Responded(
            at=time.time(),
            verdict=verdict,
            content=content,
            question=question,
            by=by,
            confirm=confirm,
        )

    def _by_hand(self, told: Event) -> None:
        if self._player is not None and not self.readiness.settled:
            raise Replaying("This run is replayed: its answers are those that were recorded.")
        self._tell(told)

    def _tell(self, told: Event) -> None:
        """Tell the conversation, then the cassette, then whoever waits: here only, in this order.

        1. *Apply.* What the conversation refuses, with an :class:`.AnswerError`, has not happened:
           it is not recorded, nobody hears of it, and nothing is sent.
        2. *Record.* Nothing is raised here. A recording that fails is said once, in a
           :class:`.CassetteWarning`, and costs nothing but the recording (``recorder.py``).
        3. *Notify.* The driver, which sends what there is to send; who waits; the page. A listener
           that fails is noted in the log: what was applied stands, and is sent.
        """
        told = self._unsaid(told)
        self.conversation.apply(told)
        self._note(told)
        self._changed()

    def _unsaid(self, told: Event) -> Event:
        """The input without a credential that the server said back.

        A frame is kept as it came, and a cassette warns of it.
        """
        said = {name: getattr(told, name, None) for name in ("reason", "session")}
        hidden = {n: self._credentials.hide(v) for n, v in said.items() if isinstance(v, str)}
        changed = {name: value for name, value in hidden.items() if value != said[name]}
        return told.model_copy(update=changed) if changed else told

    def _note(self, told: Event) -> None:
        if self._recorder is not None:
            self._recorder.write(told)

    # --- driving ---------------------------------------------------------------------------------

    def _driven_by(self, play: Callable[[], Awaitable[None]]) -> None:
        self._driving = asyncio.get_running_loop().create_task(self._drive(play))
        self._driving.add_done_callback(lambda _: self._changed())

    async def _drive(self, play: Callable[[], Awaitable[None]]) -> None:
        try:
            await play()
        except ButtermilkError as problem:
            self._give_up(problem)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run must not hang on it
            wrong = RunError(
                f"buttermilk_widget itself went wrong ({type(error).__name__}); please report it, "
                "with what the log says. What was read so far is kept."
            )
            wrong.__context__ = error
            log.error("%s", describe_chain(wrong))
            self._give_up(wrong)
        finally:
            if self._recorder is not None:
                self._recorder.close(self.readiness.value, lambda: self.transcript.hash)

    def _conceal(self, problem: ButtermilkError) -> None:
        problem.args = tuple(self._credentials.hide(str(said)) for said in problem.args)

    def _give_up(self, problem: ButtermilkError) -> None:
        self._conceal(problem)
        self.problem = strip_context(problem)
        self._tell(Failed(at=time.time(), reason=str(problem)))

    async def _converse(self, wanted: RunFlow) -> None:
        answering = asyncio.create_task(self._answer())
        try:
            await self._live.run(wanted)
        finally:
            answering.cancel()
            await asyncio.gather(answering, return_exceptions=True)
            await self._stopped()

    async def _answer(self) -> None:
        """Let the manager, if it is a script or a function, speak in each of its turns.

        What went wrong is recorded before the server is asked to stop: the server's end of the flow
        may come while it is asked, and must not be taken for the outcome.
        """
        manager = self._manager
        if manager is None:
            return
        before: Turn | None = None
        reply: Reply | None = None
        going_on = True
        while going_on:
            turn = await self._next_turn(before)
            if before is None or not turn.repeats(before):
                reply = None
            before = turn
            try:
                reply = reply or await answer_of(manager, turn.question)
                going_on = self._reply(turn.question, reply)
            except AnswerError as problem:
                self._give_up(problem)
                going_on = False
            except BaseException as error:
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    raise
                self._give_up(_failure_of(error, turn.question))
                going_on = False
        self._stopping = asyncio.create_task(self._stop_quietly())

    async def _next_turn(self, before: Turn | None) -> Turn:
        """Wait for the turn after this one.

        A host that answers nothing, and is silent for long, has the manager's next turn all the
        same, so that a script comes to its end.
        """
        while True:
            heard = len(self.conversation.frames)
            with contextlib.suppress(StillRunning):
                await self._until_turn(lambda: self._turn() not in (None, before), REPLY_WITHIN)
            turn = self._turn()
            if turn is not None and turn != before:
                return turn
            silent = self.conversation.chat_turn
            if silent is not None and heard == len(self.conversation.frames):
                return Turn.of(silent)

    def _turn(self) -> Turn | None:
        """The manager's turn, if it is theirs."""
        question, entry = self.conversation.turn, self.conversation.question
        if question is None:
            return None
        return Turn.of(question, tries=len(entry.replies) if entry else 0)

    def _reply(self, question: Question, reply: Reply | None) -> bool:
        """Say what the manager answers; whether the run goes on.

        An async manager takes its time, and what it answers may no longer be open.
        """
        if reply is None:
            self._tell(Finished(at=time.time(), reason=SCRIPT_ENDED))
        elif self.conversation.is_due(question):
            self._tell(self._spoken(reply.verdict, reply.content, reply.confirm, "script"))
        return reply is not None

    async def _stop_quietly(self) -> None:
        """Stop at the server a run that its manager ended; say so only if it was not confirmed."""
        said = await self._live.stop()
        if not said.startswith("Stopped:"):
            self._tell(ReasonChanged(at=time.time(), reason=f"{self.reason} {said}"))

    async def _stop_and_say(self) -> None:
        self._tell(ReasonChanged(at=time.time(), reason=await self._live.stop()))

    async def _stopped(self) -> None:
        """Wait until it is known whether the server has stopped a run that was stopped here."""
        if self._stopping is not None:
            await asyncio.wait({self._stopping})

    async def _end_driving(self) -> None:
        await self._stopped()
        if self._driving is not None and self._driving is not asyncio.current_task():
            if self.readiness in (Readiness.ENDED, Readiness.FAILED):
                # It takes leave of the server, and is over then.
                await asyncio.wait({self._driving}, timeout=LEAVES_WITHIN)
            self._driving.cancel()
            await asyncio.gather(self._driving, return_exceptions=True)


def _failure_of(error: BaseException, turn: Question) -> WrongAnswer:
    """What became of a manager's function, as an error of ours."""
    wrong = WrongAnswer(
        f"The manager's function failed on {truncate(turn.content)!r} with "
        f"{type(error).__name__}: {error}"
    )
    # What led to it begins with the function's own line.
    while error.__traceback__ is not None and _ours(error.__traceback__):
        error.__traceback__ = error.__traceback__.tb_next
    wrong.__cause__ = error
    return wrong


def _ours(step: TracebackType) -> bool:
    return str(step.tb_frame.f_globals.get("__name__", "")).startswith(f"{__package__}.")
