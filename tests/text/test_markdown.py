"""Agents' Markdown as HTML; tests/data/parity has many more texts, and test_costs what would cost much."""

from __future__ import annotations

import pytest

from buttermilk_widget.text import budget as work
from buttermilk_widget.text.budget import Budget, BudgetExceeded
from buttermilk_widget.text.markdown import markdown


def draw(text):
    return markdown(text, Budget(len(text)))


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("a <b>b</b> &lt;", '<p dir="auto">a &lt;b&gt;b&lt;/b&gt; &amp;lt;</p>'),
        ("sh\\*t \\(p\\)", '<p dir="auto">sh\\*t <span class="math" dir="ltr">'),
        ("one\ntwo", "one<br>two"),
        ("**强调。**后", "<strong>强调。</strong>后"),
        ("5~10 and 20~30 ~a~", "5~10 and 20~30 ~a~"),
        ("~~a~~", "<s>a</s>"),
        ("$x*y*z$", '<span class="math" dir="ltr">$x*y*z$</span>'),
        ("It cost $5 to $10.", "It cost $5 to $10."),
        ("5. a\n9. b", '<span class="marker">9. </span>b</li>'),
        ("- [x] a", '<li class="task" dir="auto">☑ a</li>'),
        ("|a|b|\n|:-|-:|\n|1|2|3|", '<td dir="auto" align="right">2</td><td dir="auto">3</td>'),
        ("|a|\n|-|\n|x<br>y|", "x<br>y"),
        ("```py x\na\n```", '<p class="info" dir="auto">py x</p><pre dir="ltr"><code>a\n'),
        ("`a`", '<code dir="ltr">a</code>'),
        ("[1]: https://a.b", '[1]: <a href="https://a.b"'),
        ("[x](https://a.b 't')", '<a href="https://a.b" rel="noopener noreferrer" title="t">x</a>'),
        ("[x](https://a.b)", '</a> <span class="host">(a.b)</span>'),
        ("[x](javascript:y)", 'x <span class="host">(not a link: javascript:y)</span>'),
        ("![a](https://a.b/c)", 'image: a</span> <span class="host">(not fetched: https://a.b/c)'),
        ("<javascript:x>", "&lt;javascript:x&gt;"),
        ("www.a.b me@a.b", '<a href="mailto:me@a.b" rel="noopener noreferrer">me@a.b</a>'),
    ],
)
def test_form_is_added_and_nothing_is_taken(text, drawn):
    assert drawn in draw(text)


def test_the_clock_is_the_last_resort(monkeypatch):
    monkeypatch.setattr(work, "SECONDS", -1)
    draw("short")
    with pytest.raises(BudgetExceeded):
        draw("a *b* " * 1000)
