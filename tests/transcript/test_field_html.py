"""A field in its form, as HTML."""

from __future__ import annotations

import pytest

from buttermilk_widget.protocol.lossless import read
from buttermilk_widget.transcript.field_html import NOTE, attribute, in_form, shown
from buttermilk_widget.transcript.presentation import Form


def test_prose_is_drawn_and_output_is_not():
    assert "<strong>a</strong>" in shown("text.content", "**a**")
    assert shown("tool.content", "**a**\n  b") == '<pre class="code" dir="auto">**a**\n  b</pre>'
    assert shown("answer.content", "- a\n- b") == '<pre class="lines" dir="auto">- a\n- b</pre>'
    assert shown("unknown.raw", "<b>") == '<pre class="code" dir="ltr">&lt;b&gt;</pre>'
    assert shown("text.thought", None) == ""


def test_the_first_line_feed_of_a_text_is_kept():
    assert shown("answer.content", "\na") == '<pre class="lines" dir="auto">\n\na</pre>'


@pytest.mark.parametrize(
    ("mime", "drawn"),
    [
        (None, '<pre class="lines" dir="auto">f*ck *a*</pre>'),
        ("text/html", '<pre class="code" dir="auto">f*ck *a*</pre>'),
        ("text/markdown", '<div class="markdown"><p dir="auto">f*ck <em>a</em></p></div>'),
        ("application/json", '<pre class="code" dir="auto">f*ck *a*</pre>'),
    ],
)
def test_a_record_is_drawn_by_its_mime(mime, drawn):
    assert shown("record.content", "f*ck *a*", mime=mime) == drawn


def test_a_record_that_is_json_is_drawn_as_json():
    assert "object of 1" in shown("record.content", '{"a": 1}', mime="application/json")


def test_json_keeps_its_digits_its_order_and_its_lines():
    drawn = shown("tool.args", read('{"2": 1.10, "1": "a\\nb", "n": "12", "e": ""}'), name="args")
    places = [drawn.index(word) for word in (">args: <", ">2: <", ">1.10<", ">1: <", ">a\nb<")]
    assert places == sorted(places)
    assert '>"12"<' in drawn
    assert '>""<' in drawn
    assert drawn.startswith("<details open>")


def test_json_in_a_text_is_json():
    assert "object of 1" in in_form(Form.JSON, '{"a": 1}')
    assert "list of 1" in in_form(Form.JSON, {"a": "[1]"})
    assert ">[1<" in in_form(Form.JSON, "[1")


def test_json_of_too_many_parts_is_shown_as_it_came():
    drawn = in_form(Form.JSON, [1] * 50_000, "many")
    assert NOTE in drawn
    assert '<p class="key">many</p>' in drawn
    assert len(drawn) < 4 * 50_000
    deep = []
    for _ in range(150):
        deep = [deep]
    assert NOTE in in_form(Form.JSON, deep)
    assert "[[[" in in_form(Form.MARKDOWN, "[" * 150 + "]" * 150)


def test_an_attribute_hides_nothing():
    assert attribute('"\u202e') == "&quot;⟨U+202E⟩"


def test_blocks_of_content_are_their_words():
    blocks = '[{"type": "text", "text": "**a**"}, {"type": "tool_use", "name": "f"}]'
    drawn = in_form(Form.MARKDOWN, blocks)
    assert "<strong>a</strong>" in drawn
    assert ">tool_use<" in drawn
    assert in_form(Form.OUTPUT, '[{"type": "text", "text": "a"}]') == (
        '<pre class="code" dir="auto">a</pre>'
    )
    thought = in_form(Form.MARKDOWN, '[{"type": "thinking", "thinking": "hm", "signature": "s"}]')
    assert "<summary>Thought</summary>" in thought
    assert ">signature: <" in thought
    assert in_form(Form.OUTPUT, '[{"type": "image"}]').startswith("<pre")


def test_what_costs_too_much_is_shown_as_it_came():
    table = "|" + "a|" * 300 + "\n|" + "-|" * 300 + "\n" + "|a|b|c|\n" * 9_000
    drawn = in_form(Form.MARKDOWN, table)
    assert NOTE in drawn
    assert len(drawn) < 2 * len(table)
    assert NOTE in in_form(Form.MARKDOWN, "a" * 100_001)
    assert NOTE in in_form(Form.MARKDOWN, "a\n" * 5_000)
    assert NOTE in in_form(Form.MARKDOWN, "> " * 60 + "deep")


def test_what_a_tag_encloses_is_folded():
    drawn = in_form(Form.MARKDOWN, '<think>**a**</think>b\n<tool_call>{"a": 1}</tool_call>')
    assert "<details><summary>Thought</summary>" in drawn
    assert "<summary>tool_call</summary><details open>" in drawn
    assert '<pre class="code" dir="auto">x</pre>' in in_form(Form.MARKDOWN, "<tool_call>x")
