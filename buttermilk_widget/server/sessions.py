"""Sessions: one client's identity each, which outlives a dropped socket."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import math
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

from aiohttp import WSCloseCode
from aiohttp.web import ResponseKey

from buttermilk_widget.errors import (
    BadParameter,
    ButtermilkError,
    RunOver,
    ServerError,
    UnknownFlow,
)
from buttermilk_widget.messages import RunFlow

from .flows import FLOWS, prepare
from .group import Finished, Trouble
from .incoming import Unreadable, read
from .orchestrator import AutogenOrchestrator, SetupFailed
from .outbox import Outbox
from .rate import Allowance
from .settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp.web import WebSocketResponse

    from .flows import Flow
    from .orchestrator import FromManager, Publish

log = logging.getLogger(__name__)

TAKEN_OVER = 4409
"""Close code of a socket whose session was taken over by a newer one."""

TOO_FAST = 4429
"""Close code of a socket whose client sends more than the server takes."""

TOO_SLOW = 1013
"""Close code of a socket whose client reads too slowly; it may come back for what is kept."""

LINE: ResponseKey[asyncio.Transport] = ResponseKey("line", asyncio.Transport)
"""What a socket runs over, to end it at once, whatever waits to be written."""

LEFT = (WSCloseCode.OK, WSCloseCode.GOING_AWAY)
"""Close codes of a client that needs no more."""

State = Literal["waiting", "active", "reconnecting", "completed"]


class TooManySessions(ServerError):
    """The server has as many sessions as it will hold."""


class TooOften(ServerError):
    """Sessions are made faster than the server allows.

    Attributes:
        wait: Whole seconds after which another may be made.
    """

    def __init__(self, wait: float) -> None:
        self.wait = math.ceil(wait)
        super().__init__(
            f"Sessions are made too often: try again in {self.wait} s, and use one session for "
            "several runs, one after the other."
        )


class Session:
    """One client, the flow that runs for it, and what waits to be told to it."""

    def __init__(
        self,
        session_id: str,
        *,
        settings: Settings,
        flows: Mapping[str, Flow],
        clock: Callable[[], float],
    ) -> None:
        self.id = session_id
        self.flow: str | None = None
        self.outcome: str | None = None
        self.outbox = Outbox(settings.backlog, settings.backlog_bytes, self._read_too_slowly)
        self._allowance = Allowance(settings.frame_burst, settings.frame_rate, clock)
        self._warned = False
        self._settings = settings
        self._flows = flows
        self._clock = clock
        self._seen = clock()
        self._met = False
        self._runs = 0
        self._orchestrator: AutogenOrchestrator | None = None
        self._publish: Publish | None = None
        self._task: asyncio.Task[None] | None = None
        self._closing: asyncio.Task[None] | None = None

    @property
    def running(self) -> bool:
        """Whether a flow is on."""
        return self._orchestrator is not None

    @property
    def status(self) -> State:
        """What the session is at, in one word."""
        if self.outcome is not None and not self.running:
            return "completed"
        if self.outbox.socket is not None:
            return "active"
        return "reconnecting" if self._met else "waiting"

    @property
    def idle(self) -> float:
        """Seconds for which nobody has been there; 0 while a socket is."""
        return 0.0 if self.outbox.socket is not None else self._clock() - self._seen

    @property
    def done(self) -> bool:
        """Whether its flow has ended, all was told, and nobody is there any more."""
        told = self.outbox.socket is None and len(self.outbox) == 0
        return told and self.status == "completed"

    # --- the socket ------------------------------------------------------------------------------

    async def attach(self, socket: WebSocketResponse) -> None:
        """Go on with this socket; an older one is closed, and told why."""
        before = await self.outbox.attach(socket)
        again, self._met = self._met, True
        self._seen = self._clock()
        if before is not None:
            await before.close(code=TAKEN_OVER, message=b"A newer connection took this session.")
        if again and self._orchestrator is not None:
            # An answer may have been lost with the connection before.
            await self._orchestrator.ask_again()

    async def detach(self, socket: WebSocketResponse) -> None:
        """The socket is gone. The flow goes on, and what it says is kept."""
        if self.outbox.socket is socket:
            await self.outbox.detach(left=socket.close_code in LEFT)
            self._seen = self._clock()

    # --- what the client says --------------------------------------------------------------------

    async def receive(self, text: str) -> None:
        """Do what a frame says; what cannot be done is answered with a sentence."""
        self._seen = self._clock()
        if not await self._in_measure():
            return
        try:
            frame = read(text, self._settings.longest_text)
        except Unreadable as error:
            self.trouble(str(error), fatal=error.fatal and not self.running)
            return
        if isinstance(frame, RunFlow):
            self._start(frame)
        elif getattr(frame, "halt", None):
            await self.stop()
        else:
            await self._pass_on(frame)

    async def _in_measure(self) -> bool:
        """Whether the frame is taken: a client that sends too fast is told, and then closed."""
        taken, low = self._allowance.take(), self._allowance.low
        rule = (
            f"{self._settings.frame_burst} frames at once, and then "
            f"{self._settings.frame_rate:g} a second"
        )
        if taken:
            if low and not self._warned:
                self.trouble(f"You send too fast: the server takes {rule}, and then closes.")
            self._warned = low
            return True
        socket = self.outbox.socket
        if socket is not None:
            await self.outbox.flush()
            await socket.close(code=TOO_FAST, message=f"Too fast: it takes {rule}.".encode())
        return False

    def _read_too_slowly(self, socket: WebSocketResponse) -> None:
        """Let go of a client for which more waits than is kept."""
        self._closing = asyncio.create_task(self._let_go(socket))

    async def _let_go(self, socket: WebSocketResponse) -> None:
        await self.detach(socket)
        reason = b"You read too slowly, so that messages were lost: connect again for the rest."
        try:
            async with asyncio.timeout(self._settings.closes_within):
                await socket.close(code=TOO_SLOW, message=reason)
        except TimeoutError:
            log.debug("A client that read too slowly did not hear that either")
        finally:
            socket[LINE].abort()

    def trouble(self, sentence: str, *, fatal: bool = False) -> None:
        """Tell the client that something is wrong."""
        self.outbox.put(Trouble(content=sentence, fatal=fatal).frame())

    def _start(self, request: RunFlow) -> None:
        if self.running:
            self.trouble(
                f"The flow {self.flow!r} is still running in this session. Let it end, or stop it "
                "with DELETE, before another is started."
            )
            return
        try:
            flow, parameters = prepare(request, self._flows)
        except (UnknownFlow, BadParameter) as error:
            self.trouble(str(error), fatal=True)
            return
        self._runs += 1
        self.flow = flow.name
        orchestrator = AutogenOrchestrator(
            flow,
            parameters,
            self.outbox.put,
            key=f"run-{self._runs}",
            settings=self._settings,
        )
        # From here on input is taken, though the orchestrator has not been set up.
        self._orchestrator = orchestrator
        self._publish = orchestrator.make_publish_callback()
        self._task = asyncio.create_task(self._conduct(orchestrator))

    async def _pass_on(self, frame: FromManager) -> None:
        if self._publish is None:
            self.trouble("No flow is running here, so this went to nobody: send run_flow first.")
            return
        try:
            await self._publish(frame)
        except RunOver as error:
            self.trouble(str(error))

    # --- the flow --------------------------------------------------------------------------------

    async def _conduct(self, orchestrator: AutogenOrchestrator) -> None:
        flow = self.flow or ""
        try:
            ending: Finished | Trouble = await orchestrator.run()
        except SetupFailed as error:
            why = f"{type(error.__cause__).__name__}: {error.__cause__}".splitlines()[0]
            ending = Trouble(content=f"The flow {flow!r} could not be set up ({why}).", fatal=True)
        except Exception as error:
            log.exception("The flow %s broke off", flow)
            why = str(error) if isinstance(error, ButtermilkError) else type(error).__name__
            ending = Finished(
                flow=flow, status="failed", content=f"The flow {flow} broke off: {why}"
            )
        self._settle(ending)

    def _settle(self, ending: Finished | Trouble) -> None:
        """Note the end and tell the client, at once: another flow may be asked for then."""
        self._orchestrator = self._publish = None
        self.outcome = ending.status if isinstance(ending, Finished) else "failed"
        self.outbox.put(ending.frame())

    async def stop(self) -> None:
        """Stop the flow, if one runs, and wait until its agents are gone."""
        task, orchestrator = self._task, self._orchestrator
        if task is None or orchestrator is None:
            return
        if not orchestrator.leaving and not task.cancelling():
            task.cancel()
        await asyncio.wait({task})
        if task.cancelled() and self._orchestrator is orchestrator:
            flow = self.flow or ""
            self._settle(
                Finished(flow=flow, status="stopped", content=f"The flow {flow} was stopped.")
            )

    async def close(self, code: int, reason: str) -> None:
        """Stop the flow, say so, and close the socket."""
        await self.stop()
        await self.outbox.flush()
        socket = await self.outbox.detach()
        if socket is not None:
            await socket.close(code=code, message=reason.encode())


class SessionManager:
    """All sessions, by their ids.

    The name is the document's: everywhere else the manager is the person.

    Args:
        settings: How many, and for how long.
        flows: What they may run.
        clock: Seconds that only go up.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        flows: Mapping[str, Flow] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings or Settings()
        self._flows = FLOWS if flows is None else flows
        self._clock = clock
        self._sessions: dict[bytes, Session] = {}
        self._key = secrets.token_bytes(32)
        self._allowance = Allowance(
            self._settings.session_burst, self._settings.session_rate, clock
        )
        self._sweeper: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._sessions)

    @staticmethod
    def new_id() -> str:
        """An id that nobody can guess."""
        return secrets.token_urlsafe(24)

    def find(self, session_id: str) -> Session | None:
        """The session with this id."""
        return self._sessions.get(self._place(session_id))

    def _place(self, session_id: str) -> bytes:
        """Where a session is kept: the time that it takes to find says nothing of other ids."""
        return hashlib.blake2b(session_id.encode("utf-8", "replace"), key=self._key).digest()

    async def get_or_create_session(
        self, session_id: str, websocket: WebSocketResponse | None = None
    ) -> Session:
        """The session with this id, made if there is none; it goes on with ``websocket``, if given.

        Raises:
            TooManySessions: there is no room for another.
            TooOften: too many were made of late.
        """
        session = self.find(session_id)
        if session is None:
            if len(self._sessions) >= self._settings.most_sessions:
                await self.sweep(full=True)
            if len(self._sessions) >= self._settings.most_sessions:
                raise TooManySessions(
                    f"The server has {len(self._sessions)} sessions and takes no more. End one with "
                    "DELETE /api/session/{id}, or try again later."
                )
            if not self._allowance.take():
                raise TooOften(self._allowance.wait)
            session = self._sessions.setdefault(
                self._place(session_id),
                Session(session_id, settings=self._settings, flows=self._flows, clock=self._clock),
            )
        if websocket is not None:
            await session.attach(websocket)
        return session

    async def end(
        self, session_id: str, code: int = 1000, reason: str = "Ended by DELETE."
    ) -> bool:
        """End a session and its flow. False: there is no such one."""
        session = self._sessions.pop(self._place(session_id), None)
        if session is None:
            return False
        await session.close(code, reason)
        return True

    async def sweep(self, *, full: bool = False) -> int:
        """End the sessions with which nobody has been for too long; how many they were.

        When it is ``full``, those that are done make room too.
        """
        late = [
            s.id
            for s in self._sessions.values()
            if s.idle > self._settings.expiry or (full and s.done)
        ]
        ended = [await self.end(session_id, reason="Expired.") for session_id in late]
        return sum(ended)

    def start(self) -> None:
        """Sweep from time to time, until closed."""
        self._sweeper = asyncio.create_task(self._sweep_on())

    async def close(self) -> None:
        """End everything: the server goes away."""
        if self._sweeper is not None:
            self._sweeper.cancel()
            with suppress(asyncio.CancelledError):
                await self._sweeper
        await asyncio.gather(
            *(self.end(s.id, 1001, "The server stops.") for s in [*self._sessions.values()])
        )

    async def _sweep_on(self) -> None:
        while True:
            await asyncio.sleep(self._settings.sweep_every)
            await self.sweep()
