"""The flows on offer: who takes part, what they take, and how they go."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from buttermilk_widget.errors import BadParameter, UnknownFlow, hint, listing

from . import judging
from .agents import Part
from .library import GUIDELINES, POSTS, Guideline

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from buttermilk_widget.messages import RunFlow

    from .agents import FromManager, Outcome
    from .orchestrator import AutogenOrchestrator

    Script = Callable[[AutogenOrchestrator], Awaitable[None]]

CONFIRM = ("confirm", "reject")


@dataclass(frozen=True)
class Flow:
    """A named workflow.

    Attributes:
        name: What ``run_flow`` calls it.
        summary: What it does, in a sentence.
        takes: Its parameters beside ``prompt`` and ``record_id``, with the type of each.
        parts: Its agents.
        script: Makes the course of a run from what was asked for.
    """

    name: str
    summary: str
    takes: dict[str, type[int | float]]
    parts: tuple[Part, ...]
    script: Callable[[RunFlow], Script]


def choose(request: RunFlow) -> Flow:
    """The flow that is asked for, with its parameters looked over.

    Raises:
        UnknownFlow: there is none of this name; the sentence says which there are.
        BadParameter: it does not take a parameter, or not of this type.
    """
    flow = FLOWS.get(request.flow)
    if flow is None:
        names = tuple(FLOWS)
        raise UnknownFlow(
            f"There is no flow {request.flow!r} here. The flows on offer are {listing(names)}."
            f"{hint(request.flow, names)}"
        )
    for name, value in (request.model_extra or {}).items():
        kind = flow.takes.get(name)
        if kind is None:
            takes = listing(["prompt", "record_id", *flow.takes])
            raise BadParameter(
                f"The flow {flow.name!r} has no parameter {name!r}. It takes {takes}."
                f"{hint(name, tuple(flow.takes))}"
            )
        if isinstance(value, bool) or not isinstance(value, int | kind):
            raise BadParameter(
                f"The parameter {name!r} of {flow.name!r} is a {kind.__name__}, not {value!r}."
            )
        if value < 0:
            raise BadParameter(f"The parameter {name!r} of {flow.name!r} cannot be below 0.")
    return flow


# --- parts ---------------------------------------------------------------------------------------

FETCHER = Part(
    "fetcher",
    "FETCHER",
    "Finds the record.",
    lambda given: judging.record(*judging.fetch(given["prompt"], given["record_id"])),
)
RULES_JUDGE = Part(
    "judge-rules",
    "JUDGE",
    "Judges guideline by guideline; one sign is enough.",
    lambda given: judging.judge_by_rules(given["text"], given["guidelines"]),
    {"template": "rule by rule", "criteria": [g.name for g in GUIDELINES]},
)
WEIGHT_JUDGE = Part(
    "judge-weight",
    "JUDGE",
    "Weighs the signs, with what excuses them.",
    lambda given: judging.judge_by_weight(given["text"], given["guidelines"]),
    {"template": "on balance", "criteria": [g.name for g in GUIDELINES]},
)
SCORER = Part(
    "scorer",
    "SCORER",
    "Scores each judgement, criterion by criterion.",
    lambda given: judging.assessment(
        judging.score(given["judgement"], given["text"], given["guidelines"]),
        given["agent_id"],
        given["call_id"],
    ),
)
DIFFERENCES = Part(
    "differences",
    "DIFFERENCES",
    "Says where the judges differ.",
    lambda given: judging.differ(given["judgements"]),
)
PANEL = (FETCHER, RULES_JUDGE, WEIGHT_JUDGE, SCORER, DIFFERENCES)
JUDGES = (RULES_JUDGE, WEIGHT_JUDGE)


# --- osb -----------------------------------------------------------------------------------------


def osb(request: RunFlow) -> Script:
    """A panel that judges a post; the manager confirms each step, or has it skipped."""

    async def script(stage: AutogenOrchestrator) -> None:
        post = await _step(
            stage,
            "Shall the **fetcher** find the record? Please confirm.",
            lambda: stage.work(
                "fetcher", prompt=request.prompt or "", record_id=request.record_id or ""
            ),
            "the prompt itself is the post",
        )
        text = post.outputs["content"] if post else request.prompt or ""
        await _judged(stage, text, GUIDELINES)

    return script


async def _judged(stage: AutogenOrchestrator, text: str, guidelines: Sequence[Guideline]) -> None:
    judgements = await _step(
        stage,
        "Shall the **two judges** judge the post? Please confirm.",
        lambda: _judge(stage, text, guidelines),
        "there is nothing to score or compare",
    )
    if not judgements:
        return
    await _step(
        stage,
        "Shall the **scorer** score the judgements? Please confirm.",
        lambda: _score(stage, judgements, text, guidelines),
        "the judgements stay without scores",
    )
    await _step(
        stage,
        "Shall the panel sum up **where the judges differ**? Please confirm.",
        lambda: stage.work(
            "differences",
            judgements=[
                (part.agent_id, made.message_id, made.outputs) for part, made in judgements
            ],
        ),
        "no summary is made",
    )


async def _step(
    stage: AutogenOrchestrator, question: str, work: Callable[[], Awaitable[Any]], without: str
) -> Any:
    """Do what the manager confirms; if they reject it, say how the flow goes on without."""
    answer = await stage.ask(question, CONFIRM)
    if answer.confirm:
        return await work()
    said = f' ("{answer.content}")' if answer.content and not _is_no(answer) else ""
    await stage.host_says(f"That step is skipped{said}: {without}.")
    return None


async def _judge(
    stage: AutogenOrchestrator, text: str, guidelines: Sequence[Guideline]
) -> list[tuple[Part, Outcome]]:
    made = await asyncio.gather(
        *(stage.work(part.agent_id, text=text, guidelines=guidelines) for part in JUDGES)
    )
    return [(part, outcome) for part, outcome in zip(JUDGES, made, strict=True) if outcome]


async def _score(
    stage: AutogenOrchestrator,
    judgements: Sequence[tuple[Part, Outcome]],
    text: str,
    guidelines: Sequence[Guideline],
) -> None:
    for part, judged in judgements:
        await stage.work(
            "scorer",
            judgement=judged.outputs,
            agent_id=part.agent_id,
            call_id=judged.message_id,
            text=text,
            guidelines=guidelines,
        )


def _is_no(answer: FromManager) -> bool:
    return answer.content.strip().casefold() in {"no", "n", "reject"}


# --- panel ---------------------------------------------------------------------------------------

EVERY = "all of them"


def panel(request: RunFlow) -> Script:
    """A panel that asks which post, which guideline, and what to look out for, and heeds it."""

    async def script(stage: AutogenOrchestrator) -> None:
        titles = {post.title: post.record_id for post in POSTS}
        record_id = request.record_id
        if not record_id:
            answer = await stage.ask("Which post shall the panel look at?", tuple(titles))
            record_id = titles.get(answer.selection or answer.content, POSTS[0].record_id)
        post = await stage.work("fetcher", prompt=request.prompt or "", record_id=record_id)
        if post is None:
            return
        names = [guideline.name for guideline in GUIDELINES]
        answer = await stage.ask("Which guideline shall it be judged by?", (*names, EVERY))
        wanted = answer.selection or answer.content
        guidelines = [g for g in GUIDELINES if g.name == wanted] or list(GUIDELINES)
        answer = await stage.ask(
            "What else shall the judges look out for? Name words or phrases, with commas between."
        )
        signs = tuple(sign.strip() for sign in answer.content.split(",") if sign.strip())
        if signs:
            own = Guideline("The manager's", "What the manager asked to look out for.", signs)
            guidelines = [*guidelines, own]
        chosen = listing(guideline.name for guideline in guidelines)
        await stage.host_says(f"The panel judges by: {chosen}.")
        await _judged(stage, post.outputs["content"], guidelines)

    return script


# --- long ----------------------------------------------------------------------------------------

TALKERS = tuple(
    Part(f"talker-{number}", "TALKER", "Talks, for load.", lambda given: given["outputs"])
    for number in range(1, 4)
)


def long(request: RunFlow) -> Script:
    """Hundreds of messages, at a rate; nothing is asked."""
    extra = request.model_extra or {}
    count = int(extra.get("messages", 300))
    rate = float(extra.get("rate", 50))

    async def script(stage: AutogenOrchestrator) -> None:
        clock = asyncio.get_running_loop().time
        began = clock()
        for number in range(1, count + 1):
            part = TALKERS[number % len(TALKERS)]
            await stage.say(
                "agent_trace",
                {"agent_info": part.config, "outputs": _talk(number, count), **stage.stamp()},
            )
            ahead = began + number / rate - clock() if rate else 0.0
            await asyncio.sleep(max(0.0, ahead))

    return script


def _talk(number: int, count: int) -> Any:
    if number % 25 == 0:
        return judging.judge_by_weight(POSTS[(number // 25) % len(POSTS)].content)
    guideline = GUIDELINES[number % len(GUIDELINES)]
    return (
        f"Message {number} of {count}. On *{guideline.name}*: {guideline.text}\n\n"
        f"- `{guideline.signs[0]}` is one of its **{len(guideline.signs)}** signs\n"
    )


FLOWS = {
    flow.name: flow
    for flow in (
        Flow("osb", "A panel judges a post; you confirm its steps.", {}, PANEL, osb),
        Flow("panel", "A panel asks which, by what, and what else.", {}, PANEL, panel),
        Flow("long", "Hundreds of messages.", {"messages": int, "rate": float}, TALKERS, long),
    )
}
