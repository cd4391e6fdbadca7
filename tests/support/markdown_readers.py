"""Programs that read Markdown, and what a reader sees of what they make of it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import cmarkgfm
import nh3
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt

_STRICT = MarkdownIt("commonmark").enable("table").enable("strikethrough")
_LINKING = MarkdownIt("gfm-like", {"linkify": False, "html": True})


def _cmark(text):
    return cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE)


RENDERERS = {
    "markdown-it-py": _STRICT.render,
    "markdown-it-py, like GFM": _LINKING.render,
    "cmarkgfm": _cmark,
    "cmarkgfm, cleaned": lambda text: nh3.clean(_cmark(text)),
}

STRUCTURE = {"h1", "h2", "h3", "h4", "h5", "h6"}


class Seen(HTMLParser):
    """What is seen of a page: its words, and the elements that a document is made of.

    Numbers of lists are seen, though no text has them; of links their titles are read.
    """

    def __init__(self, html):
        super().__init__()
        self.said = []
        self.tags = []
        self.headings = []
        self.addresses = []
        self._counts = []
        self._in_heading = False
        self._title = ""
        self._host = False
        self.feed(html)
        self.close()

    def handle_data(self, data):
        if self._host and self._title:
            data, self._title = data.removesuffix(")") + f' "{self._title}")', ""
        self.said.append(data)
        if self._in_heading:
            self.headings[-1] += data

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        named = given.get("class") or ""
        if tag in ("ol", "ul"):
            self._counts.append(int(given.get("start") or 1) if tag == "ol" else None)
        elif tag == "li" and self._counts and self._counts[-1] is not None:
            number = self._counts[-1]
            if "value" not in given:  # else its marker says so
                self.said.append(f" {number}. ")
            self._counts[-1] = number + 1
        elif tag in STRUCTURE:
            self.headings.append("")
            self._in_heading = True
        elif tag == "a":
            self.addresses.append(given.get("href") or "")
            self._title = given.get("title") or ""
        elif tag == "input":
            self.said.append("☑" if "checked" in given else "☐")
        if tag == "span":
            self._host = named == "host"

    def handle_endtag(self, tag):
        if tag in ("ol", "ul"):
            self._counts.pop()
        elif tag in STRUCTURE:
            self._in_heading = False
        elif tag == "span":
            self._host = False

    @property
    def words(self):
        """The words, with no blanks: where these are drawn differs."""
        return re.sub(r"(\d)[.)]", r"\1", re.sub(r"\s+", "", "".join(self.said)))
