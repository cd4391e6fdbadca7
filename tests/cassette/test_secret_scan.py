"""What looks like a secret is named, in time that grows with the text and no faster."""

from __future__ import annotations

from functools import partial

import pytest
from support.costs import growth, seconds, walks

from buttermilk_widget.cassette.secret_scan import kinds_in

WEB_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.TJVA95OrM7E2cBab30RMHrHDcEfxjoYZ"

EXAMPLES = {
    "an API key": "sk-abcdefghijklmnop",
    "a GitHub token": f"ghp_{'a1' * 15}",
    "an AWS key": "AKIAABCDEFGHIJKLMNOP",
    "a Google key": f"AIza{'x' * 35}",
    "a JSON web token": WEB_TOKEN,
    "a bearer token": "Bearer abcdefghijklmnop",
    "a private key": "-----BEGIN RSA PRIVATE KEY-----",
    "a password": 'password = "hunter22"',
    "the user of an address": "https://me:secret@host",
}


@pytest.mark.parametrize("kind", EXAMPLES)
def test_each_kind_is_known_by_its_form_alone_and_among_words(kind):
    example = EXAMPLES[kind]
    for text in (example, f'{{"x": "see {example} there"}}', f"1\n{example}\n2"):
        assert kind in list(kinds_in(text))
    assert kind not in list(kinds_in(example[: len(example) // 2]))


@pytest.mark.parametrize(
    ("text", "there"),
    [
        (f"key-{WEB_TOKEN}", True),
        (f"a.b.{WEB_TOKEN}.c.d", True),
        (WEB_TOKEN.rpartition(".")[0] + ".", True),
        (WEB_TOKEN.rpartition(".")[0], False),
        (f"x{WEB_TOKEN}", False),
        ("eyJhbGciOiJIUzI1NiJ9. eyJzdWIiOiIxMjM0NTY3ODkwIn0.", False),
        ("eyJhb.eyJzdWIiOiIxMjM0NTY3ODkwIn0.", False),
        ("", False),
    ],
)
def test_a_web_token_has_two_coded_parts_and_a_third(text, there):
    assert ("a JSON web token" in list(kinds_in(text))) == there


def scan(text):
    return list(kinds_in(text))


def costliest(texts, count=10):
    """The names of the texts whose scan takes longest, by one try each."""
    costs = {name: seconds(partial(scan, text)) for name, text in texts.items()}
    return sorted(costs, key=costs.get)[-count:]


def test_no_beginning_before_a_long_run_takes_long():
    """What a pattern could read on through, and give back letter by letter; the costliest, longer."""
    beginnings = {e[:n] for e in EXAMPLES.values() for n in range(1, len(e) + 1)}
    runs = (" ", "a", "A", "0", "-", "_", ".", ":", "/", "\\", '"', "a.", ": ", "PRIVATE KEY ")
    texts = {(b, run): b + repeated(run, 5_000) for b in beginnings for run in runs}
    for beginning, run in costliest(texts):
        text = beginning + repeated(run, 20_000)
        assert walks(partial(scan, text), len(text), 8) <= 8, (beginning, run)  # 2 were measured


def repeated(unit, length):
    return (unit * (length // len(unit) + 1))[:length]


def test_no_text_takes_longer_than_its_length(record_property):
    """Each beginning of each example, repeated in several ways; then the costliest, longer."""
    units = {
        example[:length] + between
        for example in EXAMPLES.values()
        for length in range(1, len(example) + 1)
        for between in ("", "-", ".", " ", ":", '"', "\\")
    }
    units |= {"eyJ-", "eyJ" + "a" * 10 + ".", "bearer" + " " * 50, "token" + " " * 50}
    short, long = 6_000, 96_000
    for unit in costliest({unit: repeated(unit, short) for unit in units}):
        few, many = repeated(unit, short), repeated(unit, long)
        grown = growth(partial(scan, few), partial(scan, many), 48)
        assert grown <= 48, unit  # for 16 times as much
    attack = "eyJ-" * 60_000
    walked = walks(partial(scan, attack), len(attack), 2)
    assert walked <= 2  # 0.4 was measured
    record_property("plain walks that what blocked the scan for 16 s takes", f"{walked:.1f}")
