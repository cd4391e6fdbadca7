"""Connections, before anything is asked on them: not too many, and none that keeps silent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from buttermilk_widget.server.settings import Settings


class ConnectionLimit:
    """Lets connections in, and ends those on which no request comes.

    aiohttp itself waits for ever for the first request of a connection.

    Args:
        settings: How many, and for how long.
    """

    def __init__(self, settings: Settings) -> None:
        self._most = settings.most_connections
        self._within = settings.opens_within
        self._silent: dict[asyncio.Protocol, asyncio.TimerHandle] = {}

    def before(self, server: web.Server) -> Callable[[], asyncio.Protocol]:
        """What takes a connection for ``server``."""

        def let_in() -> asyncio.Protocol:
            if len(server.connections) >= self._most:
                return _Shut("503 Service Unavailable", "The server has too many connections.")
            protocol: asyncio.Protocol = server()
            loop = asyncio.get_running_loop()
            self._silent[protocol] = loop.call_later(self._within, self._end, protocol)
            return protocol

        return let_in

    def heard(self, protocol: asyncio.Protocol) -> None:
        """A request came on this connection."""
        timer = self._silent.pop(protocol, None)
        if timer is not None:
            timer.cancel()

    def _end(self, protocol: asyncio.Protocol) -> None:
        del self._silent[protocol]
        transport = getattr(protocol, "transport", None)
        if transport is not None:
            transport.write(_answer("408 Request Timeout", f"No request in {self._within:g} s."))
            transport.close()

    def close(self) -> None:
        """Wait for nothing any more."""
        for timer in self._silent.values():
            timer.cancel()
        self._silent.clear()


class _Shut(asyncio.Protocol):
    """Answers once, whatever is asked, and closes."""

    def __init__(self, status: str, sentence: str) -> None:
        self._says = _answer(status, sentence)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)  # noqa: S101 - it is a socket's
        transport.write(self._says)
        transport.close()


def _answer(status: str, sentence: str) -> bytes:
    body = f'{{"detail": "{sentence}"}}'
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        f"Connection: close\r\n\r\n{body}"
    ).encode()


GATE: web.AppKey[ConnectionLimit] = web.AppKey("gate", ConnectionLimit)


@web.middleware
async def note_request(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Tell the gate that the connection was no silent one."""
    request.app[GATE].heard(request.protocol)
    return await handler(request)
