"""What a reader gets, held by the files that the page is held by too (js/test/entries/golden.test.ts)."""

from __future__ import annotations

import json

import pytest
from support.goldens import NAMES, made, read


@pytest.mark.parametrize("name", NAMES)
def test_a_reader_gets_what_the_golden_file_says(name):
    golden = read(name)
    assert json.loads(json.dumps(made(golden))) == golden


def test_there_is_one_for_each_kind_that_a_model_makes():
    kinds = {entry["body"]["kind"] for name in NAMES for entry in read(name)["entries"]}
    assert kinds == {
        *("text", "json", "tool", "record", "judgement", "assessment", "differences", "research"),
    }
