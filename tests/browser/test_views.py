"""Several views, a reload, several widgets, no run, and wrong addresses, in JupyterLab."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

START = "from buttermilk_widget import FlowWidget\nwidget = FlowWidget()\n"


@pytest.fixture
def notebook(opened):
    return opened("01_start_here.ipynb")


def entries(widget):
    return widget.get_by_role("log").locator("[data-entry-id]")


def test_two_views_and_a_reload_show_one_conversation_answered_once(notebook, lab):
    notebook.run(0)
    first = notebook.widget(0)
    expect(first.get_by_role("button", name="Confirm")).to_be_visible()
    notebook.ask("widget")
    second = notebook.widget(1)
    expect(second.get_by_role("button", name="Confirm")).to_be_visible()
    second.get_by_role("button", name="Confirm").click()
    for view in (first, second):
        expect(view.get_by_role("log").locator("[data-kind=answer]")).to_have_count(1)
    expect(first.get_by_text("both judges")).not_to_have_count(0)

    first.get_by_label("Your words").fill("half a thought")
    notebook.save(lab.folder / "01_start_here.ipynb")
    notebook.page.reload()
    expect(notebook.widget(0).get_by_role("button", name="Confirm")).to_be_visible(timeout=60_000)
    expect(notebook.widget(0).get_by_label("Your words")).to_have_value("half a thought")
    notebook.picture("4-reloaded")
    notebook.widget(0).get_by_role("button", name="Stop").click()
    notebook.widget(0).get_by_role("button", name="Stop the run for good").click()
    status = notebook.widget(0).get_by_role("status")
    expect(status).to_contain_text("Stopped: the server confirmed it.")
    assert notebook.ask("[e.body.kind for e in run.entries].count('answer')") == "1"


def test_typing_reaches_no_shortcut_of_the_notebook(notebook):
    notebook.run(0)
    words = notebook.widget().get_by_label("Your words")
    words.click()
    cells = notebook.page.locator(".jp-Notebook .jp-Cell")
    before = cells.count()
    notebook.page.keyboard.type("abxdd m")
    expect(words).to_have_value("abxdd m")
    expect(cells).to_have_count(before)
    notebook.widget().get_by_role("button", name="Hold").focus()
    notebook.page.keyboard.type("bad")
    expect(cells).to_have_count(before)


def test_with_no_run_there_is_a_form(notebook):
    notebook.ask(START + "widget")
    widget = notebook.widget()
    expect(widget.get_by_label("Flow")).to_have_value("osb")
    notebook.picture("5-form")
    widget.get_by_label("Flow").select_option("long")
    widget.get_by_label("Prompt").fill("anything")
    widget.get_by_role("button", name="Run").click()
    expect(entries(widget)).not_to_have_count(0)
    expect(widget.locator(".conversation")).to_have_attribute("data-readiness", "ended")
    assert int(entries(widget).last.get_attribute("data-entry-id")) >= 300
    notebook.picture("6-long")


def test_several_widgets_go_their_own_ways(notebook):
    notebook.ask(
        START + "other = FlowWidget()\nwidget.run('osb')\nother.run('panel')\n"
        "from IPython.display import display\ndisplay(widget, other)"
    )
    expect(notebook.widget(0).get_by_role("button", name="Confirm")).to_be_visible()
    expect(notebook.widget(1).get_by_text("Which post").first).to_be_visible()


def test_each_copy_of_a_run_in_a_notebook_links_into_itself_also_when_run_again(notebook):
    """JupyterLab names the cell; what is shown is the same when the cell is run again."""
    ask = "from buttermilk_widget import Transcript\nkept = Transcript.load('runs/osb.jsonl')"
    notebook.write(0, f"{ask}\nkept")
    notebook.run(0)
    notebook.write(1, "display(kept, kept)")
    notebook.run(1)
    page = ".buttermilk-page"
    # The second cell is run after the first, which another test may have left with a copy in it.
    expect(notebook.cell(1).locator(page)).to_have_count(2)
    copies = notebook.cell(0).locator(page).or_(notebook.cell(1).locator(page))
    expect(copies).to_have_count(3)
    shown = [copies.nth(number).inner_html() for number in range(3)]
    ids = [set(re.findall(r" id=\"([^\"]+)\"", html)) for html in shown]
    assert len(set().union(*ids)) == sum(map(len, ids)) > 3
    for html, own in zip(shown, ids, strict=True):
        assert set(re.findall(r"href=\"#([^\"]+)\"", html)) <= own
    notebook.run(1)
    expect(notebook.cell(1).locator(".jp-InputArea .jp-InputPrompt")).to_have_text("[3]:")
    assert [copies.nth(number).inner_html() for number in range(3)] == shown


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://localhost:9", "Nobody answers at http://localhost:9"),
        ("LAB", "answers, but not as a Buttermilk server"),
    ],
)
def test_a_wrong_address_is_said_in_the_widget_and_in_python(notebook, lab, address, said):
    address = lab.url if address == "LAB" else address
    notebook.ask(
        f"from buttermilk_widget import FlowWidget\nwidget = FlowWidget({address!r})\n"
        "run = widget.run('osb')\nwidget"
    )
    status = notebook.widget().get_by_role("status")
    expect(status).to_contain_text(re.compile(f"Failed.*{re.escape(said)}"))
    notebook.picture(f"7-wrong-address-{'lab' if 'answers' in said else 'none'}")
    assert said in notebook.ask("try:\n    await run\nexcept Exception as e:\n    print(e)")


def test_the_built_in_server_starts_beside_the_kernel(notebook):
    notebook.ask(
        "import os\nos.environ.pop('BUTTERMILK_SERVER')\n"
        + START
        + "run = widget.run('osb')\nwidget"
    )
    expect(notebook.widget().get_by_role("button", name="Confirm")).to_be_visible()
    expect(notebook.widget().get_by_text("at the built-in server")).to_be_visible()
