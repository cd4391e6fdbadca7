"""Agents' markdown as HTML for a file."""

from __future__ import annotations

import re
import time

import pytest

from buttermilk_widget.prose import LONGEST, destination, to_html


def test_markdown_is_drawn():
    drawn = to_html("# A *b*\n\n- `c`\n\n| d |\n|---|\n| ~~e~~ |\n\n```py\nf < g\n```")
    assert '<p class="heading heading-1">A <em>b</em></p>' in drawn
    for part in ("<li><code>c</code></li>", "<td><s>e</s></td>", "<pre><code>f &lt; g\n"):
        assert part in drawn
    assert "blocked" not in drawn


def test_html_stays_text():
    assert "&lt;img src=x onerror=run()&gt;" in to_html("a <img src=x onerror=run()> b")


def test_a_link_says_its_host():
    drawn = to_html("[here](https://ok.example/a?b=1&c=2)")
    assert 'href="https://ok.example/a?b=1&amp;c=2"' in drawn
    assert '<span class="host">(ok.example)</span>' in drawn
    assert "(xn--bnk-6cd.example)" in to_html("[bank](https://b\u0430nk.example)")


def test_what_is_left_out_is_listed():
    drawn = to_html("![a chart](https://x.example/c.png) [b **c**](javascript:run())")
    assert not re.search("<(img|a)[ >]", drawn)
    assert "image: a chart" in drawn
    assert "b <strong>c</strong>" in drawn
    assert "2 were blocked" in drawn
    assert "image, not fetched: a chart https://x.example/c.png" in drawn
    assert "link, not to the web or to mail: javascript:run()" in drawn
    assert "1 thing was blocked" in to_html("![](x)")


def test_it_is_total():
    assert to_html("*a* " * 50_000).startswith("<pre>")
    assert "<b>" not in to_html("> " * 20_000 + "<b>deep</b>")
    assert to_html("a\u202eb").count("⟨U+202E⟩") == 1


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://ok.example:80/a", "ok.example"),
        ("http://me:word@ok.example", "ok.example"),
        ("mailto:me@ok.example", "me@ok.example"),
        ("javascript:run()", None),
        ("//ok.example", None),
        ("https://", None),
        ("https://[::1", None),
        ("https://" + "a" * 70 + ".example", None),
        ("", None),
    ],
)
def test_where_an_address_leads(address, host):
    assert destination(address) == (None if host is None else (address, host))


@pytest.mark.parametrize(
    "hostile",
    ["[", "![", "[a](", "*a ", "`a", ">", "<", "![a", "~~a", "|", "&a;", "<http://", "\\"],
)
def test_the_worst_prose_takes_as_long_as_it_is(hostile):
    def seconds(letters):
        began = time.process_time()
        to_html((hostile * letters)[:letters])
        return time.process_time() - began

    few = min(seconds(LONGEST // 8) for _ in range(2))
    assert seconds(LONGEST) < 32 * few + 0.5
