"""A live run: it connects, pumps frames, and connects again by policy."""

from __future__ import annotations

import asyncio
import contextlib
import math
import platform
import random
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from buttermilk_widget._tracebacks import describe_chain, log
from buttermilk_widget.cassette.cassette import request_of
from buttermilk_widget.conversation.events import (
    Acknowledged,
    ConnectionGone,
    Disconnected,
    FrameLost,
    FrameNotSent,
    FrameReceived,
    FrameSent,
    FramesTaken,
    ReasonChanged,
    Reconnected,
    ServerSilent,
    Started,
)
from buttermilk_widget.conversation.patches import Readiness
from buttermilk_widget.errors import (
    BadParameter,
    FlowSilent,
    RunError,
    ServerError,
    UnknownFlow,
    did_you_mean,
    join_names,
)

from . import default_server, exits
from .api import Api
from .transport import TURN, Closed, Pong, Quiet

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from buttermilk_widget.conversation.conversation import Conversation
    from buttermilk_widget.conversation.events import Event
    from buttermilk_widget.conversation.patches import Flow
    from buttermilk_widget.protocol.messages import RunFlow

    from .api import Address
    from .credentials import Credentials
    from .transport import Transport

CLIENT = f"buttermilk_widget {version('buttermilk_widget')}, Python {platform.python_version()}"

LINGER = 0.5
"""Seconds in which frames are still read after the end; measured, they come within 0.01 s."""

LAST_PONG = 5.0
"""Seconds in which, after the end, it is still heard whether an answer has come."""

LEAVES_WITHIN = 2.0
"""Seconds that the server has to take leave: to delete a session that is over, or came to nothing."""

_HINT_AFTER = 2.0

_PONG_WITHIN = 5.0
"""Seconds after which a server that has not answered a ping is taken for busy."""


def delays(first: float = 0.5, longest: float = 30.0) -> Iterator[float]:
    """Seconds to wait before each try to reconnect: growing, with jitter."""
    delay = first
    while True:
        yield delay * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
        delay = min(delay * 2, longest)


class Live:
    """Drives a conversation over a transport.

    Args:
        address: The server's; ``None`` is the built-in one.
        conversation: What is driven; nothing here changes it but by ``tell``.
        transport: What carries the frames.
        tell: Tells the conversation.
        note: Notes what it was told already.
        credentials: Sent with each request.
        ssl: A context, or ``False`` to trust any certificate.
        first_frame: Seconds from asking for the flow to the first frame.
        reconnect: Seconds for which a dropped connection is tried again.
    """

    def __init__(
        self,
        address: Address | None,
        conversation: Conversation,
        transport: Transport,
        *,
        tell: Callable[[Event], None],
        note: Callable[[Event], None],
        credentials: Credentials,
        ssl: ssl.SSLContext | bool,
        first_frame: float,
        reconnect: float,
    ) -> None:
        self.address = address
        self.conversation = conversation
        self.session_id: str | None = None
        self._transport = transport
        self._tell = tell
        self._note = note
        self._credentials = credentials
        self._ssl = ssl
        self._first_frame = first_frame
        self._reconnect_for = reconnect
        self._to_send = asyncio.Event()
        self._delays = delays()
        self._down_since: float | None = None
        self._first_by = 0.0
        self._over_at: float | None = None
        self._busy_from: float | None = None  # when a ping that finds no answer is late
        self._offered: tuple[str, ...] | None = None
        self._left = False  # the server was told that the session is over
        self._cancelled = False

    def changed(self) -> None:
        """There may be something to send."""
        self._to_send.set()

    async def run(self, wanted: RunFlow) -> None:
        """Ask for the flow, and go on to the end of the run.

        Raises:
            ServerError, UnknownFlow, FlowSilent: the run could not start.
        """
        self.address = await default_server.soon(self.address)
        try:
            async with self._api() as api:
                try:
                    await self._converse(api, wanted)
                except asyncio.CancelledError:
                    self._cancelled = True
                    raise
                finally:
                    await self._close()
                    await self._leave(api)
        finally:
            # A run whose loop came to its end is still on at the server.
            if self._left or self.conversation.readiness.settled or not self._cancelled:
                exits.forget(self.abandon)

    async def _close(self) -> None:
        await self._transport.close()
        if self.conversation.on_the_way:
            self._tell(Disconnected(at=time.time(), reason="The connection was closed."))

    async def _leave(self, api: Api) -> None:
        """Have the server delete a session that is over; of a lost run, something may be left there."""
        if self._left or self._cancelled or self.session_id is None:
            return
        if self.conversation.readiness is Readiness.LOST:
            return
        self._left = True
        try:
            async with asyncio.timeout(LEAVES_WITHIN):
                await api.stop(self.session_id)
        except (ServerError, TimeoutError) as error:
            # The run is over all the same, and a server forgets its sessions in time.
            log.debug("The session could not be deleted (%s).", type(error).__name__)

    async def stop(self) -> str:
        """Stop the run on the server; a sentence on what the server said to that."""
        if self.session_id is None:
            return "Stopped before the server was asked for anything."
        self._left = True
        try:
            async with self._api() as api:
                known = await api.stop(self.session_id)
        except (ServerError, BadParameter) as error:
            return (
                "Stopped here, but the server did not confirm it, and the flow may still be "
                f"running: {error}"
            )
        if not known:
            return "Stopped: the server no longer knew of the run."
        return "Stopped: the server confirmed it."

    async def abandon(self) -> None:
        """Stop the run on the server as the program ends: with what is known, and in no loop of ours."""
        if self.session_id is not None and not self._left:
            async with self._api(last=True) as api:
                await api.stop(self.session_id)

    async def flows(self) -> tuple[Flow, ...]:
        """The flows on offer.

        Raises:
            ServerError: the server cannot be reached, or does not list them.
        """
        self.address = await default_server.soon(self.address)
        async with self._api() as api:
            return await api.flows()

    def _api(self, *, last: bool = False) -> Api:
        headers = self._credentials.latest() if last else self._credentials.fresh()
        return Api(self._there, headers=headers, ssl=self._ssl, last=last)

    @property
    def _there(self) -> Address:
        if self.address is None:
            raise RunError("The built-in server was not started yet.")
        return self.address

    async def _converse(self, api: Api, wanted: RunFlow) -> None:
        self.session_id = await api.open_session()
        exits.remember(self.abandon)
        try:
            await self._transport.open(self._there.socket(self.session_id))
        except Closed as closed:
            raise ServerError(
                f"{self.address} gave a session, but no WebSocket: {closed.reason} Is something "
                "between here and the server that lets no WebSocket through?"
            ) from None
        self._tell(
            Started(
                at=time.time(),
                request=request_of(wanted),
                session=self.session_id,
                client=CLIENT,
            )
        )
        tasks = [
            asyncio.create_task(self._send()),
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
            if frames:
                self._note(FramesTaken(at=time.time()))
            for frame in frames:
                fields: dict[str, Any] = {"text": frame.text, "answer": frame.answer}
                try:
                    await self._transport.send(frame.text, frame.answer)
                except Closed as closed:
                    became = FrameNotSent if closed.unsent else FrameLost
                    self._tell(became(at=time.time(), **fields))
                except Exception as error:  # noqa: BLE001 - it is not to pass for sent, whatever it is
                    wrong = RunError()
                    wrong.__context__ = error
                    log.error("A frame could not be sent: %s", describe_chain(wrong))
                    self._tell(FrameLost(at=time.time(), **fields))
                else:
                    pinged = frame.answer is not None
                    self._tell(FrameSent(at=time.time(), pinged=pinged, **fields))

    async def _pump(self, api: Api, flow: str) -> None:
        clock = asyncio.get_running_loop().time
        self._first_by = clock() + self._first_frame
        turn_until = clock() + TURN
        while True:
            if clock() > turn_until:
                await asyncio.sleep(0)
                turn_until = clock() + TURN
            try:
                async with asyncio.timeout_at(self._due(clock())):
                    came = await self._transport.receive()
            except TimeoutError:
                if self._over_at is not None:
                    return
                if not self._waits_on(clock()):
                    raise await self._silence(api, flow) from None
            except Closed as closed:
                if self.conversation.readiness.settled:
                    return
                self._busy_from = None
                await self._reconnect(api, closed)
            else:
                self._take(came, clock())

    def _due(self, now: float) -> float | None:
        """Until when to wait for what comes next; ``None`` is as long as it takes."""
        if self.conversation.readiness.settled:
            self._over_at = self._over_at or now
            return self._over_at + (LAST_PONG if self.conversation.on_the_way else LINGER)
        return None if self.conversation.heard else self._first_by

    def _waits_on(self, now: float) -> bool:
        """Whether the time limit is over while the server is busy: then it has not begun yet."""
        busy = self._busy_from is not None and now >= self._busy_from
        if busy:
            self._first_by = math.inf
        return busy

    def _take(self, came: str | Pong | Quiet, now: float) -> None:
        """Tell the conversation what has come, or that nothing has."""
        if isinstance(came, Quiet):
            if self._busy_from is None:
                self._busy_from = now + min(_PONG_WITHIN, came.seconds / 2)
            if came.unanswered and self.conversation.status.silent_since is None:
                at = time.time()
                self._tell(ServerSilent(at=at, since=at - came.seconds))
            return
        self._delays, self._down_since, self._busy_from = delays(), None, None
        if self._first_by == math.inf:
            self._first_by = now + self._first_frame
        if isinstance(came, str):
            self._tell(FrameReceived(at=time.time(), text=came))
            return
        if self.conversation.status.silent_since is not None:
            self._tell(ServerSilent(at=time.time(), since=None))
        if came.mark is not None:
            self._tell(Acknowledged(at=time.time(), answer=came.mark))

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
            self._tell(ReasonChanged(at=time.time(), reason=again))
            await asyncio.sleep(delay)
            if await self._try_again(api):
                return
        self._lose(
            f"{closed.reason} It could not be made again within {self._reconnect_for:g} s. What "
            "became of the run is unknown; it may still be going on at the server."
        )

    async def _try_again(self, api: Api) -> bool:
        """Whether the matter is settled, one way or the other."""
        if self.session_id is None:
            raise RunError("There is no session to connect to again.")
        with contextlib.suppress(ServerError, Closed):  # the next try says the same, or is better
            if await api.gone(self.session_id):
                self._lose(
                    "The server no longer knows the session: it expired, was stopped elsewhere, or "
                    "the server was started anew."
                )
                return True
            await self._transport.open(self._there.socket(self.session_id))
            self._tell(Reconnected(at=time.time()))
            return True
        return False

    def _lose(self, reason: str) -> None:
        self._tell(ConnectionGone(at=time.time(), reason=reason))

    async def _warn_of_unknown(self, api: Api, flow: str) -> None:
        """Say early that the flow is not on offer: the deployed server never says it."""
        await asyncio.sleep(min(_HINT_AFTER, self._first_frame / 2))
        if self.conversation.heard or self.conversation.readiness is not Readiness.STARTING:
            return
        with contextlib.suppress(ServerError):  # a server need not tell; the time limit still holds
            self._offered = await _names(api)
            if flow not in self._offered and not self.conversation.heard:
                said = (
                    f"{_not_offered(flow, self._offered)} Waiting all the same, up to "
                    f"{self._first_frame:g} s."
                )
                self._tell(ReasonChanged(at=time.time(), reason=said))

    async def _silence(self, api: Api, flow: str) -> RunError:
        """What to say when no frame came: all that is known is which flows there are."""
        said = f"The server said nothing for {self._first_frame:g} s after {flow!r} was asked for."
        if self.conversation.gaps:
            said = f"{said} The connection broke meanwhile, so the request may not have arrived."
        # The server closes the socket before it answers, and waits until we have read that.
        reading = asyncio.create_task(self._read_on())
        offered, not_stopped = await asyncio.gather(self._offers(api), self._give_up(api))
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
        said = f"{said}{not_stopped}"
        if offered and flow not in offered:
            return UnknownFlow(f"{said} {_not_offered(flow, offered)}")
        on_offer = f" The flows on offer are {join_names(offered)}." if offered else ""
        return FlowSilent(
            f"{said}{on_offer} Its set-up may have failed without a word: look at the server's "
            "log, or give it longer with first_frame=."
        )

    async def _read_on(self) -> None:
        """Read to the end of the connection; what comes late is told all the same."""
        with contextlib.suppress(Closed):
            while True:
                self._take(await self._transport.receive(), asyncio.get_running_loop().time())

    async def _offers(self, api: Api) -> tuple[str, ...]:
        """The names of the flows on offer, as far as they are known or soon told."""
        with contextlib.suppress(ServerError, TimeoutError):
            async with asyncio.timeout(LEAVES_WITHIN):
                self._offered = self._offered or await _names(api)
        return self._offered or ()

    async def _give_up(self, api: Api) -> str:
        """Stop a flow that says nothing; what stands against it, as a sentence to go on with."""
        self._left = True
        try:
            async with asyncio.timeout(LEAVES_WITHIN):
                await api.stop(self.session_id or "")
        except ServerError as error:
            return f" It could not be stopped either: {error}"
        except TimeoutError:
            return " It could not be stopped either: the server does not answer."
        return ""


async def _names(api: Api) -> tuple[str, ...]:
    return tuple(flow.name for flow in await api.flows())


def _not_offered(flow: str, offered: tuple[str, ...]) -> str:
    return (
        f"{flow!r} is not among the flows on offer, which are {join_names(offered)}."
        f"{did_you_mean(flow, offered)}"
    )
