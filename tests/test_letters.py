"""Hidden letters are shown; codes for a terminal are taken out."""

from __future__ import annotations

import unicodedata

import pytest

from buttermilk_widget.letters import label, unmistakable, visible

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@pytest.mark.parametrize("mark", BIDI)
def test_marks_of_direction_are_named(mark):
    assert visible(f"a{mark}b") == f"a⟨U+{ord(mark):04X}⟩b"
    assert label(f"a{mark}b") == f"a⟨U+{ord(mark):04X}⟩b"


def test_control_characters_are_named():
    named = [chr(code) for code in range(0xA0) if unicodedata.category(chr(code)) == "Cc"]
    for letter in set(named) - set("\t\n\r\x1b\x9b\x9d"):
        assert visible(letter) == f"⟨U+{ord(letter):04X}⟩"
    assert visible("\t\n") == "\t\n"
    assert visible("\ud83d") == "⟨U+D83D⟩"
    assert visible("\U000e0041") == "⟨U+E0041⟩"


def test_a_flag_is_a_flag():
    flag = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
    assert visible(flag) == flag


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("\x1b[1;32m2 passed\x1b[0m", "2 passed"),
        ("\x1b]8;;http://example.org/\x1b\\report\x1b]8;;\x1b\\", "report"),
        ("\x1b]0;a title\x07text", "text"),
        ("\x9b31mred\x9b0m", "red"),
        ("50%\x1b[2K\x1b[1A\x1b[?25l100%", "50%100%"),
        ("\x1b(B\x1bcreset", "reset"),
        ("\x1b]8;;never ended", "⟨U+001B⟩]8;;never ended"),
        ("\x1b", "⟨U+001B⟩"),
        ("a\r\nb\rc", "a\nb\nc"),
    ],
)
def test_codes_for_a_terminal_are_taken_out(text, seen):
    assert visible(text) == seen


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("con\u200bfirm", "con⟨U+200B⟩firm"),
        ("con\u200dfirm", "con⟨U+200D⟩firm"),
        ("\u200cx", "⟨U+200C⟩x"),
        ("soft\u00adly", "soft⟨U+00AD⟩ly"),
        ("\u3164", "⟨U+3164⟩"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("👩🏽\u200d💻", "👩🏽\u200d💻"),
        ("two\nlines", "two\nlines"),
    ],
)
def test_what_is_drawn_as_nothing_is_named_where_names_are_compared(text, seen):
    assert unmistakable(text) == seen


def test_a_label_is_one_line():
    assert label(" Proceed\n2: Stop \t now ") == "Proceed ⏎ 2: Stop now"
