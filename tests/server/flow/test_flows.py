"""The three flows, played over real sockets."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from buttermilk_widget.protocol.decode import decode
from buttermilk_widget.protocol.messages import Unknown
from buttermilk_widget.server import Settings
from buttermilk_widget.server.flow import scripts

OSB = [
    *["HOST active", "FETCHER active", "JUDGE-rules active", "JUDGE-weighing active"],
    *["SCORER active", "DIFFERENCES active", "ready", "ui_message"],
    *["FETCHER working", "FETCHER", "FETCHER", "FETCHER idle", "ui_message"],
    *["JUDGE-rules working", "JUDGE-rules", "JUDGE-rules idle"],
    *["JUDGE-weighing working", "JUDGE-weighing", "JUDGE-weighing idle", "ui_message"],
    *["SCORER working", "SCORER", "SCORER", "SCORER idle", "ui_message"],
    *["DIFFERENCES working", "DIFFERENCES", "DIFFERENCES idle"],
    *["HOST left", "FETCHER left", "JUDGE-rules left", "JUDGE-weighing left"],
    *["SCORER left", "DIFFERENCES left", "flow_complete"],
]


def brief(frame):
    kind, inner = frame["type"], frame["data"]
    if kind == "agent_announcement":
        return f"{inner['agent_config']['agent_id']} {inner['status']}"
    return inner["agent_info"]["agent_id"] if kind == "agent_trace" else kind


async def test_osb_from_end_to_end(line):
    await line.run("osb", prompt="Your question here")
    end = await line.play()
    assert [brief(frame) for frame in line.frames] == OSB
    assert end["status"] == "completed"
    questions = [f["data"] for f in line.frames if f["type"] == "ui_message"]
    assert all("confirm" in q["content"] for q in questions)
    assert all(q["options"] == ["confirm", "reject"] for q in questions)


async def test_osb_points_where_it_should(line):
    await line.run("osb", record_id="post-hedge")
    await line.play()
    ids = {
        t["agent_info"]["agent_id"]: t["message_id"]
        for t in line.traces
        if t["agent_info"]["role"] == "JUDGE"
    }
    scored = line.outputs("SCORER")
    assert {s["assessed_agent_id"]: s["assessed_call_id"] for s in scored} == ids
    (differences,) = line.outputs("DIFFERENCES")
    experts = [e for d in differences["divergences"] for p in d["positions"] for e in p["experts"]]
    assert {e["name"]: e["answer_id"] for e in experts} == ids


async def test_two_runs_say_the_same(server):
    said = []
    for _ in range(2):
        async with server.line() as line:
            await line.run("osb", prompt="the match")
            await line.play()
            said.append([line.outputs("FETCHER"), line.outputs("JUDGE-rules")])
    assert said[0] == said[1]


async def test_the_client_understands_every_frame(line):
    import json

    await line.run("osb")
    await line.play()
    await line.run("panel")
    await line.play("The number nine bus", "Private details", "late")
    for frame in line.frames:
        message = decode(json.dumps(frame))
        assert not isinstance(message, Unknown), frame
        assert message.dialect == "documented"


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        (["no"], "so there is nothing to judge"),
        (["yes", "reject"], "There is no judgement to score."),
        (["yes", "yes", "no"], "Without scores"),
        (["yes", "yes", "yes", "no"], "uncompared"),
        (["maybe"], "“maybe” is not a yes"),
        (["no", "no", "no", "no"], "Without judgements"),
    ],
)
async def test_osb_copes_with_skipped_steps(line, answers, says):
    await line.run("osb")
    assert (await line.play(*answers))["status"] == "completed"
    texts = [t["outputs"] for t in line.traces if isinstance(t["outputs"], str)]
    assert any(says in text for text in texts)


async def test_osb_goes_by_some_guidelines_only(line):
    await line.run("osb", record_id="post-football", criteria=["claims"])
    await line.play()
    (judgement,) = line.outputs("JUDGE-weighing")
    assert len(judgement["reasons"]) == 1


async def test_without_the_human_nothing_is_asked(line):
    for name in ("osb", "panel"):
        await line.run(name, human_in_loop=False)
        assert (await line.play())["status"] == "completed"
    assert not [f for f in line.frames if f["type"] == "ui_message"]


async def test_a_remark_is_heard_by_the_judges(line):
    await line.run("osb")
    await line.question()
    await line.send({"type": "ui_message", "data": {"content": "Mind the hedge."}})
    await line.answer()
    await line.play()
    (judgement,) = line.outputs("JUDGE-rules")
    assert judgement["reasons"][-1] == "The manager said to the group: “Mind the hedge.”."


async def test_an_answer_to_nothing_is_said_to_be_one(serving):
    async with serving(Settings(setup_delay=0, pace=0.1)) as server, server.line() as line:
        await line.run("osb")
        await line.question()
        await line.answer()
        await line.until("agent_announcement", status="working")
        await line.answer("too early")
        trouble = await line.trouble()
        assert "went to nobody" in trouble["content"]
        assert trouble["fatal"] is False
        assert (await line.play())["status"] == "completed"


async def test_panel_uses_both_answers(line):
    await line.run("panel", record_id="post-hedge")
    asked = await line.question()
    assert "Private details" in asked["options"]
    await line.answer("Private details")
    asked = await line.question()
    assert "options" not in asked
    await line.answer("angry about a hedge")
    asked = await line.question()
    assert "Private details" in asked["content"]
    await line.answer()
    await line.play()
    (found,) = line.outputs("READER")
    assert "angry about a hedge" in found["response"]
    assert any("angry" in item["summary"] for item in found["literature"])
    (judgement,) = line.outputs("JUDGE-rules")
    assert [reason.split(":")[0] for reason in judgement["reasons"]] == ["Private details"]


async def test_panel_asks_again_for_an_option_that_is_none(line):
    await line.run("panel")
    first = await line.question()
    await line.answer("the moon")
    assert "'the moon' is none of them" in (await line.trouble())["content"]
    again = await line.question()
    assert (again["content"], again["options"]) == (first["content"], first["options"])
    assert again["message_id"] != first["message_id"]
    await line.answer(first["options"][0])
    assert await line.question() != first


async def test_something_that_answers_by_itself_ends_the_flow(line):
    await line.run("panel")
    end = await line.play()
    assert end["status"] == "failed"
    assert "20 answers" in end["content"]


async def test_long_is_as_long_as_asked_for_and_in_order(line):
    await line.run("long", messages=300, rate=0)
    await line.play()
    assert len(line.traces) == 300
    speakers = [t["agent_info"]["agent_id"] for t in line.traces]
    assert speakers[:4] == ["WRITER", "REVIEWER", "WRITER", "REVIEWER"]
    assert sum(isinstance(t["outputs"], dict) for t in line.traces) == 15
    assert len([f for f in line.frames if f["type"] == "agent_announcement"]) == 6 + 4


async def test_long_keeps_its_rate(line, monkeypatch):
    """Each message waits for its time, which is never more than one interval away."""
    loop, waits = asyncio.get_running_loop(), []

    async def sleep(seconds):
        waits.append(seconds)
        await asyncio.sleep(seconds)

    stub = SimpleNamespace(sleep=sleep, get_running_loop=asyncio.get_running_loop)
    monkeypatch.setattr(scripts, "asyncio", stub)
    start = loop.time()
    await line.run("long", messages=20, rate=50)
    await line.play()
    assert loop.time() - start > 19 / 50 - 0.01
    assert 0 < max(waits) < 1 / 50 + 0.01


@pytest.mark.parametrize("messages", [0, 1, 2])
async def test_long_may_be_short(line, messages):
    await line.run("long", messages=messages)
    assert (await line.play())["status"] == "completed"
    assert len(line.traces) == messages
