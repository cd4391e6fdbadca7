"""The server's addresses, and what comes in by its WebSocket."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import WSMsgType, web
from pydantic import ValidationError

from buttermilk_widget.errors import ButtermilkError
from buttermilk_widget.messages import ManagerResponse, RunFlow

from .agents import FromManager
from .flows import FLOWS, choose
from .orchestrator import AutogenOrchestrator
from .sessions import Session, SessionManager, TooManySessions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

MAX_FRAME = 64 * 2**20
UNKNOWN_SESSION = 4404
YES = frozenset({"yes", "y", "ok", "okay", "confirm", "accept"})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """How long things take: ``setup_delay`` and ``pace``, in seconds, so that they can be seen."""

    setup_delay: float = 0.6
    pace: float = 0.4


SESSIONS = web.AppKey("sessions", SessionManager)
SETTINGS = web.AppKey("settings", Settings)


def create_app(
    *,
    sessions: SessionManager | None = None,
    setup_delay: float = Settings.setup_delay,
    pace: float = Settings.pace,
) -> web.Application:
    """The server as an aiohttp application."""
    app = web.Application(middlewares=[_only_this_machine])
    app[SESSIONS] = sessions or SessionManager()
    app[SETTINGS] = Settings(setup_delay, pace)
    app.router.add_get("/", _about)
    app.router.add_get("/api/session", _open_session)
    app.router.add_get("/api/flows", _flows)
    app.router.add_get("/api/session/{session_id}/status", _status)
    app.router.add_delete("/api/session/{session_id}", _delete)
    app.router.add_get("/ws/{session_id}", _socket)
    app.cleanup_ctx.append(_sessions_kept_clean)
    return app


async def _sessions_kept_clean(app: web.Application) -> AsyncIterator[None]:
    sweeping = asyncio.create_task(app[SESSIONS].keep_clean())
    yield
    sweeping.cancel()
    await asyncio.gather(sweeping, return_exceptions=True)
    await app[SESSIONS].close()


@web.middleware
async def _only_this_machine(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Refuse pages of the web: a browser sends their Origin, and may be led here by a name."""
    origin = request.headers.get("Origin")
    host = urlsplit(f"//{request.host}").hostname
    if origin is not None and urlsplit(origin).hostname not in LOOPBACK | {host}:
        return _problem(403, f"A page of {origin} may not talk to this server.")
    return await handler(request)


def _problem(status: int, sentence: str) -> web.Response:
    return web.json_response({"detail": sentence}, status=status)


# --- HTTP ----------------------------------------------------------------------------------------


async def _about(_request: web.Request) -> web.Response:
    flows = {name: flow.summary for name, flow in FLOWS.items()}
    return web.json_response({"server": "the built-in server of buttermilk_widget", "flows": flows})


async def _open_session(request: web.Request) -> web.Response:
    try:
        session = await request.app[SESSIONS].get_or_create_session(websocket=None)
    except TooManySessions:
        return _problem(503, "There are too many sessions: end some, or try again later.")
    return web.json_response({"sessionId": session.session_id})


async def _flows(_request: web.Request) -> web.Response:
    return web.json_response({"flow_choices": list(FLOWS)})


async def _status(request: web.Request) -> web.Response:
    session = request.app[SESSIONS].get(request.match_info["session_id"])
    if session is None:
        return _problem(404, "There is no such session: GET /api/session makes one.")
    return web.json_response({"status": session.status, "flow": session.flow})


async def _delete(request: web.Request) -> web.Response:
    if not await request.app[SESSIONS].remove(request.match_info["session_id"]):
        return _problem(404, "There is no such session; it may have been stopped already.")
    return web.json_response({"message": "The run is stopped and the session is gone."})


# --- the WebSocket -------------------------------------------------------------------------------


async def _socket(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(max_msg_size=MAX_FRAME, heartbeat=30.0)
    await socket.prepare(request)
    sessions = request.app[SESSIONS]
    session = sessions.get(request.match_info["session_id"])
    if session is None:
        said = b"no such session: GET /api/session makes one"
        await socket.close(code=UNKNOWN_SESSION, message=said)
        return socket
    await session.attach(socket)
    delivering = asyncio.create_task(session.deliver(socket))
    try:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await _hear(session, message.data, request.app[SETTINGS])
            elif message.type is WSMsgType.BINARY:
                _complain(session, "A binary frame came: send one JSON object per text frame.")
    finally:
        sessions.detach(session, socket)
        delivering.cancel()
        with contextlib.suppress(asyncio.CancelledError, ConnectionError):
            await delivering
    return socket


async def _hear(session: Session, text: str, settings: Settings) -> None:
    """Do what a frame asks; what is wrong with it comes back as a message."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        _complain(session, "That was no JSON: send one JSON object per text frame.")
        return
    if not isinstance(frame, dict):
        _complain(session, "That was JSON, but no object: send an object with a 'type'.")
        return
    try:
        match frame.get("type"):
            case "run_flow":
                _run(session, RunFlow.model_validate(frame), settings)
            case "manager_response":
                await _respond(session, _answer(frame))
            case "ui_message":
                inner = frame.get("data")
                said = inner.get("content") if isinstance(inner, dict) else frame.get("content")
                await _respond(session, FromManager(False, str(said or ""), remark=True))  # noqa: FBT003
            case other:
                _complain(
                    session,
                    f"There is no type {other!r}: send run_flow, manager_response or ui_message.",
                )
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in first["loc"])
        _complain(session, f"That {frame['type']} cannot be read: {where}: {first['msg']}.")


def _answer(frame: dict[str, Any]) -> FromManager:
    """An answer, read leniently: of ``confirm`` and ``content`` either may say yes."""
    known = {k: v for k, v in frame.items() if k in ManagerResponse.model_fields}
    answer = ManagerResponse.model_validate(known)
    content, selection = answer.content or "", answer.selection or ""
    confirmed = answer.confirm
    if confirmed is None:
        confirmed = (content or selection).strip().casefold() in YES
    return FromManager(confirmed, content, selection)


async def _respond(session: Session, said: FromManager) -> None:
    if session.publish is None or not session.busy:
        _complain(session, "No flow is running: send run_flow first.")
        return
    await session.publish(said)


def _run(session: Session, request: RunFlow, settings: Settings) -> None:
    if session.busy:
        _complain(
            session,
            f"The flow {session.flow!r} is still running: wait for its end, or DELETE the session.",
        )
        return
    try:
        flow = choose(request)
    except ButtermilkError as problem:
        _complain(session, str(problem), fatal=True)
        return
    orchestrator = AutogenOrchestrator(
        flow.name,
        flow.parts,
        session.send,
        topic=session.session_id,
        setup_delay=settings.setup_delay,
        pace=settings.pace,
    )
    session.flow, session.orchestrator = flow.name, orchestrator
    session.publish = orchestrator.make_publish_callback()
    session.running = asyncio.create_task(_play(session, orchestrator, flow.script(request)))


async def _play(
    session: Session,
    orchestrator: AutogenOrchestrator,
    script: Callable[[AutogenOrchestrator], Awaitable[None]],
) -> None:
    end = {"flow": orchestrator.flow, "status": "completed", "content": "The flow has ended."}
    try:
        await orchestrator.run(script)
    except Exception:  # noqa: BLE001 - whatever it is, the client is told, and the server goes on
        _log.exception("The flow %s failed", orchestrator.flow)
        sentence = (
            f"The flow {orchestrator.flow!r} failed and cannot go on; the server's log says why."
        )
        _complain(session, sentence, fatal=True)
        end |= {"status": "failed", "content": sentence}
    session.send("flow_complete", end)


def _complain(session: Session, sentence: str, *, fatal: bool = False) -> None:
    session.send(
        "ui_message", {"source": "server", "content": sentence, "is_error": True, "fatal": fatal}
    )
