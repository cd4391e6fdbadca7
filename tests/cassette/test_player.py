"""A recording, played: its pace, its steps, and the answers that code gives again."""

from __future__ import annotations

import asyncio

import pytest
from support.cassettes import NOWHERE, hash_of, recorded
from support.scripted_server import Scripted, until

from buttermilk_widget import (
    Cassette,
    CassetteMismatch,
    Conversation,
    NoQuestion,
    Player,
    Readiness,
    Replaying,
    RunError,
    RunOver,
    RunStopped,
    Session,
    Transcript,
    WrongAnswer,
)


async def asks_thrice(line):
    await line.heard()
    await line.ask("Which one?", "A", "B")
    await line.heard()
    await line.ask("What should they look at?")
    await line.heard()
    await line.ask("Go on?", "confirm", "reject")
    await line.heard()
    await line.end()


async def talks(session):
    """A notebook's cells, one after the other; what they printed."""
    printed = []

    def show():
        entries = [entry.body.kind for entry in session.entries]
        printed.append((session.readiness, session.question, entries))

    session.run("osb")
    asked = await session.asked(5)
    printed.append((asked.content, asked.form, asked.options))
    show()
    with pytest.raises(WrongAnswer, match="not among the options"):
        session.choose("C")
    session.choose("B", confirm=True)
    show()
    session.say("the second paragraph")
    show()
    printed.append(session.conversation.status.held)
    await until(lambda: session.question is not None and session.question.form == "confirm")
    printed.append(await session.asked(5))
    printed.append(await session.asked(5))
    show()
    with pytest.raises(WrongAnswer, match="words would reject it"):
        session.say("oh well")
    session.reject("not like that")
    printed.append(await session.asked(5))
    with pytest.raises(RunOver):
        session.confirm()
    show()
    return printed


async def test_cells_that_answer_in_code_see_in_a_replay_what_they_saw_live(path):
    async with Scripted(asks_thrice).serve() as server:
        async with Session(server.url, cassette=Cassette(path)) as live:
            printed = await talks(live)
    async with Session(NOWHERE, cassette=Cassette(path)) as again:
        assert await talks(again) == printed
    assert hash_of(again) == hash_of(live)


@pytest.fixture
async def thrice(path):
    async with Scripted(asks_thrice).serve() as server:
        async with Session(server.url, cassette=Cassette(path)) as live:
            await talks(live)
    return path


async def test_another_answer_than_the_recorded_one_is_a_mismatch_that_shows_both(thrice):
    async with Session(NOWHERE, cassette=Cassette(thrice)) as session:
        session.run("osb")
        await session.asked(5)
        with pytest.raises(
            CassetteMismatch,
            match=r"is run.choose\('A', confirm=True\) now, and was run.choose\('B', confirm=True\)",
        ):
            session.choose("A", confirm=True)
        assert session.readiness is Readiness.ASKING
        assert session.replay.waits == "It waits for the notebook's run.choose('B', confirm=True)."
        session.choose("B", confirm=True)


async def test_an_answer_more_than_was_recorded_is_a_mismatch(path):
    clicks = []

    def click(session):
        clicks.append(session.question.content)
        session.respond("confirm", question=session.conversation.question.id)

    await recorded(path, answer=click)
    async with Session(NOWHERE, cassette=Cassette(path), pace=1000) as session:
        session.run("osb")
        await until(lambda: session.readiness is Readiness.CONNECTING)
        with pytest.raises(NoQuestion):
            session.confirm()
        with pytest.raises(CassetteMismatch, match="there is no answer of code left in it"):
            session.say("early words")
        with pytest.raises(Replaying):
            session.remove_held(1)
        session.lead("finish")
        await session.ended(5)


async def test_questions_that_were_answered_by_clicks_are_given_once_each(path):
    def click(session):
        session.respond("confirm", question=session.conversation.question.id)

    await recorded(path, answer=click)
    async with Session(NOWHERE, cassette=Cassette(path)) as session:
        await session.run("osb").ended(5)
        question = await session.asked(5)
        assert (question.form, question.state) == ("confirm", "open")
        assert await session.asked(5) is None


async def test_waiting_for_the_end_plays_the_recorded_answers_and_late_calls_still_match(thrice):
    async with Session(NOWHERE, cassette=Cassette(thrice)) as session:
        await session.run("osb").ended(5)
        session.choose("B", confirm=True)
        assert (await session.asked(5)).form == "text"
        session.say("the second paragraph")
        with pytest.raises(RunOver):
            session.confirm()


async def test_a_pause_halts_it_and_a_step_goes_to_the_next_entry(thrice):
    recording = Cassette(thrice).recordings[0]
    conversation = Conversation()
    player = Player(recording, conversation, pace=1000)
    playing = asyncio.create_task(player.play())
    player.lead("pause")
    await asyncio.sleep(0.02)
    assert (player.paused, player.played) == (True, 0)
    player.lead("step")
    await until(lambda: player.paused)
    assert conversation.count == 1
    assert player.takes("choice", "B", confirm=True)
    assert conversation.count == 2
    await asyncio.sleep(0.02)
    assert conversation.count == 2
    assert player.takes("text", "the second paragraph")
    player.lead("step")
    await until(lambda: player.paused)
    assert conversation.count == 4  # the question, and the answer that was held for it
    player.lead("resume")
    await asyncio.sleep(0.02)
    assert conversation.count == 4
    player.lead("finish")
    await playing
    assert player.played == player.total
    assert Transcript.of(conversation).hash == recording.hash


async def test_a_pace_of_one_takes_as_long_as_it_took_and_a_pause_does_not_count(thrice):
    recording = Cassette(thrice).recordings[0]
    times = [recording.at, *(told.at for told in recording.inputs)]
    took = sum(
        told.at - before
        for before, told in zip(times, recording.inputs, strict=False)
        if not getattr(told, "called", False)
    )
    clock = asyncio.get_running_loop().time
    player = Player(recording, Conversation(), pace=0.5 / took)
    player.free()
    began = clock()
    playing = asyncio.create_task(player.play())
    await asyncio.sleep(0.1)
    player.lead("pause")
    await asyncio.sleep(0.1)
    before = player.played
    await asyncio.sleep(0.1)
    assert player.played == before
    player.lead("resume")
    await playing
    assert clock() - began > 0.69


async def test_a_recorded_stop_is_gone_on_to_when_code_stops_again(path):
    async def runs(session):
        session.run("osb")
        await session.asked(5)
        await session.stop()
        with pytest.raises(RunStopped):
            await session.ended(5)

    async with Scripted(asks_thrice).serve() as server:
        async with Session(server.url, cassette=Cassette(path)) as live:
            await runs(live)
    async with Session(NOWHERE, cassette=Cassette(path)) as again:
        await runs(again)
    assert hash_of(again) == hash_of(live)


async def test_only_a_replay_can_be_led():
    async with Session(NOWHERE) as session:
        assert session.replay is None
        with pytest.raises(RunError, match="Only a replay"):
            session.lead("pause")
