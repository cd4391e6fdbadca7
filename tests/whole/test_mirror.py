"""The tests are laid out as the package is: a module's tests are where its path says."""

from __future__ import annotations

import pytest
from support.paths import PACKAGE, TESTS

THROUGH_OTHERS = {
    "cli/commands",
    "client/default_server",
    "client/live",
    "client/resolving",
    "client/tls",
    "conversation/cldr",
    "server/decode",
    "server/settings",
    "server/flow/asking",
    "server/flow/cast",
    "server/flow/group_messages",
    "server/flow/hosts",
    "server/flow/interpret",
    "server/flow/judging",
    "server/flow/library",
    "server/flow/parameters",
    "server/flow/participants",
    "server/flow/room",
    "server/flow/script_context",
    "server/flow/scripts",
    "server/http/background",
    "server/http/closing",
    "server/http/connection_limit",
    "server/http/outbox",
    "server/http/registry",
    "server/http/token_bucket",
    "text/block_rules",
    "text/budget",
    "text/html_writer",
    "text/inline_rules",
    "text/markdown_writer",
    "text/thoughts",
    "transcript/dataframe",
    "transcript/hashing",
    "transcript/style",
}
"""Modules that are tested only through those that use them. It gets shorter, and never longer."""

MODULES = {
    (path.parent / path.stem.strip("_")).relative_to(PACKAGE).as_posix()
    for path in PACKAGE.rglob("*.py")
    if path.stem != "__init__"
}
ROOMS = [
    "",
    *(path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*/__init__.py")),
]
TESTED = [
    path.relative_to(TESTS) for room in ROOMS for path in sorted((TESTS / room).glob("test_*.py"))
]


@pytest.mark.parametrize("path", TESTED, ids=str)
def test_each_test_module_is_named_after_a_module(path):
    """``test_session_chats`` has one aspect of ``session``."""
    name = path.stem.removeprefix("test_")
    beside = [
        module
        for module in MODULES
        if module.rpartition("/")[0] == path.parent.as_posix().strip(".")
    ]
    assert any(f"{name}_".startswith(f"{module.rpartition('/')[2]}_") for module in beside)


def test_each_module_has_its_tests():
    has_none = {
        module
        for module in MODULES
        if not (TESTS / module).with_name(f"test_{module.rpartition('/')[2]}.py").is_file()
    }
    assert has_none == THROUGH_OTHERS


def test_no_test_imports_another():
    texts = [path.read_text() for path in TESTS.rglob("*.py") if path.stem != "test_mirror"]
    assert not [text for text in texts if "\nfrom test_" in text or "\nimport test_" in text]
