"""Records a run of a server in a process of its own: PATH MODE PROMPT LINES PAUSE [LIMIT]."""

from __future__ import annotations

import asyncio
import os
import resource
import subprocess
import sys

from support.paths import ROOT, TESTS
from support.scripted_server import Scripted, listen

from buttermilk_widget import Cassette, Session
from buttermilk_widget.cassette.cassette import MODE


def recording(*arguments):
    """The process."""
    return subprocess.Popen(
        [sys.executable, __file__, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, TESTS))), MODE: ""},
    )


def script(lines, pause):
    async def says(line):
        await line.heard()
        await line.ask("Go on?", "confirm", "reject")
        await line.heard()
        for number in range(lines):
            await line.say({"type": "chat_message", "message_id": f"{number}", "outputs": "line"})
            await asyncio.sleep(pause)
        await line.end()
        await listen(line)

    return says


async def record(path, mode, prompt, lines, pause):
    async with Scripted(script(int(lines), float(pause))).serve() as server:
        async with Session(server.url, cassette=Cassette(path, mode)) as session:
            session.run("osb", prompt=prompt)
            await session.asked(10)
            session.confirm()
            await session.ended(30)
    said = f"{session.readiness.value} {len(session.entries)} entries, {len(server.answers)} answer"
    sys.stdout.write(f"{said}\n")


if __name__ == "__main__":
    if len(sys.argv) > 6:
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[6]), resource.RLIM_INFINITY))
    asyncio.run(record(*sys.argv[1:6]))
