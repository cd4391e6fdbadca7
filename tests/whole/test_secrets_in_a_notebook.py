"""A notebook with tokens, really run and saved: they are in none of what it leaves."""

from __future__ import annotations

import json
import re

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from support.scripted_server import asks_and_breaks, ends
from support.secrets_planted import (
    HEADERS,
    SECRETS,
    Wanting,
    addressed,
    files,
    found,
    opened,
    processes,
)

from buttermilk_widget.client.default_server import SERVER

SET_UP = """
import asyncio, faulthandler, json, logging, os, sys, warnings
from ipykernel.comm.comm import BaseComm as Comm
from buttermilk_widget import FlowWidget, Session

logging.basicConfig(filename="debug.log", level=logging.DEBUG, force=True)
logging.captureWarnings(True)
warnings.simplefilter("always")
asyncio.get_running_loop().set_debug(True)

publish = Comm.publish_msg
def publish_and_note(self, msg_type, data=None, metadata=None, buffers=None, **keys):
    with open("comms.log", "ab") as log:
        for buffer in buffers or []:
            log.write(b"\\nBUFFER " + bytes(buffer).hex().encode())
        log.write(f"\\nDATA {data!r} {metadata!r} {keys!r}".encode())
    return publish(self, msg_type, data, metadata, buffers, **keys)
Comm.publish_msg = publish_and_note

def headers():
    return json.loads(os.environ["PLANTED_HEADERS"])
"""

CELLS = [
    SET_UP,
    """widget = FlowWidget(headers=headers, cassette="run.jsonl", manager=lambda question: True)
run = widget.run("osb", prompt="hello")
widget""",
    "await run",
    "from IPython.display import display\ndisplay(run, run.transcript, widget, run.entries, run.agents)",
    """t = run.transcript
t.save("transcript.jsonl")
for name, text in {"html": t.to_html(), "md": t.to_markdown(), "csv": t.to_pandas().to_csv()}.items():
    open(f"run.{name}", "w").write(text)
print(t.methods, t.cite(1), t.card(run=1), run.gaps, run.reason)""",
    # From here on it goes wrong, and is shown with the variables of each frame.
    "%xmode Verbose",
    """refused = FlowWidget(os.environ["REFUSING"], headers=headers)
refused_run = refused.run("osb")
refused""",
    "await refused_run",
    "refused_run.wait(10)",
    """async for entry in refused_run:
    print(entry)""",
    """nowhere = FlowWidget(os.environ["NOWHERE"], headers=headers).run("osb")
await nowhere""",
    'FlowWidget(os.environ["NO_ADDRESS"], headers=headers)',
    'await Session(os.environ["NOWHERE"], headers=headers).run("osb").ended()',
    'FlowWidget(headers=lambda: os.environ["PLANTED_HEADERS"]).run("osb").wait(10)',
    'FlowWidget(headers=lambda: {**headers(), "x-key": os.environ["PLANTED_TOKEN"] + "\\n"}).run("osb").wait(10)',
    "await run.asked()\nrun.confirm()",
    """faulthandler.dump_traceback(open("faults.txt", "w"), all_threads=True)
for task in asyncio.all_tasks():
    task.print_stack(file=open("tasks.txt", "a"))
import subprocess
subprocess.run(["ps", "axww"], stdout=open("processes.txt", "w"), check=False)""",
]


def buffers(log):
    """The buffers of the comm's messages, unpacked."""
    return [opened(bytes.fromhex(one)) for one in re.findall("BUFFER ([0-9a-f]+)", log)]


async def test_a_saved_notebook_and_all_that_it_leaves_hold_none(
    tmp_path, monkeypatch, unused_tcp_port, record_property
):
    refusing = Wanting()
    refusing.no_socket = True
    wanting = Wanting(asks_and_breaks, ends)
    async with wanting.serve(), refusing.serve():
        no_address = addressed(wanting.url).replace("localhost:", "localhost:9")
        for name, value in {
            SERVER: addressed(wanting.url),
            "REFUSING": addressed(refusing.url),
            "NOWHERE": addressed(f"http://127.0.0.1:{unused_tcp_port}"),
            "NO_ADDRESS": no_address,
            "PLANTED_HEADERS": json.dumps(HEADERS),
            "PLANTED_TOKEN": SECRETS[0],
            "TMPDIR": str(tmp_path),
            "PYTHONASYNCIODEBUG": "1",
        }.items():
            monkeypatch.setenv(name, value)
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in CELLS]
        )
        client = NotebookClient(
            notebook,
            timeout=60,
            allow_errors=True,
            store_widget_state=True,
            resources={"metadata": {"path": str(tmp_path)}},
        )
        await client.async_execute()
        running = "".join(processes())
    assert wanting.refused == refusing.refused == 0
    assert len(wanting.opened) >= 2

    nbformat.write(notebook, tmp_path / "saved.ipynb")
    page, _ = HTMLExporter().from_notebook_node(notebook)
    (tmp_path / "saved.html").write_text(page)

    # It did what it is to be searched for.
    said = [[out.get("ename") for out in cell.outputs] for cell in notebook.cells]
    errors = [name for names in said for name in names if name]
    expected = ["ServerError"] * 3 + ["ServerUnreachable", "BadAddress", "ServerUnreachable"]
    assert errors == [*expected, "BadParameter", "BadParameter", "RunOver"]
    state = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    checkpoint = opened(list(state.values()))
    assert "Go on?" in checkpoint
    comms = (tmp_path / "comms.log").read_text()
    assert any("Go on?" in one for one in buffers(comms))
    assert "gap" in checkpoint
    assert "aiohttp" in (tmp_path / "debug.log").read_text()

    looked = [files(tmp_path), checkpoint, *buffers(comms), running]
    assert found("\n".join(looked)) == []
    record_property("letters searched of a notebook and its files", f"{sum(map(len, looked)):,}")

    # What a person sees is the sentence, and their own line.
    for cell in notebook.cells:
        for out in cell.outputs:
            if out.output_type == "error":
                shown = "\n".join(out.traceback)
                assert "aiohttp" not in shown
                assert "concurrent/futures" not in shown
                assert shown.count("buttermilk_widget/") <= 4, shown
