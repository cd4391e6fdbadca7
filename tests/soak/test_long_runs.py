"""A million frames, a hundred thousand of them over a socket, and a day that nothing happens in."""

from __future__ import annotations

import asyncio
import gc
import sys

from support.generated_load import Fed, talk
from support.long_runs import HOUR, again, poured, watched
from support.process_stats import resident, weight
from support.shutdown import shut_down
from support.virtual_clock import jumping

from buttermilk_widget import Session
from buttermilk_widget.server import Settings, create_app
from buttermilk_widget.server.http.app import SESSIONS

MILLION = 1_000_000


def test_a_million_frames(fast_server, record_property):
    gc.collect()
    memory, blocks = resident(), sys.getallocatedblocks()
    fed = Fed(fast_server.url, talk(), MILLION, at=(2000, 100_000, MILLION))
    conversation = fed.conversation
    assert conversation.count == MILLION
    grown = resident() - memory
    record_property("resident bytes for each of a million entries", f"{grown / MILLION:,.0f}")
    assert grown / MILLION < 3500
    assert (sys.getallocatedblocks() - blocks) / MILLION < 20
    early, middle, late = (fed.cost(near) for near in (1000, 100_000, MILLION))
    record_property("microseconds a frame costs near 1,000", f"{early:.0f}")
    record_property("the same near 100,000, as a ratio", f"{middle / early:.2f}")
    record_property("the same near 1,000,000, as a ratio", f"{late / early:.2f}")
    assert middle < 3 * early
    assert late < 3 * early
    total = {at: sum(parts.values()) for at, parts in fed.rests.items()}
    parts = {k: v - fed.rests[2000][k] for k, v in fed.rests[MILLION].items()}
    record_property(
        "bytes that all else grew by from 2,000 to 1,000,000", total[MILLION] - total[2000]
    )
    assert total[MILLION] - total[2000] < 10_000, {k: v for k, v in parts.items() if v}
    record_property("messages to the page for a million frames", f"{fed.patches:,}")
    record_property("longest pause for collecting garbage", f"{fed.pause:.2f} s")
    # What is new is found at once: the last entry of a million is no dearer than the last of ten.
    history = conversation._history
    clock = asyncio.new_event_loop()
    began = clock.time()
    for _ in range(10_000):
        assert len(history.since(history.seq - 2)) <= 1
    record_property("microseconds to find what is new", f"{(clock.time() - began) * 100:.1f}")
    assert clock.time() - began < 5
    clock.close()
    fed.widget.close()


async def test_a_hundred_thousand_frames_over_a_socket(tmp_path, record_property):
    count = 100_000
    path = tmp_path / "many.jsonl"
    live = await poured(path, count, talk())
    texts = sum(len(frame.text) for frame in live.frames)
    record_property("bytes of the cassette", f"{path.stat().st_size:,}")
    record_property("the same for each byte of the frames", f"{path.stat().st_size / texts:.2f}")
    assert len(live) == count
    assert path.stat().st_size < 1.5 * texts
    before = resident()
    replayed = await again(path)
    record_property(
        "resident bytes to read and replay it, for each of the file's",
        f"{(resident() - before) / path.stat().st_size:.1f}",
    )
    assert replayed.hash == live.hash


def test_a_page_hears_nothing_for_eight_hours(monkeypatch, record_property):
    watched(8, monkeypatch, record_property)


def test_eight_hours_at_the_built_in_server(monkeypatch, record_property):
    """Its question stays open, with pings alone; then the person answers, and it goes on."""

    async def day(clock):
        from aiohttp import web

        app = create_app(Settings(setup_delay=0.0, pace=0.0), clock=clock.time)
        runner = web.AppRunner(app, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with Session(f"http://127.0.0.1:{runner.addresses[0][1]}") as session:
            session.run("osb")
            await session.asked()
            await asyncio.sleep(HOUR)
            gc.collect()
            before = weight(session.conversation, without=[clock])
            held = session.conversation.status
            (kept,) = app[SESSIONS]._sessions.values()
            server = weight(kept, without=[clock, app])
            await asyncio.sleep(7 * HOUR)
            gc.collect()
            record_property(
                "bytes that 7 idle hours cost the conversation",
                weight(session.conversation, without=[clock]) - before,
            )
            assert weight(session.conversation, without=[clock]) == before
            assert weight(kept, without=[clock, app]) < server + 20_000
            assert session.conversation.status == held
            while await session.asked():
                session.confirm()
            assert session.readiness == "ended"
            assert session.conversation.gaps == ()
        await shut_down(runner)

    with jumping(monkeypatch) as clock:
        clock.run_until_complete(day(clock))
