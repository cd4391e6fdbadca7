"""Running the server: until interrupted, or in the background of another program."""

from __future__ import annotations

import asyncio
import errno
import signal
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import web

from buttermilk_widget.errors import CannotListen, ServerError

from .access import is_loopback
from .app import create_app
from .connection_limit import GATE

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from buttermilk_widget.server.settings import Settings

GRACE = 2.0
"""Seconds that open requests get when the server stops."""

KEPT_ALIVE = 75.0
"""Seconds for which a connection is kept between two requests."""


def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    settings: Settings | None = None,
    say: Callable[[str], object] = print,
) -> None:
    """Run the server until it is interrupted (Ctrl-C, or SIGTERM).

    Args:
        host: The address to listen at; one that is not loopback opens the server to others.
        port: The port; 0 takes a free one.
        settings: How fast, how many, how large.
        say: Told where the server is, once it listens.

    Raises:
        CannotListen: the port is in use, or the address is none of this machine.
    """
    try:
        asyncio.run(_serve(host, port, settings, say))
    except KeyboardInterrupt:
        return


async def _serve(
    host: str, port: int, settings: Settings | None, say: Callable[[str], object]
) -> None:
    stop = asyncio.Event()
    if threading.current_thread() is threading.main_thread():
        try:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        except NotImplementedError:
            stop.clear()  # Windows: it is ended there without a signal
    server = await _listen(host, port, settings)
    try:
        say(f"The server is at {server.url}. Ctrl-C stops it.")
        if not is_loopback(host):
            say("Whoever can reach this address can use the server: it asks for no password.")
        await stop.wait()
    finally:
        await server.end()


@dataclass(frozen=True)
class _Listening:
    """A server that listens at ``url``."""

    runner: web.AppRunner
    sockets: asyncio.Server
    url: str

    async def end(self) -> None:
        await self._accept_no_more()
        self.sockets.close()
        await self.runner.cleanup()

    async def _accept_no_more(self) -> None:
        """Let connections become transports that were accepted in this turn of the loop.

        asyncio leaves their sockets open if the server is closed before (python/cpython#109564); a
        Python that closes them lets this go.
        """
        loop = asyncio.get_running_loop()
        with suppress(NotImplementedError):  # of Windows, whose loop accepts in another way
            for socket in self.sockets.sockets:
                loop.remove_reader(socket.fileno())
        await asyncio.sleep(0)


async def _listen(host: str, port: int, settings: Settings | None) -> _Listening:
    """Start to listen."""
    app = create_app(settings)
    runner = web.AppRunner(
        app, shutdown_timeout=GRACE, access_log=None, keepalive_timeout=KEPT_ALIVE
    )
    await runner.setup()
    server = runner.server
    assert server is not None  # noqa: S101 - the runner is set up
    try:
        listening = await asyncio.get_running_loop().create_server(
            app[GATE].before(server), host, port
        )
    except (OSError, OverflowError) as error:
        await runner.cleanup()
        raise _refused(host, port, error) from None

    shown = f"[{host}]" if ":" in host else host
    return _Listening(runner, listening, f"http://{shown}:{listening.sockets[0].getsockname()[1]}")


def _refused(host: str, port: int, error: Exception) -> CannotListen:
    code = getattr(error, "errno", None)
    if code == errno.EADDRINUSE:
        return CannotListen(
            f"Port {port} of {host} is in use. Stop what listens there, or take another port, as "
            f"in: buttermilk-widget serve --port {port + 1}"
        )
    if code == errno.EACCES:
        return CannotListen(f"Port {port} may not be used by you: take one above 1023.")
    if isinstance(error, OverflowError):
        return CannotListen(f"{port} is no port: take one from 0 to 65535.")
    return CannotListen(f"The server cannot listen at {host}: is that an address of this machine?")


class BackgroundServer:
    """The server on a thread and event loop of its own, beside the rest of the program.

    Use it as ``with BackgroundServer() as server``, or call :meth:`start` and :meth:`stop`; both
    may be called again without harm.

    Args:
        settings: How fast, how many, how large.
        host: The address to listen at.
        port: The port; 0, the default, takes a free one.
    """

    def __init__(
        self, settings: Settings | None = None, *, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        self._settings = settings
        self._host = host
        self._port = port
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._url = ""
        self._problem: BaseException | None = None

    def __repr__(self) -> str:
        return f"BackgroundServer({self._url or 'not running'!r})"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Where it is, such as ``http://127.0.0.1:41234``.

        Raises:
            ServerError: it is not running.
        """
        if not self._url:
            raise ServerError("The server is not running: call start() first.")
        return self._url

    def start(self) -> None:
        """Start it; it listens when this returns.

        Raises:
            CannotListen: the port is in use, or the address is none of this machine.
        """
        with self._lock:
            if self._thread is not None:
                return
            listening = threading.Event()
            self._problem = None
            self._thread = threading.Thread(
                target=self._run, args=(listening,), name="buttermilk-server", daemon=True
            )
            self._thread.start()
            listening.wait()
            if self._problem is not None:
                self._thread.join()
                self._thread = None
                raise self._problem

    def stop(self) -> None:
        """Stop it, end its sessions, and wait until it is gone."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is None:
                return
            if self._loop is not None and self._stop is not None:
                self._loop.call_soon_threadsafe(self._stop.set)
            thread.join()
            self._url = ""

    def _run(self, listening: threading.Event) -> None:
        try:
            asyncio.run(self._main(listening))
        except BaseException as error:  # noqa: BLE001 - raised again where start() was called
            self._problem = error
        finally:
            listening.set()

    async def _main(self, listening: threading.Event) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        server = await _listen(self._host, self._port, self._settings)
        self._url = server.url
        listening.set()
        try:
            await self._stop.wait()
        finally:
            await server.end()
