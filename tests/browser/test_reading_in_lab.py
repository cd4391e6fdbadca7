"""Reading a conversation where it is read: in JupyterLab, in its themes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from support.jupyterlab import AXE

CELL = (
    "from buttermilk_widget import FlowWidget\n"
    "widget = FlowWidget(height=420)\n"
    "run = widget.run('long', messages=400, rate=0)\n"
    "widget"
)


@pytest.fixture
def notebook(opened):
    notebook = opened("01_start_here.ipynb")
    notebook.write(0, CELL)
    notebook.run(0)
    expect(notebook.widget().locator(".conversation")).to_have_attribute("data-readiness", "ended")
    return notebook


def last(widget):
    return int(widget.locator("[data-entry-id]").last.get_attribute("data-entry-id"))


def test_a_long_conversation_is_searched_and_the_notebook_stays_where_it_is(notebook):
    widget, page = notebook.widget(), notebook.page
    count = int(notebook.ask("len(run.entries)"))
    scrolls = ".jp-WindowedPanel-outer"
    log = widget.get_by_role("feed")
    assert log.bounding_box()["height"] == pytest.approx(420, abs=2)
    assert last(widget) == count
    log.click(position={"x": 5, "y": 5})
    before = page.locator(scrolls).evaluate("panel => panel.scrollTop")
    cells = page.locator(".jp-Notebook .jp-Cell").count()

    page.keyboard.press("Control+f")
    widget.get_by_label("Find in the conversation").press_sequentially("message 7")
    found = widget.locator("[data-find-count]")
    expect(found).not_to_have_attribute("data-find-count", "0")
    page.keyboard.press("Enter")
    expect(found).to_contain_text("1 of ")
    assert last(widget) < count, "the list went to the match"
    page.keyboard.press("Escape")
    log.focus()
    page.keyboard.press("k")
    page.keyboard.press("j")

    assert page.locator(".jp-Notebook .jp-Cell").count() == cells, "no shortcut was heard"
    assert page.locator(scrolls).evaluate("panel => panel.scrollTop") == before
    number = last(widget)
    assert notebook.ask(f"run.entries[{number}].id") == str(number)


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_in_the_themes_of_jupyterlab(notebook, theme):
    page = notebook.page
    menus = page.locator(".lm-MenuBar-item", has_text="Settings")
    menus.click()
    page.locator(".lm-Menu-item", has_text="Theme").first.click()
    page.locator(".lm-Menu-item", has_text=theme).last.click()
    light = str(theme.endswith("Light")).lower()
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", light)
    notebook.widget().get_by_role("button", name="Outline").click()
    page.add_script_tag(path=AXE)
    problems = page.evaluate(
        """async () => {
            const host = [...document.querySelectorAll("*")].find(({ shadowRoot }) =>
                shadowRoot?.querySelector(".buttermilk"));
            const { violations } = await axe.run(host, { resultTypes: ["violations"] });
            return violations.flatMap(({ id, nodes }) =>
                nodes.map(({ target, failureSummary }) => `${id} ${target} ${failureSummary}`));
        }"""
    )
    notebook.picture(f"8-{theme.split()[1].lower()}")
    assert problems == []
