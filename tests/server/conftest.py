"""A built-in server on a port of its own, and clients that speak to it over real sockets."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web
from support.servers import LIMIT
from support.shutdown import shut_down

from buttermilk_widget.server import Settings, create_app
from buttermilk_widget.server.http.app import SESSIONS

FAST = Settings(setup_delay=0.0, pace=0.0)


class Line:
    """A client's WebSocket; ``frames`` is all that it heard."""

    def __init__(self, socket):
        self.socket = socket
        self.frames = []

    async def send(self, frame):
        await self.socket.send_str(frame if isinstance(frame, str) else json.dumps(frame))

    async def run(self, flow, **parameters):
        await self.send({"type": "run_flow", "flow": flow, **parameters})

    async def answer(self, content="yes", **more):
        await self.send({"type": "manager_response", "content": content, **more})

    async def heard(self):
        """The next frame; a closed socket is an error of the test."""
        async with asyncio.timeout(LIMIT):
            message = await self.socket.receive()
        assert message.type is aiohttp.WSMsgType.TEXT, message
        frame = json.loads(message.data)
        assert set(frame) == {"type", "data"}
        self.frames.append(frame)
        return frame

    async def until(self, kind, **inner):
        """The next frame of a type whose data has these values."""
        while True:
            frame = await self.heard()
            if frame["type"] == kind and inner.items() <= frame["data"].items():
                return frame["data"]

    async def question(self):
        """The next question; trouble is none."""
        while True:
            asked = await self.until("ui_message")
            if not asked.get("is_error"):
                return asked

    async def trouble(self):
        return await self.until("ui_message", is_error=True)

    async def play(self, *answers):
        """Answer each question in turn, "yes" when these run out; the end's data."""
        left = list(answers)
        while True:
            frame = await self.heard()
            if frame["type"] == "flow_complete":
                return frame["data"]
            if frame["type"] == "ui_message" and not frame["data"].get("is_error"):
                await self.answer(left.pop(0) if left else "yes")

    async def closed(self):
        """The close code, whatever comes before it."""
        async with asyncio.timeout(LIMIT):
            async for message in self.socket:
                self.frames.append(json.loads(message.data))
        return self.socket.close_code

    @property
    def traces(self):
        return [f["data"] for f in self.frames if f["type"] == "agent_trace"]

    def outputs(self, agent):
        return [t["outputs"] for t in self.traces if t["agent_info"]["agent_id"] == agent]


class Service:
    """A running server, and the requests of a client."""

    def __init__(self, url, app, http):
        self.url = url
        self.app = app
        self.http = http
        self.sessions = app[SESSIONS]

    async def open(self):
        async with self.http.get(f"{self.url}/api/session") as response:
            return (await response.json())["sessionId"]

    async def get(self, path, **options):
        async with self.http.get(f"{self.url}{path}", **options) as response:
            return response.status, await response.json()

    async def delete(self, session_id):
        async with self.http.delete(f"{self.url}/api/session/{session_id}") as response:
            return response.status, await response.json()

    async def status(self, session_id):
        return (await self.get(f"/api/session/{session_id}/status"))[1]["status"]

    @asynccontextmanager
    async def line(self, session_id=None):
        path = f"/ws/{session_id or await self.open()}"
        async with self.http.ws_connect(f"{self.url}{path}", max_msg_size=2**27) as socket:
            yield Line(socket)


@asynccontextmanager
async def service(settings=FAST, **options):
    app = create_app(settings, **options)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with aiohttp.ClientSession() as http:
            yield Service(f"http://127.0.0.1:{runner.addresses[0][1]}", app, http)
    finally:
        await shut_down(runner)


@pytest.fixture
def serving():
    """Start a server with settings, flows or a clock of the test's own."""
    return service


@pytest.fixture
async def server():
    async with service() as running:
        yield running


@pytest.fixture
async def line(server):
    async with server.line() as opened:
        yield opened


async def until(happened):
    """Wait for a fact, with a limit that only a failing test meets."""
    async with asyncio.timeout(LIMIT):
        while not happened():
            await asyncio.sleep(0.005)


@pytest.fixture(name="until")
def _until():
    return until
