"""The driver: it connects, pumps frames, connects again by policy, and closes.

A :class:`Session` is one run in a session of its own: the deployed server takes one ``run_flow`` a
connection, and mixes the frames of two runs in one session (PROTOCOL section 5). All of it happens
on one event loop; ``widget.Run`` is the same run for other threads.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from typing import TYPE_CHECKING, Any

from . import answers
from .api import Address, Api
from .cassette import request_of
from .conversation import Conversation
from .errors import (
    AnswerError,
    BadCassette,
    BadParameter,
    ButtermilkError,
    ConnectionLost,
    FlowFailed,
    FlowSilent,
    Replaying,
    RunError,
    RunStopped,
    ServerError,
    StillRunning,
    UnknownFlow,
    WrongAnswer,
    hint,
    listing,
)
from .frames import encode
from .inputs import (
    Connecting,
    Disconnected,
    Explained,
    Failed,
    Gone,
    HandedOver,
    HeldEdited,
    HeldReleased,
    HeldRemoved,
    Lost,
    Received,
    Reconnected,
    Responded,
    Sent,
    Started,
    Stopped,
    Unsent,
)
from .messages import RunFlow
from .patches import Question, Readiness
from .script import manager_of, read
from .transcript import Transcript
from .transport import HEARTBEAT, MAX_FRAME, Closed, Transport, WebSocketTransport

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
    from types import TracebackType
    from typing import Self

    from .cassette import Cassette, Recorder, Recording
    from .history import Entries
    from .inputs import Input
    from .patches import Author, Entry, Verdict
    from .script import Manager, Script

FIRST_FRAME = 30.0
"""Seconds from ``run_flow`` to the first frame. 5 s is too short: set-up takes nearly 4 s."""

RECONNECT = 300.0
"""Seconds for which a dropped connection is tried again."""

LINGER = 0.5
"""Seconds in which frames are still read after the end; measured, they come within 0.01 s."""

TURN = 0.01
"""Seconds of reading after which others have their turn: a frame in the buffer is not waited for."""

_HINT_AFTER = 2.0


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
        made = RunFlow(flow=flow, prompt=prompt, record_id=record_id, **parameters)
        encode(made)
    except (TypeError, ValueError, RecursionError) as error:
        raise BadParameter(
            f"A parameter of the flow {flow!r} cannot be sent: prompt and record_id are text, and "
            "everything else must be plain JSON (text, numbers, lists, dicts)."
        ) from error
    return made


def delays(first: float = 0.5, longest: float = 30.0) -> Iterator[float]:
    """Seconds to wait before each try to reconnect: growing, with jitter."""
    delay = first
    while True:
        yield delay * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
        delay = min(delay * 2, longest)


class Session:
    """One run of a flow, for scripts: ``async with Session(url) as session``.

    ::

        async with Session("http://localhost:8000") as session:
            session.run("osb", prompt="Is this post allowed?")
            while await session.asked():
                session.confirm()
            for entry in session.entries:
                print(entry.body)

    Leaving the block stops a run that has not ended.

    Args:
        server: The server's address.
        headers: Sent with each request and with the WebSocket, and shown nowhere.
        ssl: A context, or ``False`` to trust any certificate.
        first_frame: Seconds from asking for the flow to the first frame.
        reconnect: Seconds for which a dropped connection is tried again.
        max_frame: The largest frame to take, in bytes.
        heartbeat: Seconds between pings.
        transport: What carries the frames; a WebSocket, if not given.
        conversation: Where the frames go; a new one, if not given.
        cassette: Where the run is recorded, or replayed from with no server.
        pace: Of a replay: 0 is at once, 1 as it was, 0.5 in half the time.
        manager: A script, or a function of the question, that answers for the person.
        changed: Called, on the loop, whenever the conversation changed.

    Raises:
        BadAddress: the address cannot be one.
    """

    def __init__(
        self,
        server: str,
        *,
        headers: Mapping[str, str] | None = None,
        ssl: ssl.SSLContext | bool = True,
        first_frame: float = FIRST_FRAME,
        reconnect: float = RECONNECT,
        max_frame: int = MAX_FRAME,
        heartbeat: float = HEARTBEAT,
        transport: Transport | None = None,
        conversation: Conversation | None = None,
        cassette: Cassette | None = None,
        pace: float = 0.0,
        manager: Manager | Script | None = None,
        changed: Callable[[], None] | None = None,
    ) -> None:
        self.address = Address.parse(server)
        self.conversation = conversation or Conversation(server=str(self.address))
        self.problem: ButtermilkError | None = None
        self._headers = dict(headers or {})
        self._ssl = ssl
        self._first_frame = first_frame
        self._reconnect_for = reconnect
        self._transport = transport or WebSocketTransport(
            headers={**self.address.headers, **self._headers},
            ssl=ssl,
            max_frame=max_frame,
            heartbeat=heartbeat,
        )
        self._label = self.conversation.status.server or str(self.address)
        self._cassette = cassette
        self._pace = pace
        self._manager = manager_of(manager) if manager is not None else None
        self._recording: Recording | None = None
        self._recorder: Recorder | None = None
        self._notify = changed or (lambda: None)
        self._session_id: str | None = None
        self._driving: asyncio.Task[None] | None = None
        self._waiting: set[asyncio.Future[None]] = set()
        self._to_send = asyncio.Event()
        self._delays = delays()
        self._down_since: float | None = None

    def __repr__(self) -> str:
        return f"Session({str(self.address)!r}, {self.readiness.value!r})"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
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
        self.start(request(flow, prompt=prompt, record_id=record_id, **parameters))
        return self

    def start(self, wanted: RunFlow) -> None:
        """As :meth:`run`, with the frame made already."""
        if self._driving is not None:
            raise RunError("A session takes one run: make a new Session for the next.")
        loop, cassette = asyncio.get_running_loop(), self._cassette
        if cassette is not None and cassette.replays:
            self._recording = cassette.find(wanted)
            self._driving = loop.create_task(self._drive(self._replay, self._recording))
            return
        if cassette is not None and cassette.records:
            self._recorder = cassette.recorder(wanted, self._label, time.time())
        self._tell(Connecting(at=time.time(), flow=wanted.flow, server=self._label))
        self._driving = loop.create_task(self._drive(self._live, wanted))

    async def stop(self) -> None:
        """Stop the run on the server, and say in ``reason`` whether the server confirmed it."""
        if self.readiness.settled:
            return
        if self._recording is not None:
            self._tell(Stopped(at=time.time(), reason="The replay was stopped."))
        else:
            self._tell(Stopped(at=time.time(), reason="Stopping: the server was asked to."))
            self._tell(Explained(at=time.time(), reason=await self._stopped()))
        await self._end_driving()

    async def close(self) -> None:
        """Stop a run that has not ended, and let go of the connection."""
        if self._driving is not None:
            await self.stop()
        await self._end_driving()

    # --- what is known ---------------------------------------------------------------------------

    @property
    def readiness(self) -> Readiness:
        """Whether, and why not, input may go to the server now."""
        return self.conversation.readiness

    @property
    def reason(self) -> str:
        """A sentence on :attr:`readiness`."""
        return self.conversation.status.reason

    @property
    def question(self) -> Question | None:
        """The open question."""
        entry = self.conversation.question
        return entry.body if entry is not None and isinstance(entry.body, Question) else None

    @property
    def answered(self) -> bool:
        """Whether a script or a recording answers, so that nobody needs to."""
        return self._manager is not None or self._recording is not None

    @property
    def entries(self) -> Entries:
        """The conversation so far."""
        return self.conversation.entries

    # --- waiting ---------------------------------------------------------------------------------

    async def asked(self, timeout: float | None = None) -> Question | None:  # noqa: ASYNC109
        """Wait for a question to be open; ``None`` when the run ended without one.

        A question that a script or a recording answers is none for anybody else.

        Raises:
            StillRunning: neither happened within ``timeout`` seconds.
            ButtermilkError: as :meth:`ended`, if the run came to no good end.
        """
        await self._until(
            lambda: self.readiness.settled or (not self.answered and self._open_question() > 0),
            timeout,
        )
        if self.readiness.settled:
            self.check()
        return self.question

    async def ended(self, timeout: float | None = None) -> Self:  # noqa: ASYNC109
        """Wait for the run's end.

        Raises:
            StillRunning: it did not come within ``timeout`` seconds.
            ServerError, FlowFailed, UnknownFlow, FlowSilent: the run could not start or go on.
            ConnectionLost: the connection could not be made again.
            RunStopped: it was stopped.
        """
        await self._until(lambda: self.readiness.settled, timeout)
        if self._driving is not None and self.readiness is Readiness.ENDED:
            await asyncio.shield(self._driving)
        self.check()
        return self

    def check(self) -> None:
        """Raise what :meth:`ended` raises, if the run has come to no good end."""
        if self.problem is not None:
            raise self.problem
        if self.readiness is Readiness.STOPPED:
            raise RunStopped(self.reason)
        if self.readiness is Readiness.LOST:
            raise ConnectionLost(self.reason)
        if self.readiness is Readiness.FAILED:
            raise FlowFailed(f"The server says that the flow cannot go on: {self.reason}")

    async def more(self, given: int) -> tuple[Entry, ...]:
        """Wait for entries after the first ``given``; none means that the run has ended."""
        await self._until(lambda: self.conversation.count > given or self.readiness.settled, None)
        numbers = range(given + 1, self.conversation.count + 1)
        return tuple(self.conversation.entry(number) for number in numbers)

    async def __aiter__(self) -> AsyncIterator[Entry]:
        """Each entry as it comes, until the run ends."""
        given = 0
        while entries := await self.more(given):
            given += len(entries)
            for entry in entries:
                yield entry

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
        except TimeoutError as error:
            raise StillRunning(
                f"Nothing of the kind within {timeout:g} s; the run goes on. {self.reason}"
            ) from error

    def _changed(self) -> None:
        self._to_send.set()
        for news in self._waiting:
            if not news.done():
                news.set_result(None)
        self._notify()

    # --- the manager -----------------------------------------------------------------------------

    def confirm(self, *, by: Author = "person") -> None:
        """Answer the open question with yes.

        Raises:
            AnswerError: nothing is being asked, or the question cannot take it.
        """
        self.respond("confirm", by=by)

    def reject(self, content: str = "", *, by: Author = "person") -> None:
        """Answer the open question with no, and perhaps why.

        Raises:
            AnswerError: nothing is being asked, or the question cannot take it.
        """
        self.respond("reject", content, by=by)

    def choose(self, option: str, *, by: Author = "person") -> None:
        """Answer the open question with one of its options.

        Raises:
            AnswerError: nothing is being asked, or the option is none of the question's.
        """
        self.respond("choice", option, by=by)

    def say(self, content: str, *, by: Author = "person") -> None:
        """Answer the open question in words; with none open, they are held for the next.

        Raises:
            WrongAnswer: the question wants a yes or no, and words would reject it.
            RunOver: the run has ended.
        """
        entry, asked = self.conversation.question, self.question
        if asked is None or entry is None:
            self.respond("text", content, by=by)
            return
        verdict, _ = answers.read(asked, "text", content)
        if verdict == "text" and asked.form == "confirm":
            raise WrongAnswer(
                "This question takes confirm() or reject(), and words would reject it: "
                "reject('your words') says both."
            )
        self.respond("text", content, question=entry.id, by=by)

    def remark(self, content: str, *, by: Author = "person") -> None:
        """Say something to the group that answers nothing.

        Raises:
            AnswerError: the server is not ready for it, or something is being asked.
        """
        self.respond("remark", content, by=by)

    def respond(
        self,
        verdict: Verdict,
        content: str = "",
        *,
        question: int | None = None,
        by: Author = "person",
    ) -> None:
        """The manager says something; see :meth:`.Conversation.respond`.

        Raises:
            Replaying: the run is replayed.
        """
        self._by_hand(
            Responded(at=time.time(), verdict=verdict, content=content, question=question, by=by)
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

    def _by_hand(self, told: Input) -> None:
        if self._recording is not None and not self.readiness.settled:
            raise Replaying("This run is replayed: its answers are those that were recorded.")
        self._tell(told)

    def _tell(self, told: Input) -> None:
        """Tell the conversation, and the cassette if there is one, and whoever waits."""
        told.tell(self.conversation)
        if self._recorder is not None:
            self._recorder.write(told)
        self._changed()

    # --- driving ---------------------------------------------------------------------------------

    async def _drive(self, drive: Callable[[Any], Awaitable[None]], what: Any) -> None:
        try:
            await drive(what)
        except ButtermilkError as problem:
            self._give_up(problem)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run must not hang on it
            wrong = RunError(
                f"buttermilk_widget itself went wrong ({type(error).__name__}); please report it. "
                "What was read so far is kept."
            )
            wrong.__cause__ = error
            self._give_up(wrong)
        finally:
            await self._transport.close()
            if self._recorder is not None:
                transcript = Transcript.of(self.conversation)
                self._recorder.close(self.readiness.value, transcript.hash)
            self._changed()

    def _give_up(self, problem: ButtermilkError) -> None:
        self.problem = problem
        self._tell(Failed(at=time.time(), reason=str(problem)))

    # --- a recorded run --------------------------------------------------------------------------

    async def _replay(self, recording: Recording) -> None:
        at = recording.at
        turn_until = time.monotonic() + TURN
        for told in recording.inputs:
            if self._pace > 0:
                await asyncio.sleep(max(told.at - at, 0.0) * self._pace)
            elif time.monotonic() > turn_until:
                await asyncio.sleep(0)
                turn_until = time.monotonic() + TURN
            at = told.at
            try:
                self._tell(told)
            except (AnswerError, KeyError, IndexError, AssertionError) as error:
                raise BadCassette(
                    "The recording does not fit together: it was changed by hand, or made by "
                    f"another version. ({type(error).__name__}: {error})"
                ) from error
        if not self.readiness.settled:
            self._tell(Gone(at=at, reason="The recording breaks off here, before the run ended."))

    # --- a live run ------------------------------------------------------------------------------

    async def _live(self, wanted: RunFlow) -> None:
        async with self._api() as api:
            await self._converse(api, wanted)

    def _api(self) -> Api:
        return Api(self.address, headers=self._headers, ssl=self._ssl)

    async def _converse(self, api: Api, wanted: RunFlow) -> None:
        self._session_id = await api.open_session()
        try:
            await self._transport.open(self.address.socket(self._session_id))
        except Closed as closed:
            raise ServerError(
                f"{self.address} gave a session, but no WebSocket: {closed.reason} Is something "
                "between here and the server that lets no WebSocket through?"
            ) from closed
        self._tell(Started(at=time.time(), request=request_of(wanted)))
        tasks = [
            asyncio.create_task(self._send()),
            asyncio.create_task(self._answer(api)),
            asyncio.create_task(self._warn_of_unknown(api, wanted.flow)),
        ]
        try:
            await self._pump(api, wanted.flow)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self) -> None:
        """Hand over what the conversation has to send, one frame at a time."""
        while True:
            await self._to_send.wait()
            self._to_send.clear()
            frames = self.conversation.data_to_send()
            if frames and self._recorder is not None:
                self._recorder.write(HandedOver(at=time.time()))
            for frame in frames:
                fields: dict[str, Any] = {"text": frame.text, "answer": frame.answer}
                try:
                    await self._transport.send(frame.text)
                except Closed as closed:
                    became = Unsent if closed.unsent else Lost
                    self._tell(became(at=time.time(), **fields))
                else:
                    self._tell(Sent(at=time.time(), **fields))

    async def _answer(self, api: Api) -> None:
        """Let the manager answer each question, if it is a script or a function."""
        manager, answered = self._manager, 0
        if manager is None:
            return

        def asked_anew() -> bool:
            return self._open_question() not in (0, answered)

        problem = None
        while problem is None:
            await self._until(asked_anew, None)
            answered, question = self._open_question(), self.question
            if question is not None:
                problem = self._answer_by(manager, question)
        with contextlib.suppress(ServerError):  # the run is over for us in any case
            await api.stop(self._session_id or "")
        self._give_up(problem)

    def _answer_by(self, manager: Manager, question: Question) -> ButtermilkError | None:
        """Answer as the manager says; what stands against it, if anything does."""
        try:
            reply = read(question, manager(question))
            if reply.verdict == "text":
                self.say(reply.content, by="script")
            else:
                self.respond(reply.verdict, reply.content, by="script")
        except AnswerError as problem:
            return problem
        except Exception as error:  # noqa: BLE001 - it is the person's own function
            wrong = WrongAnswer(
                f"The manager's function failed on {question.content!r} with "
                f"{type(error).__name__}: {error}"
            )
            wrong.__cause__ = error
            return wrong
        return None

    def _open_question(self) -> int:
        """The number of the question that counts now; 0 is none."""
        asked = self.conversation.question
        return asked.id if asked and self.readiness is Readiness.ASKING else 0

    async def _pump(self, api: Api, flow: str) -> None:
        clock = asyncio.get_running_loop().time
        first_by = clock() + self._first_frame
        over_at: float | None = None
        turn_until = clock() + TURN
        while True:
            if clock() > turn_until:
                await asyncio.sleep(0)
                turn_until = clock() + TURN
            if self.readiness.settled:
                over_at = over_at or clock() + LINGER
            until = over_at or (None if self.conversation.heard else first_by)
            try:
                async with asyncio.timeout_at(until):
                    text = await self._transport.receive()
            except TimeoutError:
                if over_at is None:
                    raise await self._silence(api, flow) from None
                return
            except Closed as closed:
                if self.readiness.settled:
                    return
                await self._reconnect(api, closed)
                continue
            self._delays, self._down_since = delays(), None
            self._tell(Received(at=time.time(), text=text))

    async def _reconnect(self, api: Api, closed: Closed) -> None:
        """Try to have the same session again, by policy; if that fails the run is lost."""
        clock = asyncio.get_running_loop().time
        self._down_since = self._down_since or clock()
        self._tell(Disconnected(at=time.time(), reason=closed.reason))
        if closed.final:
            self._lose(f"{closed.reason} What became of the run is unknown.")
            return
        for delay in self._delays:
            if clock() + delay > self._down_since + self._reconnect_for:
                break
            again = f"{closed.reason} Connecting again in {delay:.1f} s."
            self._tell(Explained(at=time.time(), reason=again))
            await asyncio.sleep(delay)
            if await self._try_again(api):
                return
        self._lose(
            f"{closed.reason} It could not be made again within {self._reconnect_for:g} s. What "
            "became of the run is unknown; it may still be going on at the server."
        )

    async def _try_again(self, api: Api) -> bool:
        """Whether the matter is settled, one way or the other."""
        if self._session_id is None:
            raise RunError("There is no session to connect to again.")
        with contextlib.suppress(ServerError, Closed):  # the next try says the same, or is better
            if await api.gone(self._session_id):
                self._lose(
                    "The server no longer knows the session: it expired, was stopped elsewhere, or "
                    "the server was started anew."
                )
                return True
            await self._transport.open(self.address.socket(self._session_id))
            self._tell(Reconnected(at=time.time()))
            return True
        return False

    def _lose(self, reason: str) -> None:
        self._tell(Gone(at=time.time(), reason=reason))

    async def _warn_of_unknown(self, api: Api, flow: str) -> None:
        """Say early that the flow is not on offer: the deployed server never says it."""
        await asyncio.sleep(min(_HINT_AFTER, self._first_frame / 2))
        if self.conversation.heard or self.readiness is not Readiness.STARTING:
            return
        with contextlib.suppress(ServerError):  # a server need not tell; the time limit still holds
            offered = await api.flows()
            if flow not in offered and not self.conversation.heard:
                said = (
                    f"{_not_offered(flow, offered)} Waiting all the same, up to "
                    f"{self._first_frame:g} s."
                )
                self._tell(Explained(at=time.time(), reason=said))

    async def _silence(self, api: Api, flow: str) -> RunError:
        """What to say when no frame came: all that is known is which flows there are."""
        said = f"The server said nothing for {self._first_frame:g} s after {flow!r} was asked for."
        try:
            offered = await api.flows()
        except ServerError:
            offered = ()
        try:
            await api.stop(self._session_id or "")
        except ServerError as error:
            said = f"{said} It could not be stopped either: {error}"
        if offered and flow not in offered:
            return UnknownFlow(f"{said} {_not_offered(flow, offered)}")
        on_offer = f" The flows on offer are {listing(offered)}." if offered else ""
        return FlowSilent(
            f"{said}{on_offer} Its set-up may have failed without a word: look at the server's "
            "log, or give it longer with first_frame=."
        )

    async def _stopped(self) -> str:
        """Stop the run on the server; a sentence on what the server said to that."""
        if self._session_id is None:
            return "Stopped before the server was asked for anything."
        try:
            async with self._api() as api:
                known = await api.stop(self._session_id)
        except ServerError as error:
            return (
                "Stopped here, but the server did not confirm it, and the flow may still be "
                f"running: {error}"
            )
        if not known:
            return "Stopped: the server no longer knew of the run."
        return "Stopped: the server confirmed it."

    async def _end_driving(self) -> None:
        if self._driving is not None and self._driving is not asyncio.current_task():
            self._driving.cancel()
            await asyncio.gather(self._driving, return_exceptions=True)


def _not_offered(flow: str, offered: tuple[str, ...]) -> str:
    return (
        f"{flow!r} is not among the flows on offer, which are {listing(offered)}."
        f"{hint(flow, offered)}"
    )
