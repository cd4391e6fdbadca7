"""What once was shown wrongly, from the frame to the export: see tests/data/cases."""

from __future__ import annotations

import json
from html.parser import HTMLParser

import pytest
from support import make_cases as make
from support.paths import DATA

from buttermilk_widget import Transcript

HERE = DATA / "cases"

RIGHT = json.loads((HERE / "right.json").read_text(encoding="utf-8"))

BLOCKS = {"p", "li", "td", "th", "pre", "div", "summary", "details", "blockquote", "tr", "br"}


class Read(HTMLParser):
    """The words of a page as they are read, each block on lines of its own."""

    def __init__(self, html):
        super().__init__()
        self.words = ""
        self.feed(html)
        self.close()

    def handle_data(self, data):
        self.words += data

    def handle_starttag(self, tag, attrs):
        self.words += "\n" if tag in BLOCKS else ""

    def handle_endtag(self, tag):
        self.words += "\n" if tag in BLOCKS else ""


@pytest.mark.parametrize("name", RIGHT)
def test_the_words_are_read_as_they_came(name):
    html = Transcript.of(make.conversation(name)).to_html()
    read = Read(html[html.index("<main>") :]).words
    for words in RIGHT[name]["shown"]:
        assert words in read
    for words in RIGHT[name]["hidden"]:
        assert words not in read


def test_the_page_gets_the_very_same_entries():
    """js/test/entries/cases.test.tsx draws them; make.py writes them anew."""
    assert (HERE / "entries.json").read_text(encoding="utf-8") == make.as_text()


def test_columns_are_aligned_and_links_end_where_they_end():
    html = Transcript.of(make.conversation("tasks_and_alignment")).to_html()
    assert '<td dir="auto" align="right">10</td><td dir="auto" align="center">yes</td>' in html
    html = Transcript.of(make.conversation("addresses")).to_html()
    assert '<a href="https://example.org/faq" rel="noopener noreferrer">' in html
    html = Transcript.of(make.conversation("single_tilde")).to_html()
    assert html.count("<s>") == 1
