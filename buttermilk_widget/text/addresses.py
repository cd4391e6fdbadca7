r"""Where a link of a hostile text may lead.

The host that is shown beside a link has to be the host that a click opens. Browsers read an address
by the URL Standard, in which a host may be written in many ways (``https:\\``, user names, ``%2e``,
other scripts, numbers); Python's own parser reads many of them otherwise. So only an address that
can be read in one way is a link: its host is written out in ASCII. All others stay words.
``js/src/text/addresses.ts`` does the same on the page; ``tests/data/parity`` holds both to it.
"""

from __future__ import annotations

import re

_HOST = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?"
_ANY_CASE = re.IGNORECASE | re.ASCII  # no letter of another script is one of these in another case
_WEB = re.compile(rf"https?://({_HOST})(?::([0-9]{{1,5}}))?(?:[/?#][^\x00-\x20\x7f]*)?", _ANY_CASE)
_MAIL = re.compile(rf"mailto:([A-Za-z0-9.!#$&'*+/=^_`{{|}}~-]{{1,64}}@{_HOST})", _ANY_CASE)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", _ANY_CASE)
_BYTE = re.compile(r"0|[1-9][0-9]{0,2}")


def destination(address: str) -> str | None:
    """The host that an address on the web leads to, or whom a mail would go to; else ``None``."""
    web = _WEB.fullmatch(address)
    if web is not None:
        host, port = web[1].lower(), web[2]
        if not _read_as_written(host) or (port and int(port) > 65_535):
            return None
        return f"{host}:{port}" if port else host
    mail = _MAIL.fullmatch(address)
    return mail[1] if mail is not None and _read_as_written(mail[1].rpartition("@")[2]) else None


def _read_as_written(host: str) -> bool:
    """Whether no browser would turn the host into another: it takes numbers for an IPv4 address."""
    parts = host.split(".")
    if _NUMBER.fullmatch(parts[-1]) is None:
        return True
    return len(parts) == 4 and all(_BYTE.fullmatch(part) and int(part) < 256 for part in parts)


# --- addresses that stand in a text as they are --------------------------------------------------

# CJK punctuation and full-width signs, quotes, and the marks of letters.visible end an address; so
# does markup that can stand behind one.
_ENDS = re.compile(
    r"\*\*|~~|[\s<>\"`|\\^{}"
    "\u2018-\u201f\u2026\u2039\u203a\u00ab\u00bb\u27e8\u27e9"
    "\u3000-\u303f\ufe30-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]"
)
_TAIL = "?!.,:;*_~'"
_OPENING = {")": "(", "]": "["}
_BEGINS = re.compile(rf"({_HOST})(:[0-9]{{1,5}})?")
_CJK = re.compile("[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef\U0001b000-\U0003ffff]")
_LONGEST = 2000


def address_end(text: str, host: int) -> int:
    """Where the address ends whose host begins at ``host`` in the text; ``host``, if it is none."""
    most = min(len(text), host + _LONGEST)
    ends = _ENDS.search(text, host, most)
    end = ends.start() if ends else most
    name = _BEGINS.match(text, host, end)
    if name is None or text[end : end + 1] == "\\":
        return host  # a browser takes a backslash for a slash
    after = name.end()
    if after < end and text[after] not in "/?#":
        # Words of a script that has no blanks, or in brackets, may follow a whole name at once.
        glued = text[after] == "(" or ("." in name[1] and _CJK.match(text, after) is not None)
        if not glued and text[after:end].rstrip(_TAIL + ")]"):
            return host
        end = after
    return _trimmed(text, host, end)


def _trimmed(text: str, start: int, end: int) -> int:
    """The end without the signs of the sentence around it."""
    while end > start:
        last = text[end - 1]
        opening = _OPENING.get(last)
        if opening is not None:
            within = text[start:end]
            if within.count(last) <= within.count(opening):
                return end
        elif last not in _TAIL:
            return end
        end -= 1
    return end
