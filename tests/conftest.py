"""What the unit tests share."""

from __future__ import annotations

import signal

import pytest

from buttermilk_widget.cassette.cassette import MODE
from buttermilk_widget.server import BackgroundServer, Settings


@pytest.fixture(scope="session")
def fast_server():
    """The built-in server, with no pauses for a person to see."""
    with BackgroundServer(Settings(setup_delay=0.0, pace=0.0)) as server:
        yield server


@pytest.fixture
def path(tmp_path, monkeypatch):
    """Where a cassette will be, with no mode set around it."""
    monkeypatch.delenv(MODE, raising=False)
    return tmp_path / "runs" / "osb.jsonl"


# A shell that starts the tests in the background has them ignore Ctrl+C, and their children too.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter):
    """What tests have measured, by record_property, in the order in which they ran."""
    reports = [r for key in ("passed", "failed") for r in terminalreporter.getreports(key)]
    figures = [
        (name, value) for r in reports if r.when == "call" for name, value in r.user_properties
    ]
    if figures:
        terminalreporter.section("figures")
    for name, value in figures:
        terminalreporter.line(f"{value:>16}  {name}")
