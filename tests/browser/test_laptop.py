"""A laptop that sleeps: the browser's line to the Jupyter server is gone for a while."""

from __future__ import annotations

import time

import pytest
from cable import Cable
from playwright.sync_api import expect
from test_failing_kernel import QUIET, answers, more_lines


def sleep_through(notebook, cable, talking, seconds):
    """Be away while the agents talk and ask; the seconds until the page had it all afterwards."""
    page, widget = notebook.page, notebook.widget()
    # JupyterLab's own word on it, which a person clicks away.
    page.add_locator_handler(
        page.locator(".jp-Dialog[aria-label^='Server Connection']"),
        lambda dialog: dialog.locator(".jp-Dialog-button").last.click(),
    )
    widget.get_by_label("Your words").fill("typed before")
    cable.cut()
    began = time.monotonic()
    expect(widget.get_by_text(QUIET)).to_be_visible()
    notebook.picture("laptop-asleep")
    widget.get_by_label("Your words").fill("typed meanwhile")
    widget.get_by_role("button", name="Hold").click()
    asked = talking.ask()
    page.wait_for_timeout(max(0.0, seconds - (time.monotonic() - began)) * 1000)
    said = talking.said
    cable.mend()
    back = time.monotonic()
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(widget.locator(".asked")).to_contain_text(asked, timeout=60_000)
    expect(widget.get_by_text(QUIET)).to_have_count(0)
    caught_up = time.monotonic() - back
    more_lines(widget)
    assert said > seconds  # they did talk
    held = widget.get_by_label("Held input")
    expect(held).to_contain_text("typed meanwhile")
    expect(held.locator(".words")).to_have_count(1)
    widget.get_by_role("button", name="Confirm").click()
    expect(answers(widget)).to_have_count(1)
    ids = notebook.ask(
        "print([e.id for e in run.entries] == list(range(1, len(run.entries) + 1)))"
    ).strip()
    assert ids == "True"
    assert len(talking.answers) == 1
    return caught_up


@pytest.fixture
def cable(lab):
    with Cable(lab.port) as cable:
        yield cable


@pytest.mark.parametrize("seconds", [9])
def test_a_page_that_was_away_catches_up_by_itself(cable, scene, talking, record_property, seconds):
    notebook = scene(url=cable.url)
    took = sleep_through(notebook, cable, talking, seconds)
    record_property(f"after {seconds} s without a line, the page has it all in", f"{took:.1f} s")
