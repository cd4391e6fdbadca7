"""A run as a notebook holds it, against the built-in server."""

from __future__ import annotations

import asyncio

import ipykernel
import pytest
from jupyter_client.manager import start_new_kernel

from buttermilk_widget import (
    FlowWidget,
    NeedsAnswer,
    NoQuestion,
    Readiness,
    Run,
    RunStopped,
    Script,
    StillRunning,
    WrongAnswer,
    say,
)
from buttermilk_widget.client.session import SCRIPT_ENDED
from buttermilk_widget.widget import kernel


@pytest.fixture
def widget(fast_server):
    widget = FlowWidget(fast_server.url)
    yield widget
    widget.close()


def test_a_run_that_needs_nobody_is_waited_for(widget):
    run = widget.run("long", messages=40, rate=0.0)
    assert run.wait(20) is run
    assert run.readiness is Readiness.ENDED
    assert len([e for e in run.entries if e.speaker]) >= 40
    assert repr(run) == f"Run('long', 'ended', {len(run.entries)} entries)"
    assert run.gaps == ()


def test_a_blocked_call_never_waits_for_a_click(widget):
    run = widget.run("osb")
    with pytest.raises(NeedsAnswer, match="a blocked cell hears no click"):
        run.wait(20)
    assert run.readiness is Readiness.ASKING
    while run.question:
        run.confirm()
        try:
            run.wait(20)
        except NeedsAnswer as asked:
            assert run.question.content in str(asked)  # noqa: PT017 - each question in its turn
    assert run.readiness is Readiness.ENDED


def test_waiting_has_a_limit(widget):
    run = widget.run("long", messages=1000, rate=20.0)
    with pytest.raises(StillRunning, match=r"within 0.05 s; it goes on"):
        run.wait(0.05)
    run.stop()
    assert "the server confirmed it" in run.reason
    with pytest.raises(RunStopped):
        run.wait(5)


async def test_a_run_is_awaited_and_read_as_it_comes(widget):
    run = widget.run("osb", human_in_loop=False)
    seen = [entry.id async for entry in run]
    assert await run is run
    assert seen == [entry.id for entry in run.entries]
    assert await run.asked() is None


async def test_every_answer_can_be_given_from_python(widget):
    run = widget.run("panel")
    run.say("hedge, idiot")
    assert [held.content for held in run.held] == ["hedge, idiot"]
    with pytest.raises(NoQuestion):
        run.confirm()
    question = await run.asked(10)
    assert isinstance(run, Run)
    run.choose(question.options[0])
    await run.asked(10)
    with pytest.raises(WrongAnswer, match="not among the options"):
        run.choose("none of these")
    run.choose(run.question.options[0])
    assert (await run.asked(10)).form == "confirm"
    assert run.held == ()
    run.reject("not now")
    await asyncio.wait_for(run, 10)
    verdicts = [e.body.verdict for e in run.entries if e.body.kind == "answer"]
    assert verdicts == ["choice", "choice", "text", "reject"]
    assert {agent.state for agent in run.agents} == {"left"}


async def test_interrupting_the_wait_leaves_the_run_alive(widget):
    run = widget.run("osb")
    waiting = asyncio.ensure_future(_ended(run))
    await asyncio.sleep(0.1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await run.asked(10) is not None


async def test_whoever_waits_with_a_limit_of_their_own_is_told_of_the_limit(widget):
    run = widget.run("osb")
    for waiting in (asyncio.wait_for(_ended(run), 0.05), _within(run, 0.05)):
        with pytest.raises(TimeoutError):
            await waiting
    run.stop()


async def _within(run, seconds):
    async with asyncio.timeout(seconds):
        await run


async def test_a_remark_reaches_the_group_between_questions(widget):
    run = widget.run("long", messages=400, rate=50.0)
    async with asyncio.timeout(10):
        async for entry in run:
            if entry.speaker:
                break
    run.remark("mind the tone")
    run.stop()
    assert "remark" in [e.body.verdict for e in run.entries if e.body.kind == "answer"]


async def _ended(run):
    return await run


# --- a chat --------------------------------------------------------------------------------------


async def test_one_loop_speaks_in_a_chat(widget):
    run = widget.run("ask")
    left, turns = iter(["find waiting times", "judge post-hedge", "compare", "bye"]), []
    while question := await run.asked(20):
        turns.append((question.form, question.number))
        run.say(next(left))
        assert run.held == ()
    await asyncio.wait_for(run, 10)
    assert run.readiness is Readiness.ENDED
    assert turns == [("text", 1), ("chat", 2), ("chat", 3), ("chat", 4)]
    kinds = {entry.body.kind for entry in run.entries}
    assert {"research", "judgement", "differences"} <= kinds


async def test_what_is_said_before_the_host_is_there_and_all_at_once_is_obeyed_in_order(widget):
    run = widget.run("ask")
    said = ["find waiting times", "judge post-hedge", "bye"]
    for words in said:
        run.say(words)
    await asyncio.wait_for(run, 20)
    answers = [e.body for e in run.entries if e.body.kind == "answer"]
    assert [(answer.content, answer.state) for answer in answers] == [(w, "sent") for w in said]
    made = [e.body.kind for e in run.entries if e.body.kind in ("research", "judgement", "text")]
    assert made.index("research") < made.index("judgement")


def test_a_blocked_call_does_not_wait_for_somebody_to_speak(widget):
    run = widget.run("ask")
    with pytest.raises(NeedsAnswer, match="the run asks: 'Hi"):
        run.wait(20)
    run.say("find waiting times")
    with pytest.raises(NeedsAnswer, match=r"the host of this chat listens.*run\.say"):
        run.wait(20)
    assert run.readiness is Readiness.LISTENING
    run.stop()


async def test_a_script_speaks_in_a_chat_and_ends_it(fast_server):
    widget = FlowWidget(fast_server.url, manager=Script(say("find hedges"), "judge post-bus"))
    run = widget.run("ask")
    await asyncio.wait_for(run, 20)
    assert (run.readiness, run.reason) == (Readiness.ENDED, SCRIPT_ENDED)
    assert {e.body.by for e in run.entries if e.body.kind == "answer"} == {"script"}
    widget.close()


async def test_where_nobody_can_click_a_chat_ends_where_somebody_would_speak(widget, monkeypatch):
    monkeypatch.setattr(kernel, "unattended", lambda: True)
    run = widget.run("ask")
    await run.asked(10)
    run.say("find waiting times")
    with pytest.raises(NeedsAnswer, match=r"the host of this chat listens.*takes say\(\)"):
        await run
    assert run.readiness is Readiness.STOPPED


# --- who is there --------------------------------------------------------------------------------


async def test_where_nobody_can_click_the_run_ends_at_its_first_question(widget, monkeypatch):
    monkeypatch.setattr(kernel, "unattended", lambda: True)
    run = widget.run("osb")
    with pytest.raises(
        NeedsAnswer, match=r"nobody there, and the run asks: 'Shall I fetch.*Script"
    ):
        await run
    assert run.readiness is Readiness.STOPPED


async def test_where_a_script_answers_nobody_need_be_there(fast_server, monkeypatch):
    monkeypatch.setattr(kernel, "unattended", lambda: True)
    widget = FlowWidget(fast_server.url, manager=Script(True, True, True, True))
    assert (await widget.run("osb")).readiness is Readiness.ENDED
    widget.close()


async def test_a_kernel_that_hears_no_clicks_is_said_at_once(widget, monkeypatch):
    monkeypatch.setattr(kernel, "hears_clicks", lambda: False)
    run = widget.run("osb", human_in_loop=False)
    with pytest.warns(UserWarning, match="heard only when the cell ends"):
        await run


@pytest.mark.parametrize(("allowed", "alone"), [(True, False), (False, True)])
def test_a_kernel_knows_whether_anybody_is_there(allowed, alone):
    manager, client = start_new_kernel(kernel_name="python3")
    try:
        said = []
        client.execute_interactive(
            "from buttermilk_widget.widget import kernel\n"
            "print(kernel.unattended(), kernel.hears_clicks())",
            allow_stdin=allowed,
            stdin_hook=lambda _message: None,
            output_hook=lambda message: said.append(message["content"].get("text")),
            timeout=60,
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert f"{alone} True\n" in said


def test_with_no_kernel_around_nobody_is_missed(monkeypatch):
    assert (kernel.unattended(), kernel.hears_clicks()) == (False, True)
    monkeypatch.setattr(kernel, "_kernel", object)
    monkeypatch.setattr(ipykernel, "version_info", (6, 31, 0))
    assert not kernel.hears_clicks()
