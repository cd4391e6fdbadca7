"""Two hundred sessions against one server, and fifty widgets in one kernel in JupyterLab."""

from __future__ import annotations

import re
import time

from browser.conftest import browser, lab, opened, page, server  # noqa: F401 - fixtures
from crowds import Crowd
from playwright.sync_api import expect
from test_many import alone

from buttermilk_widget.server import BackgroundServer, Settings

WIDGETS = 50

BEGIN = """
import threading, os
try:
    widgets
except NameError:
    widgets, runs = [], []
from IPython.display import display
from buttermilk_widget import FlowWidget
for number in range({first}, {last}):
    widget = FlowWidget({url!r}, manager=lambda question: True)
    display(widget)
    widgets.append(widget)
    runs.append(widget.run("long", messages=40 + number, rate=2.0))
"""
ENDED = "sum(run.readiness == 'ended' for run in runs)"
THREADS = "[t.name for t in threading.enumerate()].count('buttermilk-widget')"
SOCKETS = (
    "sum(os.readlink(f'/proc/self/fd/{n}').startswith('socket') for n in os.listdir('/proc/self/fd')"
    " if os.path.islink(f'/proc/self/fd/{n}'))"
)


async def test_two_hundred_sessions_at_once(record_property):
    await alone(Crowd(200, traced=False), record_property)


def test_fifty_widgets_in_one_kernel(opened, record_property):  # noqa: F811
    with BackgroundServer(Settings(setup_delay=0.5, pace=0.1)) as running:
        notebook = opened("01_start_here.ipynb")
        before = int(notebook.ask(f"import os\n{SOCKETS}"))
        # JupyterLab shows 50 outputs of a cell at most, and each widget has a copy under it.
        for cell in (0, 1):
            first, last = cell * WIDGETS // 2, (cell + 1) * WIDGETS // 2
            notebook.write(cell, BEGIN.format(first=first, last=last, url=running.url))
            notebook.page.keyboard.press("Control+Enter")
        views = notebook.page.locator(".buttermilk-host .buttermilk")
        expect(views).to_have_count(WIDGETS, timeout=120_000)
        expect(notebook.widget(WIDGETS - 1).locator(".conversation")).to_have_attribute(
            "data-readiness", re.compile("working|asking"), timeout=60_000
        )
        slowest = 0.0
        for number in range(5):
            began = time.monotonic()
            assert notebook.ask(f"{number} + 1") == str(number + 1)
            slowest = max(slowest, time.monotonic() - began)
        sockets = int(notebook.ask(SOCKETS)) - before
        going = WIDGETS - int(notebook.ask(ENDED))
        threads = int(notebook.ask(THREADS))
        record_property("widgets live at once in one kernel", WIDGETS)
        record_property("of them, still going when the cells were run", going)
        record_property("the slowest cell meanwhile, as a person would run it", f"{slowest:.1f} s")
        record_property("threads and sockets for them", f"{threads} and {sockets}")
        assert going > WIDGETS // 2
        assert slowest < 20
        assert threads == 1
        assert sockets <= 3 * WIDGETS
        notebook.picture("50-widgets")
        ended = notebook.page.locator('.buttermilk-host .conversation[data-readiness="ended"]')
        expect(ended).to_have_count(WIDGETS, timeout=240_000)
        said = notebook.ask("[run.transcript.hash[:1] for run in runs].count('s')")
        assert int(said) == WIDGETS
        # No two have as many entries, and each shows as many as its own run has.
        counts = notebook.ask("[len(run.entries) for run in runs]")
        shown = [
            int(
                notebook.widget(number)
                .locator("[data-entry-id]")
                .last.get_attribute("data-entry-id")
            )
            for number in range(WIDGETS)
        ]
        assert str(shown) == counts
        notebook.ask("[widget.close() for widget in widgets] and 'closed'")
        expect(views).to_have_count(0)
        for _ in range(100):
            left = int(notebook.ask(SOCKETS)) - before
            if left <= 3:
                break
            time.sleep(0.3)
        record_property("sockets left when the widgets were closed", left)
        assert left <= 3
