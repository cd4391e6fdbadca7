"""Every state of the widget, in light and dark, narrow and wide: whole, readable, accessible."""

from __future__ import annotations

import sys

import pytest
from conftest import ARTIFACTS, ROOT, WIRE
from playwright.sync_api import expect

sys.path.append(str(ROOT / "js" / "dev"))
from scenes import SCENES

THEMES = ("light", "dark")
WIDTHS = (320, 1100)


def inspect(plain, name):
    """Look at what is shown in both themes and at both widths."""
    ARTIFACTS.mkdir(exist_ok=True)
    for width in WIDTHS:
        plain.page.set_viewport_size({"width": width, "height": 1500})
        for theme in THEMES:
            plain.theme(theme)
            plain.settle()
            where = f"{name}-{theme}-{width}"
            plain.page.screenshot(path=ARTIFACTS / f"{where}.png")
            assert plain.violations() == [], where
            wide = plain.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{where} is {wide} pixels wide"
    assert plain.errors == []


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


def test_everything_unfolded_is_whole_and_accessible(plain):
    page = plain.show("ended", height=3000)
    page.locator("summary").last.wait_for()
    for _ in range(3):  # what is unfolded has folds of its own
        page.evaluate(
            """() => {
                const root = document.querySelector("main > div").shadowRoot;
                for (const fold of root.querySelectorAll("details:not([open])")) fold.open = true;
            }"""
        )
        plain.settle()
    inspect(plain, "opened-folds")


def test_the_question_before_leaving_is_accessible(plain):
    page = plain.show("ended", height=3000)
    page.get_by_role("link", name="the guidelines").click()
    expect(page.get_by_role("dialog")).to_contain_text("example.org")
    inspect(plain, "opened-leaving")


@pytest.mark.parametrize("name", sorted(path.stem for path in WIRE.glob("*.jsonl")))
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
