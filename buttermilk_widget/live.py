"""A live run: it connects, pumps frames, and connects again by policy."""

from __future__ import annotations

import asyncio
import contextlib
import platform
import random
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from .api import Api
from .cassette import request_of
from .errors import BadParameter, FlowSilent, RunError, ServerError, UnknownFlow, hint, listing
from .inputs import (
    Arrived,
    Disconnected,
    Explained,
    Gone,
    HandedOver,
    Lost,
    Received,
    Reconnected,
    Sent,
    Started,
    Unsent,
)
from .patches import Readiness
from .transport import Closed, Pong

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from .api import Address
    from .conversation import Conversation
    from .credentials import Credentials
    from .inputs import Input
    from .messages import RunFlow
    from .transport import Transport

CLIENT = f"buttermilk_widget {version('buttermilk_widget')}, Python {platform.python_version()}"

LINGER = 0.5
"""Seconds in which frames are still read after the end; measured, they come within 0.01 s."""

LAST_PONG = 5.0
"""Seconds in which, after the end, it is still heard whether an answer has come."""

TURN = 0.01
"""Seconds of reading after which others have their turn: a frame in the buffer is not waited for."""

_HINT_AFTER = 2.0


def delays(first: float = 0.5, longest: float = 30.0) -> Iterator[float]:
    """Seconds to wait before each try to reconnect: growing, with jitter."""
    delay = first
    while True:
        yield delay * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
        delay = min(delay * 2, longest)


class Live:
    """Drives a conversation over a transport.

    Args:
        address: The server's.
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
        address: Address,
        conversation: Conversation,
        transport: Transport,
        *,
        tell: Callable[[Input], None],
        note: Callable[[Input], None],
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

    def changed(self) -> None:
        """There may be something to send."""
        self._to_send.set()

    async def run(self, wanted: RunFlow) -> None:
        """Ask for the flow, and go on to the end of the run.

        Raises:
            ServerError, UnknownFlow, FlowSilent: the run could not start.
        """
        try:
            async with self._api() as api:
                await self._converse(api, wanted)
        finally:
            await self._transport.close()
            if self.conversation.on_the_way:
                self._tell(Disconnected(at=time.time(), reason="The connection was closed."))

    async def stop(self) -> str:
        """Stop the run on the server; a sentence on what the server said to that."""
        if self.session_id is None:
            return "Stopped before the server was asked for anything."
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

    def _api(self) -> Api:
        return Api(self.address, headers=self._credentials.fresh(), ssl=self._ssl)

    async def _converse(self, api: Api, wanted: RunFlow) -> None:
        self.session_id = await api.open_session()
        try:
            await self._transport.open(self.address.socket(self.session_id))
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
                self._note(HandedOver(at=time.time()))
            for frame in frames:
                fields: dict[str, Any] = {"text": frame.text, "answer": frame.answer}
                try:
                    await self._transport.send(frame.text, frame.answer)
                except Closed as closed:
                    became = Unsent if closed.unsent else Lost
                    self._tell(became(at=time.time(), **fields))
                else:
                    pinged = frame.answer is not None
                    self._tell(Sent(at=time.time(), pinged=pinged, **fields))

    async def _pump(self, api: Api, flow: str) -> None:
        clock = asyncio.get_running_loop().time
        first_by = clock() + self._first_frame
        over_at: float | None = None
        turn_until = clock() + TURN
        while True:
            if clock() > turn_until:
                await asyncio.sleep(0)
                turn_until = clock() + TURN
            until = None if self.conversation.heard else first_by
            if self.conversation.readiness.settled:
                over_at = over_at or clock()
                until = over_at + (LAST_PONG if self.conversation.on_the_way else LINGER)
            try:
                async with asyncio.timeout_at(until):
                    came = await self._transport.receive()
            except TimeoutError:
                if over_at is None:
                    raise await self._silence(api, flow) from None
                return
            except Closed as closed:
                if self.conversation.readiness.settled:
                    return
                await self._reconnect(api, closed)
                continue
            self._delays, self._down_since = delays(), None
            if isinstance(came, Pong):
                self._tell(Arrived(at=time.time(), answer=came.mark))
            else:
                self._tell(Received(at=time.time(), text=came))

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
        if self.session_id is None:
            raise RunError("There is no session to connect to again.")
        with contextlib.suppress(ServerError, Closed):  # the next try says the same, or is better
            if await api.gone(self.session_id):
                self._lose(
                    "The server no longer knows the session: it expired, was stopped elsewhere, or "
                    "the server was started anew."
                )
                return True
            await self._transport.open(self.address.socket(self.session_id))
            self._tell(Reconnected(at=time.time()))
            return True
        return False

    def _lose(self, reason: str) -> None:
        self._tell(Gone(at=time.time(), reason=reason))

    async def _warn_of_unknown(self, api: Api, flow: str) -> None:
        """Say early that the flow is not on offer: the deployed server never says it."""
        await asyncio.sleep(min(_HINT_AFTER, self._first_frame / 2))
        if self.conversation.heard or self.conversation.readiness is not Readiness.STARTING:
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
        if self.conversation.gaps:
            said = f"{said} The connection broke meanwhile, so the request may not have arrived."
        try:
            offered = await api.flows()
        except ServerError:
            offered = ()
        try:
            await api.stop(self.session_id or "")
        except ServerError as error:
            said = f"{said} It could not be stopped either: {error}"
        if offered and flow not in offered:
            return UnknownFlow(f"{said} {_not_offered(flow, offered)}")
        on_offer = f" The flows on offer are {listing(offered)}." if offered else ""
        return FlowSilent(
            f"{said}{on_offer} Its set-up may have failed without a word: look at the server's "
            "log, or give it longer with first_frame=."
        )


def _not_offered(flow: str, offered: tuple[str, ...]) -> str:
    return (
        f"{flow!r} is not among the flows on offer, which are {listing(offered)}."
        f"{hint(flow, offered)}"
    )
