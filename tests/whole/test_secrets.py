"""Tokens, headers and the user of an address reach the socket, and nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import json
import logging
import os
import ssl
import subprocess
import sys
import traceback
import warnings
from pathlib import Path

import pytest
import trustme
from aiohttp import web
from support.paths import RUNS
from support.scripted_server import Scripted, answering, asks_and_breaks, ends, listen, until
from support.secrets_planted import (
    COOKIE,
    HEADERS,
    LOGIN,
    PASSWORD,
    QUERY,
    SECRETS,
    TOKEN,
    Wanting,
    addressed,
    found,
    frames,
    hanging,
    opened,
    processes,
    shown,
)
from support.server_scripts import asks_and_ends

import buttermilk_widget
from buttermilk_widget import (
    BadAddress,
    BadParameter,
    ButtermilkError,
    Cassette,
    CassetteWarning,
    FlowFailed,
    FlowWidget,
    NotButtermilk,
    PlainTextWarning,
    ServerError,
    ServerUnreachable,
    Session,
)
from buttermilk_widget.client.api import Address, Api
from buttermilk_widget.client.credentials import Credentials
from buttermilk_widget.client.redact import Redactor
from buttermilk_widget.client.transport import Closed, WebSocketTransport

HERE = Path(__file__)
LENT = "px-6d20b8e5f3"
"""The password of the proxy."""


@pytest.fixture
async def everything(caplog):
    """The log of everything, and asyncio's own notes."""
    caplog.set_level(logging.DEBUG)
    loop = asyncio.get_running_loop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0.0001  # each step is a slow one, and noted
    yield caplog
    loop.set_debug(False)


async def what_comes_of(session):
    """What is shown of the error that its run ends with."""
    try:
        await session.ended(20)
    except ButtermilkError as error:
        return shown(error)
    return pytest.fail("it did not go wrong")


# --- a whole run ---------------------------------------------------------------------------------


async def test_a_whole_run_leaves_them_nowhere(tmp_path, everything, monkeypatch, record_property):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    path = tmp_path / "run.jsonl"
    looked = []
    async with Wanting(asks_and_breaks, ends).serve() as server:
        session = Session(addressed(server.url), headers=HEADERS, cassette=Cassette(path))
        async with session:
            session.run("osb", prompt="x")
            await session.asked(10)
            looked += [*hanging(session), *processes(), *map(repr, asyncio.all_tasks())]
            faulted = tmp_path / "faults.txt"
            with faulted.open("w") as file:
                faulthandler.dump_traceback(file, all_threads=True)
            session.confirm()
            await session.ended(20)
        assert server.refused == 0
        assert len(server.opened) == 2
        assert session.conversation.gaps
        sent = str(server.headers)
        assert all(secret in sent for secret in (TOKEN, COOKIE, LOGIN))
        assert QUERY not in sent
    transcript = session.transcript
    transcript.save(tmp_path / "transcript.jsonl")
    looked += [path.read_text(), faulted.read_text(), (tmp_path / "transcript.jsonl").read_text()]
    looked += [transcript.to_html(), transcript.to_markdown(), transcript.methods]
    looked += [transcript.cite(1), transcript.to_pandas().to_csv(), repr(transcript._repr_html_())]
    looked += [transcript.card(run=1).model_dump_json(), everything.text]
    looked += [*hanging(session), *hanging(transcript)]
    assert not (tmp_path / "tmp").exists()
    assert found("\n".join(looked)) == []
    assert "asyncio" in everything.text
    record_property("letters searched in one run", f"{sum(map(len, looked)):,}")


async def test_no_child_is_given_any(monkeypatch):
    """The one child that is started, JupyterLab, gets the address of the built-in server only."""
    from buttermilk_widget import __main__ as main

    given = []
    monkeypatch.setattr(main.subprocess, "call", lambda *a, **k: given.append((a, k)) or 0)
    monkeypatch.setattr(main.shutil, "which", lambda *_, **__: "jupyter-lab")
    monkeypatch.setenv("BUTTERMILK_SERVER", f"http://user:{PASSWORD}@lab.example")
    await asyncio.to_thread(main.main, ["demo", "--no-browser"])
    assert given
    assert found(str(given)) == []


def test_the_widget_s_state_messages_and_repr_hold_none_of_them(monkeypatch):
    said = []
    widget = FlowWidget(addressed("http://127.0.0.1:9"), headers=lambda: HEADERS)
    monkeypatch.setattr(widget, "send", lambda *a, **k: said.append(opened([*a, *k.values()])))
    monkeypatch.setattr(
        widget, "send_state", lambda key=None: said.append(opened(widget.get_state(key)))
    )
    run = widget.run("osb")
    problem = None
    try:
        run.wait(10)
    except ServerError as error:
        problem = shown(error)
    for command in ({"kind": "sync", "seq": 0, "run": 0}, {"kind": "offers"}):
        widget._handle_custom_msg({"id": "1", **command}, [])
    assert found(problem) == []
    looked = [*hanging(widget), *hanging(run), *said, str(widget._repr_mimebundle_())]
    looked += [json.dumps(widget.get_state(), default=opened), str(widget), run.reason]
    assert len(said) >= 1
    assert found("\n".join(looked)) == []
    widget.close()


# --- what goes wrong -----------------------------------------------------------------------------


def said_back(request):
    """What a careless server says back: all that it was sent."""
    return " ".join(f"{name}: {value}" for name, value in request.headers.items())


def echo(status, **headers):
    def answer(request):
        back = {name: make(request) for name, make in headers.items()}
        reason = said_back(request).replace("\n", " ")[:500]
        return web.Response(status=status, text=said_back(request), reason=reason, headers=back)

    return answer


FAULTS = {
    "nobody there": (None, ServerUnreachable),
    "wants others": (echo(401), ServerError),
    "forbids": (echo(403), ServerError),
    "in trouble": (echo(500), ServerError),
    "full": (echo(503), ServerError),
    "too often": (echo(429), ServerError),
    "not its name": (echo(421), ServerError),
    "no buttermilk": (echo(200), NotButtermilk),
    "redirects": (echo(302, Location=lambda r: f"/login/{r.headers['x-key']}"), NotButtermilk),
    "sends away": (
        echo(302, Location=lambda r: f"http://u:{PASSWORD}@a.test/{r.headers['x-key']}?q={QUERY}"),
        NotButtermilk,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_what_goes_wrong_says_none_of_them(fault, everything, unused_tcp_port):
    answer, kind = FAULTS[fault]
    async with contextlib.AsyncExitStack() as stack:
        if answer is None:
            url = f"http://127.0.0.1:{unused_tcp_port}"
        else:
            url = await stack.enter_async_context(answering(answer))
        session = await stack.enter_async_context(Session(addressed(url), headers=HEADERS))
        problem = None
        try:
            await session.run("osb").ended(10)
        except kind as error:
            problem = shown(error)
    assert problem is not None
    assert found(problem) == []
    assert "aiohttp" not in problem
    assert found(everything.text) == []
    assert found("".join(hanging(session))) == []


async def test_an_unfinished_socket_says_none_of_them(everything):
    async with Wanting(asks_and_ends).serve() as server:
        server.no_socket = True
        async with Session(addressed(server.url), headers=HEADERS) as session:
            problem = None
            try:
                await session.run("osb").ended(10)
            except ServerError as error:
                problem = shown(error)
    assert "refused the WebSocket (HTTP 404)" in problem
    assert "aiohttp" not in problem
    assert found(problem + everything.text) == []
    assert any("came of" in line for line in everything.messages)


async def test_a_bad_certificate_says_none_of_them(everything):
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("localhost").configure_cert(serving)
    async with Wanting(listen).serve(ssl=serving) as server:
        async with Session(addressed(server.url), headers=HEADERS) as session:
            problem = None
            try:
                await session.run("osb").ended(10)
            except ServerUnreachable as error:
                problem = shown(error)
        assert server.headers == []
    assert "certificate" in problem
    assert "aiohttp" not in problem
    assert found(problem + everything.text) == []


BAD = [f"http://user:{PASSWORD}@127.0.0.1:99999/?k={QUERY}", f"ftp://user:{PASSWORD}@127.0.0.1"]


@pytest.mark.parametrize("address", [0, 1])
@pytest.mark.parametrize("kind", [FlowWidget, Session])
def test_an_address_that_is_none_is_said_without_them(kind, address):
    problem = None
    try:
        kind(BAD[address], headers=HEADERS)
    except BadAddress as error:
        problem = shown(error)
    assert problem is not None
    assert found(problem) == []


def _raises():
    raise ValueError(f"cannot renew {TOKEN}")


@pytest.mark.parametrize(
    "headers",
    [
        *(_raises, lambda: 1 / 0, lambda: TOKEN, lambda: [TOKEN], lambda: {TOKEN.encode(): TOKEN}),
        *(lambda: {"x-key": None}, lambda: {"x-key": TOKEN.encode()}, lambda: {"x-key": [TOKEN]}),
        *(lambda: {"x-key": f"{TOKEN}\n"}, lambda: {"x-key": int(QUERY.encode().hex(), 16)}),
    ],
)
async def test_a_function_that_gives_no_headers_is_said_without_them(headers):
    async with Session("http://127.0.0.1:9", headers=headers) as session:
        problem = None
        try:
            await session.run("osb").ended(5)
        except BadParameter as error:
            problem = shown(error)
    assert "headers= gave" in problem
    assert found(problem) == []


def _interrupt(*_args, **_named):
    raise KeyboardInterrupt


def _fail(*_args, **_named):
    raise ZeroDivisionError


WRONG = {
    "text for headers": ({"headers": TOKEN}, BadParameter),
    "a value that is None": ({"headers": {"x-key": TOKEN, "y": None}}, BadParameter),
    "a value that is bytes": ({"headers": {"x-key": TOKEN.encode()}}, BadParameter),
    "a value that is a number": ({"headers": {"x-key": 7, "y": TOKEN}}, BadParameter),
    "a function that wants something": (
        {"headers": lambda given: {"x-key": TOKEN}, "pace": "x"},
        BadParameter,
    ),
    "a line break": ({"headers": {"x-key": f"{TOKEN}\n"}}, BadParameter),
    "half a character": ({"headers": {"x-key": f"{TOKEN}\ud800"}}, BadParameter),
    "a name that is none": ({"headers": {"a name": TOKEN}}, BadParameter),
    "all in one": ({"headers": {f"Authorization: Bearer {TOKEN}": ""}}, BadParameter),
    "a number for a name": ({"headers": {1: TOKEN}}, BadParameter),
    "an address that is none": ({"server": f"http://user:{PASSWORD}@a b"}, BadAddress),
    "a query": ({"server": f"http://user:{PASSWORD}@a.test?token={QUERY}"}, BadAddress),
    "a dict for an address": ({"server": HEADERS}, BadAddress),
    "text for seconds": ({"first_frame": "30"}, BadParameter),
    "seconds below 0": ({"reconnect": -1}, BadParameter),
    "no seconds at all": ({"heartbeat": 0}, BadParameter),
    "no number": ({"silence": float("nan")}, BadParameter),
    "text for bytes": ({"max_frame": "1 MB"}, BadParameter),
    "text for a pace": ({"pace": "slow"}, BadParameter),
    "no context": ({"ssl": "cert.pem"}, BadParameter),
}
OF_THE_WIDGET = {
    "text for a height": ({"height": "600px"}, BadParameter),
    "a broken height": ({"height": 1.5}, BadParameter),
    "an unknown keyword": ({"hedears": HEADERS}, TypeError),
    "an unknown mode": ({"cassette": "x.jsonl", "mode": TOKEN[:3]}, ButtermilkError),
}


def made(kind, **options):
    """The error of a call, as all ways to show one show it."""
    server = options.pop("server", f"http://user:{PASSWORD}@127.0.0.1:9")
    try:
        kind(server, **{"headers": HEADERS, **options})
    except BaseException as error:  # noqa: BLE001 - Ctrl+C too
        return type(error), shown(error)
    return pytest.fail("nothing went wrong")


@pytest.mark.parametrize("wrong", [*WRONG, *OF_THE_WIDGET])
@pytest.mark.parametrize("kind", [FlowWidget, Session])
def test_what_a_call_is_given_wrong_is_said_without_them(kind, wrong):
    if kind is Session and wrong in OF_THE_WIDGET:
        wrong = "text for a pace"
    options, expected = {**WRONG, **OF_THE_WIDGET}[wrong]
    error, problem = made(kind, **options)
    assert issubclass(error, expected)
    assert issubclass(error, ButtermilkError)
    assert found(problem) == []


@pytest.mark.parametrize("mistake", [_interrupt, _fail])
@pytest.mark.parametrize(
    "where", ["client.options.trust", "client.session.Live", "client.session.checked"]
)
@pytest.mark.parametrize("kind", [FlowWidget, Session])
def test_whatever_else_goes_wrong_in_a_call_shows_none_of_them(kind, where, mistake, monkeypatch):
    monkeypatch.setattr(f"buttermilk_widget.{where}", mistake)
    error, problem = made(kind)
    assert error in (KeyboardInterrupt, ZeroDivisionError)
    assert mistake.__name__ in problem
    assert found(problem) == []


@pytest.mark.parametrize("kind", [FlowWidget, Session])
def test_headers_in_the_wrong_place_are_not_shown(kind):
    try:
        kind("http://127.0.0.1:9", HEADERS)
    except TypeError as error:
        problem = shown(error)
    assert "positional argument" in problem
    assert found(problem) == []


def test_what_was_handled_when_the_call_was_made_keeps_its_variables(monkeypatch):
    def yours(variable):
        raise LookupError

    monkeypatch.setattr("buttermilk_widget.client.options.trust", _fail)
    try:
        yours("kept")
    except LookupError:
        with pytest.raises(ZeroDivisionError) as caught:
            Session("http://127.0.0.1:9", headers=HEADERS)
    assert "kept" in "".join(frames(caught.value.__context__))


@contextlib.asynccontextmanager
async def slow_server():
    """The address of a server that hears, and does not answer."""
    over = asyncio.Event()

    async def hears(reader, writer):
        await over.wait()
        writer.close()

    server = await asyncio.start_server(hears, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        over.set()
        await asyncio.sleep(0.05)


async def test_a_request_that_is_cancelled_leaves_no_headers_in_a_frame():
    async with slow_server() as url:
        api = Api(Address.parse(addressed(url)), headers=HEADERS)
        async with api:
            problem = None
            try:
                async with asyncio.timeout(0.2):
                    await api.open_session()
            except TimeoutError as error:
                problem = shown(error)
    assert "open_session" in problem
    assert found(problem) == []


async def test_our_own_mistake_is_said_in_the_log_with_places_and_no_words(monkeypatch, caplog):
    async def broken(self):
        raise KeyError(TOKEN)

    monkeypatch.setattr(Api, "open_session", broken)
    async with Session("http://127.0.0.1:9", headers=HEADERS) as session:
        with pytest.raises(
            ButtermilkError, match=r"itself went wrong .KeyError.; please report it"
        ):
            await session.run("osb").ended(5)
    (line,) = [one for one in caplog.records if one.levelno == logging.ERROR]
    assert "builtins.KeyError, at " in line.message
    assert HERE.name in line.message
    assert found(caplog.text) == []


async def test_the_person_s_own_function_is_shown_with_its_lines():
    def manager(question):
        return 1 / 0

    async with Scripted(asks_and_ends).serve() as server:
        async with Session(server.url, manager=manager, headers=HEADERS) as session:
            with pytest.raises(ButtermilkError, match="ZeroDivisionError") as caught:
                await session.run("osb").ended(5)
    told = "".join(traceback.format_exception(caught.value))
    assert "return 1 / 0" in told
    assert "_answer_by" not in told
    assert found(told) == []


# --- a server that says them back ----------------------------------------------------------------


async def says_back(line):
    """Say back what came with the socket, in a frame and in the reason for closing."""
    await line.heard()
    await line.ask("Go on?", "confirm", "reject")
    await line.say({"type": "ui_message", "outputs": {"content": said_back(line.request)}})
    await line.heard()
    await line.socket.close(code=4000, message=line.request.headers["x-key"].encode())


async def heard_back(address, path):
    async with Session(address, headers=HEADERS, cassette=Cassette(path)) as session:
        session.run("osb")
        await session.asked(10)
        await until(lambda: len(session.conversation.frames) >= 3)
        session.say("x")
        return session, await what_comes_of(session)


async def test_a_frame_that_says_them_back_is_kept_and_warned_of(tmp_path, everything):
    path = tmp_path / "run.jsonl"
    async with Wanting(says_back).serve() as server:
        server.session_id = f"s-{TOKEN}"
        with pytest.warns(CassetteWarning, match=r"a credential that you gave .line") as warned:
            one, problem = await heard_back(addressed(server.url), path)
        assert server.opened == [f"s-{TOKEN}"]
    assert found(str([str(w.message) for w in warned])) == []
    assert found(one.reason + problem) == []
    assert "***" in one.reason
    # The server's own log is not ours: it tells each path, and so the id that it chose.
    logged = [line for line in everything.records if line.name != "aiohttp.access"]
    assert found(str([line.getMessage() for line in logged])) == []
    assert TOKEN in path.read_text()  # the frame is verbatim
    assert found(one.transcript.methods) == []


@pytest.mark.parametrize("secret", ['to"k\\en-3f9a1c', "pässwörd-日本", "a\\u0041%41&quot;tok"])
async def test_a_frame_that_says_one_back_escaped_is_warned_of_and_no_sentence_has_it(
    secret, tmp_path
):
    async def says_back(line):
        await line.heard()
        await line.say({"type": "chat_message", "outputs": {"got": line.request.headers["x-key"]}})
        words = json.dumps({"headers": {"x-key": line.request.headers["x-key"]}})
        content = {"content": words, "is_error": True, "fatal": True}
        await line.say({"type": "ui_message", "data": content})
        await listen(line)

    path = tmp_path / "run.jsonl"
    async with Scripted(says_back).serve() as server:
        session = Session(server.url, headers={"x-key": secret}, cassette=Cassette(path))
        with pytest.raises(FlowFailed) as failed:
            await session.run("osb").ended(10)
        with pytest.warns(CassetteWarning, match=r"a credential that you gave .line"):
            await session.close()
    echoes = Redactor()
    echoes.add([secret])
    assert echoes.are_in(path.read_text())
    assert not echoes.are_in(str(failed.value))
    assert "***" in str(failed.value)


async def test_a_flow_that_fails_with_them_is_told_without(everything):
    async def fails(line):
        await line.heard()
        words = f"No: {line.request.headers['x-key']}"
        await line.say(
            {"type": "ui_message", "data": {"content": words, "is_error": True, "fatal": True}}
        )
        await listen(line)

    async with Wanting(fails).serve() as server:
        async with Session(addressed(server.url), headers=HEADERS) as session:
            problem = None
            try:
                await session.run("osb").ended(10)
            except FlowFailed as error:
                problem = shown(error)
    assert found(problem + everything.text) == []
    assert "***" in problem


# --- nobody else gets them -----------------------------------------------------------------------


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


async def test_a_redirect_of_the_websocket_takes_them_nowhere():
    heard = []

    def elsewhere(request):
        heard.append(dict(request.headers))
        return web.Response()

    async with answering(elsewhere) as other:

        def redirects(request):
            raise web.HTTPFound(f"{other}/ws/x")

        async with answering(redirects) as url:
            transport = WebSocketTransport(credentials=Credentials({}, HEADERS))
            with pytest.raises(Closed):
                await transport.open(Address.parse(url).socket("x"))
            await transport.close()
    assert heard == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_reconnection_is_led_to_nobody_else(status):
    heard = []

    def elsewhere(request):
        heard.append(dict(request.headers))
        return web.json_response({"session_id": "s-1", "status": "active"})

    async with answering(elsewhere) as other:

        class Moving(Wanting):
            moved = 0

            @web.middleware
            async def _check(self, request, handler):
                if self.opened:
                    self.moved += 1
                    return web.Response(
                        status=status, headers={"Location": f"{other}{request.path}"}
                    )
                return await super()._check.__get__(self)(request, handler)

        async with Moving(asks_and_breaks).serve() as server:
            server._check = Moving._check.__get__(server)
            session = Session(addressed(server.url), headers=HEADERS, reconnect=2.0)
            async with session:
                session.run("osb")
                await session.asked(5)
                session.confirm()
                with pytest.raises(ButtermilkError):
                    await session.ended(20)
            assert server.moved
    assert heard == []


@contextlib.asynccontextmanager
async def proxying(refuse=b""):
    """A proxy that notes what it is told, and passes CONNECT on to this machine."""
    heads, tasks = [], []

    async def between(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        heads.append(head.decode())
        if refuse:
            writer.write(refuse)
            writer.close()
            await writer.wait_closed()
            return
        port = int(heads[-1].split(" ")[1].rpartition(":")[2])
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")

        async def pass_on(source, sink):
            with contextlib.suppress(ConnectionError):
                while piece := await source.read(65536):
                    sink.write(piece)
            sink.close()
            with contextlib.suppress(ConnectionError):
                await sink.wait_closed()

        tasks.append(asyncio.gather(pass_on(reader, up_writer), pass_on(up_reader, writer)))

    proxy = await asyncio.start_server(between, "127.0.0.1", 0)
    async with proxy:
        yield f"127.0.0.1:{proxy.sockets[0].getsockname()[1]}", heads
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
def no_proxy(monkeypatch):
    for name in ("http", "https", "ws", "wss", "all", "no"):
        monkeypatch.delenv(f"{name}_proxy", raising=False)
        monkeypatch.delenv(f"{name.upper()}_PROXY", raising=False)
    return monkeypatch


async def test_a_proxy_on_the_way_hears_where_to_and_no_more(no_proxy, everything):
    authority = trustme.CA()
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("server.test").configure_cert(serving)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with proxying() as (proxy, heads), Wanting(asks_and_ends).serve(ssl=serving) as server:
        for name in ("https_proxy", "wss_proxy"):
            no_proxy.setenv(name, f"http://me:{LENT}@{proxy}")
        address = addressed(server.url.replace("localhost", "server.test"))
        async with Session(address, headers=HEADERS, ssl=trusting) as session:
            session.run("osb")
            await session.asked(10)
            session.confirm()
            await session.ended(10)
        assert server.refused == 0
        assert LENT not in str(server.headers)
        assert "Proxy-Authorization" not in str(server.headers)
    assert LENT not in everything.text
    assert len(heads) >= 2
    assert all(head.startswith("CONNECT server.test:") for head in heads)
    assert found("".join(heads)) == []
    assert found(everything.text) == []


async def test_to_this_machine_the_way_leads_past_every_proxy(no_proxy):
    async with proxying() as (proxy, heads), Wanting(asks_and_ends).serve() as server:
        for name in ("http_proxy", "https_proxy", "ws_proxy", "wss_proxy", "all_proxy"):
            no_proxy.setenv(name, f"http://{proxy}")
        async with Session(addressed(server.url), headers=HEADERS) as session:
            session.run("osb")
            await session.asked(10)
            session.confirm()
            await session.ended(10)
        assert heads == []


@pytest.mark.parametrize(
    ("refuse", "said"),
    [
        (b"HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n", "proxy .* refuses .HTTP 407"),
        (b"nonsense\r\n\r\n", "does not speak HTTP"),
    ],
)
async def test_a_proxy_that_refuses_is_said_without_them(no_proxy, everything, refuse, said):
    async with proxying(refuse) as (proxy, _heads):
        no_proxy.setenv("https_proxy", f"http://me:{LENT}@{proxy}")
        async with Session(addressed("https://server.test"), headers=HEADERS) as session:
            problem = None
            with pytest.raises(ServerError, match=said):
                try:
                    await session.run("osb").ended(10)
                except ServerError as error:
                    problem = shown(error)
                    raise
    assert found(problem + everything.text) == []
    assert LENT not in problem + everything.text


async def test_a_proxy_that_is_not_there_is_said(no_proxy, unused_tcp_port):
    no_proxy.setenv("https_proxy", f"http://127.0.0.1:{unused_tcp_port}")
    async with Session("https://server.test", headers=HEADERS) as session:
        with pytest.raises(ServerUnreachable, match=r"proxy .* does not answer"):
            await session.run("osb").ended(10)


async def test_a_login_of_the_person_s_netrc_is_not_sent(no_proxy, tmp_path):
    (tmp_path / "netrc").write_text(f"machine localhost login me password {QUERY}\n")
    no_proxy.setenv("NETRC", str(tmp_path / "netrc"))
    async with Wanting(asks_and_ends).serve() as server:
        async with Session(addressed(server.url), headers=HEADERS) as session:
            session.run("osb")
            await session.asked(10)
        assert server.refused == 0


# --- the warning ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "warned"),
    [
        ("http://example.org", True),
        ("example.org", True),
        ("ws://10.1.2.3:8000", True),
        ("http://127.0.0.1.example.org", True),
        ("http://localhost.example.org", True),
        ("https://example.org", False),
        ("wss://example.org", False),
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


def _widget_named():
    return FlowWidget(f"http://user:{PASSWORD}@far.test")


def _widget_of_the_environment():
    return FlowWidget()


def _session():
    session = Session("ws://far.test")
    return session.run("osb")


@pytest.mark.parametrize("door", [_widget_named, _widget_of_the_environment, _session])
async def test_each_door_warns_once_at_the_person_s_line(door, monkeypatch):
    monkeypatch.setenv("BUTTERMILK_SERVER", "http://far.test")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        made = door()
        await asyncio.sleep(0)
    (one,) = [warned for warned in said if warned.category is PlainTextWarning]
    assert one.filename == str(HERE)
    assert HERE.read_text().splitlines()[one.lineno - 1].strip().startswith(("return", "session."))
    assert found(warnings.formatwarning(one.message, one.category, one.filename, 1, "")) == []
    closing = made.close()
    if closing is not None:
        await closing


def test_a_replay_opens_no_connection_and_warns_of_none():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        FlowWidget("http://far.test", cassette=next(RUNS.glob("*.jsonl")), mode="replay").close()


def test_the_command_line_warns_once_and_says_what_a_password_in_it_does(tmp_path):
    address = f"http://user:{PASSWORD}@far.invalid"
    done = subprocess.run(
        [sys.executable, "-m", "buttermilk_widget", "record", address, "osb", tmp_path / "c.jsonl"],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "no_proxy": "*"},
    )
    assert done.returncode == 1
    assert done.stderr.count("is not encrypted") == 1
    assert "--header" in done.stderr
    assert "Traceback" not in done.stderr
    assert found(done.stdout + done.stderr) == []


async def test_the_command_line_takes_headers_from_the_environment(tmp_path):
    async with Wanting(asks_and_ends).serve() as server:
        variables = {f"BM_{n}": value for n, value in enumerate(HEADERS.values())}
        options = [
            part for n, name in enumerate(HEADERS) for part in ("--header", f"{name}=BM_{n}")
        ]
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "buttermilk_widget", "record", server.url, "osb"),
            *(str(tmp_path / "c.jsonl"), "--yes", *options, "--header", "Authorization=BM_LOGIN"),
            env={**os.environ, **variables, "BM_LOGIN": f"Basic {LOGIN}"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, trouble = await process.communicate()
        assert process.returncode == 0, trouble
        assert server.refused == 0
    said = (out + trouble).decode() + (tmp_path / "c.jsonl").read_text()
    assert found(said) == []


@pytest.mark.parametrize("header", ["X-Key", "X-Key=BM_NOT_THERE", "=BM_NOT_THERE"])
def test_a_header_that_is_not_in_the_environment_is_said(header, tmp_path, capsys):
    from buttermilk_widget.__main__ import main

    path = str(tmp_path / "c.jsonl")
    assert main(["record", "http://localhost:9", "osb", path, "--header", header]) == 1
    assert "NAME=VARIABLE" in capsys.readouterr().err


def test_every_public_thing_was_looked_at():
    """What can hold a server's address or headers is searched above."""
    holding = {"FlowWidget", "Session", "Run", "Cassette", "Recorder", "Transcript", "Conversation"}
    assert holding <= set(buttermilk_widget.__all__)
    assert len(SECRETS) == 5
