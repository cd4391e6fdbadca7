"""Runs of every kind, made and let go again and again; what is left of them is counted."""

from __future__ import annotations

import asyncio
import gc
import tracemalloc
import weakref
from contextlib import suppress

from ipywidgets.widgets.widget import _instances
from support.process_stats import descriptors, tasks, threads
from support.scripted_server import Scripted, listen

from buttermilk_widget import FlowWidget, RunError, Script, ServerError, Session
from buttermilk_widget.cassette.cassette import Cassette
from buttermilk_widget.client import live
from buttermilk_widget.widget import loop


async def asks_and_ends(line):
    await line.heard()
    for _ in range(2):
        await line.say({"type": "chat_message", "outputs": "words " * 50})
        await line.ask("Go on?", "confirm", "reject")
        if await line.heard() is None:
            return
    await line.end()
    await listen(line)


async def asks_and_waits(line):
    await line.heard()
    await line.ask("Go on?", "confirm", "reject")
    await listen(line)


async def asks_and_drops(line):
    await line.heard()
    await line.ask("Go on?", "confirm", "reject")
    line.drop()


async def drops(line):
    await line.say({"type": "chat_message", "outputs": "words"})
    line.drop()


async def goes_on(line):
    await line.heard()
    await line.end()
    await listen(line)


async def fails(line):
    await line.heard()
    trouble = {"source": "server", "content": "It is broken.", "is_error": True, "fatal": True}
    await line.say({"type": "system_error", "outputs": trouble})
    await listen(line)


class Serving(Scripted):
    """One server for many runs, at one address; it notes nothing for longer than a run."""

    def play(self, *scripts):
        """Forget what was, and play these."""
        self.scripts = [*scripts]
        for noted in (self.frames, self.opened, self.headers, self.deleted, self._lines):
            noted.clear()
        self.http_connections.clear()


# --- one run of each kind; each gives what must be gone afterwards -------------------------------


async def _confirms(session):
    session.run("osb")
    while await session.asked(20):
        session.confirm()
    await session.ended(20)


async def ends(server, tmp_path):
    server.play(asks_and_ends)
    async with Session(server.url) as session:
        await _confirms(session)
        return session


async def is_answered_by_a_script(server, tmp_path):
    server.play(asks_and_ends)
    async with Session(server.url, manager=Script("yes", "yes")) as session:
        await session.run("osb").ended(20)
        return session


async def is_stopped(server, tmp_path):
    server.play(asks_and_waits)
    async with Session(server.url) as session:
        await session.run("osb").asked(20)
        await session.stop()
        return session


async def is_left(server, tmp_path):
    server.play(asks_and_waits)
    async with Session(server.url) as session:
        await session.run("osb").asked(20)
        return session


async def fails_at_the_server(server, tmp_path):
    server.play(fails)
    async with Session(server.url) as session:
        with suppress(RunError):
            await session.run("osb").ended(20)
        return session


async def reaches_nobody(server, tmp_path):
    async with Session("http://127.0.0.1:9") as session:
        with suppress(ServerError):
            await session.run("osb").ended(20)
        return session


async def is_connected_again(server, tmp_path):
    server.play(asks_and_drops, drops, goes_on)
    async with Session(server.url) as session:
        session.run("osb")
        while len(session.conversation.gaps) < 2:
            await asyncio.sleep(0.005)
        await session.asked(20)
        session.confirm()
        await session.ended(20)
        return session


async def is_recorded_and_replayed(server, tmp_path):
    path = tmp_path / "run.jsonl"
    server.play(asks_and_ends)
    async with Session(server.url, cassette=Cassette(path, "record")) as session:
        await _confirms(session)
    async with Session("localhost", cassette=Cassette(path, "replay")) as session:
        await session.run("osb").ended(20)
        return session


SESSIONS = (
    ends,
    is_answered_by_a_script,
    is_stopped,
    is_left,
    fails_at_the_server,
    reaches_nobody,
    is_connected_again,
    is_recorded_and_replayed,
)


class Quick:
    """Puts the waits of a live run down, so that many fit into a test."""

    def __init__(self, monkeypatch):
        monkeypatch.setattr(live, "LINGER", 0.01)
        monkeypatch.setattr(live, "delays", lambda: iter([0.01] * 100))


class Left:
    """What many rounds of something left behind."""

    def __init__(self, rounds):
        self.rounds = rounds
        self.bytes = 0.0
        self.alive = 0
        self.descriptors = self.tasks = self.threads = 0
        self.widgets = 0

    def __repr__(self):
        return repr(vars(self))


async def left_by(kind, tmp_path, rounds, warm=5):
    """Do it again and again, on this loop."""
    async with Serving().serve() as server:
        return await _left_by(lambda: kind(server, tmp_path), rounds, warm)


async def _left_by(kind, rounds, warm):
    here = asyncio.get_running_loop()
    for _ in range(warm):
        await kind()
    left, made = Left(rounds), []
    await _settled()
    before = descriptors(), len(tasks(here)), threads()
    tracemalloc.start()
    try:
        for _ in range(warm):
            await kind()
        await _settled()
        held = tracemalloc.get_traced_memory()[0]
        for _ in range(rounds):
            made = [*made[-9:], weakref.ref(await kind())]
        await _settled()
        left.bytes = (tracemalloc.get_traced_memory()[0] - held) / rounds
    finally:
        tracemalloc.stop()
    left.alive = sum(ref() is not None for ref in made)
    left.descriptors = (descriptors() - before[0]).total()
    left.tasks = max(len(tasks(here)) - before[1], 0)
    left.threads = len(threads()) - len(before[2])
    return left


async def _settled():
    """Until what was let go is gone; a closed widget's run is stopped a little later than it."""
    here, before = asyncio.get_running_loop(), None
    for _ in range(100):
        await asyncio.sleep(0.06)
        gc.collect()
        now = len(tasks(here)), descriptors().total()
        if now == before:
            break
        before = now
    await asyncio.sleep(0.05)
    gc.collect()


# --- the same with widgets, whose runs are on the loop of their own ------------------------------


def widget_ends(server, tmp_path):
    server.play(asks_and_ends)
    widget = FlowWidget(server.url)
    run = widget.run("osb")
    while loop.submit(run._session.asked(20)).result():
        run.confirm()
    run.wait(20)
    widget.close()
    return widget, run._session


def widget_is_closed_while_it_asks(server, tmp_path):
    server.play(asks_and_ends)
    widget = FlowWidget(server.url)
    run = widget.run("osb")
    loop.submit(run._session.asked(20)).result()
    widget.close()
    loop.submit(run._session.closed()).result()
    return widget, run._session


def widget_replays(server, tmp_path):
    server.play(asks_and_ends)
    path = tmp_path / "widget.jsonl"
    if not path.exists():
        recording = FlowWidget(server.url, cassette=path, manager=lambda question: True)
        recording.run("osb").wait(20)
        recording.close()
    widget = FlowWidget(server.url, cassette=path)
    run = widget.run("osb")
    run.wait(20)
    widget.close()
    return widget, run._session


def widget_runs_nothing(server, tmp_path):
    server.play(asks_and_ends)
    widget = FlowWidget(server.url)
    widget.close()
    return (widget,)


WIDGETS = (widget_ends, widget_is_closed_while_it_asks, widget_replays, widget_runs_nothing)


def left_by_widgets(kind, tmp_path, rounds, warm=5):
    """Make widgets of this kind and close them."""
    serving = Serving().serve()
    server = loop.submit(serving.__aenter__()).result()
    try:
        return _left_by_widgets(lambda: kind(server, tmp_path), rounds, warm)
    finally:
        loop.submit(serving.__aexit__(None, None, None)).result()


def _left_by_widgets(kind, rounds, warm):
    for _ in range(warm):
        kind()
    left, made = Left(rounds), []
    loop.submit(_settled()).result()
    instances = len(_instances)
    before = descriptors(), len(tasks(loop.get_loop())), threads()
    tracemalloc.start()
    try:
        for _ in range(warm):
            kind()
        loop.submit(_settled()).result()
        held = tracemalloc.get_traced_memory()[0]
        for _ in range(rounds):
            made = [*made[-9:], *(weakref.ref(thing) for thing in kind())]
        loop.submit(_settled()).result()
        left.bytes = (tracemalloc.get_traced_memory()[0] - held) / rounds
    finally:
        tracemalloc.stop()
    left.alive = sum(ref() is not None for ref in made)
    left.descriptors = (descriptors() - before[0]).total()
    left.tasks = max(len(tasks(loop.get_loop())) - before[1], 0)
    left.threads = len(threads()) - len(before[2])
    left.widgets = len(_instances) - instances
    return left


def nothing(left, most):
    assert left.bytes < most, left
    assert (left.alive, left.descriptors, left.tasks, left.threads, left.widgets) == (0,) * 5, left
