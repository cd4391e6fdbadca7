r"""Agents' Markdown as HTML that is safe to open and shows every character.

Their text is hostile: HTML in it stays text, nothing is fetched, and a link goes to the web or to
mail and says where. And it is evidence: drawing it may add form, and takes nothing away but the marks
that ask for that form. So this is CommonMark with GFM's tables, task lists and strikethrough, less
what would hide or change a character:

- a backslash keeps the next sign from being read as markup, and is shown; so is an entity (``&lt;``);
- a line break is a line break, and what is between ``$``, ``\(``, ``\[`` or ``\begin`` and its end
  is TeX, shown as it came;
- the number of a list's item is the one that was written, and a row may have more cells than its head;
- definitions of links (``[1]: https://...``) are text, as they would vanish otherwise;
- only ``~~`` strikes; emphasis and addresses work beside CJK punctuation, too;
- ``<br>`` in the cell of a table breaks the line.

``js/src/text/markdown.ts`` is the same for the page, and ``inline_rules.py`` and ``html_writer.py`` have their like there. Both use markdown-it's rules for blocks
and for emphasis (markdown-it-py is its port), and ``tests/data/parity`` holds them to the same result.

The work is bounded while it is done, by counts that are the same on both sides and by the clock as a
last resort: :class:`.budget.BudgetExceeded` says that a text has to be shown as it came.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from . import block_rules, inline_rules
from .html_writer import HtmlWriter

if TYPE_CHECKING:
    from markdown_it.token import Token

    from .budget import Budget


def markdown(text: str, work: Budget) -> str:
    """The HTML of a Markdown text that went through :func:`.letters.visible`.

    Raises:
        TooMuch: it has to be shown as it came.
    """
    return HtmlWriter(work).blocks(read(text, work))


def read(text: str, work: Budget) -> list[Token]:
    """The tokens of such a text.

    Raises:
        TooMuch: it has to be shown as it came.
    """
    env = {"work": work}
    tokens: list[Token] = []
    _PARSER.block.parse(text, _PARSER, env, tokens)
    for token in tokens:
        if token.type == "inline":
            work.cell = token.info == "cell"
            token.children = []
            _PARSER.inline.parse(token.content, _PARSER, env, token.children)
    return tokens


# --- the parser ----------------------------------------------------------------------------------


class _Parser(MarkdownIt):
    def validateLink(self, _url: str) -> bool:  # noqa: N802 - its own name
        """Every address is a link to the parser; whether it leads anywhere is ours to say."""
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - its own name
        """An address as it is written."""
        return url

    def normalizeLinkText(self, url: str) -> str:  # noqa: N802 - its own name
        """The words of an address as they are written."""
        return url


_BLOCKS = ["fence", "blockquote", "hr", "list", "heading", "lheading", "paragraph", "code"]
_INLINES = ["text", "newline", "escape", "backticks", "strikethrough", "emphasis", "link"]


def _parser() -> MarkdownIt:
    # Levels are counted by block_rules.bounded_block, as the library would leave out what is deeper.
    parser = _Parser("commonmark", {"maxNesting": 2 * block_rules.DEEPEST})
    block, inline = parser.block.ruler, parser.inline.ruler
    block.enableOnly(_BLOCKS)
    block.before("code", "bounded", block_rules.bounded_block)
    block.before("code", "gfm_table", block_rules.table, {"alt": ["paragraph", "reference"]})
    interrupts = ["paragraph", "reference", "blockquote", "list"]
    block.before("code", "math", block_rules.math_block, {"alt": interrupts})
    block_rules.LIBRARY.update((one.name, one.fn) for one in block.__rules__)
    block.at("paragraph", block_rules.paragraph)
    inline_rules.LIBRARY.update((one.name, one.fn) for one in inline.__rules__)
    inline.enableOnly([*_INLINES, "autolink"])
    inline.at("newline", inline_rules.newline)
    inline.at("escape", inline_rules.backslash)
    inline.at("backticks", inline_rules.code)
    inline.at("strikethrough", inline_rules.strike)
    inline.at("emphasis", inline_rules.emphasis)
    inline.at("link", inline_rules.link)
    inline.before("text", "bounded", inline_rules.bounded)
    inline.before("escape", "math", inline_rules.math)
    inline.before("autolink", "picture", inline_rules.image)
    inline.before("autolink", "break", inline_rules.line_break)
    inline.before("autolink", "address", inline_rules.address)
    parser.inline.ruler2.enable(["strikethrough"])
    helpers = SimpleNamespace(
        parseLinkLabel=inline_rules.label_end,
        parseLinkDestination=inline_rules.destination_as_written,
        parseLinkTitle=inline_rules.title_as_written,
    )
    parser.helpers = helpers  # type: ignore[assignment] # a module to mypy; it has what rules call
    return parser


_PARSER = _parser()
