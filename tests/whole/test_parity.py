"""The texts of ``tests/data/parity``: drawn as they were, and with every letter of theirs."""

from __future__ import annotations

import json
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from support import make_parity as make
from support.paths import DATA

from buttermilk_widget.text.letters import visible
from buttermilk_widget.transcript.field_html import in_form
from buttermilk_widget.transcript.presentation import Form

HERE = DATA / "parity"

FAMILIES = json.loads((HERE / "ours.json").read_text())
NOT_PROSE = {text for name in ("thoughts", "JSON", "blocks") for text in FAMILIES[name]}


class Words(HTMLParser):
    """The words of HTML, and the addresses and titles of its links; its tags are well nested."""

    def __init__(self, html):
        super().__init__()
        self.said = []
        self.open = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_data(self, data):
        self.said.append(data)

    def handle_starttag(self, tag, attrs):
        self.said += [value or "" for name, value in attrs if name in ("href", "title")]
        if tag not in ("br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def letters(text):
    return Counter(letter for letter in text if letter.isalnum())


def test_there_are_enough_of_them():
    assert len(make.texts()) >= 1500
    specs = json.loads((HERE / "specs.json").read_text())
    sources = Counter(one["from"] for one in specs)
    assert sources["CommonMark"] == 652
    assert (sources["GFM specification"], sources["GFM extensions test"]) == (24, 27)


def test_they_are_drawn_as_they_were():
    """What the page is held to is what Python draws; make.py writes it anew."""
    assert (HERE / "drawn.json").read_text() == make.as_text()


def test_no_letter_of_theirs_is_lost():
    """Marks may become form: a box of a task, a line break in a cell. Letters and digits stay."""
    missing = {}
    for text in make.texts():
        if text in NOT_PROSE or text.lstrip().startswith(("{", "[{", "[[", '["')):
            continue
        as_form = re.sub(
            r"\[[xX]\](?=[ \t])|<br */?>|</?(?:think|tool_call)>", "", text, flags=re.IGNORECASE
        )
        lost = letters(visible(as_form)) - letters(
            "".join(Words(in_form(Form.MARKDOWN, text)).said)
        )
        if lost:
            missing[text] = lost
    assert missing == {}


@pytest.mark.parametrize("form", [Form.LINES, Form.OUTPUT, Form.CODE])
def test_what_is_no_markdown_is_shown_letter_by_letter(form):
    for text in make.ours():
        if text not in FAMILIES["blocks"]:
            assert "".join(Words(in_form(form, text)).said).removeprefix("\n") == visible(
                text
            ).removeprefix("\n")
