"""Which web pages may talk to the server: those of this machine.

A browser lets any page open a WebSocket to ``localhost`` and only says, by ``Origin``, where the
page is from. A server bound to loopback that believed the ``Host`` header would be open to DNS
rebinding, so the header counts only on an address that is not loopback.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from aiohttp import web
from yarl import URL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def is_loopback(host: str | None) -> bool:
    """Whether the name or address can only mean this machine."""
    if not host:
        return False
    name = host.rstrip(".").casefold()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def may_come_from(origin: str, *, host: str, bound_to: str) -> bool:
    """Whether a page of ``origin`` may talk to a server bound to ``bound_to``, called ``host``."""
    try:
        page, server = URL(origin), URL(f"//{host}")
    except ValueError:
        return False
    if is_loopback(page.host):
        return True
    return not is_loopback(bound_to) and page.host is not None and page.host == server.host


@web.middleware
async def refuse_other_origins(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer 403 to the pages of others."""
    origin = request.headers.get("Origin")
    if origin is not None:
        name = request.transport.get_extra_info("sockname") if request.transport else None
        bound_to = str(name[0]) if name else ""
        if not may_come_from(origin, host=request.host, bound_to=bound_to):
            return web.json_response(
                {
                    "detail": f"Pages of {origin} may not use this server: only those of this machine."
                },
                status=403,
            )
    return await handler(request)
