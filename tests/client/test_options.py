"""What a call is given is checked where it is given."""

from __future__ import annotations

import math
import ssl

import numpy as np
import pytest

from buttermilk_widget import BadParameter, FlowWidget, Session
from buttermilk_widget.client.options import number, trust, whole


@pytest.mark.parametrize("value", [0, 0.5, 3, math.inf, np.float64(2), np.int64(2)])
def test_a_number_is_taken_as_it_is(value):
    assert number("pace", value) is value


@pytest.mark.parametrize("value", [-1, -0.1, math.nan, "3", None, True, [3], 1j])
def test_what_is_no_number_is_said_with_what_it_takes(value):
    with pytest.raises(BadParameter, match=r"^pace= takes a number of seconds, from 0 on, and not"):
        number("pace", value)


def test_some_numbers_must_be_above_0():
    with pytest.raises(BadParameter, match=r"^x= takes a number of bytes, above 0, and not 0\.$"):
        number("x", 0, "bytes", zero=False)


def test_a_whole_number_is_one():
    assert type(whole("height", np.int64(600), "pixels")) is int
    for wrong in ("600px", 600.0, None, math.inf):
        with pytest.raises(BadParameter, match="height= takes a whole number of pixels, such as"):
            whole("height", wrong, "pixels")
    for wrong in (-1, True):
        with pytest.raises(BadParameter, match="height= takes a number of pixels, from 0 on"):
            whole("height", wrong, "pixels")


def test_a_long_value_is_cut():
    with pytest.raises(BadParameter) as refused:
        number("pace", "x" * 10_000)
    assert len(str(refused.value)) < 200


def test_trust_is_a_context_or_whether_to_check():
    context = ssl.create_default_context()
    assert trust(context) is context
    assert trust(False) is False
    for wrong in (None, "cert.pem", 1):
        with pytest.raises(BadParameter, match="ssl= takes a context"):
            trust(wrong)


@pytest.mark.parametrize("kind", [FlowWidget, Session])
@pytest.mark.parametrize(
    "options",
    [
        {"first_frame": "30"},
        {"reconnect": None},
        {"max_frame": 1.5},
        {"heartbeat": 0},
        {"silence": 0},
        {"pace": "slow"},
        {"ssl": None},
        {"headers": "token"},
    ],
    ids=lambda options: next(iter(options)),
)
def test_each_call_says_at_once_which_option_is_wrong(kind, options):
    (name,) = options
    with pytest.raises(BadParameter, match=f"^{name}= "):
        kind("http://localhost:9", **options)
