"""Programs may use the server, and no page of another site."""

from __future__ import annotations

import socket

import aiohttp
import pytest

from buttermilk_widget.server import Settings
from buttermilk_widget.server.http.access import is_local_host, is_loopback, refusal

HERE = "127.0.0.1:8000"
PAGES = {
    "a page of the web": {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    "its image": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
    "its link": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    "its frame without an origin": {"Origin": "null"},
    "a page whose name was pointed here": {"Host": "evil.example:8000"},
    "the same, and it says so": {"Host": "evil.example", "Origin": "http://evil.example"},
    "a name that begins as ours": {"Host": "localhost.evil.example:8000"},
    "another port of this machine": {"Origin": "http://localhost:8888"},
    "its image, too": {"Sec-Fetch-Site": "same-site"},
    "no host at all": {"Host": ""},
}


@pytest.mark.parametrize("kind", PAGES)
async def test_a_page_may_do_nothing(server, kind, record_property):
    session_id = await server.open()
    for path in ("/", "/api/session", "/api/flows", f"/api/session/{session_id}/status"):
        status, body = await server.get(path, headers=PAGES[kind])
        assert status in (403, 421)
        assert len(body["detail"]) > 20
    async with server.http.delete(
        f"{server.url}/api/session/{session_id}", headers=PAGES[kind]
    ) as answer:
        assert answer.status in (403, 421)
    with pytest.raises(aiohttp.WSServerHandshakeError, match=r"403|421"):
        await server.http.ws_connect(f"{server.url}/ws/{session_id}", headers=PAGES[kind])
    assert len(server.sessions) == 1
    record_property("requests of pages refused, of a page's kind", "6 of 6")


async def test_a_program_may_and_so_may_a_person_who_types_the_address(server):
    for headers in (
        {},
        {"Host": "localhost:8000"},
        {"Host": "[::1]:8000"},
        {"Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate"},
        {"Origin": server.url},
        {"Origin": server.url, "Sec-Fetch-Site": "same-origin"},
    ):
        assert (await server.get("/api/session", headers=headers))[0] == 200


async def test_no_page_may_keep_or_run_what_it_got(server):
    async with server.http.get(f"{server.url}/api/session") as answer:
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert not any(name.startswith("Access-Control") for name in answer.headers)


async def test_a_name_of_the_person_s_own_is_taken(serving):
    async with serving(Settings(names=("Lab.example",))) as server:
        assert (await server.get("/", headers={"Host": "lab.example:80"}))[0] == 200
        status, body = await server.get("/", headers={"Host": "other.example"})
        assert status == 421
        assert "--name" in body["detail"]


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("localhost", True),
        ("LOCALHOST.:8000", True),
        ("lab.localhost:8000", True),
        ("127.0.0.1", True),
        ("127.8.8.8:1", True),
        ("[::1]:8000", True),
        ("192.0.2.7:8000", True),
        (socket.gethostname(), True),
        ("evil.example", False),
        ("127.0.0.1.evil.example", False),
        ("localhost.evil.example", False),
        ("evil.example@localhost.evil.example", False),
        ("2130706433", False),
        ("", False),
        ("[", False),
        ("a b", False),
    ],
)
def test_which_names_are_of_this_machine(host, ours):
    assert is_local_host(host) is ours


def test_two_hosts_are_none():
    assert refusal([("Host", HERE), ("host", HERE)]) is not None
    assert refusal([("hOsT", HERE)]) is None
    assert refusal([]) is not None


@pytest.mark.parametrize(
    ("host", "only_here"),
    [("localhost", True), ("::1", True), (None, False), ("", False), ("example.org", False)],
)
def test_what_can_only_mean_this_machine(host, only_here):
    assert is_loopback(host) is only_here
