"""Every state of the widget, in light and dark, narrow and wide: whole, readable, accessible."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from recorded import fold
from scenes import SCENES
from support.jupyterlab import ARTIFACTS, WIRE, inspect

RECORDINGS = sorted(name for path in WIRE.glob("*.jsonl") for name in fold(path))


@pytest.mark.parametrize("scene", SCENES)
def test_a_state_is_whole_and_accessible(plain, scene):
    plain.show(scene)
    inspect(plain, scene)


@pytest.mark.parametrize(
    ("opened", "press"),
    [
        ("find", ["Find"]),
        ("filter", ["Filter"]),
        ("outline", ["Outline"]),
        ("stopping", ["Stop"]),
    ],
)
def test_what_a_button_opens_is_whole_and_accessible(plain, opened, press):
    page = plain.show("working")
    for name in press:
        page.get_by_role("button", name=name, exact=True).click()
    inspect(plain, f"opened-{opened}")


def test_the_marks_of_a_search_can_be_read(plain):
    page = plain.show("ended")
    page.get_by_role("button", name="Find").click()
    page.get_by_label("Find in the conversation").fill("guideline")
    page.get_by_role("button", name="Next").click()
    inspect(plain, "opened-matches")


@pytest.mark.parametrize("scene", ["ended", "saved"])
def test_everything_unfolded_is_whole_and_accessible(plain, scene):
    page = plain.show(scene, height=3000)
    page.locator("summary").last.wait_for()
    for _ in range(3):  # what is unfolded has folds of its own
        page.evaluate(
            """() => {
                const root = document.querySelector("main > div").shadowRoot;
                for (const fold of root.querySelectorAll("details:not([open])")) fold.open = true;
            }"""
        )
        plain.settle()
    expect(page.get_by_role("button", name="Copy for a methods section")).to_be_visible()
    inspect(plain, f"{scene}-opened-folds")


def test_a_saved_run_says_that_it_is_one_and_offers_nothing_else(plain):
    page = plain.show("saved")
    expect(page.get_by_text("As it was when this notebook was saved")).to_be_visible()
    expect(page.get_by_text("Technical log")).to_have_count(0)
    expect(page.get_by_role("button", name="New run")).to_have_count(0)
    inspect(plain, "saved-said")


def test_a_page_that_hears_of_no_kernel_says_what_to_do(plain):
    page = plain.show("unheard")
    expect(page.get_by_text("Run the cell again.")).to_be_visible()
    inspect(plain, "unheard-long")


def test_a_replay_is_led_by_keys_and_keeps_the_focus(plain):
    page = plain.show("replay")
    page.get_by_role("button", name="Pause").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Go on")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Step")).to_be_focused()
    page.keyboard.press("Enter")
    plain.settle()
    expect(page.get_by_role("button", name="Step")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Pause")).to_be_focused()
    actions = [command.get("action") for command in page.evaluate("window.page.sent")]
    assert actions == ["pause", "step", "resume"]


def test_the_question_before_leaving_is_accessible(plain):
    page = plain.show("ended", height=3000)
    page.get_by_role("link", name="the guidelines").click()
    expect(page.get_by_role("dialog")).to_contain_text("example.org")
    inspect(plain, "opened-leaving")


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_can_be_read(plain, name):
    """Nothing of it is missing: every entry is drawn, none as one that could not be."""
    page = plain.show(name, height=20000)
    count = page.evaluate("window.page.store.state.entries.length")
    expect(page.locator(".entry")).to_have_count(count)
    expect(page.get_by_text("could not be drawn")).to_have_count(0)
    assert plain.violations() == []
    assert plain.errors == []
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"recording-{name}.png")


def test_a_recorded_chat_reads_as_the_conversation_it_was(plain):
    page = plain.show("llm_chat", height=20000)
    expect(page.locator(".entry")).to_have_count(10)
    shown = [
        (entry.locator("header strong").inner_text(), entry.inner_text())
        for entry in page.locator(".entry:not([data-kind=event])").all()
    ]
    talk = [
        ("Question", "Hi! What would you like to do?"),
        ("You", "hello there"),
        ("HOST", "You said something. Tell me what to analyse. (reply 1)"),
        ("You", "please analyse it"),
        ("ANALYST", "Echo from ANALYST: hello wire (len=10)"),
        ("You", "please judge it"),
        ("JUDGE", "No policy violation found in the text."),
        ("You", "bye"),
    ]
    assert [who for who, _ in shown] == [who for who, _ in talk]
    for (_, text), (_, words) in zip(shown, talk, strict=True):
        assert words in text
    said = page.get_by_role("feed").inner_text()
    for plumbing in ("_call", "agent_id", "object of", "not understood", "Flow currently idle"):
        assert plumbing not in said
    host = page.locator("#entry-5")
    host.get_by_label("Details of entry 5").click()
    expect(host.locator(".facts")).to_have_text(
        re.compile("Model\\s*fake.*Finish reason\\s*stop.*Tokens\\s*prompt 1, completion 1")
    )
    expect(page.locator(".conversation")).to_have_attribute("data-readiness", "ended")


def test_twice_the_letters_fit(plain):
    """At 200 % zoom there are half as many pixels."""
    page = plain.show("asking")
    page.set_viewport_size({"width": 640, "height": 500})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    page.evaluate("document.body.style.zoom = '2'")
    plain.settle()
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
    expect(page.get_by_role("button", name="Confirm")).to_be_visible()


def test_nothing_moves_for_who_wants_no_motion(plain):
    plain.page.emulate_media(reduced_motion="reduce")
    page = plain.show("asking")
    moving = page.evaluate(
        """() => [...document.querySelector("main > div").shadowRoot.querySelectorAll("*")]
            .map((element) => getComputedStyle(element))
            .filter((style) => style.animationName !== "none" || style.transitionDuration !== "0s")
            .length"""
    )
    assert moving == 0
