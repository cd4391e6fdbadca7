"""Shutting down a server of a test, with no socket left open."""

from __future__ import annotations

import asyncio


async def shut_down(runner):
    """Accept no more, let what is being accepted become a connection, and close all.

    ``runner.cleanup()`` alone leaves the socket of a client open that connects as the server ends
    (python/cpython#109564): ``unclosed socket``, in whichever test runs next.
    """
    loop = asyncio.get_running_loop()
    for address in runner.sites:
        for listening in address._server.sockets:
            loop.remove_reader(listening.fileno())
    for _ in range(3):  # the turns from accepting to the protocol's `connection_made`
        await asyncio.sleep(0)
    await runner.cleanup()
