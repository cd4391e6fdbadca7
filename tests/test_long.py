"""Long runs: what an entry costs, that nothing else grows, and that no frame costs more than another.

The same at full length is in ``soak/test_long_runs.py``.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import statistics
import threading
import time
import tracemalloc

import pytest
from clock import jumping
from feeding import PROGRESS, Fed, idle, recorded, talk
from measured import weight
from scripted import Scripted, listen

from buttermilk_widget import FlowWidget, Session, loop
from buttermilk_widget.cassette import Cassette
from buttermilk_widget.conversation import Conversation

HOUR = 3600.0


def bytes_a_frame(frames, enough, count=2000, tries=3):
    """Bytes of a conversation for each frame, its entry with it, when there are many.

    Those before are not counted: room that is made once, as for what is looked up again, is no part
    of what one more frame costs. Other threads may ask for memory meanwhile, and the least of several
    tries counts; there are no more once it is at most ``enough``.
    """
    conversation, least = Conversation(), float("inf")
    tracemalloc.start()
    try:
        for number in range(tries + 1):
            gc.collect()
            before = tracemalloc.get_traced_memory()[0]
            for text in itertools.islice(frames, count):
                conversation.receive(text, 1.0)
            gc.collect()
            grown = (tracemalloc.get_traced_memory()[0] - before) / count
            if number > 0:
                least = min(least, grown)
            if least <= enough:
                break
    finally:
        tracemalloc.stop()
    return least


def characters(frames, count=2000):
    """Characters of a frame, at the mean."""
    return statistics.mean(len(text) for text in itertools.islice(frames, count))


def test_what_an_entry_costs(record_property):
    """In bytes for each character that has to be kept: 1.8 and 2.1 were measured."""
    frame, words = characters(talk(600)), 600
    talked = bytes_a_frame(talk(600), 2.4 * (frame + words))
    kept = characters(recorded())
    mixed = bytes_a_frame(recorded(), 2.6 * kept)
    record_property("bytes an entry of 600 bytes costs", f"{talked:,.0f}")
    record_property("bytes a frame of the recordings costs, with its entry", f"{mixed:,.0f}")
    # A second copy of the frame, 915 characters, would be above this.
    assert talked <= 2.4 * (frame + words)
    assert mixed <= 2.6 * kept


def test_how_the_bytes_of_an_entry_divide(record_property):
    conversation = Conversation()
    for text in itertools.islice(talk(600), 2000):
        conversation.receive(text, time.time())
    history = conversation._history
    count = conversation.count
    frames = weight(conversation.frames)
    entries = weight(history._entries, without=[conversation.frames, *conversation.frames])
    order = weight(history._seqs, history._numbers)
    words = sum(weight(entry.body.content) for entry in conversation.entries)
    for name, part in {
        "its frame": frames,
        "its words": words,
        "the rest of the entry": entries - words,
        "its place in the order of changes": order,
    }.items():
        record_property(f"of these, {name}", f"{part / count:,.0f}")
    assert order / count < 40
    assert (entries - words) / count < 1300  # 1,079 were measured; it depends on the Python


@pytest.mark.parametrize("frames", [talk, recorded, idle])
def test_nothing_but_the_transcript_grows(fast_server, frames, record_property):
    fed = Fed(fast_server.url, frames(), 5000, at=(2000, 5000))
    before, after = fed.rests[2000], fed.rests[5000]
    # Which judgement or question has which id is as good as an entry's own: scores may come at any
    # time, and a question may be put again.
    ids = ("_judgements", "_unclaimed", "_questions")
    indexes = [f"Conversation.{name}" for name in ids]
    grown = {k: after[k] - before[k] for k in after if k not in indexes}
    record_property(
        f"bytes that all else grew by in 3,000 frames ({frames.__name__})", sum(grown.values())
    )
    assert sum(grown.values()) < 3000, {k: v for k, v in grown.items() if v}
    for name in indexes:
        assert after[name] - before[name] < 3000 * 100
    fed.widget.close()


def test_a_frame_costs_no_more_when_there_are_many(fast_server, record_property):
    fed = Fed(fast_server.url, talk(), 15_000)
    early, late = fed.cost(1000, 4), fed.cost(14_000, 4)
    record_property("microseconds a frame costs, near 1,000", f"{early:.0f}")
    record_property("the same near 15,000, as a ratio", f"{late / early:.2f}")
    assert late < 3 * early
    record_property("messages to the page for 15,000 frames", f"{fed.patches:,}")
    assert fed.patches < 2000
    fed.widget.close()


# --- over a real socket, recorded ----------------------------------------------------------------


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


async def test_many_frames_over_a_socket_are_recorded_and_replayed(tmp_path, record_property):
    path = tmp_path / "many.jsonl"
    live = await poured(path, 2000, talk())
    texts = sum(len(frame.text) for frame in live.frames)
    record_property(
        "bytes in the cassette for each byte of the frames", f"{path.stat().st_size / texts:.2f}"
    )
    assert len(live) == 2000
    assert path.stat().st_size < 1.5 * texts
    replayed = await again(path)
    assert replayed.hash == live.hash


# --- eight hours with nobody there ---------------------------------------------------------------


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


async def idles(hours, record_property):
    """A run that waits for a person all day, and then is answered."""
    server = Scripted(lingers())
    async with server.serve(), Session(server.url.replace("localhost", "127.0.0.1")) as session:
        session.run("osb")
        await session.asked()
        conversation = session.conversation
        session.respond("text", "I am not sure of this")
        before = conversation.status
        assert [held.content for held in before.held] == ["I am not sure of this"]
        await asyncio.sleep(HOUR)  # the question has been put its 20 times
        first = len(conversation.frames)
        gc.collect()
        weights = {1: weight(conversation, without=[asyncio.get_running_loop()])}
        await asyncio.sleep((hours - 1) * HOUR)
        gc.collect()
        weights[hours] = weight(conversation, without=[asyncio.get_running_loop()])
        frames = len(conversation.frames) - first
        hourly = (weights[hours] - weights[1]) / (hours - 1)
        record_property("bytes an idle hour costs", f"{hourly:,.0f}")
        record_property("frames in an idle hour", f"{frames / (hours - 1):,.0f}")
        assert frames == pytest.approx(360 * (hours - 1), abs=2)
        assert hourly < 360 * 700
        assert [entry.body.kind for entry in conversation.entries] == ["event", "question"]
        assert conversation.question.body.asked == 21
        now = conversation.status
        assert (now.readiness, now.since, now.held) == (before.readiness, before.since, before.held)
        assert conversation.gaps == ()
        assert time.time() - now.since > (hours - 0.1) * HOUR
        session.release_held(now.held[0].id, conversation.question.id)
        await session.ended()
        assert [e.body.kind for e in conversation.entries][2:] == ["answer", "text"]
    assert [frame["content"] for frame in server.answers] == ["I am not sure of this"]
    assert len(server.opened) == 1


def test_eight_hours_of_waiting_change_nothing(monkeypatch, record_property):
    with jumping(monkeypatch) as clock:
        began = time.monotonic()
        clock.run_until_complete(idles(8, record_property))
        record_property("seconds that eight hours took", f"{time.monotonic() - began:.1f}")


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


def test_a_page_hears_nothing_while_nothing_changes(monkeypatch, record_property):
    watched(3, monkeypatch, record_property)
