"""A server whose agents talk for as long as a test lets them, and ask when it says so."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import contextmanager

from support.scripted_server import Scripted


class Threaded(Scripted):
    """A server with a thread of its own. Everything public may be called from the test's thread."""

    @contextmanager
    def running(self):
        ready, ending = threading.Event(), []

        async def serve():
            over, loop = asyncio.Event(), asyncio.get_running_loop()
            ending.append(lambda: loop.call_soon_threadsafe(over.set))
            async with self.serve():
                ready.set()
                await over.wait()

        thread = threading.Thread(target=lambda: asyncio.run(serve()))
        thread.start()
        ready.wait()
        try:
            yield self
        finally:
            ending[0]()
            thread.join()

    def wait_for_answers(self, count, limit=60.0):
        until = time.monotonic() + limit
        while len(self.answers) < count:
            assert time.monotonic() < until, f"{len(self.answers)} answers came"
            time.sleep(0.02)


class Talking(Threaded):
    """Every run on it talks, ``pause`` seconds a line, until :meth:`end` is called."""

    def __init__(self):
        super().__init__()
        self.pause = 0.2
        self.said = 0
        self.questions = 0
        self.open = False
        self._to_say = []
        self._ends = 0

    def ask(self, content="Shall we go on?"):
        """Ask with the next line; what it is that is asked."""
        self.questions += 1
        content = f"{content} ({self.questions})"
        self._to_say.append(
            {
                "type": "ui_message",
                "outputs": {"content": content, "options": ["confirm", "reject"]},
            }
        )
        return content

    def end(self):
        """Let every run that is going on now come to its end."""
        self._ends += 1

    async def _socket(self, request):
        self.scripts = [self._talk]
        return await super()._socket(request)

    async def _talk(self, line):
        await line.heard()
        ends = self._ends
        hearing = asyncio.create_task(self._hear(line))
        try:
            while not hearing.done() and self._ends == ends:
                await line.say(self._to_say.pop(0) if self._to_say else self._line())
                await asyncio.sleep(self.pause)
            await line.end()
            await hearing
        finally:
            hearing.cancel()

    async def _hear(self, line):
        while await line.heard() is not None:
            pass

    def _line(self):
        self.said += 1
        return {
            "type": "chat_message",
            "message_id": f"m{self.said}",
            "outputs": f"Line {self.said} of the talk.",
            "agent_info": {"agent_id": "judge", "agent_name": "Judge Amber", "role": "JUDGE"},
        }
