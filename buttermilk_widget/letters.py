"""Letters that are not seen, or that change how others are seen: made visible, or taken out.

What a server sends may hold codes for a terminal, marks that turn the direction of what follows, and
control characters. Every text of somebody else passes through here before it is shown, so that a
reader sees what is there. ``js/src/letters.ts`` does the same on the page; ``tests/parity`` holds
both to it.
"""

from __future__ import annotations

import re
import unicodedata

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


# Drawn as nothing, in a name or on a button: two of these could differ and look alike.
_NOTHING = re.compile(
    "[\u00ad\u034f\u115f\u1160\u180e\u200b-\u200d\u2060-\u2064\u206a-\u206f\u3164\uffa0]"
)
# What joins letters in these scripts, and parts of emoji, changes how they look.
_JOINED = re.compile(
    "[\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefc"
    "\u00a9\u00ae\u203c-\u2bff\U0001f000-\U0001faff]"
)


def unmistakable(text: str) -> str:
    """:func:`visible`, with what is drawn as nothing named too."""
    seen = visible(text)
    return _NOTHING.sub(lambda found: _unless_joining(found, seen), seen)


def _unless_joining(found: re.Match[str], text: str) -> str:
    before = text[max(0, found.start() - 1) : found.start()]
    if found[0] in "\u200c\u200d" and before:
        mark = unicodedata.category(before)[0] == "M"
        if mark or _JOINED.match(before) is not None:
            return found[0]
    return f"⟨U+{ord(found[0]):04X}⟩"


def label(text: str) -> str:
    """The text as a name has it: :func:`unmistakable`, on one line.

    A line break in it is shown as ``⏎``, so that no name can pass for two, or for a line of ours.
    """
    lines = unmistakable(text).strip().replace("\n", " ⏎ ")
    return _SPACES.sub(" ", lines)
