"""What a flow can be given, and how a client is told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from buttermilk_widget.errors import did_you_mean, join_names
from buttermilk_widget.server.decode import SHOWN

from .library import GUIDELINES, POSTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pydantic import JsonValue


def _among(kind: str, known: Mapping[str, object]) -> Callable[[str], str]:
    def check(key: str) -> str:
        if key not in known:
            near = did_you_mean(key[:SHOWN], list(known))
            raise ValueError(
                f"{key[:SHOWN]!r} is no {kind}; there are {join_names(known)}.{near}".rstrip(".")
            )
        return key

    return check


RecordId = Annotated[str, AfterValidator(_among("record", POSTS))]
GuidelineKey = Annotated[str, AfterValidator(_among("guideline", GUIDELINES))]

A_POST = f"The id of a post: {', '.join(POSTS)}."


class Parameters(BaseModel):
    """What every flow takes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    prompt: str | None = Field(None, description="What the flow is about, in words.")
    human_in_loop: bool = Field(default=True, description="Whether the manager is asked at all.")


class PanelParameters(Parameters):
    """What ``panel`` takes."""

    record_id: RecordId | None = Field(
        None, description=f"{A_POST} If absent, the manager chooses one."
    )


class OsbParameters(Parameters):
    """What ``osb`` takes."""

    record_id: RecordId | None = Field(
        None, description=f"{A_POST} If absent, the one nearest to the prompt."
    )
    criteria: list[GuidelineKey] = Field(
        default_factory=lambda: list(GUIDELINES),
        min_length=1,
        max_length=len(GUIDELINES),
        description=f"The keys of the guidelines to judge by: {', '.join(GUIDELINES)}.",
    )


class AskParameters(Parameters):
    """What ``ask`` takes."""

    prompt: str | None = Field(None, description="The first instruction to the host.")
    record_id: RecordId | None = Field(
        None, description=f"{A_POST} It is judged where no post is named."
    )


class LongParameters(Parameters):
    """What ``long`` takes."""

    messages: int = Field(default=300, ge=0, le=100_000, description="How many messages.")
    rate: float = Field(
        default=50.0,
        ge=0.0,
        allow_inf_nan=False,
        description="Messages a second; 0 is as fast as they come.",
    )


def described(takes: type[Parameters]) -> list[dict[str, JsonValue]]:
    """Each parameter with its name, its JSON type, its default if it has one, and what it means."""
    schema = takes.model_json_schema()
    required = schema.get("required", [])
    return [
        _described(name, properties, takes, required=name in required)
        for name, properties in schema["properties"].items()
    ]


def _described(
    name: str, properties: Mapping[str, Any], takes: type[Parameters], *, required: bool
) -> dict[str, JsonValue]:
    kinds = [kind["type"] for kind in properties.get("anyOf", [properties])]
    about: dict[str, JsonValue] = {
        "name": name,
        "type": next(kind for kind in kinds if kind != "null"),
        "required": required,
    }
    if not required:
        default = takes.model_fields[name].get_default(call_default_factory=True)
        if default is not None:
            about["default"] = default
    return {**about, "description": properties["description"]}
