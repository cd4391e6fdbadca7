"""A page that is reloaded, closed, cleared, doubled, or whose messages are lost, in mid-run."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect
from support.failing_pages import Line, answers, hold, more_lines, status, talk_through_losses
from support.jupyterlab import Notebook

"""The kernel's socket, which loses and doubles a share of the widget's messages, or holds all back."""


def test_a_reload_in_mid_run_and_in_mid_question_takes_nothing_along(scene, talking):
    notebook = scene()
    page = notebook.page
    hold(notebook.widget(), "held before the reload")
    notebook.widget().get_by_label("Your words").fill("half a thought")
    notebook.save(notebook.file)
    page.reload()
    widget = notebook.widget()
    expect(widget.get_by_label("Held input")).to_contain_text("held before the reload")
    expect(widget.get_by_label("Your words")).to_have_value("half a thought")
    more_lines(widget)

    asked = talking.ask()
    expect(widget.get_by_role("button", name="Confirm")).to_be_visible()
    page.reload()
    widget = notebook.widget()
    expect(widget.get_by_role("button", name="Confirm")).to_be_visible()
    expect(widget.locator(".asked")).to_contain_text(asked)
    expect(widget.get_by_label("Held input")).to_contain_text("held before the reload")
    expect(widget.get_by_label("Your words")).to_have_value("half a thought")
    more_lines(widget)
    widget.get_by_role("button", name="Confirm").click()
    expect(answers(widget)).to_have_count(1)
    assert len(talking.answers) == 1


def test_a_notebook_that_is_closed_and_opened_again_finds_its_run(scene, talking, lab):
    """A page makes a shell in the kernel for its messages, and takes it away when it goes."""
    notebook = scene()
    page = notebook.page
    hold(notebook.widget(), "held before")
    notebook.begin(f"other = FlowWidget({talking.url!r})\nother")
    expect(notebook.widget(1).get_by_label("Flow")).to_have_value("osb")
    page.wait_for_timeout(2500)  # it asks once more, by the shell that was made meanwhile
    notebook.save(notebook.file)
    page.locator(".lm-TabBar-tabCloseIcon:visible").first.click()
    expect(page.locator(".jp-Notebook")).to_have_count(0)
    page.locator(".jp-DirListing-item", has_text=notebook.file.name).dblclick()
    widget = notebook.widget()
    expect(widget.get_by_label("Held input")).to_contain_text("held before")
    expect(notebook.widget(1).get_by_label("Flow")).to_have_value("osb")
    more_lines(widget)
    talking.ask()
    widget.get_by_role("button", name="Confirm").click()
    talking.wait_for_answers(1)
    expect(answers(widget)).to_have_count(1)
    assert len(lab.api("sessions")) == 1


def test_a_cell_that_is_run_again_gives_back_what_was_typed(scene, talking):
    notebook = scene()
    hold(notebook.widget(), "words that were held")
    notebook.widget().get_by_label("Your words").fill("half a thought")
    notebook.run(0)
    words = notebook.widget().get_by_label("Your words")
    expect(words).to_have_value("half a thought\nwords that were held")
    expect(notebook.widget().get_by_label("Held input")).to_have_count(0)
    more_lines(notebook.widget())
    # And when the run is over.
    talking.end()
    expect(status(notebook.widget())).to_have_attribute("data-readiness", "ended")
    expect(words).to_have_value("half a thought\nwords that were held")
    notebook.run(0)
    expect(status(notebook.widget())).to_have_attribute("data-readiness", "working")
    expect(words).to_have_value("half a thought\nwords that were held")


def test_an_output_that_is_cleared_is_shown_again_whole(scene, talking):
    notebook = scene()
    hold(notebook.widget(), "held words")
    notebook.widget().get_by_label("Your words").fill("half a thought")
    notebook.cell(0).locator(".jp-InputPrompt").click()
    notebook.page.get_by_text("Edit", exact=True).first.click()
    notebook.page.get_by_text("Clear Cell Output", exact=True).click()
    expect(notebook.widget()).to_have_count(0)
    asked = talking.ask()
    notebook.begin("widget")
    widget = notebook.widget()
    expect(widget.locator(".asked")).to_contain_text(asked)
    expect(widget.get_by_role("feed")).to_contain_text(asked)
    expect(widget.get_by_label("Held input")).to_contain_text("held words")
    # What is still held is not offered a second time.
    expect(widget.get_by_label("Your words")).to_have_value("half a thought")
    widget.get_by_role("button", name="Confirm").click()
    expect(answers(widget)).to_have_count(1)


def test_two_windows_answer_one_question_and_one_answer_counts(scene, talking, lab, page):
    first = scene(height=30_000)
    first.save(first.file)
    other = page.context.new_page()
    line = Line(other)
    other.goto(f"{lab.url}/lab/workspaces/auto-{time.time_ns()}/tree/{first.file.name}")
    second = Notebook(other)
    talking.ask()
    for window in (first, second):
        expect(window.widget().get_by_role("button", name="Confirm")).to_be_visible()
    line.set(holds=True)
    second.widget().get_by_label("Your words").fill("no, and here is why")
    first.widget().get_by_role("button", name="Confirm").click()
    talking.wait_for_answers(1)
    second.widget().get_by_role("button", name="Reject with these words").click()
    other.wait_for_timeout(1500)
    line.set(holds=False)
    expect(second.widget().locator(".composer .problem")).to_contain_text("no longer open")
    second.picture("answered-elsewhere")
    expect(second.widget().get_by_label("Your words")).to_have_value("no, and here is why")
    for window in (first, second):
        expect(answers(window.widget())).to_have_count(1)
    assert len(talking.answers) == 1


@pytest.mark.parametrize("seed", [1])
def test_a_comm_that_loses_and_doubles_messages_loses_and_doubles_nothing(
    scene, talking, page, record_property, seed
):
    line = Line(page, seed)
    notebook = scene(height=30_000)
    talk_through_losses(notebook, talking, line, rounds=1)
    lost, doubled = line.count("lost"), line.count("doubled")
    assert lost > 5
    assert doubled > 1
    record_property("comm messages lost", str(lost))
    record_property("comm messages doubled", str(doubled))


@pytest.mark.parametrize("state", [False, True])
def test_a_notebook_saved_in_mid_run_is_read_when_its_kernel_is_gone(
    scene, talking, lab, page, state
):
    notebook = scene()
    if state:
        turn_saving_of_state(page)
    hold(notebook.widget(), "words that were held")
    asked = talking.ask()
    copy = page.locator("details.buttermilk-copy")
    expect(copy.get_by_text(asked).first).to_be_attached()
    expect(copy.get_by_text(asked).first).to_be_hidden()
    notebook.save(notebook.file)
    if state:
        turn_saving_of_state(page)  # the setting is everybody's
    lab.forget_kernels()
    page.goto(f"{lab.url}/lab/workspaces/auto-{time.time_ns()}/tree/{notebook.file.name}")
    if state:
        widget = notebook.widget()
        expect(widget.get_by_text("As it was when this notebook was saved")).to_be_visible()
        expect(status(widget)).to_have_attribute("data-readiness", "lost")
        expect(widget.get_by_role("feed")).to_contain_text(asked)
        expect(widget.get_by_label("Held input")).to_contain_text("words that were held")
        expect(widget.get_by_role("button", name="Confirm")).to_have_count(0)
    else:
        expect(copy.get_by_text(asked).first).to_be_visible()
        expect(copy.get_by_text("words that were held")).to_be_visible()
    notebook.picture(f"saved-in-mid-run-{'with' if state else 'without'}-state")


def turn_saving_of_state(page):
    page.get_by_text("Settings", exact=True).first.click()
    page.get_by_text("Save Widget State Automatically").click()
