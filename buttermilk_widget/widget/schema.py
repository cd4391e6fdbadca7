"""What TypeScript is generated from: the schema of what crosses, and how fields are presented."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from buttermilk_widget.conversation.patches import Command, KernelMessage
from buttermilk_widget.protocol.messages import CROSSING, Model
from buttermilk_widget.transcript.presentation import PRESENTATION, Form

if TYPE_CHECKING:
    from collections.abc import Iterator


def schema() -> dict[str, Any]:
    """One schema with a definition for every model that crosses the comm.

    Titles of fields are left out: json-schema-to-typescript would make a named type of each.
    """
    down = TypeAdapter(KernelMessage).json_schema(
        mode="serialization", ref_template="#/$defs/{model}"
    )
    up = TypeAdapter(Command).json_schema(mode="serialization", ref_template="#/$defs/{model}")
    definitions = {**down.pop("$defs"), **up.pop("$defs")}
    as_text = {cls.__name__: set(_as_text(cls)) for cls in _models(Model)}
    for name, definition in definitions.items():
        for key, field in definition.get("properties", {}).items():
            field.pop("title", None)
            if key in as_text.get(name, ()):
                del field["$ref"]
                field["anyOf"] = [{"type": "string"}, {"type": "null"}]
    down.pop("discriminator", None)
    up.pop("discriminator", None)
    definitions["KernelMessage"] = down
    definitions["Command"] = up
    definitions.setdefault("JsonValue", {})
    return {
        "$defs": definitions,
        "title": "Wire",
        "type": "object",
        "properties": {
            "down": {"$ref": "#/$defs/KernelMessage"},
            "command": {"$ref": "#/$defs/Command"},
        },
        "required": ["down", "command"],
    }


def _models(base: type[Model]) -> Iterator[type[Model]]:
    for model in base.__subclasses__():
        yield model
        yield from _models(model)


def _as_text(model: type[Model]) -> Iterator[str]:
    """The fields that hold any JSON, which crosses as its text (:data:`.protocol.messages.Value`)."""
    for name, field in model.model_fields.items():
        if CROSSING in field.metadata:
            yield name


if __name__ == "__main__":
    made = {"wire": schema(), "presentation": PRESENTATION, "forms": list(Form)}
    json.dump(made, sys.stdout, indent=2)
    sys.stdout.write("\n")
