"""What stays in a notebook: how big it is, and what is left of it where less is allowed."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import zlib

import nh3
import pytest
from support import paths
from support.cassettes import NOWHERE
from support.notebook_output import Shown
from support.scripted_server import Scripted, listen, until

from buttermilk_widget import Cassette, Session
from buttermilk_widget.transcript.compress import RAW
from buttermilk_widget.widget import snapshot as module
from buttermilk_widget.widget.snapshot import SnapshotWriter, StaticOutput, copy_of, whole_of

RUNS = sorted(paths.RUNS.glob("*.jsonl"))


async def kept(path, number=0):
    """A replayed run, its checkpoint, and the copy of it."""
    cassette = Cassette(path, "replay")
    asked = dict(cassette.recordings[number].request)
    checkpoints, copy = [], Shown()
    async with Session(NOWHERE, cassette=cassette) as session:
        keeper = SnapshotWriter(session, store=checkpoints.append, copy=copy, resend=lambda: None)
        await keeper.kept()
        assert not checkpoints
        copy.show()
        session.run(asked.pop("flow"), **asked)
        await session.ended(10)
        await keeper.kept()
        await keeper.kept()
    (checkpoint,) = checkpoints
    (_, first), (updated, bundle) = copy.said
    assert updated
    assert "A copy of this conversation comes here" in first["text/plain"]
    return session.transcript, checkpoint, bundle


@pytest.mark.parametrize("path", RUNS, ids=lambda path: path.stem)
async def test_both_together_stay_under_one_and_a_half_times_the_transcript(
    path, tmp_path, record_property
):
    transcript, checkpoint, copy = await kept(path)
    transcript.save(tmp_path / "run.jsonl")
    whole = (tmp_path / "run.jsonl").stat().st_size
    output = json.dumps([copy, whole_of(transcript)], ensure_ascii=False).encode()
    both = len(base64.b64encode(checkpoint)) + len(output)
    assert both < 1.5 * whole
    record_property(
        f"what a notebook keeps of {path.stem}, to its transcript", f"{both / whole:.2f}"
    )


async def test_stripped_of_style_and_scripts_the_conversation_is_still_there():
    transcript, _, copy = await kept(RUNS[-2])
    stripped = nh3.clean(copy["text/html"], attributes={})
    text = re.sub("<[^>]+>", "", stripped)
    for entry in transcript:
        for word in (f"#{entry.id}", entry.speaker.name if entry.speaker else ""):
            assert word in text
    assert "Decisions: 4" in text
    assert "--bg" in copy["text/html"]
    assert "--bg" not in stripped


async def test_the_copy_of_a_replay_is_the_same_each_time():
    (_, _, once), (_, _, again) = await kept(RUNS[0]), await kept(RUNS[0])
    assert once == again
    assert once["text/plain"].startswith("Transcript('osb', 15 entries, sha256-2:")


async def test_a_widget_shown_twice_has_two_copies_that_link_into_themselves(monkeypatch):
    transcript, _, _ = await kept(RUNS[0])
    published, here = {}, iter(["a1-", "b2-", "a1-"])
    monkeypatch.setattr(module.places.HERE, "take", lambda: next(here))

    def publish(bundle, _metadata, *, transient, update):
        published.setdefault(transient["display_id"], []).append((update, bundle["text/html"]))

    monkeypatch.setattr(module, "publish_display_data", publish)
    copy = StaticOutput()
    copy.show()
    copy.show()
    copy.put(copy_of(transcript, ids=copy.ids))
    copy.show()
    assert [[update for update, _ in said] for said in published.values()] == [
        [False, True, False],
        [False, True],
    ]
    pages = [said[1][1] for said in published.values()]
    assert published[f"{copy.ids}-a1-"][2][1] == pages[0]
    ids = [set(re.findall(r" id='([^']+)'", page)) for page in pages]
    assert [len(some) for some in ids] == [len(transcript)] * 2
    assert not ids[0] & ids[1]
    for page, mine, place in zip(pages, ids, ("a1", "b2"), strict=True):
        assert set(re.findall(r"href='#([^']+)'", page)) <= mine
        assert all(re.fullmatch(rf"r[0-9a-f]{{8}}-{place}-entry-[0-9]+", one) for one in mine)


async def test_what_is_switched_off_is_not_kept():
    cassette = Cassette(RUNS[0], "replay")
    asked = dict(cassette.recordings[0].request)
    said = []
    async with Session(NOWHERE, cassette=cassette) as session:
        keeper = SnapshotWriter(session, store=None, copy=None, resend=lambda: said.append("again"))
        session.run(asked.pop("flow"), **asked)
        await session.ended(10)
        await keeper.kept()
        keeper.publish()
    assert said == ["again"]


async def test_a_run_too_long_for_a_notebook_is_said_to_be(monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 1000)
    cassette = Cassette(RUNS[0], "replay")
    asked = dict(cassette.recordings[0].request)
    for copy in (Shown(), None):
        checkpoints = []
        async with Session(NOWHERE, cassette=cassette) as session:
            keeper = SnapshotWriter(
                session, store=checkpoints.append, copy=copy, resend=lambda: None
            )
            session.run(asked["flow"], **{k: v for k, v in asked.items() if k != "flow"})
            await session.ended(10)
            await keeper.kept()
        assert checkpoints == []
        if copy is not None:
            copy.show()
            (_, bundle) = copy.said[-1]
            assert "15 entries, too much to keep in a notebook" in bundle["text/plain"]
            assert "run.transcript.save(" in bundle["text/html"]


async def test_hostile_names_do_not_leave_the_line_that_names_the_run():
    transcript, _, _ = await kept(RUNS[0])
    transcript.provenance = transcript.provenance.model_copy(update={"flow": "<script>x</script>"})
    assert "<script" not in copy_of(transcript)["text/html"]


# --- before the end ------------------------------------------------------------------------------


def talk(number):
    return {"type": "chat_message", "message_id": f"m{number}", "outputs": f"line {number}"}


class Live:
    """A run on a scripted server, and what was kept of it each time."""

    def __init__(self, session):
        self.session = session
        self.checkpoints = []
        self.copy = Shown()
        self.copy.show()
        self.keeper = SnapshotWriter(
            session, store=self.checkpoints.append, copy=self.copy, resend=lambda: None
        )
        session._notify = self.keeper.notice

    @property
    def copies(self):
        return [bundle["text/html"] for updated, bundle in self.copy.said if updated]

    def entries(self, number):
        return json.loads(zlib.decompress(self.checkpoints[number], wbits=RAW))["patch"]["entries"]


async def asks_and_talks(line):
    await line.heard()
    await line.say(talk(1))
    await line.ask("Shall we go on?", "confirm", "reject")
    await line.heard()
    for number in range(2, 30):
        await line.say(talk(number))
    await listen(line)


async def test_a_run_is_kept_when_it_asks_with_what_is_held(monkeypatch):
    monkeypatch.setattr(module, "RATE", 10**9)
    async with Scripted(asks_and_talks).serve() as server, Session(server.url) as session:
        live = Live(session)
        session.run("osb")
        session.respond("text", "held <words>")
        await until(lambda: live.copies)
        assert "line 1" in live.copies[0]
        assert "Shall we go on?" in live.copies[0]
        assert "entries so far" in live.copies[0]
        assert "Held, and not sent:" in live.copies[0]
        assert ">held &lt;words&gt;</blockquote>" in live.copies[0]
        assert len(live.entries(0)) == 2
        await session.stop()
        await live.keeper.kept()
        assert "so far" not in live.copies[-1]
        assert "held &lt;words&gt;" in live.copies[-1]
        assert live.keeper._timer is None


async def test_a_run_that_goes_on_is_kept_now_and_then_as_much_as_it_costs(monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0.05)
    monkeypatch.setattr(module, "SHARE", 0)
    monkeypatch.setattr(module, "RATE", 10**9)
    async with Scripted(asks_and_talks).serve() as server, Session(server.url) as session:
        live = Live(session)
        session.run("osb")
        await session.asked()
        await until(lambda: live.copies)
        session.confirm()
        await until(lambda: any("line 29" in copy for copy in live.copies))
        session.respond("text", "the last to be kept")
        await until(lambda: "the last to be kept" in live.copies[-1])
        monkeypatch.setattr(module, "RATE", 1)  # a character a second: not for hours
        await asyncio.sleep(0.1)  # one that was begun
        count = len(live.copies)
        session.respond("text", "held")
        await asyncio.sleep(0.2)
        assert len(live.copies) == count
        await session.stop()
        await live.keeper.kept()
        assert len(live.copies) == count + 1
        assert len(live.checkpoints) == count + 1


async def test_a_run_that_could_not_be_kept_once_is_kept_the_next_time(monkeypatch):
    monkeypatch.setattr(module, "RATE", 10**9)
    monkeypatch.setattr(module, "SHARE", 0)
    async with Scripted(asks_and_talks).serve() as server, Session(server.url) as session:
        live = Live(session)
        keep, failed = live.keeper._put, []

        async def fails_once(*args, **more):
            if not failed:
                failed.append(live.keeper._keeping)
                raise OSError("no room")
            await keep(*args, **more)

        monkeypatch.setattr(live.keeper, "_put", fails_once)
        session.run("osb")
        await session.asked()
        await until(lambda: failed and failed[0].done())
        assert isinstance(failed[0].exception(), OSError)
        await session.stop()
        await live.keeper.kept()
        assert "Shall we go on?" in live.copies[-1]
