"""What happens in the flows that are sequences, and in the one for load."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from buttermilk_widget.errors import join_names

from .group_messages import Step
from .library import GUIDELINES, POSTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .parameters import LongParameters, OsbParameters, PanelParameters
    from .script_context import ScriptContext


async def osb(floor: ScriptContext, _asked: OsbParameters) -> str:
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
    return f"The flow osb is complete: {counted(made)}."


async def panel(floor: ScriptContext, asked: PanelParameters) -> str:
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
    return f"The flow panel is complete: {counted(made)}."


async def long(floor: ScriptContext, asked: LongParameters) -> str:
    """Two agents talk in turn, at a rate, and nobody is asked anything."""
    clock = asyncio.get_running_loop().time
    agents, start = ("WRITER", "REVIEWER"), clock()
    for number in range(asked.messages):
        if asked.rate > 0 and (wait := start + number / asked.rate - clock()) > 0:
            await asyncio.sleep(wait)
        step = Step(number=number, starts=number < 2, ends=number >= asked.messages - 2)
        await floor.step(agents[number % 2], step)
    return f"The flow long is complete: {asked.messages} messages."


NOUNS = {
    "research": ("an answer", "answers"),
    "record": ("1 record", "records"),
    "judgement": ("1 judgement", "judgements"),
    "assessment": ("1 assessment", "assessments"),
    "differences": ("a comparison", "comparisons"),
}


def counted(made: Sequence[str]) -> str:
    """What came of a run, from the kinds of its payloads."""
    parts = [
        one if count == 1 else f"{count} {several}"
        for kind, (one, several) in NOUNS.items()
        if (count := made.count(kind))
    ]
    return join_names(parts) or "nothing was done"
