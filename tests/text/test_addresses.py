"""Where an address leads, as a browser reads it."""

from __future__ import annotations

import pytest

from buttermilk_widget.text.addresses import address_end, destination


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://ok.example:80/a", "ok.example:80"),
        ("HTTPS://OK.example", "ok.example"),
        ("https://ok.example?q", "ok.example"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example"),
        ("http://127.0.0.1:8000/", "127.0.0.1:8000"),
        ("mailto:me@ok.example", "me@ok.example"),
        ("http://me:word@ok.example", None),
        ("https://evil.example\\@good.example/", None),
        ("https:\\\\ok.example", None),
        ("https://faß-bank.example", None),
        ("https://b\u0430nk.example", None),
        ("https://ok\u3002example", None),
        ("https://ok%2eexample", None),
        ("https://ok.example:99999/", None),
        ("https://ok.example/a b", None),
        ("https://ok.exa\tmple/", None),
        ("http://0x7f.1/", None),
        ("http://2130706433/", None),
        ("http://127.0.0.01/", None),
        ("http://1.2.3.256/", None),
        ("httpſ://ok.example/", None),
        ("mailto:me@ok.example?cc=you@evil.example", None),
        ("mailto:me@1.2", None),
        ("javascript:run()", None),
        ("//ok.example", None),
        ("https://", None),
        ("https://[::1]/", None),
        ("https://" + "a" * 300, None),
        ("", None),
    ],
)
def test_where_an_address_leads(address, host):
    assert destination(address) == host


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("example.org/路径。下一句", "example.org/路径"),
        ("example.org/docs（说明）", "example.org/docs"),
        ("example.org获取更多", "example.org"),
        ("example.org(see)", "example.org"),
        ("example.org/a(b)c)", "example.org/a(b)c"),
        ("example.org/a_b?c=1&d=2, and", "example.org/a_b?c=1&d=2"),
        ("example.org/a**", "example.org/a"),
        ("example.org/'?!.,:;", "example.org/"),
        ("example.org: see", "example.org"),
        ("faß-bank.example", ""),
        ("evil.example\\@good.example", ""),
        ("good@evil.example", ""),
        ("-a.example", ""),
        ("__", ""),
        ("", ""),
    ],
)
def test_where_an_address_in_a_text_ends(text, end):
    assert text[: address_end(text, 0)] == end
