"""Which server a call means that names none: that of the environment, or else the built-in one."""

from __future__ import annotations

import asyncio
import os
import threading
from typing import Any

from buttermilk_widget.errors import MissingExtra

from .api import Address

SERVER = "BUTTERMILK_SERVER"
"""The environment variable that names the server of a call that names none."""

BUILT_IN = "the built-in server"

_lock = threading.Lock()
_background: Any = None


def named(server: str | int | Address | None) -> Address | None:
    """The server that is named, in the call or else in the environment; ``None``: the built-in one.

    Raises:
        BadAddress: it cannot be an address.
    """
    if server is None:
        server = os.environ.get(SERVER)
    return None if server is None else Address.parse(server)


def built_in() -> Address:
    """The built-in server, started if it was not, which may take a second; one for the process.

    Raises:
        MissingExtra: it is not installed.
    """
    try:
        from buttermilk_widget.server import BackgroundServer, Settings  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        if isinstance(error, MissingExtra):
            raise
        raise MissingExtra(
            "No server is named, and the built-in one is not installed: name one, such as "
            "'http://localhost:8000', or pip install 'buttermilk-widget[server]'."
        ) from None
    global _background  # noqa: PLW0603 - one for the process is the point
    with _lock:
        if _background is None:
            _background = BackgroundServer(Settings.at_pace())
        _background.start()  # again, if somebody has stopped it
        return Address.parse(_background.url)


async def soon(server: Address | None) -> Address:
    """The server, or the built-in one, which is started while the loop goes on.

    Raises:
        MissingExtra: there is none.
    """
    return await asyncio.to_thread(built_in) if server is None else server
