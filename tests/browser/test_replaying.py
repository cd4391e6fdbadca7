"""A replay in JupyterLab: it says that it is one, and a person leads it."""

from __future__ import annotations

import nbformat
from playwright.sync_api import expect

CELL = (
    "from buttermilk_widget import FlowWidget\n"
    'widget = FlowWidget(cassette="runs/osb.jsonl", mode="replay", pace=1)\n'
    'run = widget.run("osb", prompt="Is the post about the hedge on Orchard Lane allowed?")\n'
    "widget"
)


def test_a_replay_is_halted_led_and_kept_when_it_is_over(lab, opened, page):
    cells = [nbformat.v4.new_code_cell(source) for source in (CELL, "")]
    about = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata=about), lab.folder / "replaying.ipynb"
    )
    notebook = opened("replaying.ipynb")
    notebook.run(0)
    widget = notebook.widget()
    expect(widget.get_by_text("Replay of osb.jsonl, recorded 2026-")).to_be_visible()
    expect(widget.locator("#entry-1")).to_be_visible()
    widget.get_by_role("button", name="Pause").click()
    step = widget.get_by_role("button", name="Step")
    expect(step).to_be_visible()
    before = int(notebook.ask("len(run.entries)"))
    step.click()
    expect(widget.locator(f"#entry-{before + 1}")).to_be_visible()
    expect(widget.get_by_text("paused")).to_be_visible()
    assert notebook.ask("len(run.entries)") == str(before + 1)
    expect(widget.get_by_label("Your words")).to_have_count(0)
    notebook.picture("replaying-paused")
    expect(page.get_by_text("A copy of this conversation comes here")).to_be_visible()
    widget.get_by_role("button", name="To the end").click()
    expect(widget.locator(".conversation")).to_have_attribute("data-readiness", "ended")
    # With no cell at work, the copy comes by itself.
    expect(page.locator("details.buttermilk-copy > summary")).to_contain_text("15 entries")
    notebook.picture("replaying-ended")
