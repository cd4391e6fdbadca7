"""What lies behind the proxy: a scripted server, a host of a chat, or the built-in one; of one run.

All tell alike: ``received`` are the answers that the server got, ``runs`` how often it was asked for
the flow, ``numbers`` what it said that is counted, and ``made`` the ids of all that must arrive in a
run that came to its end, whatever broke: the built-in server says again what did not come.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from contextlib import asynccontextmanager

from aiohttp import WSMsgType, web
from support.scripted_server import listening

from buttermilk_widget.server import Settings, create_app
from buttermilk_widget.server.http.app import SESSIONS


def server_for(schedule):
    return {"scripted": Flow, "chat": Chat, "built-in": BuiltIn}[schedule.server](schedule)


class BuiltIn:
    """The built-in server, with an ear at what its sessions are told."""

    settings = Settings(setup_delay=0.02, pace=0.002)

    def __init__(self, schedule):
        self.numbers, self.received, self.runs, self.made = [], [], 0, []
        self.parameters = {"messages": 40, "rate": 200.0} if schedule.flow == "long" else {}

    @asynccontextmanager
    async def serve(self):
        app = create_app(self.settings)
        sessions = app[SESSIONS]
        made = sessions.get_or_create_session

        async def overheard(*asked, **more):
            session = await made(*asked, **more)
            told = session.receive

            async def receive(text):
                if json.loads(text)["type"] == "run_flow":
                    self.runs += 1
                else:
                    self.received.append(text)
                await told(text)

            put = session.outbox.put

            def note(frame):
                self.made.append(frame["data"]["message_id"])
                put(frame)

            session.receive, session.outbox.put = receive, note
            return session

        sessions.get_or_create_session = overheard
        async with listening(app) as port:
            yield port


class Flow:
    """A server with one session, whose run goes on whether or not anybody listens.

    A question waits until it is answered, and is put again to a new socket. ``after`` is what a
    socket meets that comes when the run is over: the end ``again``, a ``close`` with 4001, or a
    server that ``forget``s the session. A host that asks says first that it leads a sequence.
    """

    leads = "sequential"

    def __init__(self, schedule):
        self.schedule = schedule
        self.parameters = {}
        self.numbers, self.received, self.runs, self.made = [], [], 0, ()
        self.asked = 0
        self.over = False
        self._serial, self._last = 0, ""
        self._socket, self._gone, self._request = None, None, None
        self._open, self._answered = "", asyncio.Event()
        self._tasks = set()

    @asynccontextmanager
    async def serve(self):
        app = web.Application()
        app.router.add_get("/api/session", self._session)
        app.router.add_get("/api/flows", self._flows)
        app.router.add_get("/api/session/{id}/status", self._status)
        app.router.add_delete("/api/session/{id}", self._delete)
        app.router.add_get("/ws/{id}", self._connect)
        try:
            async with listening(app) as port:
                yield port
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _session(self, request):
        return web.json_response({"session_id": "s"})

    async def _flows(self, request):
        return web.json_response({"flow_choices": ["osb"]})

    async def _status(self, request):
        if self.over and self.schedule.after == "forget":
            return web.json_response({"detail": "Session not found"}, status=404)
        return web.json_response({"status": "active"})

    async def _delete(self, request):
        return web.json_response({"message": "done"})

    async def _connect(self, request):
        if self._gone is not None:
            self._drop()
            await self._gone.wait()
        made = web.WebSocketResponse(timeout=0.5)
        gone = self._gone = asyncio.Event()
        self._request = request
        try:
            await made.prepare(request)
            self._socket = made
            self._spawn(self._go_on(made))
            async for message in made:
                if message.type is WSMsgType.TEXT:
                    self._heard(message.data)
        finally:
            if self._socket is made:
                self._socket = None
            gone.set()
        return made

    async def _go_on(self, made):
        """What a new socket meets: the end, once more; a question that was open, after a while."""
        if self.over and self.schedule.after == "again":
            await self._send(end())
        elif self.over:
            await made.close(code=4001)
        else:
            open_now = self.asked if self._open else 0
            await asyncio.sleep(0.05)
            if self._open and self._socket is made and self.asked == open_now:
                await self._ask()

    def _drop(self):
        if self._request.transport is not None:
            self._request.transport.abort()

    def _spawn(self, work):
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _heard(self, text):
        frame = json.loads(text)
        if frame["type"] == "run_flow":
            self.runs += 1
            self._spawn(self._play())
        else:
            self.received.append(text)
            if self._open:
                self._answered.set()

    async def _play(self):
        if any(kind.startswith("ask") for kind, _ in self.schedule.steps):
            await self._join()
        for kind, what in self.schedule.steps:
            await asyncio.sleep(self.schedule.pace)
            if kind == "say":
                await self._say()
            elif kind == "twice" and self._last:
                await self._write(self._last)
            elif kind == "close" and self._socket is not None:
                await self._socket.close(code=what)
            elif kind.startswith("ask"):
                await self._ask_and_wait(kind, what)
            else:
                await self._do(kind)
        self.over = True
        await self._send(end())

    async def _join(self):
        config = {"agent_id": HOST, "role": "HOST", "parameters": {"execution_mode": self.leads}}
        await self._send({"type": "system_message", "outputs": {"agent_config": config}})

    async def _say(self):
        await self._send({"type": "chat_message", "outputs": self._number()})

    def _number(self):
        self.numbers.append(len(self.numbers) + 1)
        return f"n {self.numbers[-1]}"

    async def _do(self, kind):
        """Whatever else is a step; nothing, here."""

    async def _ask_and_wait(self, kind, what):
        self.asked += 1
        self._open = what
        self._answered.clear()
        await self._ask()
        if kind == "ask and drop":
            await asyncio.sleep(0.003)
            self._drop()
        await self._answered.wait()
        self._open = ""

    async def _ask(self):
        options = ["confirm", "reject"] if self._open == "confirm" else []
        said = {"content": f"q {self.asked}: {self._open}?", "options": options}
        await self._send({"type": "ui_message", "outputs": said})

    async def _send(self, frame):
        self._serial += 1
        # With an id and a time, as the deployed server has it (PROTOCOL section 2).
        stamped = {"message_id": f"m-{self._serial}", "timestamp": f"T{self._serial}"}
        text = json.dumps({**frame, **stamped})
        if frame["type"] == "chat_message":
            self._last = text
        await self._write(text)

    async def _write(self, text):
        if self._socket is None or self._socket.closed:
            return
        with contextlib.suppress(OSError):
            await self._socket.send_str(text)


class Chat(Flow):
    """A deployed LLM host: it greets, takes each message at any time, and answers some of them.

    Meanwhile it goes through the schedule's steps: it says something, has an agent ``work``, is
    ``idle``, or asks for a step. A message that comes while it asks is the answer to that.
    """

    leads = "adaptive"

    async def _say(self):
        if not self.over:
            await self._send({"type": "chat_message", "outputs": _bare(self._number(), model="m")})

    async def _do(self, kind):
        if kind == "idle":
            await self._send(_update(source=HOST, status="idle", message="Flow currently idle"))
        elif kind == "work":
            task = {"agent_id": AGENT, "role": "ANALYST", "task_index": 0}
            calling = _bare("Calling ANALYST_call", tool_calls=1)
            await self._send({"type": "chat_message", "outputs": calling})
            await self._send(_update(**task))
            await asyncio.sleep(self.schedule.pace)
            await self._send(_update(**task, more_tasks_remain=False))
            result = {"type": "chat_message", "outputs": self._number(), "agent_info": task}
            await self._send(result)

    def _heard(self, text):
        talks = self.runs and not self._open
        super()._heard(text)
        if talks and len(self.received) % 3:
            self._spawn(self._say())


HOST, AGENT = "HOST-1", "ANALYST-1"


def _bare(words, **metadata):
    return {"agent_id": HOST, "metadata": metadata, "outputs": words}


def _update(**outputs):
    return {"type": "system_update", "outputs": outputs}


def end():
    return {"type": "system_message", "outputs": {"content": "flow_completed"}}
