"""Tokens of Markdown as HTML, with every element counted; ``js/src/text/htmlWriter.ts`` does it for the page."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from .addresses import address_end, destination

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from .budget import Budget

_AT = re.compile(r"www\.|@", re.IGNORECASE | re.ASCII)
_LOCAL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._+-]{0,62}[A-Za-z0-9])?\Z|[A-Za-z0-9._+-]\Z")
_WITHIN = ("/", ":", "@", "\\")
"""Before what is a part of something else, as of an address on the web that is none."""
_DOMAIN = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
)
_TASK = re.compile(r"\[([ xX])\](?=[ \t])")
_HEADING = {f"h{level}": f'<p class="heading heading-{level}" dir="auto">' for level in range(1, 7)}
_PLAIN_TAGS = {
    "em_open": "<em>",
    "em_close": "</em>",
    "strong_open": "<strong>",
    "strong_close": "</strong>",
    "s_open": "<s>",
    "s_close": "</s>",
    "break": "<br>",
    "hr": "<hr>",
    "blockquote_open": '<blockquote dir="auto">',
    "blockquote_close": "</blockquote>",
    "bullet_list_open": "<ul>",
    "bullet_list_close": "</ul>",
    "ordered_list_open": "<ol>",
    "ordered_list_close": "</ol>",
    "list_item_close": "</li>",
    "table_open": '<div class="wide"><table>',
    "table_close": "</table></div>",
    "thead_open": "<thead>",
    "thead_close": "</thead>",
    "tbody_open": "<tbody>",
    "tbody_close": "</tbody>",
    "tr_open": "<tr>",
    "tr_close": "</tr>",
    "heading_close": "</p>",
}


def text_of(text: str) -> str:
    """Text as HTML that is only text."""
    return escape(text, quote=False)


class HtmlWriter:
    """Draws tokens, with every element counted."""

    def __init__(self, work: Budget) -> None:
        self._work = work
        self._out: list[str] = []
        self._links: list[str] = []

    def blocks(self, tokens: Sequence[Token]) -> str:  # noqa: C901, PLR0912 - a case a token
        """All of them."""
        task = False  # whether the next words begin with the box of a task
        for place, token in enumerate(tokens):
            match token.type:
                case "inline":
                    self._inline(token.children or [], task=task)
                case "paragraph_open":
                    if not token.hidden:
                        self._open('<p dir="auto">')
                    continue
                case "paragraph_close":
                    if not token.hidden:
                        self._out.append("</p>")
                case "list_item_open":
                    task = _is_task(tokens[place + 1 : place + 3])
                    self._item(token, "task" if task else "")
                    continue
                case "heading_open":
                    self._open(_HEADING[token.tag])
                case "cell_open":
                    align = f' align="{token.info}"' if token.info else ""
                    self._open(f'<{token.tag} dir="auto"{align}>')
                case "cell_close":
                    self._out.append(f"</{token.tag}>")
                case "fence" | "code_block":
                    self._code_block(token)
                case "math_block":
                    self._open('<p class="math" dir="ltr">')
                    self._lines(token.content)
                    self._out.append("</p>")
                case _:
                    self._tag(token)
            task = False
        return "".join(self._out)

    def _open(self, tag: str) -> None:
        self._work.element()
        self._out.append(tag)

    def _tag(self, token: Token) -> None:
        if token.nesting >= 0:
            self._work.element()
        self._out.append(_PLAIN_TAGS[token.type])

    def _item(self, token: Token, name: str) -> None:
        named = f' class="{name}"' if name else ""
        if not token.info:
            self._open(f'<li{named} dir="auto">')
            return
        self._open(f'<li{named} dir="auto" value="{int(token.info)}">')
        self._open(f'<span class="marker">{token.info}{token.markup} </span>')

    def _code_block(self, token: Token) -> None:
        info = token.info.strip(" \t")
        if info:
            self._open(f'<p class="info" dir="auto">{text_of(info)}</p>')
        self._open(f'<pre dir="ltr"><code>{text_of(token.content)}</code></pre>')

    def _lines(self, text: str) -> None:
        first, *rest = text.split("\n")
        self._out.append(text_of(first))
        for line in rest:
            self._open("<br>")
            self._out.append(text_of(line))

    def _inline(self, tokens: Sequence[Token], *, task: bool) -> None:
        for place, token in enumerate(tokens):
            match token.type:
                case "text":
                    content = token.content
                    if task and place == 0:
                        self._out.append("☐" if content[1] == " " else "☑")
                        content = content[3:]
                    self._text(content)
                case "code_inline":
                    self._open('<code dir="ltr">')
                    self._out.append(f"{text_of(token.content)}</code>")
                case "math":
                    self._open('<span class="math" dir="ltr">')
                    self._lines(token.content)
                    self._out.append("</span>")
                case "image":
                    self._image(token)
                case "link_open":
                    self._link_open(token)
                case "link_close":
                    self._out.append(self._links.pop())
                case _:
                    self._tag(token)

    def _text(self, text: str) -> None:
        """Text, in which addresses with no scheme and those of mail are links."""
        done = 0
        for mark in _AT.finditer(text) if not self._links else ():
            if mark.start() < done:
                continue
            begin, end, address = _bare(text, mark.start(), done)
            if end:
                self._out.append(text_of(text[done:begin]))
                self._anchor(address, "")
                self._out.append(f"{text_of(text[begin:end])}</a>")
                done = end
        self._out.append(text_of(text[done:]))

    def _anchor(self, address: str, title: str) -> None:
        hint = f' title="{escape(title)}"' if title else ""
        self._open(f'<a href="{escape(address)}" rel="noopener noreferrer"{hint}>')

    def _link_open(self, token: Token) -> None:
        address, title = str(token.attrGet("href")), str(token.attrGet("title") or "")
        host = destination(address)
        if host is None:
            auto = token.info == "auto"
            self._out.append("&lt;" if auto else "")
            self._links.append("&gt;" if auto else self._beside(f"not a link: {address}", title))
            return
        self._anchor(address, title)
        self._links.append("</a>" if token.info == "auto" else f"</a>{self._beside(host, '')}")

    def _beside(self, words: str, title: str) -> str:
        self._work.element()
        named = f'{words} "{title}"' if title else words
        return f' <span class="host">({text_of(named)})</span>'

    def _image(self, token: Token) -> None:
        name = f"image: {token.content}" if token.content else "image"
        self._open(f'<span class="image">{text_of(name)}</span>')
        address, title = str(token.attrGet("src")), str(token.attrGet("title"))
        self._out.append(self._beside(f"not fetched: {address}", title))


def _is_task(after: Sequence[Token]) -> bool:
    """Whether the first words of a list's item, which come after it, begin with a box."""
    if [token.type for token in after] != ["paragraph_open", "inline"]:
        return False
    words = after[1].children or []
    return bool(words) and words[0].type == "text" and _TASK.match(words[0].content) is not None


def _before(text: str, place: int) -> str:
    return text[max(0, place - 1) : place]


def _bare(text: str, at: int, floor: int) -> tuple[int, int, str]:
    """The address of mail, or on the web with no scheme, whose ``@`` or ``www.`` is there."""
    if text[at] == "@":
        local = _LOCAL.search(text, max(floor, at - 64), at)
        domain = _DOMAIN.match(text, at + 1, at + 256)
        if local is None or domain is None or _before(text, local.start()) in _WITHIN:
            return 0, 0, ""
        address = f"mailto:{local[0]}@{domain[0]}"
        begin, end = local.start(), domain.end()
    else:
        if at > 0 and (
            (text[at - 1].isascii() and text[at - 1].isalnum()) or text[at - 1] in "/.@-"
        ):
            return 0, 0, ""
        begin, end = at, address_end(text, at)
        address = f"http://{text[at:end]}"
    return (begin, end, address) if destination(address) is not None else (0, 0, "")
