"""A session: one client's identity, which outlives a dropped socket."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Literal

from aiohttp import WSMsgType

from buttermilk_widget.errors import BadParameter, ButtermilkError, RunOver, UnknownFlow
from buttermilk_widget.protocol.messages import RunFlow
from buttermilk_widget.server.decode import Unreadable, read
from buttermilk_widget.server.flow.flows import prepare
from buttermilk_widget.server.flow.group_messages import Finished, Trouble
from buttermilk_widget.server.flow.orchestrator import AutogenOrchestrator, SetupFailed
from buttermilk_widget.server.flow.room import NoRoom

from .closing import LEFT, TAKEN_OVER, TOO_FAST, TOO_SLOW, Closer
from .outbox import Outbox
from .token_bucket import TokenBucket

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp import WSMessage
    from aiohttp.web import WebSocketResponse

    from buttermilk_widget.server.flow.flows import Flow
    from buttermilk_widget.server.flow.orchestrator import FromManager, Publish
    from buttermilk_widget.server.settings import Settings

log = logging.getLogger(__name__)

State = Literal["waiting", "active", "reconnecting", "completed"]


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
        self._frames = TokenBucket(settings.frame_burst, settings.frame_rate, clock)
        self._pings = TokenBucket(settings.frame_burst, settings.frame_rate, clock)
        self._warned = False
        self._ended = False
        self._settings = settings
        self._flows = flows
        self._clock = clock
        self._seen = clock()
        self._met = False
        self._runs = 0
        self._orchestrator: AutogenOrchestrator | None = None
        self._publish: Publish | None = None
        self._task: asyncio.Task[None] | None = None
        self._closer = Closer(settings.closes_within)

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

    async def attach(self, socket: WebSocketResponse) -> bool:
        """Go on with this socket; an older one is closed, with the reason.

        False: the session has ended meanwhile, and the socket is not attached.
        """
        if self._ended:
            return False
        # Nothing is awaited before the socket is in its place: several may come at once.
        before = self.outbox.attach(socket)
        again, self._met = self._met, True
        self._seen = self._clock()
        if before is not None:
            self._closer.later(before, TAKEN_OVER, "A newer connection took this session.")
        if again and self._orchestrator is not None:
            # An answer may have been lost with the connection before.
            await self._orchestrator.ask_again()
        return True

    def detach(self, socket: WebSocketResponse) -> None:
        """The socket is gone. The flow goes on, and what it says is kept."""
        if self.outbox.socket is socket:
            self.outbox.detach(left=socket.close_code in LEFT)
            self._seen = self._clock()

    # --- what the client says --------------------------------------------------------------------

    def admits(self, message: WSMessage) -> bool:
        """Whether the message is accepted; False: its client sends too fast.

        Every message counts, whatever it is, but the pongs that the server asks for.
        """
        if message.type is WSMsgType.PONG:
            return self.outbox.acknowledged(message.data) or self._pings.take()
        if message.type is WSMsgType.PING:
            return self._pings.take()
        admitted, low = self._frames.take(), self._frames.low
        if admitted:
            if low and not self._warned:
                self.trouble(f"You send too fast: the server takes {self._rule}, and then closes.")
            self._warned = low
        return admitted

    async def shut_out(self, socket: WebSocketResponse) -> None:
        """Close a socket whose client sends too fast. To be called by who reads from it."""
        await self.outbox.flush()
        self.detach(socket)
        reason = f"Too fast: it takes {self._rule}, and as many pings."
        await self._closer.now(socket, TOO_FAST, reason)

    @property
    def _rule(self) -> str:
        burst, rate = self._settings.frame_burst, self._settings.frame_rate
        return f"{burst} frames at once, and then {rate:g} a second"

    def _read_too_slowly(self, socket: WebSocketResponse) -> None:
        """Drop a client for which more waits than is kept."""
        self.detach(socket)
        self._closer.later(
            socket,
            TOO_SLOW,
            "You read too slowly, so that messages were lost: connect again for the rest.",
        )

    async def receive(self, text: str) -> None:
        """Do what a frame says; what cannot be done is answered with a sentence."""
        self._seen = self._clock()
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

    def trouble(self, sentence: str, *, fatal: bool = False) -> None:
        """Tell the client that something is wrong."""
        self.outbox.put(Trouble(content=sentence, fatal=fatal).frame())

    def _start(self, request: RunFlow) -> None:
        if self._ended:
            return  # nobody could stop this flow, and its client is on the way out
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
        except (RunOver, NoRoom) as error:
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
        """Stop the flow, say so, and close the socket; no other is attached from now on."""
        self._ended = True
        await self.stop()
        await self.outbox.flush()
        socket = self.outbox.detach()
        if socket is not None:
            await self._closer.now(socket, code, reason)
        await self._closer.finish()
