"""JSON without loss."""

from __future__ import annotations

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from buttermilk_widget.protocol.lossless import Number, is_beyond, read, written

NUMBERS = ["1799990000111122233", "9007199254740993", "1.0", "1.10", "1e5", "1E+5", "-0", "-0.0"]
NUMBERS += ["0.1000000000000000055", "1e-7", "0", "-12", "12.5", "3.14159"]


@pytest.mark.parametrize("digits", NUMBERS)
def test_a_number_keeps_its_digits(digits):
    value = read(f"[{digits}]")
    assert written(value) == f"[{digits}]"
    assert float(value[0]) == float(digits)
    assert written({"a": value}, 2) == f'{{\n  "a": [\n    {digits}\n  ]\n}}'


def test_a_number_is_a_number():
    number = read("1.10")
    assert number == 1.1
    assert number * 10 == 11
    assert repr(number) == "1.10"
    assert repr(copy.deepcopy(number)) == repr(pickle.loads(pickle.dumps(number))) == "1.10"  # noqa: S301
    assert type(number) is Number
    assert type(read("1.5")) is float


@pytest.mark.parametrize("digits", ["1e400", "-1E999", "9" * 301, "1." + "0" * 400])
def test_a_number_beyond_all_numbers_is_text(digits):
    assert read(digits) == digits
    assert is_beyond(digits)


@pytest.mark.parametrize("text", ["12", "1.5", "", "e", "1e", "nan"])
def test_other_text_is_not(text):
    assert not is_beyond(text)


def test_fields_keep_their_order_and_none_is_lost():
    assert list(read('{"2": 1, "1": 2, "10": 3}')) == ["2", "1", "10"]
    assert read('{"a": 1, "b": 2, "a": 3, "a": 4}') == {
        "a ⟨given before, 1⟩": 1,
        "b": 2,
        "a ⟨given before, 2⟩": 3,
        "a": 4,
    }


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_what_is_written_is_python_s_own(value):
    assert written(value) == json.dumps(value, ensure_ascii=False)
    text = written([Number("1.10"), value])
    assert json.loads(text) == [1.1, value]
    assert written([Number("1.10"), value], 2).startswith("[\n  1.10,\n  ")
    assert json.loads(written([Number("1.10"), value], 2)) == [1.1, value]
