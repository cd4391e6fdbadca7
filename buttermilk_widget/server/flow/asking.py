"""What happens in the flow ``ask``: a chat, in which the host does what the manager says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .group_messages import Step
from .instructions import (
    LONGEST,
    Compare,
    Find,
    Goodbye,
    Help,
    Instruction,
    Judge,
    Unclear,
    UnknownRecord,
    understand,
)
from .library import PASSAGES, POSTS
from .retrieval import library
from .scripts import counted

if TYPE_CHECKING:
    from .parameters import AskParameters
    from .script_context import ScriptContext

GREETING = (
    "Hi. What would you like to do? I can find passages, have a post judged, and compare the "
    "judgements. Say “help” to hear more, and “bye” to end."
)

HELP = f"""I understand:

- **find** and some words, or any question: the searcher looks through {len(PASSAGES)} passages. \
For example: *find waiting times*
- **judge** and the id of a post: both judges judge it. The posts are {", ".join(POSTS)}.
- **compare**: where the judges differ, of all posts that were judged, or of one: *compare post-hedge*
- **help**: this
- **bye**: the flow ends"""


async def ask(floor: ScriptContext, asked: AskParameters) -> str:
    """The host greets once, and then does what it is told, one instruction after the other."""
    await floor.greet(GREETING, first=asked.prompt or "")
    chat = _Chat(floor, asked.record_id or "")
    while not chat.over and (words := await floor.listen()) is not None:
        await chat.obey(words)
        await floor.rest()
    return f"The flow ask is complete: {counted(chat.made)}."


class _Chat:
    """What was said and done so far.

    Args:
        floor: Where the agents are.
        record_id: The post that is meant where none is named; empty if there is none yet.
    """

    def __init__(self, floor: ScriptContext, record_id: str) -> None:
        self._floor = floor
        self._record_id = record_id
        self.made: list[str] = []
        self.over = False

    async def obey(self, words: str) -> None:
        """Do what the manager says, or say why not."""
        if len(words) > LONGEST:
            await self._floor.say(
                f"That has {len(words):,} letters, and I read {LONGEST:,} at once: say it shorter."
            )
            return
        meant = understand(words, library().knows)
        said = await self._do(meant)
        if said:
            await self._floor.say(said)

    async def _do(self, meant: Instruction) -> str:
        """Do it; what the host says to it, if anything."""
        match meant:
            case Find(words):
                return await self._find(words)
            case Judge(records):
                return await self._judge(records)
            case Compare(records):
                return await self._compare(records)
            case UnknownRecord(named, nearest):
                return (
                    f"There is no post “{named}”. The nearest is {nearest}; "
                    f"there are {', '.join(POSTS)}."
                )
            case Help():
                return HELP
            case Goodbye():
                self.over = True
                return "Goodbye."
            case Unclear():
                return f"I do not understand that. {HELP}"

    async def _find(self, words: str) -> str:
        if not words:
            return "Say what to find, as in: find waiting times."
        self.made += await self._floor.step("SEARCHER", Step(words=words))
        return ""

    async def _judge(self, records: tuple[str, ...]) -> str:
        records = records or ((self._record_id,) if self._record_id else ())
        for record_id in records:
            self._record_id = record_id
            self.made += await self._floor.step("FETCHER", Step(record_id=record_id))
            self.made += await self._floor.step("JUDGE-rules")
            self.made += await self._floor.step("JUDGE-weighing")
        return "" if records else f"Say which post to judge: {', '.join(POSTS)}."

    async def _compare(self, records: tuple[str, ...]) -> str:
        for record_id in records or ("",):
            self.made += await self._floor.step("DIFFERENCES", Step(record_id=record_id))
        return ""
