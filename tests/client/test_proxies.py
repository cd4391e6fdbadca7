"""The way to a server: straight to this machine, and as the environment says to others."""

from __future__ import annotations

import pytest
from yarl import URL

from buttermilk_widget import ServerUnreachable
from buttermilk_widget.client.proxies import is_loopback, proxy_for

HTTP, HTTPS, ALL = (f"http://me:pw@{name}.test:3128" for name in ("plain", "tls", "all"))


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy", "ws_proxy", "wss_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize(
    ("address", "proxy"),
    [
        ("http://far.test/api", HTTP),
        ("ws://far.test/ws", HTTP),
        ("https://far.test/api", HTTPS),
        ("wss://far.test/ws", HTTPS),
    ],
)
def test_a_request_and_a_websocket_go_the_same_way(environment, address, proxy, small):
    for name, value in {"http_proxy": HTTP, "https_proxy": HTTPS, "all_proxy": ALL}.items():
        environment.setenv(name if small else name.upper(), value)
    # Other programs know no such variables, and a request would not heed them.
    environment.setenv("ws_proxy", "http://elsewhere.test")
    environment.setenv("wss_proxy", "http://elsewhere.test")
    assert str(proxy_for(URL(address))) == proxy


@pytest.mark.parametrize("scheme", ["http", "https", "ws", "wss"])
def test_one_proxy_for_all_serves_where_there_is_none_of_its_own(environment, scheme):
    environment.setenv("ALL_PROXY", "all.test:3128")
    assert str(proxy_for(URL(f"{scheme}://far.test"))) == "http://all.test:3128"


@pytest.mark.parametrize("scheme", ["http", "https", "ws", "wss"])
@pytest.mark.parametrize(
    "host",
    [
        "localhost:8000",
        "127.0.0.1:8000",
        "[::1]:8000",
        "lab.localhost.",
        "near.test",
        "deep.near.test",
        "odd.test:8000",
        "10.1.2.3",
    ],
)
def test_the_way_is_straight(environment, scheme, host):
    environment.setenv("ALL_PROXY", ALL)
    environment.setenv("no_proxy", "near.test, odd.test:8000,10.1.2.3")
    assert proxy_for(URL(f"{scheme}://{host}")) is None
    assert proxy_for(URL(f"{scheme}://odd.test:9000"))


def test_without_a_proxy_the_way_is_straight(environment):
    assert proxy_for(URL("https://far.test")) is None
    environment.setenv("HTTP_PROXY", HTTP)
    assert proxy_for(URL("wss://far.test")) is None


@pytest.mark.parametrize(
    ("proxy", "what"),
    [
        ("socks5://me:pw@far.test:1080", "a SOCKS proxy"),
        ("http://[me:pw@bad", "no proxy that can be used"),
        ("ftp://me:pw@far.test", "no proxy that can be used"),
        ("http://", "no proxy that can be used"),
    ],
)
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "ALL_PROXY"])
def test_what_is_no_proxy_is_said_without_its_login(environment, variable, proxy, what):
    environment.setenv(variable, proxy)
    with pytest.raises(ServerUnreachable, match=rf"^{variable} names {what}.*NO_PROXY") as refused:
        proxy_for(URL("https://lab.test"))
    assert "pw" not in str(refused.value)


def test_what_is_here():
    assert is_loopback("127.9.9.9")
    assert not is_loopback("127.0.0.1.evil.test")
    assert not is_loopback("")
