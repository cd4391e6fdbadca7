"""Many at once: sessions against the built-in server, and widgets in one process."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import tracemalloc
import weakref

import aiohttp
import yarl
from aiohttp import web
from support.process_stats import descriptors, tasks
from support.shutdown import shut_down

from buttermilk_widget import FlowWidget, Session
from buttermilk_widget.server import Settings, create_app
from buttermilk_widget.server.http.app import SESSIONS
from buttermilk_widget.widget import loop


class Watch:
    """A clock that a test moves."""

    def __init__(self):
        self.ahead = 0.0

    def __call__(self):
        return time.monotonic() + self.ahead


class Crowd:
    """So many sessions at once against one built-in server, in this process and on this loop.

    Attributes:
        refused: What the server said to the one that was too many.
        bytes: What the whole left behind, the second time.
        alive: How many of the server's sessions are still there.
    """

    def __init__(self, count, *, traced=True):
        self.count = count
        self._traced = traced
        self.watch = Watch()
        self.refused = ""
        self.bytes = self.alive = self.tasks = self.descriptors = self.held = 0
        self._ids = iter(range(10**9))

    async def gather(self):
        settings = Settings(setup_delay=0.0, pace=0.0, most_sessions=self.count)
        app = create_app(settings, clock=self.watch)
        runner = web.AppRunner(app, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            await self._come(app, url)  # what is made once only
            if self._traced:
                tracemalloc.start()
            before = await self._now()
            await self._come(app, url)
            after = await self._now()
            self.bytes, self.tasks, self.descriptors = (
                b - a for a, b in zip(before, after, strict=True)
            )
        finally:
            tracemalloc.stop()
            await shut_down(runner)

    async def _now(self):
        await asyncio.sleep(0.3)
        yarl.cache_clear()  # the addresses of sessions, some hundred of them
        gc.collect()
        here = asyncio.get_running_loop()
        return tracemalloc.get_traced_memory()[0], len(tasks(here)), descriptors().total()

    async def _come(self, app, url):
        everyone = asyncio.Barrier(self.count + 1)
        names = [f"number-{next(self._ids)}." for _ in range(self.count)]
        going = [asyncio.create_task(self._one(url, name, everyone)) for name in names]
        await everyone.wait()
        sessions = app[SESSIONS]
        assert len(sessions) == self.count
        made = [weakref.ref(session) for session in sessions._sessions.values()]
        async with aiohttp.ClientSession() as http, http.get(f"{url}/api/session") as answer:
            assert answer.status == 503
            self.refused = (await answer.json())["detail"]
        await everyone.wait()
        said = await asyncio.gather(*going)
        for name, texts in zip(names, said, strict=True):
            heard = [other for other in names if any(other in text for text in texts)]
            assert heard == [name], (name, heard)
        self.watch.ahead += 3601.0
        while any(session.outbox.socket for session in sessions._sessions.values()):
            await asyncio.sleep(0.01)
        await sessions.sweep()
        await asyncio.sleep(0.1)
        gc.collect()
        self.held += len(sessions)
        self.alive += sum(ref() is not None for ref in made)

    async def _one(self, url, name, everyone):
        """Refuse the first step in words of its own, and take the others."""
        async with Session(url, first_frame=120.0) as session:
            session.run("osb")
            await session.asked(120)
            await everyone.wait()  # all are there, and are asked at once
            await everyone.wait()
            asked = session.conversation.question.id
            session.respond("text", f"Not for {name}", question=asked)  # which rejects it
            while await session.asked(120):
                session.confirm()
            await session.ended(120)
            return [frame.text for frame in session.conversation.frames if frame.direction == "in"]


class Widgets:
    """So many widgets in this process, each with a run that a function answers, all at once."""

    def __init__(self, url, count):
        self.slowest, start = 0.0, time.monotonic()
        before = descriptors().total()
        names = [f"number-{number}." for number in range(count)]
        widgets = [FlowWidget(url, manager=_confirms) for _ in names]
        runs = [
            widget.run("osb", prompt=f"This is for {name}")
            for widget, name in zip(widgets, names, strict=True)
        ]
        self.most = 0
        while any(not run.readiness.settled for run in runs):
            began = time.monotonic()
            loop.call(int)
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.most = max(self.most, descriptors().total() - before)
            time.sleep(0.01)
        self.took = time.monotonic() - start
        self.threads = [t.name for t in threading.enumerate() if t.name == "buttermilk-widget"]
        self.ends = [run.readiness.value for run in runs]
        self.mixed = [
            name
            for name, run in zip(names, runs, strict=True)
            if [n for n in names if any(n in frame.text for frame in run.frames)] != [name]
        ]
        for widget in widgets:
            widget.close()


def _confirms(_question):
    return True


async def alone(crowd, record_property):
    """As many sessions as the server takes; it refuses one more, and keeps none."""
    count = crowd.count
    await crowd.gather()
    record_property("sessions at once", count)
    assert f"The server has {count} sessions and takes no more." in crowd.refused
    assert (crowd.held, crowd.alive, crowd.tasks, crowd.descriptors) == (0, 0, 0, 0), vars(crowd)
