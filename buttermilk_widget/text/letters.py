"""Letters that are not seen, or that change how others are seen: made visible, or taken out.

What a server sends may hold codes for a terminal, marks that turn the direction of what follows, and
control characters. Every text of somebody else passes through here before it is shown, so that a
reader sees what is there. ``js/src/text/letters.ts`` does the same on the page; ``tests/data/parity`` holds
both to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# CSI sequences (colours, cursor), OSC sequences (titles, links) that are ended within reason, and
# the escapes of two or three characters (ECMA-48, and xterm's "Control Sequences").
_TERMINAL = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]"
    "|(?:\x1b\\]|\x9d)[^\x00-\x1f\x7f-\x9f]{0,2000}(?:\x07|\x1b\\\\|\x9c)"
    "|\x1b[ -/]{1,2}[0-~]"
    "|\x1b[=>78cDEHMNOZ]"
)

# Kept: a flag of a region is written in tags (Unicode Technical Standard 51).
_FLAG = "\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f"

_HIDDEN = re.compile(
    f"({_FLAG})"
    # C0 but tab and line feed, DEL, C1; the marks of direction (Bidi_Control); separators of lines
    # and paragraphs; the mark of byte order; halves of a letter; tags.
    "|[\x00-\x08\x0b-\x1f\x7f-\x9f"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
    "\u2028\u2029\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_SPACES = re.compile(r"\s+")


def visible(text: str) -> str:
    """The text without codes for a terminal, and with each hidden character named: ``⟨U+202E⟩``.

    Line breaks of every kind become line feeds.
    """
    if "\x1b" in text or "\x9b" in text or "\x9d" in text:
        text = _TERMINAL.sub("", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _HIDDEN.sub(lambda found: found[1] or f"⟨U+{ord(found[0]):04X}⟩", text)


# Drawn as nothing, in a name or on a button: two of these could differ and look alike. They are the
# rest of Unicode's Default_Ignorable_Code_Point.
_NOTHING = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164"
    "\ufe00-\ufe0f\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0080-\U000e0fff]"
)
# What joins letters in these scripts, and parts of emoji, changes how they look.
_JOINED = re.compile(
    "[\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
    "\u00a9\u00ae\u203c-\u2bff\U0001f000-\U0001faff]"
)
# What selects another form, and of what: an emoji, a Chinese character, a Mongolian letter.
_SELECTOR = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_SELECTED = re.compile(
    "[\u00a9\u00ae\u1820-\u18aa\u203c-\u2bff\u3007-\u303d\u3297\u3299\u3400-\u9fff\uf900-\ufaff"
    "\U0001f000-\U0001faff\U00020000-\U0003ffff]"
)


def unmistakable(text: str) -> str:
    """:func:`visible`, with what is drawn as nothing named too."""
    seen = visible(text)
    return _NOTHING.sub(lambda found: _unless_joining(found, seen), seen)


def _unless_joining(found: re.Match[str], text: str) -> str:
    before = text[max(0, found.start() - 1) : found.start()]
    after = text[found.end() : found.end() + 1]
    changes = _changes(found[0], before, after) if before else False
    return found[0] if changes else f"⟨U+{ord(found[0]):04X}⟩"


def _changes(character: str, before: str, after: str) -> bool:
    """Whether a character that is drawn as nothing changes what stands before it."""
    if character in "\u200c\u200d":
        return unicodedata.category(before)[0] == "M" or _JOINED.match(before) is not None
    if not _SELECTOR.match(character):
        return False
    key = before in "#*0123456789" and after == "\u20e3"
    return key or _SELECTED.match(before) is not None


def label(text: str) -> str:
    """The text as a name has it: :func:`unmistakable`, on one line.

    A line break in it is shown as ``⏎``, so that no name can pass for two, or for a line of ours.
    """
    lines = unmistakable(text).strip().replace("\n", " ⏎ ")
    return _SPACES.sub(" ", lines)


_QUOTES = re.compile("[\u201c-\u201f]")


def claimed(name: str) -> str:
    """A name that no agent is known by, as a :func:`label` in quotation marks; nothing, if it is blank.

    Marks in the name are made visible otherwise, so that it cannot end before its end.
    """
    shown = _QUOTES.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", label(name))
    return f"“{shown}”" if shown else ""


# --- options -------------------------------------------------------------------------------------

# White space, and letters that are drawn as nothing.
_BLANK = re.compile("[\\s\u115f\u1160\u2800\u3164\uffa0]*")
BLANK_OPTION = "(blank option)"


def option_label(option: str) -> str:
    """An option in full, with its lines; one with nothing in it says so."""
    return BLANK_OPTION if _BLANK.fullmatch(option) else unmistakable(option)


def option_names(options: Sequence[str]) -> list[str]:
    """Options as a list on one line has them: each on one line, and in quotation marks.

    Those that look alike are numbered by their places, so that they differ.
    """
    return [
        f"{mark}{BLANK_OPTION if _BLANK.fullmatch(one) else f'“{label(one)}”'}"
        for mark, one in zip(_marks(options), options, strict=True)
    ]


def _marks(options: Sequence[str]) -> list[str]:
    looks = [_look(option_label(option)) for option in options]
    counts = Counter(looks)
    marks = [f"{place}. " if counts[one] > 1 else "" for place, one in enumerate(looks, 1)]
    if len({f"{mark}{one}" for mark, one in zip(marks, looks, strict=True)}) == len(looks):
        return marks
    # One is written as another is numbered: with a number for each, all differ.
    return [f"{place}. " for place in range(1, len(looks) + 1)]


def _look(text: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).strip())


# --- who speaks ----------------------------------------------------------------------------------

_OURS = "you and the server|you|manager|server|question|script|event|connection|an agent|a judge"
"""What entries are headed that no agent wrote, and agents without a name."""

# Alone, or with something after it that is no word: "You", "You:", "You (entry 3)".
_LIKE_OURS = re.compile(rf"[\W_]*(?:{_OURS})(?:[\W_]*|\s*[^\w\s].*)")
# Letters of other scripts that look like those of our names (Unicode Technical Standard 39).
_CONFUSED = str.maketrans(
    {
        letter: plain
        for plain, letters in {
            "a": "\u0430\u0410\u03b1\u0391",
            "c": "\u0441\u0421\u03f2\u03f9",
            "d": "\u0501",
            "e": "\u0435\u0415\u0395",
            "g": "\u0261",
            "i": "\u0456\u0406\u03b9\u0399\u0131",
            "j": "\u0458\u0408",
            "m": "\u043c\u041c\u039c",
            "n": "\u03b7\u039d\u0578",
            "o": "\u043e\u041e\u03bf\u039f\u0585",
            "p": "\u0440\u0420\u03c1\u03a1",
            "q": "\u051b",
            "r": "\u0433",
            "s": "\u0455\u0405",
            "t": "\u0442\u0422\u03c4\u03a4",
            "u": "\u03c5\u057d",
            "v": "\u0475\u03bd",
            "y": "\u0443\u0423\u04af\u04ae\u03a5",
        }.items()
        for letter in letters
    }
)


def called(name: str, key: str = "") -> str:
    """How an agent is called: its name as a :func:`label`, or its key if the name is blank.

    A name of ours, as ``You`` or ``Server``, is no agent's: it is quoted, with the key beside it.
    """
    by = label(key) or "of no id"
    if _BLANK.fullmatch(name):
        return f"An agent ({by})"
    shown = label(name)
    plain = unicodedata.normalize("NFKC", shown.translate(_CONFUSED)).casefold()
    return f"“{shown}” (agent {by})" if _LIKE_OURS.fullmatch(plain) else shown
