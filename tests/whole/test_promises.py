"""The table of promises: each row names tests that are there, and figures."""

from __future__ import annotations

import ast
import re

import pytest
from support.paths import ROOT

ROWS = [
    [cell.strip() for cell in line.strip("|\n").split(" | ")]
    for line in (ROOT / "PROMISES.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith(("| promise ", "| ---"))
]
TEST = re.compile(r"`(tests/[\w/]+\.py|js/test/[\w./]+)(?:::(\w+))?`")


def functions_of(path):
    return {
        node.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_there_are_promises():
    assert len(ROWS) > 20


@pytest.mark.parametrize("row", ROWS, ids=lambda row: re.sub(r"\W+", "-", row[0])[:60])
def test_each_promise_has_a_test_that_is_there_and_a_figure(row):
    promise, held_by, figures = row
    assert promise
    assert re.search(r"\d", figures), "there is no figure"
    named = TEST.findall(held_by)
    assert named, "there is no test"
    for path, name in named:
        assert (ROOT / path).is_file(), path
        assert not name or name in functions_of(ROOT / path), f"{path} has no {name}"
