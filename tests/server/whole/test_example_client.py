"""The document's example client, unmodified, against the server on the document's port."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket

import aiohttp
import pytest
from aiohttp import web
from support.paths import WIRE
from support.shutdown import shut_down

from buttermilk_widget.server import Settings, create_app
from buttermilk_widget.server.http.app import SESSIONS

DOCUMENT = WIRE / "websocket-integration.md"
PORT = 8000


def example():
    """The python block with the client in it, as it stands in the document."""
    blocks = re.findall(r"^```python\n(.*?)^```", DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    (code,) = [block for block in blocks if "def interact_with_flow" in block]
    return code


async def test_the_documents_example_gets_to_the_end():
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", PORT))
        except OSError:
            pytest.fail(f"Port {PORT} is in use; the document's example needs it: free it.")
    app = create_app(Settings(setup_delay=0.05, pace=0.01))
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", PORT).start()
    scope = {}
    exec(compile(example(), str(DOCUMENT), "exec"), scope)  # noqa: S102 - the point of the test
    client = asyncio.create_task(scope["interact_with_flow"]())
    try:
        async with asyncio.timeout(20):
            while not (sessions := list(app[SESSIONS]._sessions.values())):
                await asyncio.sleep(0.01)
            (session,) = sessions
            while session.outcome is None:
                assert not client.done(), client
                await asyncio.sleep(0.01)
            assert session.flow == "osb"
            assert session.outcome == "completed"
            # The example never ends by itself: it listens until the socket closes.
            async with aiohttp.ClientSession() as http:
                url = f"http://localhost:{PORT}/api/session/{session.id}"
                async with http.delete(url) as answer:
                    assert answer.status == 200
            await client
    finally:
        client.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await client
        await shut_down(runner)
