"""A kernel that is busy, interrupted, restarted, killed or shut down under a conversation."""

from __future__ import annotations

import os
import signal
import time

import nbformat
import pytest
from playwright.sync_api import expect
from support.failing_pages import BUSY, DONE, QUIET, answers, hold, more_lines, stay_busy

GONE = "The kernel is gone."


def test_a_busy_kernel_hears_the_person_while_the_agents_talk(scene, talking, record_property):
    took = stay_busy(scene(), talking, 6)
    record_property(
        "an answer, with the kernel in time.sleep, is at the server in", f"{took:.2f} s"
    )


@pytest.fixture
def no_subshells(lab):
    """A JupyterLab that has a kernel's cells and its widgets wait for each other."""
    file = lab.folder / "config/settings/@jupyterlab/apputils-extension"
    file = file / "kernels-settings.jupyterlab-settings"
    file.write_text('{"commsOverSubshells": "disabled"}')
    yield
    file.unlink()


def test_where_the_kernel_hears_nothing_while_busy_it_is_said_and_the_answer_counts_once(
    no_subshells, scene, talking
):
    notebook = scene()
    widget = notebook.widget()
    talking.ask()
    prompt, _ = notebook.begin("import time\ntime.sleep(8)")
    more_lines(widget)
    widget.get_by_role("button", name="Confirm").click()
    expect(widget.get_by_text("The kernel has not answered yet")).to_be_visible()
    expect(prompt).to_have_text(BUSY)
    notebook.picture("busy-and-deaf")
    assert talking.answers == []
    more_lines(widget)
    expect(prompt).to_have_text(DONE)
    talking.wait_for_answers(1)
    expect(widget.get_by_text("The kernel has not answered yet")).to_have_count(0)
    expect(answers(widget)).to_have_count(1)
    talking.ask()
    expect(widget.get_by_role("button", name="Confirm")).to_be_enabled()
    assert len(talking.answers) == 1


def test_an_interrupt_ends_the_cell_and_not_the_run(scene, talking):
    notebook = scene()
    widget = notebook.widget()
    goes_on = "Interrupted. The run goes on: await it again, or end it with run.stop()."
    for code, said in (("await run", goes_on), ("import time\ntime.sleep(60)", "Keyboard")):
        prompt, output = notebook.begin(code)
        expect(prompt).to_have_text(BUSY)
        hold(widget, "held before")
        notebook.page.locator('[data-command="notebook:interrupt-kernel"]').click()
        expect(prompt).to_have_text(DONE)
        expect(output).to_contain_text(said)
        more_lines(widget)
        expect(widget.get_by_label("Held input")).to_contain_text("held before")
        widget.get_by_role("button", name="Remove").click()
        expect(widget.get_by_label("Held input")).to_have_count(0)
    talking.ask()
    widget.get_by_role("button", name="Confirm").click()
    expect(answers(widget)).to_have_count(1)
    expect(widget.get_by_text(QUIET)).to_have_count(0)
    assert len(talking.answers) == 1


def restart(notebook, _pid):
    notebook.page.locator('[data-command="notebook:restart-kernel"]').click()
    notebook.page.locator(".jp-Dialog .jp-mod-accept").click()


def kill(notebook, pid):
    os.kill(pid, signal.SIGKILL)
    notebook.page.locator(".jp-Dialog").get_by_role("button", name="Ok").click()


def shut_down(notebook, _pid):
    notebook.page.get_by_text("Kernel", exact=True).first.click()
    notebook.page.get_by_text("Shut Down Kernel", exact=True).click()


@pytest.mark.parametrize("end", [restart, kill, shut_down])
def test_a_kernel_that_is_gone_is_said_to_be_and_what_was_read_and_typed_is_there(
    lab, scene, talking, record_property, end
):
    notebook = scene()
    page, widget = notebook.page, notebook.widget()
    pid = int(notebook.ask("import os\nos.getpid()"))
    hold(widget, "words that were held")
    widget.get_by_label("Your words").fill("half a thought")
    asked = talking.ask()
    expect(widget.get_by_role("button", name="Confirm")).to_be_visible()
    copy = page.locator("details.buttermilk-copy")
    expect(copy.get_by_text(asked).first).to_be_attached()
    began = time.monotonic()
    end(notebook, pid)
    expect(widget.get_by_text(GONE)).to_be_visible()
    took = time.monotonic() - began
    record_property(
        f"after {end.__name__} the page says that the kernel is gone in", f"{took:.1f} s"
    )
    expect(widget.locator(".conversation")).to_have_attribute("data-readiness", "lost")
    expect(widget.get_by_role("button", name="Confirm")).to_have_count(0)
    expect(widget.get_by_role("button", name="Stop")).to_have_count(0)
    expect(widget.get_by_role("feed")).to_contain_text(asked)
    expect(widget.get_by_label("Held input")).to_contain_text("words that were held")
    expect(widget.get_by_label("Your words")).to_have_value("half a thought")
    expect(widget.get_by_role("button", name="Copy your words")).to_be_visible()
    notebook.picture(f"gone-{end.__name__}")
    notebook.save(notebook.file)
    kept = "".join(
        "".join(output.get("data", {}).get("text/html", ""))
        for output in nbformat.read(notebook.file, 4).cells[0].outputs
    )
    assert asked in kept
    assert "words that were held" in kept

    if end is shut_down:
        page.locator(".jp-Toolbar-kernelName").click()
        page.locator(".jp-Dialog .jp-mod-accept").click()
    lab.wait_for_kernel()
    notebook.run(0)
    expect(notebook.widget().get_by_text(GONE)).to_have_count(0)
    more_lines(notebook.widget())
    words = notebook.widget().get_by_label("Your words")
    expect(words).to_have_value("half a thought\nwords that were held")
