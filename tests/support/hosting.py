"""A server with an LLM host, as deployed: it takes what the manager says at any time."""

from __future__ import annotations

import asyncio

from support.chatty_server import Threaded

ANALYST = {"agent_id": "ANALYST-1", "agent_name": "Analyst", "role": "ANALYST"}
WORDS = {"model": "fake-1", "finish_reason": "stop", "usage": {"completion_tokens": 7}}


class Hosting(Threaded):
    """Every run on it is a chat; ``pause`` seconds is how long its agent works.

    It repeats what it hears. *analyse* hands over to the agent, *step* has that confirmed first,
    *which* asks with options of its own, *drop* breaks the connection, and *bye* ends.
    """

    def __init__(self):
        super().__init__()
        self.pause = 0.5

    async def _socket(self, request):
        again = bool(self.opened)
        self.scripts = [self._talk if again else self._greet]
        return await super()._socket(request)

    async def _greet(self, line):
        await line.heard()
        await line.lead("adaptive")
        config = {"agent_config": {**ANALYST, "parameters": {}}}
        await line.say({"type": "system_message", "outputs": config})
        await line.say(
            {"type": "ui_message", "outputs": {"content": "Hi! What would you like to do?"}}
        )
        await self._talk(line)

    async def _talk(self, line):
        async with asyncio.TaskGroup() as work:
            while (frame := await line.heard()) is not None:
                said = frame.get("content")
                if said == "bye":
                    await line.bare("HOST-1", "Calling END_call", tool_calls=1)
                    await line.end()
                elif said == "drop":
                    line.drop()
                elif said == "analyse":
                    work.create_task(self._analyse(line))
                elif said == "step":
                    await line.ask("Confirm next step: ANALYST", "confirm", "reject")
                elif said == "which":
                    await line.ask("Which version?", "Publish it", "Send it back", "")
                elif said is None:
                    step = "Done" if frame.get("confirm") else "Skipped"
                    await line.bare("HOST-1", f"{step}, as you say.", **WORDS)
                else:
                    await line.bare("HOST-1", f"You said: {said}", **WORDS)

    async def _analyse(self, line):
        await line.bare("HOST-1", "Calling ANALYST_call", tool_calls=1)
        task = {"agent_id": "ANALYST-1", "role": "ANALYST", "task_index": 0}
        await line.say({"type": "system_update", "outputs": task})
        await asyncio.sleep(self.pause)
        await line.say({"type": "system_update", "outputs": {**task, "more_tasks_remain": False}})
        await line.say(
            {"type": "chat_message", "outputs": "It was analysed.", "agent_info": ANALYST}
        )
