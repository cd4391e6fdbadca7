"""The routes, over real sockets."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import socket
import subprocess
import sys
import time

import aiohttp
import pytest
from pydantic import Field

from buttermilk_widget.errors import CannotListen
from buttermilk_widget.server import BackgroundServer, Settings, serve
from buttermilk_widget.server.flow.flows import FLOWS, Flow
from buttermilk_widget.server.flow.parameters import Parameters
from buttermilk_widget.server.http import background as running

# --- HTTP ----------------------------------------------------------------------------------------


async def test_the_session_has_one_spelling(server):
    status, body = await server.get("/api/session")
    assert status == 200
    assert list(body) == ["sessionId"]
    assert len(body["sessionId"]) >= 32


async def test_ids_differ(server):
    assert await server.open() != await server.open()


async def test_the_flows_on_offer(server):
    status, body = await server.get("/api/flows")
    assert status == 200
    assert body["flow_choices"] == ["osb", "panel", "ask", "long"]
    assert [flow["name"] for flow in body["flows"]] == body["flow_choices"]
    assert [flow["interactive"] for flow in body["flows"]] == [False, False, True, False]
    for flow in body["flows"]:
        assert flow["description"].endswith(".")
        parameters = {one["name"]: one for one in flow["parameters"]}
        assert parameters["prompt"]["type"] == "string"
        assert "default" not in parameters["prompt"]
        assert parameters["human_in_loop"]["default"] is True
        assert all(one["description"].endswith(".") for one in parameters.values())
        assert not any(one["required"] for one in parameters.values())


async def test_the_parameters_of_a_flow_are_those_that_it_takes(server):
    _, body = await server.get("/api/flows")
    for offered in body["flows"]:
        flow = FLOWS[offered["name"]]
        defaults = {p["name"]: p["default"] for p in offered["parameters"] if "default" in p}
        assert flow.takes.model_validate(defaults) == flow.takes()
        assert [p["name"] for p in offered["parameters"]] == list(flow.takes.model_fields)
    kinds = {p["name"]: p["type"] for offered in body["flows"] for p in offered["parameters"]}
    assert kinds == {
        "prompt": "string",
        "human_in_loop": "boolean",
        "record_id": "string",
        "criteria": "array",
        "messages": "integer",
        "rate": "number",
    }


async def test_a_parameter_that_must_be_given_is_said_to_be_required(serving):
    class Wanting(Parameters):
        post: str = Field(description="The post.")

    async def script(_floor, _):
        return "done"

    flow = Flow("own", "Of its own.", Wanting, lambda _: [], script)
    async with serving(flows={"own": flow}) as server:
        _, body = await server.get("/api/flows")
    assert body["flow_choices"] == ["own"]
    assert body["flows"][0]["parameters"][-1] == {
        "name": "post",
        "type": "string",
        "required": True,
        "description": "The post.",
    }


async def test_the_root_says_what_it_is(server):
    status, body = await server.get("/")
    assert status == 200
    assert "buttermilk_widget" in body["name"]


async def test_what_is_not_there_is_said_in_json(server):
    assert (await server.get("/elsewhere"))[0] == 404
    status, body = await server.get("/api/session/nobody/status")
    assert status == 404
    assert "GET /api/session" in body["detail"]
    assert (await server.delete("nobody"))[0] == 404


async def test_too_many_sessions_are_refused_with_a_sentence(serving):
    async with serving(Settings(most_sessions=1)) as server:
        await server.open()
        status, body = await server.get("/api/session")
        assert status == 503
        assert "DELETE" in body["detail"]


# --- the socket ----------------------------------------------------------------------------------


async def test_an_unknown_id_is_closed_with_a_reason(server):
    async with server.line("made-up") as line:
        message = await line.socket.receive()
        assert message.type is aiohttp.WSMsgType.CLOSE
        assert message.data == 4404
        assert "GET /api/session" in message.extra


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ("{", "not JSON"),
        ("[1]", "not an object"),
        ("[" * 100_000, "nested"),
        ("{}", "no type"),
        ('{"type": "run_flo"}', "Did you mean 'run_flow'?"),
        ('{"type": 7}', "run_flow, manager_response, ui_message"),
        ('{"type": "ui_message"}', "says nothing"),
        ('{"type": "manager_response", "content": "yes"}', "No flow is running"),
        ('{"type": "ui_message", "data": {"content": "hello"}}', "No flow is running"),
    ],
)
async def test_what_cannot_be_read_is_said_and_the_socket_stays_open(line, sent, says):
    await line.send(sent)
    trouble = await line.trouble()
    assert says in trouble["content"]
    assert trouble["fatal"] is False
    await line.run("osb")
    assert await line.question()


async def test_a_binary_frame_is_refused(line):
    await line.socket.send_bytes(b"{}")
    assert "binary" in (await line.trouble())["content"]


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"flow": "ossb"}, "on offer are osb, panel, ask and long. Did you mean 'osb'?"),
        ({"flow": "osb", "criterion": ["person"]}, "Did you mean 'criteria'?"),
        ({"flow": "osb", "criteria": ["persons"]}, "Did you mean 'person'?"),
        ({"flow": "osb", "criteria": "person"}, "criteria"),
        ({"flow": "osb", "record_id": "post-hedges"}, "Did you mean 'post-hedge'?"),
        ({"flow": "osb", "prompt": 3}, "prompt"),
        ({"flow": "long", "messages": "many"}, "It takes prompt, human_in_loop, messages and rate"),
        ({"flow": 7}, "names no flow"),
    ],
)
async def test_a_flow_that_cannot_start_is_fatal_and_says_why(line, request_, says):
    await line.send({"type": "run_flow", **request_})
    trouble = await line.trouble()
    assert says in trouble["content"]
    assert trouble["fatal"] is True
    assert trouble["source"] == "server"
    await line.run("osb")
    assert await line.question()


async def test_half_a_surrogate_pair_does_no_harm(line):
    await line.send(r'{"type": "run_flow", "flow": "long", "messages": 1, "prompt": "a\ud800b"}')
    assert (await line.play())["status"] == "completed"
    await line.send(r'{"type": "run_flow", "flow": "\ud800"}')
    assert (await line.trouble())["fatal"] is True


async def test_a_prompt_of_megabytes_comes_back(line):
    post = "The bus was late. " * 150_000
    await line.run("osb", prompt=post)
    assert (await line.play())["status"] == "completed"
    assert line.outputs("FETCHER")[1]["content"] == post


async def test_a_second_flow_is_refused_while_one_runs_and_the_first_goes_on(line):
    await line.run("osb")
    await line.question()
    await line.run("panel")
    trouble = await line.trouble()
    assert "'osb' is still running" in trouble["content"]
    assert trouble["fatal"] is False
    await line.answer()
    assert (await line.play())["flow"] == "osb"


async def test_another_flow_may_follow_at_once(line):
    for _ in range(3):
        await line.run("long", messages=3, rate=0)
        assert (await line.play())["status"] == "completed"


# --- DELETE --------------------------------------------------------------------------------------


async def test_delete_stops_the_flow_and_closes_the_socket(server):
    before = asyncio.all_tasks()
    session_id = await server.open()
    async with server.line(session_id) as line:
        await line.run("osb")
        await line.question()
        status, body = await server.delete(session_id)
        assert status == 200
        assert body["message"]
        assert await line.closed() == 1000
        assert line.frames[-1]["type"] == "flow_complete"
        assert line.frames[-1]["data"]["status"] == "stopped"
        left = [f for f in line.frames if f["data"].get("status") == "left"]
        assert len(left) == 6
    assert (await server.get(f"/api/session/{session_id}/status"))[0] == 404
    await asyncio.sleep(0.05)
    ours = [
        t for t in asyncio.all_tasks() - before if "autogen" in repr(t) or "_conduct" in repr(t)
    ]
    assert ours == []


@pytest.mark.parametrize("moment", ["set-up", "step", "burst"])
async def test_delete_works_at_any_moment(serving, moment):
    async with serving(Settings(setup_delay=0.2, pace=30.0)) as server:
        session_id = await server.open()
        async with server.line(session_id) as line:
            await line.run("long" if moment == "burst" else "osb")
            if moment == "step":
                await line.question()
                await line.answer()
                await line.until("agent_announcement", status="working")
            elif moment == "burst":
                await line.until("agent_trace")
            assert (await server.delete(session_id))[0] == 200
            assert await line.closed() == 1000
            assert line.frames[-1]["data"]["status"] == "stopped"


async def test_stopping_the_server_says_so(serving):
    async with serving(Settings(setup_delay=0, pace=0)) as server, aiohttp.ClientSession() as other:
        socket = await other.ws_connect(f"{server.url}/ws/{await server.open()}")
        await socket.send_json({"type": "run_flow", "flow": "osb"})
        await socket.receive()
        await server.app.shutdown()
        async for message in socket:
            last = json.loads(message.data)
        assert last["data"]["status"] == "stopped"
        assert socket.close_code == 1001


# --- running it ----------------------------------------------------------------------------------


async def test_the_background_server_starts_and_stops():
    server = BackgroundServer(Settings(setup_delay=0, pace=0))
    server.stop()
    with server:
        server.start()
        async with aiohttp.ClientSession() as http, http.get(f"{server.url}/api/flows") as answer:
            assert answer.status == 200
        assert server.url in repr(server)
    server.stop()
    assert "not running" in repr(server)
    with pytest.raises(Exception, match="start"):
        _ = server.url
    with server:
        assert server.url.startswith("http://127.0.0.1:")


@pytest.mark.parametrize("turns", range(8))
async def test_a_connection_that_comes_as_the_server_ends_is_closed(turns):
    """At whichever turn of the loop it ends; an open socket is a warning, and so an error."""
    server = await running._listen("127.0.0.1", 0, None)
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as late:
        for _ in range(turns):
            await asyncio.sleep(0)
        await server.end()
        await asyncio.sleep(0)
        late.settimeout(5)
        with contextlib.suppress(ConnectionResetError):
            assert late.recv(100) == b""
    gc.collect()


def test_a_port_in_use_is_named():
    with BackgroundServer() as server:
        port = int(server.url.rpartition(":")[2])
        with pytest.raises(CannotListen, match=f"Port {port} .* --port {port + 1}"):
            serve(port=port)
        with pytest.raises(CannotListen, match="in use"):
            BackgroundServer(port=port).start()


@pytest.mark.parametrize(("host", "port"), [("192.0.2.1", 0), ("127.0.0.1", 70_000)])
def test_an_impossible_address_is_a_sentence(host, port):
    with pytest.raises(CannotListen):
        serve(host, port)


def test_serve_runs_until_it_is_interrupted():
    import signal

    code = "from buttermilk_widget.server import serve; serve(port=0)"
    with subprocess.Popen(
        [sys.executable, "-u", "-W", "error", "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert "http://127.0.0.1:" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, trouble = process.communicate(timeout=20)
    assert process.returncode == 0
    assert trouble == ""


@pytest.mark.parametrize("missing", ["autogen_core", "bm25s", "snowballstemmer"])
def test_without_what_it_needs_the_extra_is_named(missing):
    code = (
        f"import sys; sys.modules['{missing}'] = None\n"
        "from buttermilk_widget.errors import MissingExtra\n"
        "try:\n    import buttermilk_widget.server\n"
        "except MissingExtra as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert f"needs {missing.replace('_', '-')}, which is not installed" in done.stdout
    assert 'pip install "buttermilk-widget[server]"' in done.stdout


# --- how fast ------------------------------------------------------------------------------------


def test_a_person_can_see_the_agents_at_work():
    watched, usual = Settings.at_pace(), Settings()
    assert (watched.setup_delay, watched.pace) == (2.0, 1.0)
    assert watched.setup_delay > usual.setup_delay
    quick = Settings.at_pace(0, names=("lab",))
    assert (quick.setup_delay, quick.pace, quick.names) == (0, 0, ("lab",))


async def test_a_flow_keeps_the_pace(serving):
    async with serving(Settings.at_pace(0.2)) as server, server.line() as line:
        start = time.monotonic()
        await line.run("ask", prompt="find hedges")
        await line.until("ready")
        assert time.monotonic() - start >= 0.4
        await line.until("agent_announcement", status="working")
        await line.until("agent_trace")
        assert time.monotonic() - start >= 0.6
