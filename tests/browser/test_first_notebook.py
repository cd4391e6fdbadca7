"""The first notebook, run from the top in JupyterLab by somebody who types too early."""

from __future__ import annotations

import re

from playwright.sync_api import expect


def test_the_first_notebook_from_the_top(opened):
    notebook = opened("01_start_here.ipynb")
    notebook.run(0)
    widget = notebook.widget()
    readiness = widget.locator(".conversation")
    expect(readiness).to_have_attribute("data-readiness", "starting")
    expect(widget.get_by_role("status")).to_contain_text("is held until it asks")

    words = widget.get_by_label("Your words")
    words.fill("I think it breaks the second guideline")
    widget.get_by_role("button", name="Hold").click()
    held = widget.get_by_role("list", name="Held input")
    expect(held).to_contain_text("I think it breaks the second guideline")
    expect(words).to_have_value("")
    notebook.picture("1-held-while-starting")

    expect(readiness).to_have_attribute("data-readiness", "asking")
    expect(held).to_contain_text("words reject the step")
    expect(widget.get_by_role("button", name="Send: this rejects the step")).to_be_visible()
    notebook.picture("2-asking")
    held.get_by_role("button", name="Remove").click()
    expect(held).to_have_count(0)

    notebook.run(1)
    log = widget.get_by_role("log")
    for answer in (2, 6, 10, 14):
        expect(readiness).to_have_attribute("data-readiness", "asking")
        widget.get_by_role("button", name="Confirm").click()
        expect(log.locator(f"#entry-{answer}[data-kind=answer]")).to_be_visible()
    expect(readiness).to_have_attribute("data-readiness", "ended")
    expect(widget.locator(".scores summary")).to_contain_text("Scores: 2 judgements")
    expect(log.locator("[data-kind=differences] table").first).to_be_visible()
    notebook.picture("3-ended")

    expect(notebook.cell(1).locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[2\]:"))
    said = notebook.ask(
        "run.readiness.value, run.held, [e.body.kind for e in run.entries].count('answer')"
    )
    assert said == "('ended', (), 4)"
    assert not [line for line in notebook.said if "buttermilk" in line.lower()]
