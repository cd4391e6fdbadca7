"""Hidden letters are shown; codes for a terminal are taken out."""

from __future__ import annotations

import unicodedata

import pytest
from support import make_labels as labels
from support.paths import DATA

from buttermilk_widget.text.letters import called, label, option_names, unmistakable, visible

HERE = DATA / "parity"


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
        ("❤\ufe0f 1\ufe0f\u20e3 葛\U000e0100", "❤\ufe0f 1\ufe0f\u20e3 葛\U000e0100"),
        ("JUDGE\ufe0f 1\ufe0f \ufe0f", "JUDGE⟨U+FE0F⟩ 1⟨U+FE0F⟩ ⟨U+FE0F⟩"),
        ("\ufe0f\u17b4\U000e0101", "⟨U+FE0F⟩⟨U+17B4⟩⟨U+E0101⟩"),
    ],
)
def test_what_is_drawn_as_nothing_is_named_where_names_are_compared(text, seen):
    assert unmistakable(text) == seen


def test_the_golden_file_is_what_they_are_here():
    """The page is held to it (letters.test.ts); labels.py writes it anew."""
    assert (HERE / "labels.json").read_text() == labels.as_text()


def test_options_that_look_alike_differ_in_their_labels():
    for options in labels.OPTIONS:
        shown = [label(unicodedata.normalize("NFKC", one)) for one in option_names(options)]
        assert len(set(shown)) == len(options)
        assert not any("\n" in one for one in shown)


@pytest.mark.parametrize(
    "name", ["You", " you ", "SERVER:", "Question", "Y\u043eu", "“You” (agent J)"]
)
def test_nobody_is_called_as_we_are(name):
    assert called(name, "J-1") == f"“{label(name)}” (agent J-1)"
    assert called(called(name, "J-1"), "J-2") != called(name, "J-1")
    assert called("", "J-1") == "An agent (J-1)"
    assert called("Judge Amber", "J-1") == "Judge Amber"


def test_a_label_is_one_line():
    assert label(" Proceed\n2: Stop \t now ") == "Proceed ⏎ 2: Stop now"
