"""What makes us known is shown nowhere, and known again when a server says it back."""

from __future__ import annotations

import functools

import pytest

from buttermilk_widget import BadParameter
from buttermilk_widget.client.credentials import Credentials, Hidden, unseen

TOKEN = "tok-3f9a1c77e0"


def test_headers_show_their_names_only():
    hidden = Hidden({"Authorization": TOKEN})
    assert str([hidden]) == f"[{hidden}]" == "[Hidden(Authorization)]"


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Key": TOKEN},
        lambda: {"X-Key": TOKEN},
        functools.partial(dict, [("X-Key", TOKEN)]),
        {"X-Key": TOKEN.encode().decode()},
    ],
)
def test_no_attribute_shows_them(headers):
    credentials = Credentials({"Authorization": "Basic dXNlcjpwYXNzd29yZDE="}, headers)
    assert credentials.fresh() == {
        "Authorization": "Basic dXNlcjpwYXNzd29yZDE=",
        "X-Key": TOKEN,
    }
    for shown in (repr(credentials), repr(vars(credentials)), repr(unseen(headers))):
        assert TOKEN not in shown
        assert "dXNlcjp" not in shown


@pytest.mark.parametrize(
    ("name", "value", "told", "hidden"),
    [
        ("Authorization", "Bearer abcdefgh", "it was abcdefgh", "it was ***"),
        ("Authorization", "Bearer abcdefgh", "it was Bearer abcdefgh", "it was ***"),
        ("Authorization", "Bearer abcdefgh", "a Bearer of news", "a Bearer of news"),
        ("authorization", "Basic dXNlcjpwYXNzd29yZDE=", "user:password1", "***"),
        ("Authorization", "Basic dXNlcjpwYXNzd29yZDE=", "password1!", "***!"),
        ("Authorization", "Basic !!!", "nothing", "nothing"),
        ("Authorization", "Basic /w==", "nothing", "nothing"),
        ("cookie", "session=abcdef12; theme=darkness", "abcdef12 darkness", "*** ***"),
        ("X-Key", "a/b+c=d e", "a%2Fb%2Bc%3Dd%20e", "***"),
        ("X-Note", "for our research", "research", "research"),
        ("X-Key", "short", "a short word", "a short word"),
        ("User-Agent", "my-program", "my-program", "my-program"),
    ],
)
def test_what_a_server_says_back_is_hidden(name, value, told, hidden):
    credentials = Credentials({}, {name: value})
    assert credentials.hide(told) == told  # it was not sent yet
    credentials.fresh()
    assert credentials.hide(told) == hidden
    assert credentials.told_in(told) is (told != hidden)


def test_an_older_token_is_known_too():
    tokens = iter(["first-token", "second-token"])
    credentials = Credentials({}, lambda: {"X": next(tokens)})
    credentials.fresh()
    credentials.fresh()
    assert credentials.hide("first-token second-token") == "*** ***"


@pytest.mark.parametrize("value", [f"{TOKEN}\n", f"{TOKEN}\r\nX: y", f"{TOKEN}\0"])
def test_a_line_break_is_said_without_what_is_around_it(value):
    with pytest.raises(BadParameter, match=r"line break.*strip\(\)") as caught:
        Credentials({}, {"X-Key": value}).fresh()
    assert "'X-Key'" in str(caught.value)
    assert TOKEN not in str(caught.value)
