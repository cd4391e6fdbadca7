"""Tokens, headers and the user of an address reach the socket, and nothing else."""

from __future__ import annotations

import json
import logging
import traceback
import warnings
from pathlib import Path

import pytest
from aiohttp import web
from scripted import Scripted
from test_session import asks_and_ends

from buttermilk_widget import (
    BadParameter,
    ButtermilkError,
    Cassette,
    FlowWidget,
    PlainTextWarning,
    ServerError,
    Session,
)
from buttermilk_widget.api import Address
from buttermilk_widget.credentials import Credentials
from buttermilk_widget.transport import Closed, WebSocketTransport

TOKEN, PASSWORD = "tok-3f9a1c77e0", "pw-88d2b6a1f4"
SECRETS = (TOKEN, PASSWORD, "dXNlcjpwdy04OGQyYjZhMWY0")  # the last is user:PASSWORD in base 64
HEADERS = {"Authorization": f"Bearer {TOKEN}", "X-Key": TOKEN}


def clean(text):
    return not any(secret in text for secret in SECRETS)


def processes():
    """The command line and the environment of every process that we may look at."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            yield (process / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue  # it has ended, or is not ours


async def test_a_whole_run_leaves_them_nowhere(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    path = tmp_path / "run.jsonl"
    async with Scripted(asks_and_ends).serve() as server:
        address = server.url.replace("http://", f"http://user:{PASSWORD}@")
        async with Session(address, headers={"X-Key": TOKEN}, cassette=Cassette(path)) as session:
            session.run("osb", prompt="x")
            await session.asked(5)
            session.confirm()
            await session.ended(5)
        assert any(TOKEN in str(headers) for headers in server.headers)
        assert any(SECRETS[2] in str(headers) for headers in server.headers)
    transcript = session.transcript
    transcript.save(tmp_path / "transcript.jsonl")
    assert clean(path.read_text() + (tmp_path / "transcript.jsonl").read_text())
    assert clean(transcript.to_html() + transcript.to_markdown() + transcript.methods)
    assert clean(repr(session) + repr(session.address) + repr(session.conversation.status))
    assert clean(caplog.text)
    assert clean("".join(processes()))


async def test_what_goes_wrong_says_none_of_them(tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    async with Scripted(asks_and_ends).serve() as server:
        server.status_body = {}
        somewhere = (server.url, "http://127.0.0.1:9", "http://127.0.0.1:99999", "ftp://127.0.0.1")
        for base in somewhere:
            address = base.replace("://", f"://user:{PASSWORD}@")
            try:
                server.no_socket = True
                async with Session(address, headers=HEADERS) as session:
                    await session.run("osb").ended(5)
            except ButtermilkError as error:
                shown = "".join(traceback.format_exception(error))
            else:
                pytest.fail("it did not go wrong")
            assert clean(shown)
    assert clean(caplog.text)


def test_the_widget_s_state_and_repr_hold_none_of_them():
    widget = FlowWidget(f"http://user:{PASSWORD}@127.0.0.1:9", headers=HEADERS)
    assert clean(repr(widget) + str(widget) + json.dumps(widget.get_state(), default=str))
    assert clean(str(widget._repr_mimebundle_()))
    run = widget.run("osb")
    with pytest.raises(ServerError) as caught:
        run.wait(5)
    assert clean("".join(traceback.format_exception(caught.value)))
    assert clean(repr(run) + json.dumps(widget.get_state(), default=str) + run.reason)
    widget.close()


async def test_a_function_gives_headers_anew_for_each_connection():
    given = []

    def headers():
        given.append(f"Bearer {len(given)}")
        return {"Authorization": given[-1]}

    async with Scripted(asks_and_ends).serve() as server:
        async with Session(server.url, headers=headers) as session:
            session.run("osb")
            await session.asked(5)
            session.confirm()
            await session.ended(5)
        assert len(given) >= 2
        assert given[1] in str(server.headers)


@pytest.mark.parametrize("headers", [lambda: 1 / 0, lambda: TOKEN, TOKEN])
async def test_headers_that_are_none_are_said_without_them(headers):
    async with Session("http://127.0.0.1:9", headers=headers) as session:
        with pytest.raises(BadParameter, match="gave no headers") as caught:
            await session.run("osb").ended(5)
    assert clean("".join(traceback.format_exception(caught.value)))


def test_credentials_show_nothing():
    assert repr(Credentials({"Authorization": TOKEN}, HEADERS)) == "Credentials(...)"


async def test_a_redirect_of_the_websocket_takes_them_nowhere(unused_tcp_port_factory):
    heard = []

    async def elsewhere(request):
        heard.append(dict(request.headers))
        return web.Response()

    async def redirects(request):
        raise web.HTTPFound(f"http://127.0.0.1:{ports[1]}/ws/x")

    ports = [unused_tcp_port_factory(), unused_tcp_port_factory()]
    runners = []
    for port, handler in zip(ports, (redirects, elsewhere), strict=True):
        app = web.Application()
        app.router.add_get("/ws/x", handler)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        runners.append(runner)
    transport = WebSocketTransport(credentials=Credentials({}, HEADERS))
    with pytest.raises(Closed):
        await transport.open(Address.parse(f"http://127.0.0.1:{ports[0]}").socket("x"))
    await transport.close()
    for runner in runners:
        await runner.cleanup()
    assert heard == []


@pytest.mark.parametrize(
    ("address", "warned"),
    [
        ("http://example.org", True),
        ("ws://10.1.2.3:8000", True),
        ("https://example.org", False),
        ("http://localhost:8000", False),
        ("http://lab.localhost", False),
        ("http://127.0.0.1", False),
        ("http://[::1]:8000", False),
    ],
)
def test_others_who_could_read_along_are_warned_of(address, warned):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        Address.parse(address).warn(stacklevel=1)
    assert [one.category for one in said] == [PlainTextWarning] * warned
    assert not warned or "Use https://" in str(said[0].message)
