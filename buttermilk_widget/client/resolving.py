"""Names of servers and their addresses, remembered for when none can be looked up any more."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import aiohttp
from aiohttp.abc import AbstractResolver

if TYPE_CHECKING:
    from aiohttp.abc import ResolveResult

_found: dict[tuple[str, int], list[ResolveResult]] = {}


class CachingResolver(AbstractResolver):
    """Looks names up as aiohttp does; or, ``last``, as they were found before, with no thread."""

    def __init__(self, *, last: bool = False) -> None:
        self._inner = None if last else aiohttp.DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host.

        Raises:
            OSError: it has none, or none is remembered.
        """
        if self._inner is not None:
            _found[host, port] = await self._inner.resolve(host, port, family)
        if (host, port) not in _found:
            raise OSError(None, "no address is remembered")
        return _found[host, port]

    async def close(self) -> None:
        """Let go of what looks them up."""
        if self._inner is not None:
            await self._inner.close()
