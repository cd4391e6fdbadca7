"""The schema that the TypeScript types are made from."""

from __future__ import annotations

import json

from buttermilk_widget.conversation import patches
from buttermilk_widget.widget.schema import schema


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"].removeprefix("#/$defs/")
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def test_it_is_whole_and_has_every_body_and_command():
    made = schema()
    json.dumps(made)
    names = set(made["$defs"])
    assert set(references(made)) <= names
    assert {
        "Patch",
        "Entry",
        "Question",
        "Held",
        "Respond",
        "Judgement",
        "KernelMessage",
        "Command",
    } <= names


def test_fields_of_what_is_sent_are_always_there():
    entry = schema()["$defs"]["Entry"]
    assert set(entry["required"]) == set(patches.Entry.model_fields)
    assert "title" not in entry["properties"]["id"]
