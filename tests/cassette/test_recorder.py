"""A recording that fails, at every byte and in every way: the run goes on, and what was there stays."""

from __future__ import annotations

import asyncio
import errno
import itertools
import json
import os
import shutil
import warnings

import pytest
from support.full_disk import ROOM, Dead, Disk
from support.record_process import recording
from support.recorded_runs import AT, Played, held, names, told, warned
from support.scripted_server import Scripted, listen, until

from buttermilk_widget import BadCassette, Cassette, Conversation, FlowWidget, Session, Transcript
from buttermilk_widget.cassette import files
from buttermilk_widget.cassette.cassette import MODE
from buttermilk_widget.conversation.events import FrameReceived
from buttermilk_widget.protocol.messages import RunFlow

HALF = "\ud83d"  # half an emoji: there is no UTF-8 for it


# --- the n-th byte -------------------------------------------------------------------------------

SIZE = 2000
"""About as many bytes as a run and its first line have; the tests see that it is enough."""


def written_with(path, room, **more):
    """A run on a disk with so much room; what must hold whatever becomes of its recording."""
    with Disk(room) as disk:
        played = Played(path, **more)
    undisturbed = Conversation()
    for one in played.inputs:
        undisturbed.apply(one)
    assert played.result == (undisturbed.entries, undisturbed.frames)
    assert played.heard == len(played.inputs)
    full = disk.room == 0
    assert len(played.said) <= 1
    assert all("No space left on device" in one for one in played.said)
    return played, full


def test_of_a_run_whose_disk_is_full_at_any_byte_what_was_written_is_kept(
    tmp_path, monkeypatch, record_property
):
    monkeypatch.delenv(MODE, raising=False)
    with Disk(ROOM) as disk:
        Played(tmp_path / "whole.jsonl")
    whole = disk.written
    assert whole < SIZE
    for room in range(whole + 1):
        path = tmp_path / "osb.jsonl"
        path.unlink(missing_ok=True)
        played, full = written_with(path, room)
        assert bool(played.said) == (room < whole)
        runs = held(path)
        for _, inputs, ended in runs:
            assert inputs == played.inputs[: len(inputs)]
            assert (ended is None) == full or room == whole
        assert len(runs) == path.exists()
    record_property("bytes of a run at which its disk was full", f"each of {whole:,}")


def test_a_full_disk_takes_nothing_from_the_runs_that_were_there(tmp_path, monkeypatch):
    monkeypatch.delenv(MODE, raising=False)
    path, before = tmp_path / "osb.jsonl", tmp_path / "before.jsonl"
    Played(before, flow="one")
    Played(before, mode="record", flow="two")
    old = held(before)
    for room in range(0, SIZE, 7):
        shutil.copy(before, path)
        played, full = written_with(path, room, mode="record", flow="three")
        now = held(path)
        assert now[:2] == old
        assert path.read_text().startswith(before.read_text())
        assert [run[0] for run in now[2:]] in ([], ["three"])
        assert full or now[2][1:] == (played.inputs, "ended")


def test_what_is_recorded_anew_is_kept_until_the_new_is_whole(tmp_path, monkeypatch):
    monkeypatch.delenv(MODE, raising=False)
    folder, before = tmp_path / "runs", tmp_path / "before.jsonl"
    for flow in ("one", "two", "three"):
        Played(before, mode="record", flow=flow)
    old = held(before)
    came = set()
    for room in range(0, 4 * SIZE, 23):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        path = folder / "osb.jsonl"
        shutil.copy(before, path)
        played, full = written_with(path, room, mode="record", flow="two", words="other words")
        now = held(path)
        if full:
            assert path.read_text() == before.read_text()
            whole = [run for run in now if run[2]]
            assert whole in (old, [old[0], ("two", played.inputs, "ended"), old[2]])
            assert len(played.said) == 1
        else:
            assert now == [old[0], ("two", played.inputs, "ended"), old[2]]
            assert names(folder) == ["osb.jsonl"]
            assert played.said == []
        came.add((full, len(now), now[1][1] == played.inputs))
    # It failed as the run was written, as it was put into the cassette, and not at all.
    assert came == {(True, 3, False), (True, 4, False), (True, 3, True), (False, 3, True)}


def test_a_disk_that_was_full_for_a_while_leaves_no_gap(path):
    path.parent.mkdir()
    for begins, lasts in itertools.product(range(11), (1, 3, 20)):
        path.unlink(missing_ok=True)
        disk = Disk(ROOM)

        def full(number, disk=disk, begins=begins, lasts=lasts):
            disk.room = 0 if begins <= number < begins + lasts else ROOM

        with disk:
            played = Played(path, before=full)
            disk.room = ROOM
        if begins + lasts < len(played.inputs):
            assert held(path) == [("osb", played.inputs, "ended")]
            assert played.session.transcript.provenance is not None
        assert len(played.said) <= 1


def test_room_at_the_very_end_is_enough(path):
    disk = Disk(ROOM)

    def full(number):
        disk.room = 0 if number >= 5 else ROOM

    with disk, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        session = Session("http://localhost:8000")
        session._recorder = Cassette(path).recorder(RunFlow(flow="osb"), "server", AT)
        for number, one in enumerate(told()):
            full(number)
            session._tell(one)
        assert session._recorder.problem == "No space left on device"
        disk.room = ROOM
        session._recorder.close("ended", "sha256-2:x")
    assert session._recorder.problem == ""
    assert held(path) == [("osb", list(told()), "ended")]


# --- other ways to fail --------------------------------------------------------------------------


async def answered(server, path, mode="once", meanwhile=lambda: None, words="words"):
    """A run over a real socket, with something done to the disk before its question is answered."""
    async with Session(server.url, cassette=Cassette(path, mode)) as session:
        session.run("osb", prompt=words)
        await session.asked(5)
        meanwhile()
        session.confirm()
        await session.ended(5)
    return session


async def asks(line):
    await line.heard()
    await line.ask("Go on?", "confirm", "reject")
    await line.heard()
    await line.end()
    await listen(line)


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EIO, errno.EDQUOT])
async def test_an_answer_is_sent_whatever_the_disk_does(path, error):
    disk = Disk(ROOM, error)

    def fails():
        disk.room = 0

    async with Scripted(asks).serve() as server:
        with disk, warned(os.strerror(error)) as said:
            session = await answered(server, path, meanwhile=fails)
    assert [answer["confirm"] for answer in server.answers] == [True]
    assert session.entries[2].body.state == "sent"
    assert len(said) == 1
    assert session.transcript.provenance.cassette == f"osb.jsonl (not whole: {os.strerror(error)})"
    card = {fact.name: fact.value for fact in session.transcript.card().facts}
    assert "not whole" in card["Cassette"]


async def test_a_run_is_stopped_on_the_server_whatever_the_disk_does(path):
    disk = Disk(ROOM)
    async with Scripted(asks).serve() as server:
        with disk, warned(""):
            async with Session(server.url, cassette=Cassette(path)) as session:
                session.run("osb")
                await session.asked(5)
                disk.room = 0
                await session.stop()
    assert server.deleted == ["s-1"]
    assert session.reason == "Stopped: the server confirmed it."


async def test_where_warnings_are_errors_the_run_goes_on_too(path, caplog):
    disk = Disk(ROOM)

    def fails():
        disk.room = 0

    async with Scripted(asks).serve() as server:
        with disk, warnings.catch_warnings():
            warnings.simplefilter("error")
            session = await answered(server, path, meanwhile=fails)
    assert session.readiness.value == "ended"
    assert len(server.answers) == 1
    assert "could not be written: No space left on device" in caplog.text


async def test_a_recorder_that_fails_in_any_other_way_costs_the_recording_only(path, caplog):
    async with Scripted(asks).serve() as server:
        async with Session(server.url, cassette=Cassette(path)) as session:
            session.run("osb")
            await session.asked(5)
            session._recorder._secret = lambda _: 1 / 0
            with warned("could not be written: ZeroDivisionError"):
                session.confirm()
            await session.ended(5)
    assert len(server.answers) == 1
    assert "ZeroDivisionError" in caplog.text
    assert [run[2] for run in held(path)] == [None]
    assert not files.is_held(path)


async def test_a_listener_that_fails_undoes_nothing(path, caplog):
    def fails():
        raise ZeroDivisionError

    async with Scripted(asks).serve() as server:
        async with Session(server.url, cassette=Cassette(path)) as session:
            session.run("osb")
            await session.asked(5)
            session._notify = fails
            session.confirm()
            await session.ended(5)
    assert len(server.answers) == 1
    assert held(path)[0][2] == "ended"
    assert "What is called when a run changes failed: builtins.ZeroDivisionError" in caplog.text


async def test_a_folder_that_goes_away_comes_back_with_the_run(path):
    async with Scripted(asks).serve() as server:
        with warned("was taken away while a run was recorded"):
            await answered(server, path, meanwhile=lambda: shutil.rmtree(path.parent))
    assert [run[2] for run in held(path)] == ["ended"]
    assert names(path.parent) == ["osb.jsonl"]


async def test_a_cassette_that_is_replaced_by_another_gets_the_run_too(path):
    def replaced():
        new = path.with_name("new")
        Played(new, flow="other")
        new.replace(path)

    async with Scripted(asks).serve() as server:
        with warned("was taken away while a run was recorded"):
            await answered(server, path, meanwhile=replaced)
    assert [(run[0], run[2]) for run in held(path)] == [("other", "ended"), ("osb", "ended")]


async def test_a_part_that_goes_away_comes_back_in_the_place_of_what_it_replaces(path):
    for words in ("one", "two"):
        async with Scripted(asks).serve() as server:
            await answered(server, path, "record", words=words)

    def removed():
        (part,) = path.parent.glob("*.part")
        part.unlink()

    async with Scripted(asks).serve() as server:
        with warned("was taken away"):
            session = await answered(server, path, "record", removed, words="one")
    made = Cassette(path, "replay").recordings
    assert [one.request["prompt"] for one in made] == ["one", "two"]
    assert made[0].hash == session.transcript.hash


async def test_what_went_away_while_another_run_is_recorded_is_put_in_when_that_is_over(path):
    async with Scripted(asks).serve() as server:

        def replaced():
            path.unlink()
            other.append(Cassette(path).recorder(RunFlow(flow="other"), "server", AT))
            for one in told("other"):
                other[0].write(one)

        other = []
        with warned("was taken away"):
            await answered(server, path, meanwhile=replaced)
        assert len(list(path.parent.glob("*.part"))) == 1
        other[0].close("ended", "sha256-2:x")
    assert [run[0] for run in held(path)] == ["other", "osb"]
    assert names(path.parent) == ["osb.jsonl"]


async def test_a_folder_that_cannot_come_back_is_said(path):
    def replaced():
        shutil.rmtree(path.parent)
        path.parent.write_text("a file")

    async with Scripted(asks).serve() as server:
        with warned("could not be written: ") as said:
            session = await answered(server, path, meanwhile=replaced)
    assert (len(said), len(server.answers)) == (1, 1)
    assert "not whole: " in session.transcript.provenance.cassette


def test_where_nothing_can_be_written_the_run_is_not_begun(path):
    session = Session("http://localhost:1", cassette=Cassette(path))
    with Dead(0, errno.EROFS), pytest.raises(BadCassette, match="cannot be written: Read-only"):
        session.start(RunFlow(flow="osb"))


def test_a_file_that_is_no_cassette_is_left_alone(path):
    path.parent.mkdir()
    path.write_text("my notes")
    with pytest.raises(BadCassette, match="is no cassette"):
        Cassette(path, "record").recorder(RunFlow(flow="osb"), "server", AT)
    with pytest.raises(BadCassette, match="cannot be written: Is a directory"):
        Cassette(path.parent, "record").recorder(RunFlow(flow="osb"), "server", AT)
    assert path.read_text() == "my notes"


def test_a_file_that_is_no_cassette_any_more_when_the_run_begins_is_left_alone(path):
    recorder = Cassette(path, "record").recorder(RunFlow(flow="osb"), "server", AT)
    path.write_text("my notes")
    with warned("could not be written: .*is no cassette"):
        for one in told():
            recorder.write(one)
    recorder.close("ended", "sha256-2:x")
    assert path.read_text() == "my notes"


def test_a_terminal_or_a_pipe_is_written_to(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    played = Played(pipe, "record", words="use sk-0123456789abcdefXYZ")
    lines = [json.loads(line) for line in os.read(reader, 10**5).splitlines()]
    os.close(reader)
    assert (lines[0], lines[-1]["end"], len(lines)) == ({"cassette": 1}, "ended", 13)
    assert [one.partition("holds")[2][:36] for one in played.said] == [
        " what looks like an API key (line 11"
    ]
    assert played.session.recording.notice == played.said[0]
    with pytest.raises(BadCassette, match="it is no file"):
        Cassette(pipe, "replay")


async def test_a_run_whose_hash_cannot_be_made_ends_all_the_same(path, monkeypatch):
    async with Scripted(asks).serve() as server:
        async with Session(server.url, cassette=Cassette(path)) as session:
            session.run("osb")
            await session.asked(5)
            monkeypatch.setattr(Transcript, "hash", property(lambda _: 1 / 0))
            with warned("ZeroDivisionError"):
                session.confirm()
                await session.ended(5)
    assert [run[2] for run in held(path)] == [None]


def test_of_a_disk_that_cannot_even_cut_a_file_off_what_was_written_is_read(path):
    class Uncut(Disk):
        def opened(self, path, mode):
            file = super().opened(path, mode)
            file.truncate = lambda _: self.fails()
            return file

    Played(path)
    for room in range(0, 600, 50):
        with Uncut(room):
            played = Played(path, "record", words="other")
        assert len(played.said) == 1
        assert held(path)[0][2] == "ended"


def test_a_second_run_of_which_nothing_can_be_written_leaves_nothing(path):
    Played(path)
    before = path.read_text()
    with Disk(0):
        assert len(Played(path, "record", flow="two").said) == 1
    assert path.read_text() == before
    with files.Held(path), Disk(0):
        assert len(Played(path, "record", flow="two").said) == 1
    with files.Held(path), Dead(0), pytest.raises(BadCassette, match="cannot be written"):
        Played(path, "record", flow="two")
    assert names(path.parent) == ["osb.jsonl"]


def test_secrets_are_told_with_their_lines_wherever_the_run_stands(path):
    secret = "use sk-0123456789abcdefXYZ"
    assert "API key (line 11)" in Played(path, words=secret).said[0]
    assert "API key (line 23)" in Played(path, "record", flow="two", words=secret).said[0]
    assert "API key (line 11)" in Played(path, "record", words=secret).said[0]
    with Disk(2000):
        not_put_in, found = Played(path, "record", words=secret).said
    assert "The run is in 'osb.jsonl." in not_put_in
    assert "API key (line 11)" in found


def test_what_comes_after_the_end_is_not_recorded(path):
    recorder = Cassette(path).recorder(RunFlow(flow="osb"), "server", AT)
    for one in told():
        recorder.write(one)
    recorder.close("ended", "sha256-2:x")
    recorder.put({"do": "explained", "at": AT, "reason": "x"})
    recorder.write(next(told()))
    recorder.close("failed", "sha256-2:y")
    assert held(path) == [("osb", list(told()), "ended")]


def test_a_limit_of_the_system_on_files_is_as_a_full_disk(path):
    process = recording(path, "once", "words", 50, 0, 4000)
    said, wrong = process.communicate(timeout=60)
    assert said == "ended 52 entries, 1 answer\n"
    assert wrong.count("CassetteWarning") == 1
    assert "could not be written: File too large" in wrong
    (made,) = Cassette(path, "replay").recordings
    assert 10 < len(made.inputs) < 40


# --- half an emoji -------------------------------------------------------------------------------


async def test_half_an_emoji_anywhere_is_recorded_and_harms_nothing(path):
    async def script(line):
        await line.heard()
        await line.ask(f"What {HALF}?")
        await line.heard()
        await line.say({"type": "chat_message", "outputs": {f"key {HALF}": [f"value {HALF}"]}})
        await line.ask(f"Go on {HALF}?", "confirm", "reject")
        await line.heard()
        await line.end()
        await listen(line)

    asked = {"prompt": f"words {HALF}", "record_id": HALF, "more": {HALF: (HALF, [HALF])}}
    async with Scripted(script).serve() as server:
        async with Session(server.url, cassette=Cassette(path)) as session:
            session.run("osb", **asked)
            await session.asked(5)
            session.say(f"some {HALF} words")
            await until(lambda: "Go on" in str(session.question))
            session.respond("text", HALF)
            (one,) = session.conversation.status.held
            session.edit_held(one.id, f"{HALF} other")
            session.remove_held(one.id)
            session.reject(f"no {HALF}")
            await session.ended(5)
    assert server.frames[0]["prompt"] == "words \ufffd"
    assert server.frames[0]["more"] == {"\ufffd": ["\ufffd", ["\ufffd"]]}
    assert [a["content"] for a in server.answers] == ["some \ufffd words", "no \ufffd"]
    path.read_bytes().decode()
    async with Session("http://localhost:1", cassette=Cassette(path)) as again:
        again.run("osb", **asked)
        again.say(f"some {HALF} words")
        again.reject(f"no {HALF}")
        await again.ended(5)
    assert again.transcript.hash == session.transcript.hash


async def test_so_does_one_that_a_transport_or_a_recorder_is_given(path):
    conversation = Conversation()
    one = FrameReceived(at=AT, text=json.dumps({"type": "chat_message", "outputs": 1}) + HALF)
    conversation.apply(one)
    assert conversation.frames[0].text == one.text
    recorder = Cassette(path).recorder(RunFlow(flow="osb", x={"y": [HALF]}), HALF, AT)
    recorder.write(one)
    recorder.put({"do": "explained", "at": AT, "reason": HALF})
    recorder.close("ended", "sha256-2:x")
    (made,) = Cassette(path, "replay").recordings
    assert made.request == {"flow": "osb", "x": {"y": ["\ufffd"]}}
    assert made.inputs[0] == one
    assert made.inputs[1].reason == "\ufffd"


# --- a page --------------------------------------------------------------------------------------


def test_a_page_is_answered_whatever_the_disk_does(path, monkeypatch, fast_server):
    monkeypatch.delenv(MODE, raising=False)
    widget = FlowWidget(fast_server.url, cassette=path)
    replies = []
    monkeypatch.setattr(widget, "send", lambda content, buffers=None: replies.append(content))

    def ask(**command):
        number = f"n-{len(replies)}"
        widget._on_page(widget, {**command, "id": number}, [])
        return wait(lambda: next((r for r in replies if r.get("id") == number), None))

    with Disk(ROOM) as disk, warned("No space left"):
        assert ask(kind="start", flow="osb", prompt="the hedge")["problem"] == ""
        wait(lambda: widget._session.question)
        disk.room = 0
        number = widget._session.conversation.question.id
        assert ask(kind="respond", verdict="text", content=HALF)["problem"] == ""
        assert widget._session.conversation.status.held[0].content == "\ufffd"
        assert ask(kind="respond", verdict="confirm", question=number)["problem"] == ""
        assert ask(kind="stop")["problem"] == ""
        wait(lambda: widget._session.over)
    assert widget._session.reason.startswith("Stopped: the server confirmed")
    monkeypatch.setattr(widget._session, "lead", lambda _: 1 / 0)
    monkeypatch.setattr(type(widget._session), "stop", lambda _: 1 / 0)
    assert "itself went wrong (ZeroDivisionError)" in ask(kind="play", action="pause")["problem"]
    assert "itself went wrong (ZeroDivisionError)" in ask(kind="stop")["problem"]
    monkeypatch.undo()
    widget.close()


def test_a_widget_whose_run_was_refused_can_run_another(path):
    Played(path)
    widget = FlowWidget(cassette=path)
    with pytest.raises(Exception, match="does not hold this run"):
        widget.run("other")
    assert widget.run("osb").wait(10).readiness.value == "ended"
    widget.close()


def wait(happened):
    async def waiting():
        await until(happened)
        return happened()

    return asyncio.run(waiting())
