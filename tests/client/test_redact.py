"""A secret is found again however it is written, and nothing else is changed with it."""

from __future__ import annotations

import html
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.costs import walks

from buttermilk_widget.client.redact import MASK, SHORTEST, Redactor, plain

SECRETS = [
    'tok"en\\with\\\\quotes"',
    "it's a <secret> & more",
    "pässwörd-日本-😀",
    "100%41 or %zz",
    "back\\u0041slash \\n \\x41",
    "a/b+c=d e",
    "plain-token-1",
]


def escaped(text):
    return "".join(f"\\u{ord(c):04X}" if ord(c) < 0x10000 else c for c in text)


WAYS = {
    "as it is": str,
    "JSON": json.dumps,
    "JSON, not ASCII": lambda text: json.dumps(text, ensure_ascii=False),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text)),
    "thrice": lambda text: json.dumps(json.dumps(json.dumps(text, ensure_ascii=False))),
    "each character a code": escaped,
    "JSON with slashes escaped": lambda text: json.dumps(text).replace("/", "\\/"),
    "JSON of PHP": lambda text: json.dumps(text).replace("&", "\\u0026").replace("'", "\\u0027"),
    "repr": repr,
    "repr in ASCII": ascii,
    "an address": lambda text: quote(text, safe=""),
    "an address, small": lambda text: quote(text, safe="").lower(),
    "a form": quote_plus,
    "HTML": html.escape,
    "HTML in JSON": lambda text: json.dumps(html.escape(text)),
    "read as Latin-1": lambda text: text.encode().decode("latin-1"),
    "that in JSON": lambda text: json.dumps(text.encode().decode("latin-1")),
}


def knowing(*secrets):
    echoes = Redactor()
    echoes.add(secrets)
    return echoes


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_found_and_masked_however_it_is_written(secret, way):
    if way == "an address, small" and not secret.islower():
        secret = secret.lower()
    echoes = knowing(secret)
    text = f"Error: <{WAYS[way](secret)}> C:\\dir 100% &amp; \\u00e9 'x'"
    assert echoes.are_in(text)
    hidden = echoes.hidden_in(text)
    assert MASK in hidden
    assert plain(secret) not in plain(hidden)
    assert hidden.startswith("Error: <")
    assert hidden.endswith("> C:\\dir 100% &amp; \\u00e9 'x'")


@given(
    # what a header may be: no line breaks, no halves of characters
    st.text(
        st.characters(exclude_characters="\r\n\0", exclude_categories=["Cs"]),
        min_size=SHORTEST,
        max_size=20,
    ).filter(lambda text: len(plain(text)) >= SHORTEST),
    st.integers(0, 3),
    st.booleans(),
    st.text(alphabet="abc .,:", max_size=10),
)
def test_any_secret_is_found_in_json_of_any_depth(secret, depth, coded, around):
    text = f"{around} {secret} {around}"
    for _ in range(depth):
        text = json.dumps(text, ensure_ascii=coded)
    echoes = knowing(secret)
    assert echoes.are_in(text)
    assert not echoes.are_in(echoes.hidden_in(text))


@given(st.text())
def test_what_holds_none_is_let_be(text):
    echoes = knowing("a secret that no text has")
    assert not echoes.are_in(text)
    assert echoes.hidden_in(text) == text
    assert not Redactor().are_in(text)


def test_each_place_is_masked_and_the_longest_secret_first():
    echoes = knowing("secret", "secret-and-more")
    assert echoes.hidden_in("secret-and-more, secret, \\u0073ecret") == "***, ***, ***"


def test_a_secret_of_backslashes_alone_is_looked_for_as_it_is():
    echoes = knowing("\\" * 6)
    assert not echoes.are_in("nothing")
    assert echoes.are_in("a" + "\\" * 6)


def test_an_escape_of_escapes_without_end_comes_to_an_end():
    nested = "%" + "25" * 50
    assert plain(nested).startswith("%25")
    assert not knowing("tok-3f9a1c77e0").are_in(nested)


def test_nothing_here_shows_them():
    echoes = knowing("tok-3f9a1c77e0")
    assert "tok-" not in f"{echoes!r} {vars(echoes)!r}"


@pytest.mark.parametrize(
    "unit", ["\\", "%41", "&amp;", "&a", "\\u0041", "\\\\u0041", "%", "&#x1", "é%", "a\\"]
)
def test_no_text_takes_longer_than_its_length(unit):
    echoes = knowing("tok-3f9a1c77e0")
    echoes.are_in(unit)
    text = (unit * 1_000_000)[:1_000_000]
    assert not echoes.are_in(text)
    assert walks(lambda: echoes.are_in(text), len(text), 8) <= 8  # 2 were measured
