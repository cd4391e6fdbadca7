"""Entries as Markdown: all of it, in any renderer, and nothing in it can pass for the document."""

from __future__ import annotations

import json
import re
from functools import partial

import pytest
from support import every_field as walking
from support import hostile_texts as hostile
from support import make_written as golden
from support.costs import MOST_WALKS, attacks, walks
from support.markdown_readers import RENDERERS, Seen
from support.paths import DATA

from buttermilk_widget.conversation.patches import Entry, Speaker
from buttermilk_widget.protocol.messages import Text
from buttermilk_widget.text.addresses import destination
from buttermilk_widget.text.markdown_writer import quoted
from buttermilk_widget.transcript.entry_markdown import markdown, number, written_in
from buttermilk_widget.transcript.field_html import NOTE, in_form
from buttermilk_widget.transcript.presentation import Form

HERE = DATA

GOLDEN = HERE / "written"
FAMILIES = json.loads((HERE / "parity" / "ours.json").read_text())
AS_JSON = {text for name in ("thoughts", "JSON", "blocks") for text in FAMILIES[name]}
ATTACKS = attacks()


def test_the_golden_files_are_what_is_written():
    """The page's copies are held to them, too (js/test/entries/entryMarkdown.test.ts); make.py makes them."""
    for name, text in golden.files().items():
        assert (GOLDEN / name).read_text() == text, name


def around(text, form=Form.MARKDOWN):
    """A text in its quote, between headings of a document."""
    made = "\n\n".join(written_in(form, text))
    return f"### one\n\n{quoted(made)}\n\n### two\n"


@pytest.mark.parametrize("name", RENDERERS)
def test_every_character_is_read_that_the_html_shows(name):
    """Marks of emphasis may be seen, where renderers do not agree on where they end."""
    different, marked = {}, 0
    for text in golden.texts():
        if text in AS_JSON or text.lstrip().startswith(("{", "[{", "[[", '["', "[1e")):
            continue
        html = in_form(Form.MARKDOWN, text)
        if NOTE in html or "<details" in html or _has_no_safe_link(html):
            continue
        shown = Seen(html).words
        read = Seen(RENDERERS[name](around(text))).words.removeprefix("one").removesuffix("two")
        if read != shown:
            marked += 1
            if re.sub(r"[*_~]", "", read) != re.sub(r"[*_~]", "", shown):
                different[text] = (shown, read)
    assert different == {}
    assert marked < 150


def _has_no_safe_link(html):
    """Whether an address has signs that renderers read in more than one way: it is words then."""
    return any(re.search(r"[\\\[\]$^{|}`\"<>]|&\w+;", one) for one in Seen(html).addresses)


@pytest.mark.parametrize("name", RENDERERS)
def test_a_text_closes_what_it_opens_and_fetches_nothing(name):
    for text in hostile.texts(1_000):
        for form in (Form.MARKDOWN, Form.OUTPUT, Form.LINES):
            seen = Seen(RENDERERS[name](around(text, form)))
            assert seen.headings == ["one", "two"], text
            assert not {"img", "script", "style", "details", "input"} & set(seen.tags), text
            assert all(destination(one) for one in seen.addresses), text


@pytest.mark.parametrize("name", RENDERERS)
def test_no_name_and_no_field_can_pass_for_a_heading(name):
    entries = walking.entries(lambda way: f"{way}\n{golden.NASTY}")
    made = "\n\n".join(markdown(entry) for entry in entries.values())
    seen = Seen(RENDERERS[name](made))
    assert len(seen.headings) == len(entries)
    for heading, entry in zip(seen.headings, entries.values(), strict=True):
        assert heading.endswith(f"({entry.body.kind}, entry #{entry.id}, 1970-01-01T00:16:40.250Z)")
    assert "img" not in seen.tags


def test_a_definition_in_one_entry_is_no_link_in_another():
    one, two = (
        Entry(id=1, seq=1, at=1.0, body=Text(content=text))
        for text in ("[x]: http://evil.example", "See [x] and [^1].")
    )
    for render in RENDERERS.values():
        seen = Seen(render(markdown(one) + "\n" + markdown(two)))
        assert seen.addresses == ["http://evil.example"]  # where it stands


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("It cost $5 to $10.", "It cost `$`5 to `$`10."),
        ("a `b`$c$", "a `b$c$`"),
        ("\\(p\\)", "`\\(p\\)`"),
        ("# **Bold** head", "****Bold** head**"),
        ("1. a\n2. b", "1. a\n2. b"),
        ("1. a\n5. b", "- 1\\.\n\n  a\n\n- 5\\.\n\n  b"),
        ("- [x] done\n- [ ] open", "- ☑ done\n- ☐ open"),
        ("![a](http://t/p.png 'why')", 'image: a (not fetched: http\\://t/p.png "why")'),
        ("[a](https://x.org/ 'why')", '[a](<https://x.org/>) (x.org "why")'),
        ("[a](/b)", "a (not a link: /b)"),
        ("https://x.org/a", "<https://x.org/a>"),
        ("<ftp://x.org>", "\\<ftp\\://x.org>"),
        ("a\nb", "a\\\nb"),
        ("| a |\n|:-:|\n| b<br>c |", "| a |\n| :-: |\n| b<br>c |"),
        ("```py\nx\n```", "py\n\n```\nx\n```"),
        ("$$\nx\n$$", "```\n$$\nx\n$$\n```"),
        ("> a\n\n---", "> a\n\n___"),
        ("#", ""),
        ("`a\nb`", "`a`\\\n`b`"),
        ("` `` `", "``` `` ```"),
        ("<think>\nhm\n</think>\nso", "**Thought**\n\n> hm\n\nso"),
        ('<tool_call>\n{"a": 1}\n</tool_call>', '**tool_call**\n\n```json\n{\n  "a": 1\n}\n```'),
        ("<tool_call>\nx\n</tool_call>", "**tool_call**\n\n```\nx\n```"),
    ],
)
def test_how_prose_is_written(text, written):
    assert "\n\n".join(written_in(Form.MARKDOWN, text)) == written


def test_a_table_that_renderers_would_fill_up_is_lines():
    made = "\n".join(
        written_in(Form.MARKDOWN, "|a" * 60 + "|\n" + "|-" * 60 + "|\n" + "|x|\n" * 60)
    )
    assert "---" not in made
    assert made.count("\\\n") == 60


def test_what_is_deeper_than_renderers_follow_is_as_it_came():
    assert written_in(Form.MARKDOWN, "> " * 13 + "x") == [f"*{NOTE}*", f"```\n{'> ' * 13}x\n```"]
    assert written_in(Form.MARKDOWN, "> " * 12 + "x") == [f"{'> ' * 12}x"]
    grows = "1234567. " * 6 + "a\n" + "b\n" * 3_000
    assert written_in(Form.MARKDOWN, grows)[0] == f"*{NOTE}*"


def test_numbers_and_speakers_in_words():
    assert [number(one) for one in (1.0, 0.25, 0.1 + 0.2, 1e-7, -3.5e20, 0.0)] == [
        *("1", "0.25", "0.30000000000000004", "1.000000e-7", "-3.500000e+20", "0"),
    ]
    speaker = Speaker(key="k", name="Judge", role="JUDGE", criteria="strict")
    made = markdown(Entry(id=1, seq=1, at=1.0, speaker=speaker, body=Text(content="so")))
    assert made.split("\n\n")[1] == "criteria strict"


def test_blocks_of_content_are_their_texts():
    blocks = '[{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "a", "x": 1}, {"type": "b"}]'
    assert written_in(Form.MARKDOWN, blocks) == [
        *("**Thought**", "> hm", "a", '```json\n{\n  "x": 1\n}\n```'),
        '```json\n{\n  "type": "b"\n}\n```',
    ]
    assert written_in(Form.OUTPUT, blocks)[1] == "> ```\n> hm\n> ```"
    assert written_in(Form.OUTPUT, "[1]") == ["```\n[1]\n```"]
    assert written_in(Form.MARKDOWN, "[1]") == ["```json\n[\n  1\n]\n```"]
    assert written_in(Form.CODE, "```") == ["````\n```\n````"]
    deep = "[" * 90 + "1,1,1" * 9 + "]" * 90
    assert written_in(Form.JSON, deep)[0].count("\n") == 2


def _write(made, form, text):
    made.append("\n\n".join(written_in(form, text)))


@pytest.mark.parametrize("name", ATTACKS)
def test_a_text_takes_at_most_some_walks_and_twenty_times_its_size(name, monkeypatch):
    monkeypatch.setattr(
        "buttermilk_widget.text.budget.SECONDS", float("inf")
    )  # only counts stop it
    text = ATTACKS[name]
    for form in (Form.MARKDOWN, Form.OUTPUT, Form.JSON):
        made = []
        write = partial(_write, made, form, text)
        assert walks(write, len(text), MOST_WALKS) <= MOST_WALKS
        size = len(text.encode("utf-8", "replace"))
        assert len(quoted(made[-1]).encode("utf-8", "replace")) <= 20 * size
