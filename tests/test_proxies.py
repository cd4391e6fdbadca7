"""The way to a server: straight to this machine, and as the environment says to others."""

from __future__ import annotations

import pytest
from yarl import URL

from buttermilk_widget.proxies import is_here, way_to


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("http_proxy", "https_proxy", "no_proxy", "all_proxy", "ws_proxy", "wss_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("http_proxy", "http://me:pw@proxy.test:3128")
    monkeypatch.setenv("wss_proxy", "proxy.test:3128")
    monkeypatch.setenv("no_proxy", "near.test")


def test_others_are_reached_through_the_proxy():
    assert str(way_to(URL("http://far.test/api"))) == "http://me:pw@proxy.test:3128"
    assert str(way_to(URL("wss://far.test/ws"))) == "http://proxy.test:3128"


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:8000",
        "http://127.0.0.1:8000",
        "http://[::1]:8000",
        "http://lab.localhost.",
        "http://near.test",
        "https://far.test",
    ],
)
def test_the_way_is_straight(address):
    assert way_to(URL(address)) is None


def test_what_is_here():
    assert is_here("127.9.9.9")
    assert not is_here("127.0.0.1.evil.test")
    assert not is_here("")
