"""The HTTP side, and what a wrong address leads to."""

from __future__ import annotations

import asyncio
import ssl

import pytest
import trustme
from aiohttp import web
from support.scripted_server import Scripted, answering, listen, until

from buttermilk_widget import (
    BadAddress,
    NotButtermilk,
    NotListed,
    PlainTextWarning,
    ServerError,
    ServerUnreachable,
    Session,
)
from buttermilk_widget.client.api import Address, Api

# --- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "http", "socket"),
    [
        ("http://localhost:8000", "http://localhost:8000/x", "ws://localhost:8000/ws/s"),
        ("localhost:8000", "http://localhost:8000/x", "ws://localhost:8000/ws/s"),
        (" ws://host/ ", "http://host/x", "ws://host/ws/s"),
        ("https://host/base/?#f", "https://host/base/x", "wss://host/base/ws/s"),
        (8971, "http://localhost:8971/x", "ws://localhost:8971/ws/s"),
        (" 8971 ", "http://localhost:8971/x", "ws://localhost:8971/ws/s"),
        ("wss://me:pw@host", "https://host/x", "wss://host/ws/s"),
        ("http://[::1]:80", "http://[::1]/x", "ws://[::1]/ws/s"),
    ],
)
def test_an_address_is_read_as_a_person_types_it(typed, http, socket):
    address = Address.parse(typed)
    assert str(address.http("/x")) == http
    assert str(address.socket("s")) == socket


@pytest.mark.parametrize(
    "typed",
    [
        *("", "  ", "ftp://host", "http://", "http://host:99999", "http://a b", "http://a:0"),
        *(None, 0, -1, 99999, "99999", True, 8.5, {"url": "x"}),
    ],
)
def test_what_cannot_be_an_address_is_refused_with_an_example(typed):
    with pytest.raises(BadAddress, match=r"http://") as refused:
        Address.parse(typed)
    assert isinstance(refused.value, ValueError)


def test_credentials_in_an_address_become_a_header_and_are_not_shown():
    address = Address.parse("http://me:secret@host")
    assert address.headers == {"Authorization": "Basic bWU6c2VjcmV0"}
    assert "secret" not in f"{address!r} {address}"
    with pytest.raises(BadAddress) as refused:
        Address.parse("http://me:secret@ho st")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("typed", ["http://host:8000?token=s3cret", "host/?s3cret", "8000?s3cret"])
def test_a_query_is_refused_with_the_way_to_pass_a_token_and_not_repeated(typed):
    with pytest.raises(BadAddress, match=r"query.*headers=\{'Authorization'") as refused:
        Address.parse(typed)
    assert "s3cret" not in str(refused.value)


# --- bad servers ---------------------------------------------------------------------------------


async def opened(url, **options):
    async with Api(Address.parse(url), **options) as api:
        return await api.open_session()


async def test_a_server_that_is_not_there(unused_tcp_port):
    with pytest.raises(ServerUnreachable, match=r"Nobody answers at .*buttermilk-widget serve"):
        await opened(f"localhost:{unused_tcp_port}")


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (lambda _: web.Response(text="<html>"), NotButtermilk, "HTTP 200 without a session's id"),
        (lambda _: web.json_response(["x"]), NotButtermilk, "not as a Buttermilk server"),
        (lambda _: web.json_response({"sessionId": 3}), NotButtermilk, "without a session's id"),
        (lambda _: web.Response(status=404), NotButtermilk, "HTTP 404"),
        (lambda _: web.Response(status=401), ServerError, r"wants credentials .* headers="),
        (lambda _: web.Response(status=503), ServerError, "in trouble"),
        (lambda _: web.Response(text="[" * 100_000), NotButtermilk, "without a session's id"),
    ],
)
async def test_a_server_that_is_no_buttermilk(answer, error, said):
    async with answering(answer) as url:
        with pytest.raises(error, match=said):
            await opened(url)


async def test_a_redirect_is_told_and_not_followed():
    def onward(_request):
        return web.Response(status=302, headers={"Location": "http://u:pw@elsewhere/login?t=1"})

    async with answering(onward) as url:
        with pytest.raises(NotButtermilk, match=r"on to http://elsewhere/login:") as refused:
            await opened(url)
    assert "pw" not in str(refused.value)


async def test_a_peer_that_does_not_speak_http():
    async def babble(reader, writer):
        await reader.readline()
        writer.write(b"220 mail ready\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(babble, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NotButtermilk, match="does not speak HTTP"):
            await opened(f"127.0.0.1:{port}")
        await asyncio.sleep(0.05)  # the other end closes too


async def test_a_server_that_takes_too_long():
    async def slow(reader, writer):
        await reader.read()
        writer.close()

    server = await asyncio.start_server(slow, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(ServerUnreachable, match="did not answer in time"):
            await opened(f"127.0.0.1:{port}", patience=0.1)
        await asyncio.sleep(0.05)  # the other end closes too


async def test_flows_status_and_stop():
    server = Scripted(flows=("a", "b"))
    async with server.serve(), Api(Address.parse(server.url)) as api:
        assert [flow.name for flow in await api.flows()] == ["a", "b"]
        assert not await api.gone("s")
        server.gone = True
        assert await api.gone("s")
        assert await api.stop("s")
        server.delete_status = 404
        assert not await api.stop("s")
        server.delete_status = 500
        with pytest.raises(ServerError, match="refused to stop"):
            await api.stop("s")
    async with answering(lambda _: web.Response(status=404)) as url:
        async with Api(Address.parse(url)) as api:
            assert not await api.gone("s")


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        (
            lambda _: web.Response(status=404),
            NotListed,
            "does not list its flows .*if you know its name",
        ),
        (lambda _: web.Response(status=405), NotListed, "HTTP 405"),
        (lambda _: web.json_response({"flows": "x"}), NotButtermilk, "without a list of flows"),
        (lambda _: web.Response(text="<html>"), NotButtermilk, "HTTP 200 without a list of flows"),
        (lambda _: web.Response(status=500), ServerError, "in trouble"),
    ],
)
async def test_flows_that_are_not_listed(answer, error, said):
    async with answering(answer) as url, Api(Address.parse(url)) as api:
        with pytest.raises(error, match=said):
            await api.flows()


# --- not let in ----------------------------------------------------------------------------------

TOKEN = {"Authorization": "Bearer t0ken-of-mine"}


@pytest.mark.parametrize(
    ("status", "headers", "said"),
    [
        (401, {}, r"wants credentials \(HTTP 401\).*headers="),
        (403, {}, r"wants credentials \(HTTP 403\).*headers="),
        (401, {"User-Agent": "me"}, r"wants credentials"),
        (401, TOKEN, r"was sent Authorization, and does not accept that \(HTTP 401\).*expired"),
        (401, {**TOKEN, "X-Key": "x"}, r"was sent Authorization and X-Key, and does not accept"),
        (403, TOKEN, r"was sent Authorization, and forbids this \(HTTP 403\).*account"),
        (407, TOKEN, r"a proxy that wants a login \(HTTP 407\).*HTTPS_PROXY"),
    ],
)
async def test_who_is_not_let_in_hears_why_by_what_was_sent(status, headers, said):
    async with answering(lambda _: web.Response(status=status)) as url:
        with pytest.raises(ServerError, match=said) as refused:
            await opened(url, headers=headers)
    assert "t0ken" not in str(refused.value)


async def test_a_login_in_the_address_counts_as_sent():
    async with answering(lambda _: web.Response(status=401)) as url:
        async with Session(url.replace("://", "://me:secret@")) as session:
            with pytest.raises(ServerError, match="was sent Authorization, and does not accept"):
                await session.run("osb").ended(5)


# --- http and https ------------------------------------------------------------------------------


async def talks(words):
    async def talk(reader, writer):
        await reader.read(10)
        writer.write(words)
        writer.close()

    return await asyncio.start_server(talk, "127.0.0.1", 0)


async def test_https_to_a_port_of_http_says_to_use_http():
    async with Scripted().serve() as server:
        url = server.url.replace("http", "https")
        with pytest.raises(ServerUnreachable, match="does not speak TLS: use http://localhost:"):
            await opened(url)


@pytest.fixture
def serving():
    """A context for a server, with a certificate that only its own authority trusts."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    return context


async def test_http_to_a_port_of_tls_says_to_use_https(serving):
    async with Scripted().serve(ssl=serving) as server:
        url = server.url.replace("https", "http")
        with pytest.raises(ServerUnreachable, match="speaks TLS: use https://localhost:"):
            await opened(url)
        assert server.headers == []


async def test_a_server_that_says_in_http_that_it_wants_tls(serving, monkeypatch):
    """As nginx does, with 400; a TLS greeting shows what it means."""
    async with answering(lambda _: web.Response(status=400)) as url:
        with pytest.raises(NotButtermilk, match="HTTP 400"):
            await opened(url)
        monkeypatch.setattr(
            "buttermilk_widget.client.tls.is_spoken", lambda *_: asyncio.sleep(0, True)
        )
        with pytest.raises(ServerUnreachable, match="speaks TLS: use https://"):
            await opened(url)


async def test_what_closes_the_connection_speaks_neither():
    async with await talks(b"") as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(NotButtermilk, match="does not speak HTTP"):
            await opened(f"http://127.0.0.1:{port}")
        with pytest.raises(ServerUnreachable, match=r"TLS with .* failed .*closed.*use http://"):
            await opened(f"https://127.0.0.1:{port}")
        await asyncio.sleep(0.05)  # the other end closes too


async def test_an_old_tls_is_said_to_have_failed(serving):
    serving.maximum_version = ssl.TLSVersion.TLSv1_2
    new = ssl.create_default_context()
    new.minimum_version = ssl.TLSVersion.TLSv1_3
    async with Scripted().serve(ssl=serving) as server:
        with pytest.raises(ServerUnreachable, match=r"TLS with .* failed \(.*ssl= takes"):
            await opened(server.url, ssl=new)


async def test_a_name_that_has_no_address():
    with pytest.raises(ServerUnreachable, match=r"no address for the name nobody\.invalid"):
        await opened("http://nobody.invalid")


# --- headers, TLS, proxies -----------------------------------------------------------------------


async def test_headers_go_to_requests_and_to_the_socket():
    server = Scripted(listen)
    async with server.serve():
        url = server.url.replace("localhost", "me:secret@localhost")
        async with Session(url, headers={"X-Team": "osb"}) as session:
            session.run("osb")
            await until(lambda: server.opened)
            await session.stop()
    assert len(server.headers) >= 3
    for headers in server.headers:
        assert headers["X-Team"] == "osb"
        assert headers["Authorization"].startswith("Basic ")


async def test_a_certificate_is_checked_and_can_be_trusted():
    authority = trustme.CA()
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("localhost").configure_cert(serving)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    server = Scripted(listen, listen)
    async with server.serve(ssl=serving):
        with pytest.raises(ServerUnreachable, match=r"certificate .* not trusted.*ssl="):
            await opened(server.url)
        async with Session(server.url, ssl=trusting) as session:
            session.run("osb")
            await until(lambda: server.frames)


async def test_a_proxy_of_the_environment_is_used(monkeypatch):
    asked = []

    async def between(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        first = head.split(b"\r\n")[0].decode()
        asked.append(first)
        port = int(first.split("server.test:")[1].split("/")[0].split(" ")[0])
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", port)
        if first.startswith("CONNECT"):
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        else:
            up_writer.write(head)

        async def pass_on(source, sink):
            while piece := await source.read(65536):
                sink.write(piece)
            sink.close()

        await asyncio.gather(pass_on(reader, up_writer), pass_on(up_reader, writer))

    proxy = await asyncio.start_server(between, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}"
    for name in ("http_proxy", "ws_proxy"):
        monkeypatch.setenv(name, address)
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    server = Scripted(listen)
    async with proxy, server.serve():
        # The name is one that only the proxy knows; to this machine the way is straight.
        async with Session(server.url.replace("localhost", "server.test")) as session:
            with pytest.warns(PlainTextWarning):
                session.run("osb")
            await until(lambda: server.frames)
            await session.stop()
    assert any("/api/session" in line for line in asked)
    assert len(asked) >= 3
