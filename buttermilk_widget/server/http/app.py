"""The server's HTTP and WebSocket routes."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from aiohttp import WSMessage, WSMsgType, web

from buttermilk_widget.server.flow.flows import FLOWS
from buttermilk_widget.server.settings import Settings

from .access import SETTINGS, keep_to_itself, refuse_pages
from .closing import LINE, NO_SUCH_SESSION, UNKNOWN_SESSION
from .connection_limit import GATE, ConnectionLimit, note_request
from .registry import SessionManager, TooManySessions, TooOften

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    from buttermilk_widget.server.flow.flows import Flow

    from .sessions import Session

SESSIONS: web.AppKey[SessionManager] = web.AppKey("sessions", SessionManager)
OFFER: web.AppKey[list[Flow]] = web.AppKey("offer", list)
STRANGERS: web.AppKey[set[web.WebSocketResponse]] = web.AppKey("strangers", set)


def create_app(
    settings: Settings | None = None,
    *,
    flows: Mapping[str, Flow] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> web.Application:
    """The server as an aiohttp application.

    Args:
        settings: How fast, how many, how large.
        flows: What is on offer, by name; the built-in ones if not given.
        clock: Seconds that only go up; sessions expire by it.
    """
    app = web.Application(middlewares=[note_request, _sentences, refuse_pages])
    app[SETTINGS] = settings or Settings()
    app[OFFER] = list((FLOWS if flows is None else flows).values())
    app[GATE] = ConnectionLimit(app[SETTINGS])
    app[STRANGERS] = set()
    app[SESSIONS] = SessionManager(app[SETTINGS], flows=flows, clock=clock)
    app.router.add_get("/", _welcome)
    app.router.add_get("/api/session", _open)
    app.router.add_get("/api/session/{id}/status", _status)
    app.router.add_delete("/api/session/{id}", _end)
    app.router.add_get("/api/flows", _flows)
    app.router.add_get("/ws/{id}", _socket)
    app.on_response_prepare.append(keep_to_itself)
    app.cleanup_ctx.append(_sweeping)
    # On shutdown, not on clean-up: the sockets must be closed before their requests are awaited.
    app.on_shutdown.append(_close)
    return app


async def _sweeping(app: web.Application) -> AsyncIterator[None]:
    app[SESSIONS].start()
    yield
    await app[SESSIONS].close()


async def _close(app: web.Application) -> None:
    app[GATE].close()
    await app[SESSIONS].close()


@web.middleware
async def _sentences(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Say in JSON what aiohttp would say in plain text."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _refusal(error.status, f"{error.reason}: {request.method} {request.path}.")


def _refusal(status: int, sentence: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.json_response({"detail": sentence}, status=status, headers=headers)


def _no_such_session() -> web.Response:
    return _refusal(404, "There is no such session: GET /api/session opens one.")


async def _welcome(request: web.Request) -> web.Response:
    return web.json_response(
        {
            "name": "buttermilk_widget's built-in server",
            "flow_choices": [flow.name for flow in request.app[OFFER]],
            "start": "GET /api/session, then open a WebSocket at /ws/{sessionId}",
        }
    )


async def _open(request: web.Request) -> web.Response:
    sessions = request.app[SESSIONS]
    try:
        session = await sessions.get_or_create_session(sessions.new_id(), websocket=None)
    except TooManySessions as error:
        return _refusal(503, str(error))
    except TooOften as error:
        return _refusal(429, str(error), {"Retry-After": str(error.wait)})
    # One spelling, and no other beside it: the document forbids that.
    return web.json_response({"sessionId": session.id})


async def _flows(request: web.Request) -> web.Response:
    """The names, for a client that reads no more; and beside them what each flow is and takes."""
    offer = request.app[OFFER]
    names = [flow.name for flow in offer]
    return web.json_response({"flow_choices": names, "flows": [flow.offer() for flow in offer]})


async def _status(request: web.Request) -> web.Response:
    session = request.app[SESSIONS].find(request.match_info["id"])
    if session is None:
        return _no_such_session()
    return web.json_response(
        {
            "status": session.status,
            "flow": session.flow,
            "outcome": session.outcome,
            "undelivered": len(session.outbox),
        }
    )


async def _end(request: web.Request) -> web.Response:
    if not await request.app[SESSIONS].end(request.match_info["id"]):
        return _no_such_session()
    return web.json_response({"message": "The session has ended, and its flow with it."})


async def _socket(request: web.Request) -> web.StreamResponse:
    settings = request.app[SETTINGS]
    session = request.app[SESSIONS].find(request.match_info["id"])
    if session is None and len(request.app[STRANGERS]) >= settings.most_strangers:
        return _no_such_session()
    socket = web.WebSocketResponse(
        timeout=settings.closes_within,
        max_msg_size=settings.largest_frame,
        heartbeat=settings.heartbeat,
        autoping=False,
        compress=False,
    )
    await socket.prepare(request)
    if session is None:
        await _turn_away(request.app[STRANGERS], socket)
        return socket
    if request.transport is not None:
        socket[LINE] = request.transport
    if not await session.attach(socket):
        await _turn_away(request.app[STRANGERS], socket)
        return socket
    try:
        async for message in socket:
            if not session.admits(message):
                await session.shut_out(socket)
                break
            await _hear(session, socket, message)
    finally:
        session.detach(socket)
    return socket


async def _hear(session: Session, socket: web.WebSocketResponse, message: WSMessage) -> None:
    """Do what a message of a client asks for; pongs have been read when it was admitted."""
    if message.type is WSMsgType.TEXT:
        await session.receive(message.data)
    elif message.type is WSMsgType.BINARY:
        session.trouble("The frame is binary: send JSON as text.")
    elif message.type is WSMsgType.PING:
        with suppress(ConnectionError):  # the next message says that it has gone
            await socket.pong(message.data)


async def _turn_away(strangers: set[web.WebSocketResponse], socket: web.WebSocketResponse) -> None:
    """Close a WebSocket that named no session, and say so."""
    strangers.add(socket)
    try:
        await socket.close(code=UNKNOWN_SESSION, message=NO_SUCH_SESSION.encode())
    finally:
        strangers.discard(socket)
