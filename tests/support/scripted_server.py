"""A server that does what a test tells it to, over real sockets."""

from __future__ import annotations

import asyncio
import json
import threading
from contextlib import asynccontextmanager

from aiohttp import WSMsgType, web
from support.shutdown import shut_down


class Line:
    """One WebSocket, as a script sees it."""

    def __init__(self, server, socket, request):
        self.server = server
        self.socket = socket
        self.request = request

    async def heard(self):
        """The next frame from the client, or ``None`` when it has gone."""
        message = await self.socket.receive()
        if message.type is not WSMsgType.TEXT:
            return None
        frame = json.loads(message.data)
        self.server.frames.append(frame)
        return frame

    async def say(self, frame):
        await self.socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))

    async def ask(self, content, *options):
        await self.say(
            {"type": "ui_message", "outputs": {"content": content, "options": list(options)}}
        )

    async def end(self):
        await self.say({"type": "system_message", "outputs": {"content": "flow_completed"}})

    async def lead(self, mode, agent_id="HOST-1"):
        """Have a host join that says how it leads: ``sequential`` or ``adaptive``."""
        config = {
            "agent_id": agent_id,
            "role": "HOST",
            "agent_name": "Host",
            "parameters": {"execution_mode": mode},
        }
        await self.say({"type": "system_message", "outputs": {"agent_config": config}})

    async def bare(self, agent_id, words, **metadata):
        """Say something as a deployed LLM host does."""
        outputs = {"agent_id": agent_id, "metadata": metadata, "outputs": words}
        await self.say({"type": "chat_message", "outputs": outputs})

    def drop(self):
        """Break the connection as a network does: no close frame."""
        self.request.transport.abort()


class Scripted:
    """Each WebSocket gets the next of the scripts; what the client did is kept."""

    def __init__(self, *scripts, flows=("osb", "panel")):
        self.scripts = list(scripts)
        self.flows = flows
        self.spelling = "session_id"
        self.session_id = "s-1"
        self.gone = False
        self.no_socket = False
        self.status_body = {"status": "active"}
        self.delete_status = 200
        self.on_delete = None
        self.frames = []
        self.deleted = []
        self.opened = []
        self.http_connections = set()
        self.pooled = 0
        self.headers = []
        self.url = ""
        self._lines = []

    @property
    def answers(self):
        return [f for f in self.frames if f["type"] == "manager_response"]

    def app(self):
        app = web.Application(client_max_size=2**28)
        app.router.add_get("/api/session", self._session)
        app.router.add_get("/api/flows", self._flows)
        app.router.add_get("/api/session/{id}/status", self._status)
        app.router.add_delete("/api/session/{id}", self._delete)
        app.router.add_get("/ws/{id}", self._socket)
        return app

    def _seen(self, request):
        self.http_connections.add(request.transport)
        self.headers.append(request.headers)

    async def _session(self, request):
        self._seen(request)
        return web.json_response({self.spelling: self.session_id})

    async def _flows(self, request):
        self._seen(request)
        return web.json_response({"flow_choices": list(self.flows)})

    async def _status(self, request):
        self._seen(request)
        if self.gone:
            return web.json_response({"detail": "Session not found"}, status=404)
        return web.json_response(self.status_body)

    async def _delete(self, request):
        self._seen(request)
        self.deleted.append(request.match_info["id"])
        if self.on_delete is not None:
            await self.on_delete()
        for line in self._lines:
            if not line.socket.closed:
                await line.socket.close()
        return web.json_response({"message": "done"}, status=self.delete_status)

    async def _socket(self, request):
        if self.no_socket:
            return web.Response(status=404)
        self.opened.append(request.match_info["id"])
        self.headers.append(request.headers)
        self.pooled += request.transport in self.http_connections
        socket = web.WebSocketResponse(max_msg_size=2**28)
        await socket.prepare(request)
        line = Line(self, socket, request)
        self._lines.append(line)
        script = self.scripts.pop(0) if self.scripts else listen
        await script(line)
        return socket

    @asynccontextmanager
    async def serve(self, ssl=None):
        async with listening(self.app(), ssl) as port:
            self.url = f"{'https' if ssl else 'http'}://localhost:{port}"
            yield self


@asynccontextmanager
async def beside(server):
    """A server in a thread and loop of its own, which it may block."""
    loop, ready, over = asyncio.new_event_loop(), threading.Event(), asyncio.Event()

    async def serving():
        async with server.serve():
            ready.set()
            await over.wait()

    def run():
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            runner.run(serving())

    thread = threading.Thread(target=run)
    thread.start()
    await asyncio.to_thread(ready.wait)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(over.set)
        await asyncio.to_thread(thread.join)


@asynccontextmanager
async def listening(app, ssl=None):
    """The port of an application on this loop."""
    runner = web.AppRunner(app, shutdown_timeout=0.2, handler_cancellation=True, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=ssl)
    await site.start()
    try:
        yield site._server.sockets[0].getsockname()[1]
    finally:
        await shut_down(runner)


@asynccontextmanager
async def answering(answer):
    """The address of a server that gives ``answer(request)`` to whatever it is asked."""

    async def given(request):
        return answer(request)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", given)
    async with listening(app) as port:
        yield f"http://localhost:{port}"


async def listen(line):
    """Say nothing, and hear everything."""
    while await line.heard() is not None:
        pass


async def ends(line):
    """Say that the flow has ended, and hear everything."""
    await line.end()
    await listen(line)


async def asks_and_breaks(line):
    """Ask, hear the answer, and break the connection."""
    await line.heard()
    await line.ask("Go on?", "confirm", "reject")
    await line.heard()
    line.drop()


async def chats(line):
    """A host that greets, and answers each message with its number; to ``hush`` it says nothing."""
    await line.heard()
    await line.lead("adaptive")
    await line.ask("Hi! What would you like to do?")
    count = 0
    while (frame := await line.heard()) is not None:
        count += 1
        if frame["content"] == "bye":
            await line.end()
        elif frame["content"] != "hush":
            await line.bare("HOST-1", f"reply {count} to {frame['content']}")


def plays(steps):
    """A script that plays a recording: frames in order, waiting where the client spoke."""

    async def script(line):
        for _, direction, text in steps:
            if direction == "in":
                await line.say(text)
            elif direction == "out" and await line.heard() is None:
                return
        await listen(line)

    return script


async def until(happened, limit=20.0):
    """Wait for a fact of the test's own, with a limit that only a failing test meets."""
    async with asyncio.timeout(limit):
        while not happened():
            await asyncio.sleep(0.005)
