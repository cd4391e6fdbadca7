"""Long runs: what an entry costs, that nothing else grows, and that no frame costs more than another.

The same at full length is in ``soak/test_long_runs.py``.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import statistics
import time
import tracemalloc

import pytest
from support.generated_load import Fed, idle, recorded, talk
from support.long_runs import HOUR, again, lingers, poured, watched
from support.process_stats import weight
from support.scripted_server import Scripted
from support.virtual_clock import jumping

from buttermilk_widget import Session
from buttermilk_widget.conversation.conversation import Conversation


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


def test_a_page_hears_nothing_while_nothing_changes(monkeypatch, record_property):
    watched(3, monkeypatch, record_property)
