"""A saved notebook, opened where no kernel is: the conversation is still there to read."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time

import nbformat
import pytest
from playwright.sync_api import expect
from support.jupyterlab import ROOT, Lab, Notebook

from buttermilk_widget import PartialTranscriptWarning, Transcript

SAID = "The judges differ on 1 of 4 guidelines"
NOTEBOOK = "03_runs_again.ipynb"


@pytest.fixture(scope="module")
def bare(lab):
    """A JupyterLab on the same files, on a machine that has no kernel at all."""
    yield from started(lab, "jupyterlab")


@pytest.fixture(scope="module")
def classic(lab):
    """The same with Notebook 7."""
    yield from started(lab, "notebook")


def started(lab, application):
    bare = Lab(
        lab.folder,
        None,
        "--KernelSpecManager.ensure_native_kernel=False",
        "--KernelSpecManager.allowed_kernelspecs=none",
        application=application,
    )
    try:
        bare.wait()
        yield bare
    finally:
        bare.close()


@pytest.fixture
def saved(lab, opened, page):
    """Run a notebook in JupyterLab, save it, and shut its kernel down; the saved file."""

    def saved(name, *, state):
        file = lab.folder / f"{name}.ipynb"
        content = nbformat.read(ROOT / "notebooks" / NOTEBOOK, 4)
        # A notebook is trusted if every cell was run here.
        content.cells = [cell for cell in content.cells if cell.cell_type == "code"][:2]
        for cell in content.cells:
            cell.outputs = []
        nbformat.write(content, file)
        notebook = opened(file.name)
        if state:
            turn_saving_of_state()
        notebook.run(0)
        notebook.run(1)
        expect(notebook.printed(1)).to_contain_text("ended")
        copy = page.locator("details.buttermilk-copy")
        expect(copy.locator("> summary")).to_be_visible()
        expect(notebook.widget().get_by_text(SAID).first).to_be_visible()
        expect(copy.get_by_text(SAID).first).to_be_hidden()
        notebook.picture(f"outliving-live-{name}")
        notebook.save(file)
        if state:
            turn_saving_of_state()  # the setting is everybody's
        lab.forget_kernels()
        return file

    def turn_saving_of_state():
        page.get_by_text("Settings", exact=True).first.click()
        page.get_by_text("Save Widget State Automatically").click()

    return saved


def reopened(page, address):
    """Open a notebook where there is no kernel."""
    page.goto(address)
    dialog = page.locator(".jp-Dialog")
    dialog.get_by_role("button", name="No Kernel").click(timeout=60_000)
    expect(page.locator(".jp-Notebook .jp-CodeCell").first).to_be_visible()
    return Notebook(page)


def in_lab(bare, file):
    return f"{bare.url}/lab/workspaces/auto-{time.time_ns()}/tree/{file.name}"


def changed_by_somebody(file):
    """Another notebook with its outputs, which this machine did not sign."""
    content = json.loads(file.read_text())
    content["cells"][0]["source"] += "\n# changed by somebody else"
    other = file.with_name(f"{file.stem}-changed.ipynb")
    other.write_text(json.dumps(content))
    return other


def test_the_copy_is_read_in_a_lab_with_no_kernel_trusted_or_not(bare, page, saved):
    file = saved("copy", state=False)
    assert "application/vnd.jupyter.widget-state+json" not in file.read_text()
    # What Python makes of it, in whichever kernel.
    live = Transcript.load(ROOT / "notebooks" / "runs" / "osb.jsonl")
    again = Transcript.load(file)
    assert (again.hash, again.frames) == (live.hash, live.frames)
    notebook = reopened(page, in_lab(bare, file))
    copy = page.locator("details.buttermilk-copy")
    expect(copy.get_by_text(SAID).first).to_be_visible()
    notebook.picture("outliving-copy-trusted")

    notebook = reopened(page, in_lab(bare, changed_by_somebody(file)))
    expect(page.get_by_text("was live when this notebook was saved")).to_be_visible()
    expect(copy.get_by_text(SAID).first).to_be_hidden()
    copy.locator("summary").first.click()
    expect(copy.get_by_text(SAID).first).to_be_visible()
    notebook.picture("outliving-copy-not-trusted")


def test_the_checkpoint_is_read_in_a_lab_whose_kernel_knows_nothing(lab, page, saved):
    # With no kernel at all JupyterLab restores no widget; what is read then is the copy.
    file = saved("checkpoint", state=True)
    whole = Transcript.load(file)
    content = json.loads(file.read_text())
    for cell in content["cells"]:
        for output in cell.get("outputs", []):
            output["metadata"] = {}
    other = file.with_name("state-alone.ipynb")
    other.write_text(json.dumps(content))
    with pytest.warns(PartialTranscriptWarning):
        part = Transcript.load(other)
    assert [entry.body for entry in part] == [entry.body for entry in whole]
    page.goto(in_lab(lab, file))
    notebook = Notebook(page)
    widget = notebook.widget()
    expect(widget.get_by_text(SAID).first).to_be_visible()
    expect(widget.get_by_text("As it was when this notebook was saved")).to_be_visible()
    expect(widget.get_by_role("button", name="New run")).to_have_count(0)
    expect(page.locator("details.buttermilk-copy").get_by_text(SAID).first).to_be_hidden()
    notebook.picture("outliving-checkpoint")
    widget.get_by_text("About this run").click()
    expect(widget.get_by_text("osb.jsonl (sha256:")).to_be_visible()


def test_the_copy_is_read_in_notebook_7(classic, lab, page):
    file = lab.folder / "seven.ipynb"
    shutil.copy(ROOT / "notebooks" / NOTEBOOK, file)
    notebook = reopened(page, f"{classic.url}/notebooks/{file.name}")
    copy = page.locator("details.buttermilk-copy")
    if copy.get_by_text(SAID).first.is_hidden():
        copy.locator("summary").first.click()
    expect(copy.get_by_text(SAID).first).to_be_visible()
    notebook.picture("outliving-notebook-7")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_copy_is_read_in_an_html_export_with_no_network(page, tmp_path, theme):
    page.context.set_offline(True)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    subprocess.run(
        [
            *(sys.executable, "-m", "nbconvert", "--to", "html", "--theme", theme),
            *("--output-dir", tmp_path, ROOT / "notebooks" / NOTEBOOK),
        ],
        check=True,
    )
    page.goto((tmp_path / "03_runs_again.html").as_uri(), wait_until="domcontentloaded")
    expect(page.locator("details.buttermilk-copy").get_by_text(SAID).first).to_be_visible()
    Notebook(page).picture(f"outliving-nbconvert-{theme}")
    # nbconvert's own pages ask for libraries; what is ours asks for nothing.
    assert not [url for url in asked if "buttermilk" in url]


def test_what_is_in_the_repository_was_saved_with_its_copy():
    notebook = nbformat.read(ROOT / "notebooks" / NOTEBOOK, 4)
    outputs = notebook.cells[1].outputs
    assert SAID in "".join(output.get("data", {}).get("text/html", "") for output in outputs)
