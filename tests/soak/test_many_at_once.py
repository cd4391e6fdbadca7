"""Two hundred sessions against one server, and fifty widgets in one kernel in JupyterLab."""

from __future__ import annotations

import json
import time

from browser.conftest import browser, lab, opened, page, server  # noqa: F401 - fixtures
from jupyter_client.blocking import BlockingKernelClient
from playwright.sync_api import expect
from support.many_sessions import Crowd, alone

from buttermilk_widget.server import BackgroundServer, Settings

WIDGETS = 50

SHOW = """
import threading, os
from IPython.display import display
from buttermilk_widget import FlowWidget
if {first} == 0:
    widgets = []
for number in range({first}, {last}):
    widgets.append(FlowWidget({url!r}))
    display(widgets[-1])
"""
RUN = "runs = [w.run('long', messages=20 + n, rate=1.0) for n, w in enumerate(widgets)]\nlen(runs)"
ENDED = "sum(run.readiness == 'ended' for run in runs)"
THREADS = "[t.name for t in threading.enumerate()].count('buttermilk-widget')"
SOCKETS = (
    "sum(os.readlink(f'/proc/self/fd/{n}').startswith('socket') for n in os.listdir('/proc/self/fd')"
    " if os.path.islink(f'/proc/self/fd/{n}'))"
)


def answers(connection, count=20):
    """The slowest of some trivial cells, asked of the kernel itself and not by way of the page."""
    client = BlockingKernelClient(connection_file=connection.strip())
    client.load_connection_file()
    client.start_channels()
    try:
        slowest = 0.0
        for _ in range(count):
            began = time.monotonic()
            client.execute("1 + 1", reply=True, timeout=60, silent=True)
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(0.1)
        return slowest
    finally:
        client.stop_channels()


async def test_two_hundred_sessions_at_once(record_property):
    await alone(Crowd(200, traced=False), record_property)


def test_fifty_widgets_in_one_kernel(opened, record_property):  # noqa: F811
    with BackgroundServer(Settings(setup_delay=0.5, pace=0.1)) as running:
        notebook = opened("01_start_here.ipynb")
        connection = notebook.ask("import ipykernel\nprint(ipykernel.get_connection_file())")
        before = int(notebook.ask(f"import os\n{SOCKETS}"))
        # JupyterLab shows 50 outputs of a cell at most, and each widget has a copy under it.
        for cell in (0, 1):
            first, last = cell * WIDGETS // 2, (cell + 1) * WIDGETS // 2
            notebook.write(cell, SHOW.format(first=first, last=last, url=running.url))
            notebook.page.keyboard.press("Control+Enter")
        views = notebook.page.locator(".buttermilk-host .buttermilk")
        expect(views).to_have_count(WIDGETS, timeout=120_000)
        assert notebook.ask(RUN) == str(WIDGETS)
        working = notebook.page.locator('.buttermilk-host .conversation[data-readiness="working"]')
        expect(working).to_have_count(WIDGETS, timeout=60_000)
        slowest = answers(connection)
        began = time.monotonic()
        assert notebook.ask("1 + 1") == "2"
        in_page = time.monotonic() - began
        sockets = int(notebook.ask(SOCKETS)) - before
        going = WIDGETS - int(notebook.ask(ENDED))
        threads = int(notebook.ask(THREADS))
        record_property("widgets live at once in one kernel", WIDGETS)
        record_property("of them, still going when the cells were run", going)
        record_property("the kernel's slowest answer meanwhile, of 20", f"{slowest:.2f} s")
        record_property("a cell run in the page meanwhile", f"{in_page:.1f} s")
        record_property("threads and sockets for them", f"{threads} and {sockets}")
        assert going > WIDGETS // 2
        assert slowest < 10
        assert in_page < 120
        assert threads == 1
        assert sockets <= 3 * WIDGETS
        notebook.picture("50-widgets")
        ended = notebook.page.locator('.buttermilk-host .conversation[data-readiness="ended"]')
        expect(ended).to_have_count(WIDGETS, timeout=240_000)
        said = notebook.ask("[run.transcript.hash[:1] for run in runs].count('s')")
        assert int(said) == WIDGETS
        # No two have as many entries, and each shows as many as its own run has.
        counts = json.loads(notebook.ask("[len(run.entries) for run in runs]"))
        assert len(set(counts)) == WIDGETS
        for number, count in enumerate(counts):
            view = notebook.widget(number)
            view.scroll_into_view_if_needed()  # what is out of sight is not drawn
            expect(view.locator("[data-entry-id]").last).to_have_attribute(
                "data-entry-id", str(count)
            )
        notebook.ask("[widget.close() for widget in widgets] and 'closed'")
        expect(views).to_have_count(0)
        for _ in range(100):
            left = int(notebook.ask(SOCKETS)) - before
            if left <= 3:
                break
            time.sleep(0.3)
        record_property("sockets left when the widgets were closed", left)
        assert left <= 3
