"""The flows on offer: who takes part in each, what it can be given, and its script."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from buttermilk_widget.errors import BadParameter, UnknownFlow, hint, listing
from buttermilk_widget.messages import AgentInfo, RunFlow

from .agents import BY_RULE, WEIGHING, Comparer, Fetcher, Judge, Reader, Scorer, Talker
from .floor import HOST, Floor
from .group import Step
from .incoming import SHOWN, sentence
from .library import GUIDELINES, POSTS
from .participants import Host, Part, Participant

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

# --- what a flow can be given --------------------------------------------------------------------


def _among(kind: str, known: Mapping[str, object]) -> Callable[[str], str]:
    def check(key: str) -> str:
        if key not in known:
            near = hint(key[:SHOWN], list(known))
            raise ValueError(
                f"{key[:SHOWN]!r} is no {kind}; there are {listing(known)}.{near}".rstrip(".")
            )
        return key

    return check


RecordId = Annotated[str, AfterValidator(_among("record", POSTS))]
GuidelineKey = Annotated[str, AfterValidator(_among("guideline", GUIDELINES))]


class Parameters(BaseModel):
    """What every flow takes. ``human_in_loop``: whether the manager is asked at all."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    prompt: str | None = None
    human_in_loop: bool = True


class PanelParameters(Parameters):
    """What ``panel`` takes. ``record_id``: the post; the manager chooses one, if absent."""

    record_id: RecordId | None = None


class OsbParameters(PanelParameters):
    """What ``osb`` takes. ``criteria``: the keys of the guidelines to judge by; all, if absent."""

    criteria: list[GuidelineKey] = Field(
        default_factory=lambda: list(GUIDELINES), min_length=1, max_length=len(GUIDELINES)
    )


class LongParameters(Parameters):
    """What ``long`` takes. ``rate`` is messages a second; 0 is as fast as they come."""

    messages: int = Field(default=300, ge=0, le=100_000)
    rate: float = Field(default=50.0, ge=0.0, allow_inf_nan=False)


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
        sequential: Whether each role of the cast has its one turn, in order.
    """

    name: str
    description: str
    takes: type[Parameters]
    cast: Callable[[Any], Sequence[Part]]
    script: Callable[[Floor, Any], Awaitable[str]]
    sequential: bool = True


def prepare(request: RunFlow, flows: Mapping[str, Flow]) -> tuple[Flow, Parameters]:
    """The flow that is asked for, with its parameters.

    Raises:
        UnknownFlow: there is none of this name; the sentence names those on offer.
        BadParameter: it does not take this; the sentence says what it takes.
    """
    flow = flows.get(request.flow)
    name = request.flow[:SHOWN]
    if flow is None:
        near = hint(name, list(flows))
        raise UnknownFlow(f"There is no flow {name!r}; on offer are {listing(flows)}.{near}")
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
                f"The flow {name!r} has no parameter {key[:SHOWN]!r}: it takes {listing(known)}."
                f"{hint(key[:SHOWN], known)}"
            )
    try:
        return flow, flow.takes.model_validate(given)
    except ValidationError as error:
        raise BadParameter(
            f"The flow {name!r} cannot take this: {sentence(error)} It takes {listing(known)}."
        ) from error


# --- who takes part ------------------------------------------------------------------------------


def _part(
    key: str,
    role: str,
    plays: type[Participant],
    description: str,
    parameters: Mapping[str, JsonValue] | None = None,
) -> Part:
    who = AgentInfo(
        agent_id=key,
        role=role,
        agent_name=key,
        description=description,
        parameters={"model": "rules", **(parameters or {})},
    )
    return Part(who, plays)


def host(flow: Flow, parameters: Parameters) -> Part:
    """The one who asks, in every flow; of a sequence it says so, as the deployed server's does."""
    mode: dict[str, JsonValue] = {"execution_mode": "sequential"} if flow.sequential else {}
    return _part(
        HOST,
        "HOST",
        Host,
        "Leads through the flow and asks the manager.",
        {"human_in_loop": parameters.human_in_loop, **mode},
    )


def _fetcher(asked: PanelParameters) -> Part:
    return _part(
        "FETCHER",
        "FETCHER",
        Fetcher,
        "Finds the post to look at.",
        {"prompt": asked.prompt, "record_id": asked.record_id},
    )


def _judges(criteria: Sequence[str]) -> list[Part]:
    keys: list[JsonValue] = list(criteria)
    return [
        _part(
            "JUDGE-rules",
            "JUDGE",
            Judge,
            "Takes each guideline at its word.",
            {"template": BY_RULE, "criteria": keys},
        ),
        _part(
            "JUDGE-weighing",
            "JUDGE",
            Judge,
            "Weighs what speaks for a breach and against it.",
            {"template": WEIGHING, "criteria": keys},
        ),
    ]


def _comparer(criteria: Sequence[str]) -> Part:
    keys: list[JsonValue] = list(criteria)
    return _part(
        "DIFFERENCES", "DIFFERENCES", Comparer, "Says where the judges differ.", {"criteria": keys}
    )


def _osb_cast(asked: OsbParameters) -> list[Part]:
    keys: list[JsonValue] = list(asked.criteria)
    return [
        _fetcher(asked),
        *_judges(asked.criteria),
        _part(
            "SCORER",
            "SCORER",
            Scorer,
            "Scores each judgement, guideline by guideline.",
            {"template": "checklist", "criteria": keys},
        ),
        _comparer(asked.criteria),
    ]


def _panel_cast(asked: PanelParameters) -> list[Part]:
    keys = list(GUIDELINES)
    return [
        _fetcher(asked),
        _part("READER", "READER", Reader, "Looks for what the manager wants attention paid to."),
        *_judges(keys),
        _comparer(keys),
    ]


def _long_cast(_asked: LongParameters) -> list[Part]:
    return [
        _part("WRITER", "WRITER", Talker, "Says every other message."),
        _part("REVIEWER", "REVIEWER", Talker, "Says the messages between."),
    ]


# --- what happens --------------------------------------------------------------------------------


async def _osb(floor: Floor, _asked: OsbParameters) -> str:
    """A post is fetched, judged twice, the judgements scored and compared; each step is asked for."""
    made: list[str] = []
    if await floor.confirm(
        "Shall I fetch the post? Please confirm, or reject to go on without one.",
        without="Without a post the judges have nothing to judge.",
    ):
        made += await floor.step("FETCHER")
    if await floor.confirm(
        "Shall I have both judges judge it? Please confirm, or reject to leave it unjudged.",
        without="Without judgements there is nothing to score or to compare.",
    ):
        made += await floor.step("JUDGE-rules")
        made += await floor.step("JUDGE-weighing")
    if await floor.confirm(
        "Shall I have each judgement scored? Please confirm, or reject to leave them unscored.",
        without="Without scores the differences say nothing of who was nearer to the answer key.",
    ):
        made += await floor.step("SCORER")
    if await floor.confirm(
        "Shall I compare the judgements? Please confirm, or reject to end here.",
        without="The judgements stand side by side, uncompared.",
    ):
        made += await floor.step("DIFFERENCES")
    return f"The flow osb is complete: {_told(made)}."


async def _panel(floor: Floor, asked: PanelParameters) -> str:
    """The manager chooses a post and a guideline, and says what to pay attention to."""
    titles = {str(post.title): key for key, post in POSTS.items()}
    record_id = asked.record_id
    if record_id is None:
        title = await floor.choose("Which post shall the panel look at?", list(titles))
        record_id = titles[title]
    rules = {guideline.title: key for key, guideline in GUIDELINES.items()}
    rule = await floor.choose("Which guideline shall it go by?", list(rules))
    words = await floor.words("What should the panel pay attention to?")
    made = list(await floor.step("FETCHER", Step(record_id=record_id)))
    made += await floor.step("READER", Step(words=words))
    if await floor.confirm(
        f"Shall both judges judge “{POSTS[record_id].title}” by “{rule}”? Please confirm.",
        without="What the reader found stands by itself.",
    ):
        by = (rules[rule],)
        made += await floor.step("JUDGE-rules", Step(guidelines=by))
        made += await floor.step("JUDGE-weighing", Step(guidelines=by))
        made += await floor.step("DIFFERENCES", Step(guidelines=by))
    return f"The flow panel is complete: {_told(made)}."


async def _long(floor: Floor, asked: LongParameters) -> str:
    """Two agents talk in turn, at a rate, and nobody is asked anything."""
    clock = asyncio.get_running_loop().time
    agents, start = ("WRITER", "REVIEWER"), clock()
    for number in range(asked.messages):
        if asked.rate > 0 and (wait := start + number / asked.rate - clock()) > 0:
            await asyncio.sleep(wait)
        step = Step(number=number, starts=number < 2, ends=number >= asked.messages - 2)
        await floor.step(agents[number % 2], step)
    return f"The flow long is complete: {asked.messages} messages."


def _told(made: Sequence[str]) -> str:
    """What came of a run, counted."""
    counts = [(kind, made.count(kind)) for kind in ("record", "judgement", "assessment")]
    parts = [f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in counts if count]
    if "differences" in made:
        parts.append("a comparison")
    return listing(parts) or "nothing was done"


FLOWS: dict[str, Flow] = {
    flow.name: flow
    for flow in (
        Flow(
            "osb",
            "A panel judges a post against written guidelines; each step is confirmed.",
            OsbParameters,
            _osb_cast,
            _osb,
        ),
        Flow(
            "panel",
            "A panel looks at one post by one guideline, as the manager chooses.",
            PanelParameters,
            _panel_cast,
            _panel,
        ),
        Flow(
            "long",
            "Two agents talk for long, at a rate; for load.",
            LongParameters,
            _long_cast,
            _long,
            sequential=False,
        ),
    )
}
"""What the server offers, by name."""
