"""Imports point down."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "buttermilk_widget"

LAYERS = [
    {"__main__", "__init__"},
    {"commands"},
    {"widget"},
    {"run"},
    {"kept"},
    {"session"},
    {"live", "player", "foreign"},
    {"default_server"},
    {"transcript", "comparison"},
    {"loading"},
    {"cassette", "transport", "api"},
    {"recorder"},
    {"tape"},
    {
        "loop",
        "kernel",
        "places",
        "style",
        "credentials",
        "proxies",
        "exits",
        "resolving",
        "tls",
        "options",
    },
    {"files"},
    {"at_the_call"},
    # no I/O below this line
    {"saved"},
    {"hashing"},
    {"run_markdown", "run_tables"},
    {"inputs", "as_html", "entry_markdown", "provenance"},
    {
        "schema",
        "conversation",
        "scores",
        "script",
        "packing",
        "decisions",
        "excerpts",
        "replies",
        "offers",
        "sheets",
    },
    {"shown", "as_markdown"},
    {"frames", "answers", "delivery", "history", "roster", "prose"},
    {
        *("meanings", "chat", "block_rules", "inline_rules", "drawing", "writing"),
        *("payloads", "wording"),
    },
    {"cldr", "naming"},
    {"patches", "thoughts"},
    {"messages", "tables", "secret_scan", "echoes", "addresses", "work", "safe_json"},
    {"errors", "lossless", "presentation"},
    {"letters"},
]
PURE = set().union(*LAYERS[LAYERS.index({"at_the_call"}) + 1 :])
ALLOWED = {
    *("__future__", "typing", "dataclasses", "collections", "enum", "re", "json", "math", "abc"),
    *("array", "bisect"),
    *("difflib", "pydantic", "sys", "zlib", "datetime", "pandas", "html"),
    *("markdown_it", "types", "unicodedata", "time", "inspect", "functools", "urllib"),
    *("base64", "binascii", "contextvars", "decimal", "hashlib", "io", "openpyxl"),
}
MODULES = sorted(path.stem for path in PACKAGE.glob("*.py"))


def imports(path):
    """The modules of ours, and the others, that a file imports."""
    ours, others = set(), set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level:
            ours |= {node.module.split(".")[0]} if node.module else {n.name for n in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module.startswith("buttermilk_widget"):
            ours |= {node.module.partition(".")[2].split(".")[0] or "__init__"}
        elif isinstance(node, ast.ImportFrom):
            others.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            others |= {name.name.split(".")[0] for name in node.names}
    return ours, others


def layer(name):
    return next(number for number, names in enumerate(LAYERS) if name in names)


def test_every_module_has_its_layer():
    assert set(MODULES) == set().union(*LAYERS)


@pytest.mark.parametrize("name", MODULES)
def test_imports_point_down(name):
    ours, _ = imports(PACKAGE / f"{name}.py")
    for other in ours - {"server"}:
        assert layer(other) > layer(name), f"{name} imports {other}"
    if "server" in ours:
        assert name in {"__main__", "default_server"}


@pytest.mark.parametrize("name", sorted(PURE))
def test_the_core_does_no_io(name):
    _, others = imports(PACKAGE / f"{name}.py")
    assert others <= ALLOWED


@pytest.mark.parametrize("path", sorted((PACKAGE / "server").glob("*.py")), ids=lambda p: p.stem)
def test_the_server_shares_only_messages_and_errors_with_the_client(path):
    siblings = {other.stem for other in (PACKAGE / "server").glob("*.py")}
    ours, _ = imports(path)
    assert ours - siblings <= {"messages", "errors"}


def test_one_file_knows_anywidget():
    knowing = [p.name for p in PACKAGE.rglob("*.py") if "anywidget" in imports(p)[1]]
    assert knowing == ["widget.py"]
