"""What the unit tests share."""

from __future__ import annotations

import signal

import pytest

from buttermilk_widget.server import BackgroundServer, Settings


@pytest.fixture(scope="session")
def fast_server():
    """The built-in server, with no pauses for a person to see."""
    with BackgroundServer(Settings(setup_delay=0.0, pace=0.0)) as server:
        yield server


# A shell that starts the tests in the background has them ignore Ctrl+C, and their children too.
signal.signal(signal.SIGINT, signal.default_int_handler)
