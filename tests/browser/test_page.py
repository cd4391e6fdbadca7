"""A page that is reloaded, closed, cleared, doubled, or whose messages are lost, in mid-run."""

from __future__ import annotations

import json
import random
import re
import time

import pytest
from conftest import Notebook
from playwright.sync_api import expect
from test_kernel import answers, hold, more_lines

SOCKET = re.compile(r"/api/kernels/.*/channels")


def status(widget):
    return widget.locator(".conversation")


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
    notebook.save(notebook.file)
    page.locator(".lm-TabBar-tabCloseIcon:visible").first.click()
    expect(page.locator(".jp-Notebook")).to_have_count(0)
    page.locator(".jp-DirListing-item", has_text=notebook.file.name).dblclick()
    widget = notebook.widget()
    expect(widget.get_by_label("Held input")).to_contain_text("held before")
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
    time.sleep(talking.pause * 2)
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
    held_back = []

    def late(socket):
        """This window hears nothing new while the test says so."""
        server = socket.connect_to_server()
        socket.on_message(server.send)
        server.on_message(lambda m: held_back.append(m) if held_back else socket.send(m))
        hold.resume = lambda: [socket.send(m) for m in held_back[1:]] and held_back.clear()

    other.route_web_socket(SOCKET, late)
    other.goto(f"{lab.url}/lab/workspaces/auto-{time.time_ns()}/tree/{first.file.name}")
    second = Notebook(other)
    talking.ask()
    for window in (first, second):
        expect(window.widget().get_by_role("button", name="Confirm")).to_be_visible()
    held_back.append("from here on")
    second.widget().get_by_label("Your words").fill("no, and here is why")
    first.widget().get_by_role("button", name="Confirm").click()
    talking.wait_for_answers(1)
    second.widget().get_by_role("button", name="Reject with these words").click()
    other.wait_for_timeout(1500)
    hold.resume()
    expect(second.widget().locator(".composer .problem")).to_contain_text("no longer open")
    second.picture("answered-elsewhere")
    expect(second.widget().get_by_label("Your words")).to_have_value("no, and here is why")
    for window in (first, second):
        expect(answers(window.widget())).to_have_count(1)
    assert len(talking.answers) == 1


class Lossy:
    """The kernel's socket, which drops and doubles a share of the widget's messages."""

    def __init__(self, page, seed, share=0.3, twice=0.15):
        self.random = random.Random(seed)  # noqa: S311 - no secret
        self.share, self.twice = share, twice
        self.on = False
        self.lost = self.doubled = self.passed = 0
        page.route_web_socket(SOCKET, self._join)

    def _join(self, socket):
        server = socket.connect_to_server()
        socket.on_message(lambda message: self._pass(message, server))
        server.on_message(lambda message: self._pass(message, socket))

    def _pass(self, message, to):
        raw = message if isinstance(message, bytes) else message.encode()
        if not self.on or b'"comm_msg"' not in raw:
            to.send(message)
            return
        chance = self.random.random()
        if chance < self.share:
            self.lost += 1
            return
        self.passed += 1
        to.send(message)
        if chance < self.share + self.twice:
            self.doubled += 1
            to.send(message)


def shown(notebook):
    """Number and kind of each entry that the page shows."""
    return notebook.page.evaluate(
        """() => [...document.querySelector(".buttermilk-host").shadowRoot
            .querySelectorAll("[data-entry-id]")]
            .map((entry) => [Number(entry.dataset.entryId), entry.dataset.kind])"""
    )


def talk_through_losses(notebook, talking, lossy, rounds):
    """Hold, change, answer, end; the page must end equal to the kernel, and nothing be done twice."""
    widget = notebook.widget()
    lossy.on = True
    for number in range(1, rounds + 1):
        hold(widget, f"words {number}")
        widget.get_by_role("button", name="Edit").first.click()
        widget.get_by_label("Held words").fill(f"changed {number}")
        widget.get_by_role("button", name="Save").click()
        expect(widget.get_by_label("Held input")).to_contain_text(f"changed {number}")
        widget.get_by_role("button", name="Remove").first.click()
        expect(widget.get_by_label("Held input")).to_have_count(0)
        talking.ask()
        widget.get_by_role("button", name="Confirm").click()
        talking.wait_for_answers(number)
        expect(answers(widget)).to_have_count(number)
    talking.end()
    expect(status(widget)).to_have_attribute("data-readiness", "ended", timeout=90_000)
    lossy.on = False
    assert len(talking.answers) == rounds
    kernel = "import json\nprint(json.dumps([[e.id, e.body.kind] for e in run.entries]))"
    said = json.loads(notebook.ask(kernel))
    until = time.monotonic() + 10
    while (seen := shown(notebook)) != said:
        assert time.monotonic() < until, (
            f"{len(seen)} of {len(said)}: {set(map(tuple, said)) ^ set(map(tuple, seen))}"
        )
        time.sleep(0.2)


@pytest.mark.parametrize("seed", [1])
def test_a_comm_that_loses_and_doubles_messages_loses_and_doubles_nothing(
    scene, talking, page, record_property, seed
):
    lossy = Lossy(page, seed)
    notebook = scene(height=30_000)
    talk_through_losses(notebook, talking, lossy, rounds=2)
    assert lossy.lost > 10
    assert lossy.doubled > 3
    record_property("comm messages lost", str(lossy.lost))
    record_property("comm messages doubled", str(lossy.doubled))
