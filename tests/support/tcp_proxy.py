"""The line between a browser and its Jupyter server, which can be pulled out and put in again."""

from __future__ import annotations

import asyncio
import contextlib
import threading


class Cable:
    """A TCP proxy to ``port`` of this machine; ``url`` is where the browser goes."""

    def __init__(self, port):
        self.url = ""
        self._target = port
        self._server = None
        self._port = 0
        self._writers = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self):
        self._thread.start()
        self.mend()
        return self

    def __exit__(self, *_):
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def cut(self):
        """Break every connection, and refuse new ones."""
        self._do(self._cut())

    def mend(self):
        self._do(self._mend())

    def _do(self, work):
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _mend(self):
        self._server = await asyncio.start_server(self._join, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"

    async def _cut(self):
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        while self._writers:  # each has its task, which ends now
            await asyncio.sleep(0.01)
        await self._server.wait_closed()

    async def _join(self, reader, writer):
        try:
            back, forth = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        mine = {writer, forth}
        self._writers |= mine
        await asyncio.gather(self._pass(reader, forth), self._pass(back, writer))
        self._writers -= mine

    async def _pass(self, reader, writer):
        with contextlib.suppress(OSError):
            while part := await reader.read(65536):
                writer.write(part)
                await writer.drain()
        writer.close()
