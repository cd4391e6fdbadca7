"""Long runs, and what is counted in them."""

from __future__ import annotations

import asyncio
import itertools
import threading

from support.generated_load import PROGRESS
from support.scripted_server import Scripted, listen
from support.virtual_clock import jumping

from buttermilk_widget import FlowWidget, Session
from buttermilk_widget.cassette.cassette import Cassette
from buttermilk_widget.widget import loop

HOUR = 3600.0


def pours(frames, count):
    """A script that says this many frames and ends; then it listens."""

    async def script(line):
        await line.heard()
        for text in itertools.islice(frames, count):
            await line.say(text)
        await line.end()
        await listen(line)

    return script


async def poured(path, count, frames):
    """A recorded run of many frames over a real socket; its transcript."""
    async with Scripted(pours(frames, count)).serve() as server:
        async with Session(server.url, cassette=Cassette(path, "record")) as session:
            session.run("osb")
            await session.ended()
            recorder = session._recorder
            assert not recorder._waiting
            return session.transcript


async def again(path):
    """The transcript of the replay."""
    async with Session("localhost", cassette=Cassette(path, "replay")) as session:
        session.run("osb")
        await session.ended()
        return session.transcript


def lingers(line_of_progress=PROGRESS, *, every=10.0, again=60.0, times=20):
    """The deployed server when its question is not answered (PROTOCOL section 4)."""

    async def script(line):
        await line.heard()
        await line.say({"type": "system_message", "outputs": {"content": "The group is set up."}})
        await line.ask("Shall the judges go on?", "confirm", "reject")
        answered = asyncio.ensure_future(line.heard())
        began = asyncio.get_running_loop().time()
        for count in itertools.count(1):
            due = began + count * every
            await asyncio.wait({answered}, timeout=due - asyncio.get_running_loop().time())
            if answered.done():
                break
            await line.say({**line_of_progress, "message_id": f"{count:022d}"})
            if count * every % again == 0 and count * every <= again * times:
                await line.ask("Shall the judges go on?", "confirm", "reject")
        await line.say({"type": "chat_message", "outputs": "They went on."})
        await line.end()
        await listen(line)

    return script


def watched(hours, monkeypatch, record_property):
    """A widget that waits so long; its loop jumps, and is on its own thread as always."""
    with jumping(monkeypatch) as clock:
        thread = threading.Thread(target=clock.run_forever, daemon=True)
        monkeypatch.setattr(loop, "_loop", clock)
        monkeypatch.setattr(loop, "_thread", thread)
        thread.start()
        serving = Scripted(lingers()).serve()
        server = loop.submit(serving.__aenter__()).result()
        widget = FlowWidget(server.url.replace("localhost", "127.0.0.1"))
        heard = []
        widget.send = lambda content, buffers=(): heard.append(content["kind"])
        run = widget.run("osb")
        loop.submit(run.asked()).result()
        loop.submit(asyncio.sleep(HOUR)).result()
        first, state, frames = len(heard), widget.get_state(), len(run.frames)
        loop.submit(asyncio.sleep((hours - 1) * HOUR)).result()
        crossed = len(heard) - first
        record_property(f"messages to the page in {hours - 1} idle hours", crossed)
        record_property("frames that came meanwhile", len(run.frames) - frames)
        assert crossed == 0, heard[first:]
        assert len(run.frames) - frames > 350 * (hours - 1)
        assert widget.get_state() == state
        run.confirm()
        run.wait(20)
        assert len(heard) > first
        widget.close()
        loop.submit(serving.__aexit__(None, None, None)).result()
        clock.call_soon_threadsafe(clock.stop)
        thread.join()
