"""Ways to run the server: until interrupted, or in a thread beside a kernel."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

from aiohttp import web

from buttermilk_widget.errors import ServerError

from .app import create_app

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

HOST = "127.0.0.1"
"""Loopback: the server has no authentication, and is for this machine only."""


class BackgroundServer:
    """The server in a daemon thread, on a free port of the loopback. Also a ``with`` block.

    Args:
        port: Which port to take; 0 is a free one.
        options: As for ``create_app``.
    """

    def __init__(self, port: int = 0, **options: Any) -> None:
        self.url = ""
        self._port = port
        self._options = options
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start, and return when it listens. Does nothing if it runs already.

        Raises:
            ServerError: the port is taken.
        """
        if self._thread is not None:
            return
        started = threading.Event()
        problems: list[OSError] = []

        def run() -> None:
            try:
                asyncio.run(self._serve(started))
            except OSError as error:
                problems.append(error)
                started.set()

        self._thread = threading.Thread(target=run, name="buttermilk-server", daemon=True)
        self._thread.start()
        started.wait()
        if problems:
            self._thread = None
            raise _taken(self._port) from problems[0]

    def stop(self) -> None:
        """Stop the runs and the server; safe at any time, and more than once."""
        thread, self._thread = self._thread, None
        if thread is not None and self._loop is not None and self._stopping is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            thread.join()

    async def _serve(self, started: threading.Event) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        runner, port = await _listening(HOST, self._port, **self._options)
        self.url = f"http://{HOST}:{port}"
        started.set()
        try:
            await self._stopping.wait()
        finally:
            await runner.cleanup()


def serve(host: str = HOST, port: int = 8000, **options: Any) -> None:
    """Run the server until it is interrupted, and print its address.

    Raises:
        ServerError: the port is taken, or the host is not of this machine.
    """

    async def run() -> None:
        runner, taken = await _listening(host, port, **options)
        print(f"The built-in server is at http://{host}:{taken} - end it with Ctrl+C", flush=True)  # noqa: T201
        try:
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    try:
        asyncio.run(run())
    except OSError as error:
        raise _taken(port, host) from error


async def _listening(host: str, port: int, **options: Any) -> tuple[web.AppRunner, int]:
    runner = web.AppRunner(create_app(**options), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner, runner.addresses[0][1]


def _taken(port: int, host: str = HOST) -> ServerError:
    return ServerError(
        f"The server cannot listen at {host}:{port}: the port may be taken. Name another with "
        "--port, or end what runs there."
    )
