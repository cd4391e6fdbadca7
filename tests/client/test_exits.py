"""A program that ends, a kernel above all, stops its runs at the server, and does not hang on it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time

import pytest
from jupyter_client.manager import start_new_kernel
from support.scripted_server import Scripted, beside, listen

from buttermilk_widget import Session
from buttermilk_widget.client import exits


async def asks(line):
    await line.heard()
    await line.ask("Go on?", "confirm", "reject")
    await listen(line)


class Kernel:
    """A kernel, and what its cells show."""

    def __init__(self):
        self.manager, self.client = start_new_kernel(kernel_name="python3")
        self.manager.shutdown_wait_time = 60.0  # then it is killed, and no longer looked at

    def run(self, code, interrupted_after=None):
        """The text of a cell's outputs; of an error, its traceback."""
        shown = []

        def hear(message):
            content = message["content"]
            if message["msg_type"] == "error":
                shown.append("\n".join(content["traceback"]))
            shown.append(content.get("text", ""))
            if "waiting" in content.get("text", "") and interrupted_after is not None:
                time.sleep(interrupted_after)
                self.manager.interrupt_kernel()

        self.client.execute_interactive(code, output_hook=hear, timeout=60, allow_stdin=True)
        return "".join(shown)

    def shut_down(self):
        """Seconds that it took to shut it down, as JupyterLab does."""
        began = time.monotonic()
        self.client.stop_channels()
        self.manager.shutdown_kernel()
        return time.monotonic() - began


@pytest.fixture
def kernel():
    kernel = Kernel()
    yield kernel
    if kernel.manager.has_kernel:
        kernel.shut_down()


START = """
from buttermilk_widget import FlowWidget, Session
widget = FlowWidget({url!r}, headers={{"X-Key": "k"}})
run = widget.run("osb")
await run.asked(20)
"""
SCRIPTED = """
session = Session({url!r})
session.run("osb")
await session.asked(20)
"""


async def test_a_kernel_that_is_shut_down_stops_its_runs(kernel, record_property):
    async with beside(Scripted(asks, asks)) as server:
        code = (START + SCRIPTED).format(url=server.url)
        assert "Error" not in await asyncio.to_thread(kernel.run, code)
        assert server.deleted == []
        took = await asyncio.to_thread(kernel.shut_down)
        assert server.deleted == ["s-1", "s-1"]
        assert all(headers.get("X-Key") == "k" for headers in server.headers[-2:-1])
    assert took < 30
    record_property("s to shut a kernel down with two runs", f"{took:.1f}")


async def test_a_kernel_does_not_hang_on_a_server_that_does_not_answer(kernel):
    class Silent(Scripted):
        async def _delete(self, request):
            self.deleted.append("asked")
            await asyncio.sleep(60)

    async with beside(Silent(asks)) as server:
        await asyncio.to_thread(kernel.run, START.format(url=server.url))
        took = await asyncio.to_thread(kernel.shut_down)
        assert server.deleted == ["asked"]
    assert took < exits.WITHIN + 25


@pytest.mark.parametrize(
    "cell", ["await run", "await run.asked(60)", "run.wait()", "async for entry in run: pass"]
)
async def test_interrupting_a_cell_says_in_one_line_that_the_run_goes_on(kernel, cell):
    async def works(line):
        await line.heard()
        await line.say({"type": "system_message", "outputs": {"content": "at it"}})
        await listen(line)

    async with beside(Scripted(works)) as server:
        start = START.format(url=server.url).replace("await run.asked(20)", "")
        shown = await asyncio.to_thread(
            kernel.run, f"{start}print('waiting', flush=True)\n{cell}", 0.5
        )
        assert shown == (
            "waiting\nInterrupted. The run goes on: await it again, or end it with run.stop()."
        )
        after = await asyncio.to_thread(kernel.run, "print(run.readiness.settled)")
        assert after == "False\n"
        assert server.deleted == []


SCRIPT = """
import asyncio, sys
from buttermilk_widget import Session

async def main():
    session = Session(sys.argv[1])
    session.run("osb")
    await session.asked(20)
    {end}

asyncio.run(main())
"""


@pytest.mark.parametrize(
    ("end", "deleted"),
    [
        ("", ["s-1"]),
        ("raise SystemExit(3)", ["s-1"]),
        ("await session.stop()", ["s-1"]),
        ("import os\n    if os.fork() == 0: sys.exit()\n    os.wait(); os._exit(0)", []),
    ],
)
async def test_a_script_that_ends_stops_its_run_once_and_its_forks_stop_nothing(end, deleted):
    async with beside(Scripted(asks)) as server:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", SCRIPT.format(end=end), server.url),
            env={**os.environ, "PYTHONWARNINGS": "error"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        assert server.deleted == deleted, said.decode()
    assert b"Traceback" not in said
    assert process.returncode == (3 if "3" in end else 0)


async def test_nothing_is_remembered_of_a_run_that_is_over():
    before = dict(exits._last)
    async with Scripted(asks).serve() as server:
        async with Session(server.url) as session:
            await session.run("osb").asked(5)
            assert len(exits._last) == len(before) + 1
            await session.stop()
        assert exits._last == before
