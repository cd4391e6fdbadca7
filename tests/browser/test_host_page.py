"""The page around our output is left alone, and leaves it alone: MathJax in a real JupyterLab."""

from __future__ import annotations

import time

import nbformat
import pytest
from nbformat.sign import NotebookNotary
from playwright.sync_api import expect
from support.jupyterlab import Notebook

from buttermilk_widget import Transcript, compare
from buttermilk_widget.conversation.history import History
from buttermilk_widget.protocol.messages import Judgement, Text
from buttermilk_widget.widget.snapshot import copy_of

PRICES = "It cost $5 to $10, and \\(\\def\\alpha{W}\\alpha\\) \\[\\gdef\\beta{V}\\beta\\] $$x^2$$."
OURS = ".buttermilk-page, .buttermilk-copy"


def transcript():
    history = History()
    history.add(Text(content=PRICES, thought=PRICES), 1.0)
    history.add(Judgement(conclusion=PRICES, reasons=(PRICES,), prediction=True), 2.0)
    return Transcript(history.entries)


def notebook_of(file, *, trusted):
    """A notebook that somebody sends: our outputs, and formulas of its own after them."""
    ours = [
        copy_of(transcript())["text/html"],
        transcript()._repr_html_(),
        compare(transcript(), transcript())._repr_html_(),
    ]
    cells = [
        nbformat.v4.new_code_cell(
            "", outputs=[nbformat.v4.new_output("display_data", {"text/html": html})]
        )
        for html in ours
    ]
    theirs = {"text/html": "<p class='theirs'>\\(\\alpha + \\beta\\)</p>"}
    cells.append(
        nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("display_data", theirs)])
    )
    cells.append(nbformat.v4.new_markdown_cell("A formula: $\\alpha + \\beta$"))
    made = nbformat.v4.new_notebook(cells=cells)
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    if trusted:
        NotebookNotary().sign(made)
    nbformat.write(made, file)


def shown_by(page):
    """What MathJax made, in our outputs and elsewhere: the letters of each formula."""
    return page.evaluate(
        """ours => {
            const made = [...document.querySelectorAll("mjx-container")];
            const letters = (one) => [...one.querySelectorAll("mjx-c")].map(({ className }) =>
                className.replace(/.*mjx-c([0-9A-F]+).*/, "$1")).join(" ");
            return {
                ours: made.filter((one) => one.closest(ours)).map(letters),
                theirs: made.filter((one) => !one.closest(ours)).map(letters),
            };
        }""",
        OURS,
    )


@pytest.mark.parametrize("trusted", [True, False])
def test_formulas_of_a_notebook_are_its_own(lab, page, trusted):
    file = lab.folder / f"formulas-{trusted}.ipynb"
    notebook_of(file, trusted=trusted)
    page.goto(f"{lab.url}/lab/workspaces/auto-{time.time_ns()}/tree/{file.name}")
    expect(page.locator("mjx-container")).to_have_count(2, timeout=60_000)
    styled = "output => getComputedStyle(output.querySelector('.buttermilk')).borderTopWidth"
    expected = "1px" if trusted else "0px"
    assert page.locator("div.buttermilk-page").first.evaluate(styled) == expected
    found = shown_by(page)
    assert found["ours"] == []
    assert len(set(found["theirs"])) == 1, found
    assert found["theirs"][0].startswith("1D6FC"), "an alpha is an alpha"
    for output in page.locator(OURS).all():
        expect(output).to_contain_text("It cost $5 to $10")
    Notebook(page).picture(f"formulas-{'trusted' if trusted else 'untrusted'}")
