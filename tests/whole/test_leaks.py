"""Nothing is left of a run that is over and let go, nor of a widget that was closed.

The same with more rounds, and in a browser, is in ``soak/test_nothing_left.py``.
"""

from __future__ import annotations

import subprocess
import sys

import pytest
from support.leaks import SESSIONS, WIDGETS, Quick, left_by, left_by_widgets, nothing

ROUNDS = 5


@pytest.mark.parametrize("kind", SESSIONS, ids=lambda kind: kind.__name__)
async def test_nothing_is_left_of_a_session_that(kind, tmp_path, monkeypatch, record_property):
    Quick(monkeypatch)
    left = await left_by(kind, tmp_path, ROUNDS, warm=3)
    record_property("bytes left by each run", f"{left.bytes:,.0f}")
    nothing(left, 8000)


@pytest.mark.parametrize("kind", WIDGETS, ids=lambda kind: kind.__name__)
def test_nothing_is_left_of_a(kind, tmp_path, monkeypatch, record_property):
    Quick(monkeypatch)
    left = left_by_widgets(kind, tmp_path, ROUNDS, warm=3)
    record_property("bytes left by each widget", f"{left.bytes:,.0f}")
    nothing(left, 8000)


ENDS = """
from buttermilk_widget import FlowWidget
from buttermilk_widget.server import BackgroundServer, Settings
server = BackgroundServer(Settings(setup_delay=0.0, pace=0.0))
server.start()
widget = FlowWidget(server.url)
widget.run("long", messages=3, rate=0.0).wait(20)
"""


def test_a_process_with_an_open_widget_ends():
    done = subprocess.run([sys.executable, "-c", ENDS], timeout=60, capture_output=True, check=True)
    assert done.stderr == b""
