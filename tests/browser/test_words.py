"""Word for word, in a browser: what only a layout shows. The words themselves are in tests/data/parity."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from buttermilk_widget import Transcript
from buttermilk_widget.conversation.history import History
from buttermilk_widget.protocol.messages import Text

HEBREW = (
    "The post says, in Arabic:\n\nهذه المقالة مخالفة للقواعد (البند 2).\n\nThat is a claim.\n\n"
    '```python\nif post.ok(2): return [a, b]  # "سلام"\n```\n\nראו `run("x", 1)!` למטה.\n\n'
    "- English item (1).\n- פריט בעברית (2).\n\n> ציטוט (3).\n\n"
    "| rule | text |\n| --- | --- |\n| 1 | البند الأول (مهم). |"
)
DIRECTIONS = [
    ("p", ["ltr", "rtl", "ltr", "ltr", "rtl", "rtl"]),
    ("pre", ["ltr"]),
    ("code", ["ltr", "ltr"]),
    ("li", ["ltr", "rtl"]),
    ("blockquote", ["rtl"]),
    ("th", ["ltr", "ltr"]),
    ("td", ["ltr", "rtl"]),
]


@pytest.fixture(params=["page", "export"])
def said(request, plain, tmp_path):
    """Show a text; where it is on the page, or in an export."""

    def said(text):
        if request.param == "page":
            page = plain.show("ended", height=30_000)
            plain.say(text)
            entry = page.locator(".entry").last
        else:
            history = History()
            history.add(Text(content=text), 1.0)
            (tmp_path / "run.html").write_text(Transcript(history.entries).to_html())
            plain.page.goto((tmp_path / "run.html").as_uri())
            entry = plain.page.locator(".entry")
        expect(entry.locator(".markdown").first).to_be_visible()
        return entry

    return said


def test_each_block_has_its_own_direction_and_code_is_left_to_right(said):
    entry = said(HEBREW)
    for tag, directions in DIRECTIONS:
        found = entry.locator(f".markdown {tag}").evaluate_all(
            "all => all.map((one) => getComputedStyle(one).direction)"
        )
        assert (tag, found) == (tag, directions)


def test_a_line_break_is_a_line_break_and_blanks_are_kept(said):
    words = said("Current task: done\nNext    task: review\n  Final task").locator(".markdown")
    assert words.inner_text() == "Current task: done\nNext    task: review\n  Final task"


def test_the_numbers_of_a_list_are_read_as_they_were_written(said):
    assert "5) No date" in said("2) Names a person\n5) No date").inner_text().replace("\n", "")


def test_a_wide_table_scrolls_by_itself_and_breaks_no_word(said):
    word = "incomprehensibilities" * 2
    row = f"| {' | '.join([word] * 12)} |"
    entry = said(f"{row}\n|{'---|' * 12}\n{row}\n\nafter")
    table = entry.locator(".wide")
    wide, room = table.evaluate("one => [one.scrollWidth, one.clientWidth]")
    assert wide > room
    heights = table.locator("td").evaluate_all("all => all.map(({ offsetHeight }) => offsetHeight)")
    assert max(heights) < 40, "each word is on one line"
    assert entry.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_each_match_is_counted_and_marked_however_it_is_written(plain):
    page = plain.show("words", height=30_000)
    plain.say(
        "The Straße [in Straße](https://ok.example/), STRASSE `straße`, stra\u00adsse",
        '{"Straße": "see the strasse"}',
        "| strasse |\n|---|\n| **Stra**ße |",
    )
    page.get_by_role("button", name="Find").click()
    page.get_by_label("Find in the conversation").fill("strasse")
    expect(page.locator("[data-find-count]")).to_have_attribute("data-find-count", "9")
    plain.settle()
    assert page.evaluate("CSS.highlights.get('buttermilk-found').size") == 9
