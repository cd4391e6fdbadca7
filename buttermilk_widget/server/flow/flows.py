"""The flows on offer: what each is called, takes and does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import ValidationError

from buttermilk_widget.errors import BadParameter, UnknownFlow, did_you_mean, join_names
from buttermilk_widget.server.decode import SHOWN, sentence

from . import cast, scripts
from .asking import ask
from .parameters import (
    AskParameters,
    LongParameters,
    OsbParameters,
    PanelParameters,
    Parameters,
    described,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from pydantic import JsonValue

    from buttermilk_widget.protocol.messages import RunFlow

    from .participants import Part
    from .script_context import ScriptContext

Mode = Literal["sequential", "adaptive"]


@dataclass(frozen=True)
class Flow:
    """A named workflow.

    Attributes:
        name: What it is asked for by.
        description: What it does, for a person.
        takes: The model of its parameters.
        cast: The agents for some parameters, in the order in which they join; the host comes
            before them by itself.
        script: What happens; it returns the closing words.
        mode: ``sequential`` if each role of the cast has its one turn, in order; ``adaptive`` if it
            is a chat; ``None`` if nobody is asked anything.
    """

    name: str
    description: str
    takes: type[Parameters]
    cast: Callable[[Any], Sequence[Part]]
    script: Callable[[ScriptContext, Any], Awaitable[str]]
    mode: Mode | None = "sequential"

    def offer(self) -> dict[str, JsonValue]:
        """What a client is told of the flow before it asks for it."""
        return {
            "name": self.name,
            "description": self.description,
            "parameters": [*described(self.takes)],
            "interactive": self.mode == "adaptive",
        }


def prepare(request: RunFlow, flows: Mapping[str, Flow]) -> tuple[Flow, Parameters]:
    """The flow that is asked for, with its parameters.

    Raises:
        UnknownFlow: there is none of this name; the sentence names those on offer.
        BadParameter: it does not take this; the sentence says what it takes.
    """
    flow = flows.get(request.flow)
    name = request.flow[:SHOWN]
    if flow is None:
        near = did_you_mean(name, list(flows))
        raise UnknownFlow(f"There is no flow {name!r}; on offer are {join_names(flows)}.{near}")
    given: dict[str, Any] = {
        "prompt": request.prompt,
        "record_id": request.record_id,
        **(request.model_extra or {}),
    }
    given = {key: value for key, value in given.items() if value is not None}
    known = list(flow.takes.model_fields)
    for key in given:
        if key not in known:
            raise BadParameter(
                f"The flow {name!r} has no parameter {key[:SHOWN]!r}: it takes {join_names(known)}."
                f"{did_you_mean(key[:SHOWN], known)}"
            )
    try:
        return flow, flow.takes.model_validate(given)
    except ValidationError as error:
        raise BadParameter(
            f"The flow {name!r} cannot take this: {sentence(error)} It takes {join_names(known)}."
        ) from error


FLOWS: dict[str, Flow] = {
    flow.name: flow
    for flow in (
        Flow(
            "osb",
            "A panel judges a post against written guidelines; each step is confirmed.",
            OsbParameters,
            cast.osb,
            scripts.osb,
        ),
        Flow(
            "panel",
            "A panel looks at one post by one guideline, as the manager chooses.",
            PanelParameters,
            cast.panel,
            scripts.panel,
        ),
        Flow(
            "ask",
            "A chat: the host finds passages, has posts judged, and compares judgements, as it is told.",
            AskParameters,
            cast.ask,
            ask,
            mode="adaptive",
        ),
        Flow(
            "long",
            "Two agents talk for long, at a rate; for load.",
            LongParameters,
            cast.long,
            scripts.long,
            mode=None,
        ),
    )
}
"""What the server offers, by name."""
