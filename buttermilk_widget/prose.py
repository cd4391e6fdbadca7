"""Agents' markdown as HTML that is safe to open. Their text is hostile; see js/src/markdown.ts.

HTML in it stays text, no image is fetched, and a link goes to the web or to mail and says where.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import nh3
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

LONGEST = 100_000
"""Letters above which a text is no prose, and is shown as it came."""

_TAGS = {
    *("a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "s", "span", "strong"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {"a": {"href"}, "p": {"class"}, "span": {"class"}, "ol": {"start"}}
_TURNING = re.compile("[\u202a-\u202e]")


def destination(address: str) -> tuple[str, str] | None:
    """The address and the host that it leads to, for the web and for mail; nothing for all else."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        ascii_host = host.encode("idna").decode() if host else ""
    except (ValueError, UnicodeError):
        return None
    if parts.scheme in ("http", "https") and ascii_host:
        return address, ascii_host
    return (address, parts.path) if parts.scheme == "mailto" else None


def to_html(markdown: str) -> str:
    """The HTML of a markdown text; what was left out of it is listed below it. Never raises."""
    visible = _TURNING.sub(lambda mark: f"⟨U+{ord(mark.group()):04X}⟩", markdown)
    if len(visible) > LONGEST:
        return f"<pre>{html.escape(visible)}</pre>"
    blocked: list[str] = []
    made = _PARSER.render(visible, {"blocked": blocked})
    clean = nh3.clean(
        made, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"}
    )
    return f'<div class="markdown" dir="auto">{clean}</div>{_listed(blocked)}'


def _listed(blocked: list[str]) -> str:
    if not blocked:
        return ""
    items = "".join(f"<li><bdi>{html.escape(one)}</bdi></li>" for one in blocked)
    said = "1 thing was blocked" if len(blocked) == 1 else f"{len(blocked)} were blocked"
    return f"<details><summary>{said}</summary><ul>{items}</ul></details>"


# --- how markdown-it draws what needs care -------------------------------------------------------


def _image(_self: Any, tokens: Sequence[Token], place: int, _options: Any, env: Any) -> str:
    name = tokens[place].content
    env["blocked"].append(f"image, not fetched: {name} {tokens[place].attrGet('src')}")
    return f'<span class="image">{html.escape(f"image: {name}" if name else "image")}</span>'


def _link_open(_self: Any, tokens: Sequence[Token], place: int, _options: Any, env: Any) -> str:
    target = destination(str(tokens[place].attrGet("href")))
    env.setdefault("links", []).append(target)
    if target is None:
        env["blocked"].append(f"link, not to the web or to mail: {tokens[place].attrGet('href')}")
        return ""
    return f'<a href="{html.escape(target[0])}">'


def _link_close(_self: Any, _tokens: Any, _place: int, _options: Any, env: Any) -> str:
    target = env["links"].pop()
    return "" if target is None else f'</a> <span class="host">({html.escape(target[1])})</span>'


def _heading_open(_self: Any, tokens: Sequence[Token], place: int, _options: Any, _env: Any) -> str:
    return f'<p class="heading heading-{tokens[place].tag[1:]}">'


def _heading_close(_self: Any, _tokens: Any, _place: int, _options: Any, _env: Any) -> str:
    return "</p>\n"


class _Parser(MarkdownIt):
    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - its own name
        """Every address is a link to the parser; whether it leads anywhere is ours to say."""
        return True


def _parser() -> MarkdownIt:
    parser = _Parser("commonmark", {"html": False}).enable(["table", "strikethrough"])
    for rule in (_image, _link_open, _link_close, _heading_open, _heading_close):
        parser.add_render_rule(rule.__name__[1:], rule)
    return parser


_PARSER = _parser()
