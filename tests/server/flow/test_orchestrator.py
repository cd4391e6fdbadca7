"""The orchestrator on autogen-core's real runtime, and the document's race."""

from __future__ import annotations

import asyncio
import json

import pytest

from buttermilk_widget.errors import RunOver
from buttermilk_widget.protocol.messages import ManagerResponse, Remark
from buttermilk_widget.server import Settings
from buttermilk_widget.server.flow.cast import part
from buttermilk_widget.server.flow.flows import FLOWS, Flow
from buttermilk_widget.server.flow.orchestrator import AutogenOrchestrator, SetupFailed
from buttermilk_widget.server.flow.parameters import Parameters
from buttermilk_widget.server.flow.participants import Participant

FAST = Settings(setup_delay=0.0, pace=0.0)


class Listener(Participant):
    """Says nothing and hears everything."""

    def work(self, step):
        return []


def flow(script, plays=Listener):
    return Flow("own", "", Parameters, lambda _: [part("EAR", "EAR", plays, "")], script)


def orchestrator(flow_, frames, **options):
    parameters = flow_.takes()
    return AutogenOrchestrator(flow_, parameters, frames.append, settings=FAST, **options)


async def test_there_is_no_runtime_before_set_up():
    made = orchestrator(FLOWS["osb"], [])
    assert not hasattr(made, "_runtime")


async def test_without_the_queue_the_race_is_real():
    made = orchestrator(FLOWS["osb"], [], queue_early=False)
    publish = made.make_publish_callback()
    with pytest.raises(AttributeError) as caught:
        await publish(ManagerResponse(content="yes"))
    assert str(caught.value) == "'AutogenOrchestrator' object has no attribute '_runtime'"


async def test_with_the_queue_nothing_is_lost_and_the_order_is_kept():
    heard, all_said = [], asyncio.Event()

    class Ear(Listener):
        def work(self, step):
            heard.extend(self.remarks)
            return []

    async def script(floor, _):
        await all_said.wait()
        await floor.step("EAR")
        return "done"

    made = orchestrator(flow(script, Ear), [])
    publish = made.make_publish_callback()
    words = [f"remark {n}" for n in range(50)]
    for word in words[:25]:
        await publish(Remark(content=word))
    running = asyncio.create_task(made.run())
    for word in words[25:]:
        await publish(Remark(content=word))
        await asyncio.sleep(0)
    all_said.set()
    await running
    assert heard == words


async def test_an_early_answer_is_for_the_first_question():
    frames, given = [], []

    async def script(floor, _):
        given.append(await floor.confirm("First? Please confirm.", without=""))
        return "done"

    made = orchestrator(flow(script), frames)
    publish = made.make_publish_callback()
    await publish(ManagerResponse(content="yes"))
    await publish(ManagerResponse(content="no"))
    await made.run()
    assert given == [True]
    said = [f["data"] for f in frames if f["type"] in ("ui_message", "ready", "agent_trace")]
    assert said[0]["flow"] == "own"
    assert "went to nobody" in said[1]["content"]
    assert said[2]["options"] == ["confirm", "reject"]
    assert "is taken for this question" in said[3]["outputs"]


async def test_the_set_up_is_told_before_the_first_question():
    frames = []
    made = orchestrator(FLOWS["osb"], frames)
    publish = made.make_publish_callback()
    running = asyncio.create_task(made.run())
    while not any(f["type"] == "ui_message" for f in frames):
        await asyncio.sleep(0)
    kinds = [f["type"] for f in frames]
    assert kinds == ["agent_announcement"] * 6 + ["ready", "ui_message"]
    await publish(ManagerResponse(human_in_loop=False))
    assert (await running).status == "completed"


async def test_what_comes_after_the_end_is_refused():
    async def script(_floor, _):
        return "done"

    made = orchestrator(flow(script), [])
    publish = made.make_publish_callback()
    await made.run()
    with pytest.raises(RunOver):
        await publish(Remark(content="too late"))


async def test_a_failed_set_up_is_told_apart():
    class Broken(Listener):
        def __init__(self, *_):
            raise OSError("no such model")

    async def script(_floor, _):
        return "never"

    with pytest.raises(SetupFailed):
        await orchestrator(flow(script, Broken), []).run()


async def test_a_failed_set_up_is_fatal_for_the_client(serving):
    class Broken(Listener):
        def __init__(self, *_):
            raise OSError("no such model")

    async def script(_floor, _):
        return "never"

    async with serving(FAST, flows={"own": flow(script, Broken)}) as server, server.line() as line:
        await line.run("own")
        trouble = await line.trouble()
        assert trouble["fatal"] is True
        assert "no such model" in trouble["content"]


async def test_an_agent_that_raises_is_told_and_the_flow_goes_on(serving):
    class Failing(Listener):
        def work(self, step):
            raise KeyError("which")

    async def script(floor, _):
        assert await floor.step("EAR") == ()
        return "went on"

    async with serving(FAST, flows={"own": flow(script, Failing)}) as server, server.line() as line:
        await line.run("own")
        end = await line.play()
        assert (end["flow"], end["status"], end["content"]) == ("own", "completed", "went on")
    (outputs,) = line.outputs("EAR")
    assert outputs["is_error"] is True
    assert outputs["source"] == "EAR"
    assert "KeyError" in outputs["content"]
    assert "Traceback" not in json.dumps(line.frames)


async def test_a_script_that_raises_is_a_flow_that_failed(serving):
    async def script(_floor, _):
        raise ZeroDivisionError

    async with serving(FAST, flows={"own": flow(script)}) as server, server.line() as line:
        await line.run("own")
        end = await line.play()
        assert end["status"] == "failed"
        assert "ZeroDivisionError" in end["content"]
        await line.run("own")
        assert (await line.play())["status"] == "failed"
