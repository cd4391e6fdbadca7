"""Recording a run, and looking at what was recorded."""

from __future__ import annotations

from support.scripted_server import Scripted
from support.server_scripts import asks_and_ends

from buttermilk_widget import (
    Cassette,
    Session,
    Transcript,
)

NOWHERE = "http://localhost:1"


def hash_of(session):
    return Transcript.of(session.conversation).hash


async def recorded(path, script=asks_and_ends, *, mode="once", answer=None, **asked):
    """Record one run with its questions confirmed; the hash of its transcript."""
    async with Scripted(script).serve() as server:
        async with Session(server.url, cassette=Cassette(path, mode)) as session:
            session.run("osb", **asked)
            while await session.asked(5):
                (answer or Session.confirm)(session)
        return hash_of(session)
