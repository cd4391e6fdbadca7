"""The JSON schema of what crosses to the page, from which the TypeScript types are generated."""

from __future__ import annotations

import json
import sys
from typing import Any

from pydantic import TypeAdapter

from .patches import Command, Down


def schema() -> dict[str, Any]:
    """One schema with a definition for every model that crosses the comm.

    Titles of fields are left out: json-schema-to-typescript would make a named type of each.
    """
    down = TypeAdapter(Down).json_schema(mode="serialization", ref_template="#/$defs/{model}")
    up = TypeAdapter(Command).json_schema(mode="serialization", ref_template="#/$defs/{model}")
    definitions = {**down.pop("$defs"), **up.pop("$defs")}
    for definition in definitions.values():
        for field in definition.get("properties", {}).values():
            field.pop("title", None)
    down.pop("discriminator", None)
    up.pop("discriminator", None)
    definitions["Down"] = down
    definitions["Command"] = up
    definitions.setdefault("JsonValue", {})
    return {
        "$defs": definitions,
        "title": "Wire",
        "type": "object",
        "properties": {"down": {"$ref": "#/$defs/Down"}, "command": {"$ref": "#/$defs/Command"}},
        "required": ["down", "command"],
    }


if __name__ == "__main__":
    json.dump(schema(), sys.stdout, indent=2)
    sys.stdout.write("\n")
