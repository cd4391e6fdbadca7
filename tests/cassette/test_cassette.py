"""The file, recorded over a real socket and replayed without one."""

from __future__ import annotations

import asyncio
import json

import pytest
from support.cassettes import NOWHERE, hash_of, recorded
from support.scripted_server import Scripted, listen, plays, until
from support.server_scripts import asks_and_ends, steps

from buttermilk_widget import (
    BadCassette,
    Cassette,
    CassetteMismatch,
    CassetteWarning,
    ConnectionLost,
    FlowFailed,
    FlowWidget,
    Readiness,
    Replaying,
    RunStopped,
    ServerUnreachable,
    Session,
    WrongAnswer,
)
from buttermilk_widget.cassette.cassette import MODE
from buttermilk_widget.conversation.patches import Labels


async def replayed(path, mode="once", **asked):
    async with Session(NOWHERE, cassette=Cassette(path, mode)) as session:
        await session.run("osb", **asked).ended(5)
    return hash_of(session)


def lines(path):
    return [json.loads(text) for text in path.read_text().splitlines()]


# --- the same run --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["real_ok", "real_auto", "real_fail", "real_types"])
async def test_a_run_and_its_replay_have_the_same_transcript_byte_for_byte(path, name):
    def answer(session):
        if session.question.form == "confirm":
            return session.confirm()
        return session.choose("a", confirm=True)

    live = await recorded(path, plays(list(steps(name))), answer=answer, prompt="hello wire")
    assert await replayed(path, prompt="hello wire") == live
    assert lines(path)[-1] == {"end": "ended", "hash": live}


async def test_a_replay_needs_no_server_and_no_person_and_says_who_answered(path):
    await recorded(path)
    async with Session(NOWHERE, cassette=Cassette(path, "replay")) as session:
        await session.run("osb").ended(5)
    (answer,) = [e.body for e in session.entries if e.body.kind == "answer"]
    assert (answer.verdict, answer.by) == ("confirm", "person")


async def test_held_input_gaps_and_a_stop_are_replayed_as_they_were(path):
    asked = asyncio.Event()

    async def breaks(line):
        await line.heard()
        await line.lead("sequential")
        await line.ask("What should they look at?")
        await line.heard()
        await line.ask("Go on?", "confirm", "reject")
        await asked.wait()
        line.drop()

    async def goes_on(line):
        await listen(line)

    async with Scripted(breaks, goes_on).serve() as server:
        async with Session(server.url, cassette=Cassette(path)) as session:
            session.run("osb")
            session.say("the second paragraph")
            session.say("and the third")
            session.say("one too many")
            await until(lambda: len(session.conversation.status.held) == 2)
            await session.asked(5)
            held = session.conversation.status.held
            session.edit_held(held[0].id, "a change of mind")
            session.remove_held(held[1].id)
            asked.set()
            await until(lambda: session.conversation.gaps)
            await until(lambda: session.readiness is Readiness.ASKING)
            session.release_held(held[0].id, session.conversation.question.id)
            await until(lambda: not session.conversation.status.held)
            await session.stop()
        live = hash_of(session)
    async with Session(NOWHERE, cassette=Cassette(path)) as again:
        with pytest.raises(RunStopped):
            await again.run("osb").ended(5)
    assert hash_of(again) == live
    assert [e.body.kind for e in again.entries] == [
        *("question", "answer", "question", "gap", "answer")
    ]


# --- the file ------------------------------------------------------------------------------------


async def test_frames_stand_in_it_verbatim_and_secrets_of_the_connection_do_not(path):
    async with Scripted(asks_and_ends).serve() as server:
        address = server.url.replace("http://", "http://me:hunter22@")
        headers = {"Authorization": "Bearer not-for-the-file"}
        cassette = Cassette(path)
        async with Session(address, headers=headers, cassette=cassette) as session:
            session.run("osb", prompt="x")
            await session.asked(5)
            session.confirm()
            await session.ended(5)
    text = path.read_text()
    for secret in ("hunter22", "not-for-the-file", "Authorization"):
        assert secret not in text
    first, run, *told, _end = lines(path)
    assert first == {"cassette": 1}
    assert (run["run"], run["server"]) == ({"flow": "osb", "prompt": "x"}, server.url)
    frames = [(one["do"], one["text"]) for one in told if "text" in one]
    assert frames == [(frame.direction, frame.text) for frame in session.conversation.frames]
    assert all(isinstance(one["at"], float) for one in told)


async def test_each_line_is_written_through_as_it_happens(path):
    async with Scripted(asks_and_ends).serve() as server:
        async with Session(server.url, cassette=Cassette(path)) as session:
            session.run("osb")
            await session.asked(5)
            assert [one["do"] for one in lines(path)[2:]][-1] == "in"
            session.confirm()
            await session.ended(5)


async def test_what_looks_like_a_secret_is_reported_with_its_line(path):
    with pytest.warns(CassetteWarning, match=r"holds what looks like an API key \(line 2\)"):
        await recorded(path, prompt="use sk-0123456789abcdefXYZ")


async def test_a_run_that_was_cut_off_replays_what_was_seen_and_says_so(path):
    await recorded(path)
    text = path.read_text()
    path.write_text(text[: text.rindex('{"do": "in"') + 30])
    cassette = Cassette(path)
    assert cassette.broken
    async with Session(NOWHERE, cassette=cassette) as session:
        with pytest.raises(ConnectionLost, match="The recording breaks off here"):
            await session.run("osb").ended(5)
    assert len(session.entries) > 0
    assert session.replay.note == (
        "The last line of the recording was half written, and is left out."
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n", "its first line does not say so"),
        ('{"t": 0}\n', "its first line does not say so"),
        ("[]\n{}\n", "its first line does not say so"),
        ("no json\n", "its first line does not say so"),
        ('{"cassette": 1}\nno json\n{}\n', "Line 2 .* is bad: it is not JSON"),
        ('{"cassette": 2}\n', "of version 2; this buttermilk_widget reads version 1"),
        ('{"cassette": 1}\n{"do": "in", "at": 1, "text": "x"}\n', "Line 2 .* none of a cassette's"),
        ('{"cassette": 1}\n{"run": {}}\n', "Line 2 .* none of a cassette's"),
        ('{"cassette": 1}\n"x"\n', "Line 2 .* none of a cassette's"),
    ],
)
def test_what_is_no_cassette_is_refused_with_its_line(path, text, said):
    path.parent.mkdir()
    path.write_text(text)
    with pytest.raises(BadCassette, match=said):
        Cassette(path)


def test_a_file_that_cannot_be_read_or_written_is_said(tmp_path):
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadCassette, match="cannot be read"):
        Cassette(tmp_path / "folder")
    (tmp_path / "latin").write_bytes(b"\xff\xfe{}")
    with pytest.raises(BadCassette, match="cannot be read"):
        Cassette(tmp_path / "latin")


async def test_a_recording_that_does_not_fit_together_fails_with_a_sentence(path):
    await recorded(path)
    path.write_text(path.read_text().replace('"do": "in"', '"do": "reconnected"', 1))
    odd = '"do": "release_held", "held": 7, "question": 1'
    told = path.read_text().replace('"do": "respond"', odd)
    path.write_text(told.replace('"verdict": "confirm", ', ""))
    async with Session(NOWHERE, cassette=Cassette(path)) as session:
        with pytest.raises(BadCassette, match="does not fit together"):
            await session.run("osb").ended(5)


# --- modes and matching --------------------------------------------------------------------------


def test_a_mode_that_is_none_and_a_cassette_that_must_be_there(path, monkeypatch):
    with pytest.raises(BadCassette, match=r"no cassette mode 'replya'.*Did you mean 'replay'\?"):
        Cassette(path, "replya")
    with pytest.raises(BadCassette, match=r"no cassette at .* to replay. Record it first"):
        Cassette(path, "replay")
    monkeypatch.setenv(MODE, "replay")
    with pytest.raises(BadCassette, match="to replay"):
        Cassette(path, "record")


async def test_several_runs_are_in_one_file_and_each_is_found(path):
    cassette = Cassette(path)
    hashes = []
    for prompt in ("one", "two", "one"):
        async with Scripted(asks_and_ends).serve() as server:
            async with Session(server.url, cassette=cassette) as session:
                session.run("osb", prompt=prompt)
                await session.asked(5)
                session.confirm()
                await session.ended(5)
        hashes.append(hash_of(session))
    again = Cassette(path)
    assert again.flows == ("osb",)
    for prompt, expected in zip(("one", "one", "two", "one"), (0, 2, 1, 0), strict=True):
        async with Session(NOWHERE, cassette=again) as session:
            await session.run("osb", prompt=prompt).ended(5)
        assert hash_of(session) == hashes[expected]


async def test_an_empty_file_is_recorded_into(path):
    path.parent.mkdir()
    path.touch()
    with pytest.raises(BadCassette, match="There is no cassette"):
        Cassette(path, "replay")
    live = await recorded(path)
    assert await replayed(path) == live


async def test_a_mark_before_the_text_is_taken(path):
    live = await recorded(path)
    path.write_text(path.read_text(), encoding="utf-8-sig")
    assert await replayed(path) == live


async def test_record_replaces_its_own_run_only(path):
    hashes = [
        await recorded(path, mode="record", prompt=word) for word in ("a", "b", "c", "d", "e")
    ]
    new = await recorded(path, mode="record", prompt="c")
    made = Cassette(path, "replay").recordings
    assert [one.request["prompt"] for one in made] == ["a", "b", "c", "d", "e"]
    assert [one.hash for one in made] == [*hashes[:2], new, *hashes[3:]]
    # What one cassette records is all kept, when it records the same again.
    cassette, several = Cassette(path, "record"), []
    for _ in range(2):
        async with Scripted(asks_and_ends).serve() as server:
            async with Session(server.url, cassette=cassette) as session:
                session.run("osb", prompt="a")
                await session.asked(5)
                session.confirm()
                await session.ended(5)
        several.append(hash_of(session))
    made = Cassette(path, "replay").recordings
    assert [one.hash for one in made] == [several[0], hashes[1], new, *hashes[3:], several[1]]


async def test_a_run_that_breaks_off_is_replayed_only_if_there_is_no_whole_one(path):
    live = await recorded(path, prompt="x")
    text = path.read_text()
    _, run, *inputs, _end = text.splitlines(keepends=True)
    path.write_text("".join([text.splitlines(keepends=True)[0], run, *inputs[:5]]))
    path.write_text(path.read_text() + "".join([run, *inputs, _end]))
    assert await replayed(path, prompt="x") == live


async def test_record_records_anew_and_live_leaves_it_alone(path):
    first = await recorded(path)
    second = await recorded(path, mode="record")
    assert (lines(path)[-1]["hash"], len([1 for one in lines(path) if "run" in one])) == (second, 1)
    assert first != second
    before = path.read_text()
    await recorded(path, mode="live")
    assert path.read_text() == before


async def test_a_different_request_shows_the_nearest_and_the_difference(path):
    await recorded(path, prompt="Is it allowed?", rate=3)
    session = Session(NOWHERE, cassette=Cassette(path))
    with pytest.raises(CassetteMismatch) as mismatch:
        session.run("osb", prompt="Is it forbidden?", extra=True)
    said = str(mismatch.value)
    assert "extra is True, and was not given" in said
    assert "prompt is 'Is it forbidden?', and was 'Is it allowed?'" in said
    assert "rate is not given, and was 3" in said
    assert "mode='record'" in said
    assert "delete" not in said
    path.write_text('{"cassette": 1}\n')
    with pytest.raises(CassetteMismatch, match="holds no run"):
        Session(NOWHERE, cassette=Cassette(path)).run("osb")


async def test_a_replay_takes_no_answers_and_can_be_stopped_and_paced(path):
    await recorded(path)
    async with Session(NOWHERE, cassette=Cassette(path), pace=1000.0) as session:
        session.run("osb")
        await until(lambda: session.readiness is not Readiness.OFFLINE)
        with pytest.raises(Replaying, match="answers are those that were recorded"):
            session.respond("text", "typed in the page")
        await session.stop()
        assert session.reason == "The replay was stopped."


@pytest.mark.parametrize("mode", ["once", "record"])
async def test_a_server_that_was_not_reached_leaves_no_recording_and_takes_the_place_of_none(
    path, mode
):
    async with Session(NOWHERE, cassette=Cassette(path, mode)) as session:
        with pytest.raises(ServerUnreachable):
            await session.run("osb").ended(5)
    assert not path.exists()
    live = await recorded(path, mode=mode)
    async with Session(NOWHERE, cassette=Cassette(path, "record")) as session:
        with pytest.raises(ServerUnreachable):
            await session.run("osb").ended(5)
    assert await replayed(path) == live


async def test_a_replay_that_fails_says_that_it_is_one(path):
    async def breaks(line):
        await line.heard()
        await line.ask("Go on?", "confirm", "reject")

    async with Scripted(breaks).serve() as server:
        async with Session(server.url, cassette=Cassette(path), manager=lambda _: "x") as session:
            with pytest.raises(WrongAnswer, match="words would reject it"):
                await session.run("osb").ended(5)
    async with Session(NOWHERE, cassette=Cassette(path)) as again:
        with pytest.raises(
            FlowFailed, match=r"words would reject it.*was replayed from .*osb\.jsonl"
        ):
            await again.run("osb").ended(5)


# --- in a notebook -------------------------------------------------------------------------------


def test_a_widget_replays_what_it_recorded(path, fast_server):
    live = FlowWidget(fast_server.url, cassette=path, manager=lambda _question: True)
    first = live.run("osb", prompt="the hedge").wait(10)
    assert {e.body.by for e in first.entries if e.body.kind == "answer"} == {"script"}
    live.close()
    again = FlowWidget(cassette=path)
    second = again.run("osb", prompt="the hedge").wait(10)
    assert second.transcript.hash == first.transcript.hash
    assert again.flow == "osb"
    again.close()


async def test_the_study_s_words_for_predictions_are_recorded_with_the_run(path):
    words = {True: "in breach", False: "not in breach"}
    async with Scripted(asks_and_ends).serve() as server:
        async with Session(server.url, cassette=Cassette(path), labels=words) as session:
            await session.run("osb").asked(5)
            session.confirm()
            await session.ended(5)
        live = session.transcript
    async with Session(NOWHERE, cassette=Cassette(path)) as session:
        await session.run("osb").ended(5)
    assert session.transcript.labels == live.labels == Labels(yes="in breach", no="not in breach")
    assert session.transcript.hash == live.hash
    assert session.labels == live.labels
    assert session.agents == session.transcript.agents
    other = {True: "hateful", False: "not hateful"}
    async with Session(NOWHERE, cassette=Cassette(path), labels=other) as session:
        await session.run("osb").ended(5)
    assert session.transcript.labels == Labels(yes="hateful", no="not hateful")
    # A hash covers what a reader is shown.
    assert session.transcript.hash != live.hash
