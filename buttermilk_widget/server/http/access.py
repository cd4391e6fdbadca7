"""Who may talk to the server: programs, and no page of another site.

A browser lets any page send requests to ``localhost``. It says where the page is from, by
``Origin`` and by ``Sec-Fetch-Site``, but not always: an image of another site is asked for with no
``Origin``, and for a page whose own name was pointed at this machine (DNS rebinding) the server
looks like the page's own. That name is in ``Host``, though. So ``Host`` must be a name of this
machine, and whatever the browser says of the page must say that it came from this very server. A
program says none of it, and may talk.

A page of this machine on another port is refused as well. It could read no answer, since no CORS
header allows it; and whatever serves it may show what others wrote.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING

from aiohttp import web
from yarl import URL

from buttermilk_widget.server.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

SETTINGS: web.AppKey[Settings] = web.AppKey("settings", Settings)

OWN = {"same-origin", "none"}
"""What ``Sec-Fetch-Site`` may say; *none* is what a person typed into the browser."""


def is_loopback(host: str | None) -> bool:
    """Whether the name or address can only mean this machine."""
    if not host:
        return False
    name = host.rstrip(".").casefold()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    address = _address(name)
    return address is not None and address.is_loopback


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return None


def is_local_host(host: str, names: Sequence[str] = ()) -> bool:
    """Whether ``host``, as a client says it, is this machine and no name that somebody pointed here.

    Nobody can point an address elsewhere, so that any address is.
    """
    try:
        name = (URL(f"//{host}").host or "").rstrip(".").casefold()
    except ValueError:
        return False
    known = {one.rstrip(".").casefold() for one in (*names, socket.gethostname())}
    return is_loopback(name) or _address(name) is not None or name in known


def refusal(
    headers: Sequence[tuple[str, str]], names: Sequence[str] = ()
) -> tuple[int, str] | None:
    """What stands against a request with these headers: a status and a sentence, or nothing."""

    def said(name: str) -> list[str]:
        return [value for key, value in headers if key.casefold() == name]

    hosts = said("host")
    if len(hosts) != 1 or not is_local_host(hosts[0], names):
        called = f"is not known as {hosts[0][:80]!r}" if hosts else "was called by no name"
        return 421, (
            f"This server {called}: use localhost or its address. A name of its own must be told "
            "to it, as in: buttermilk-widget serve --host 0.0.0.0 --name my.machine"
        )
    own = [f"{scheme}://{hosts[0]}".casefold() for scheme in ("http", "https")]
    for origin in said("origin"):
        if origin.casefold() not in own:
            return 403, f"Pages of {origin[:80]} may not use this server: only programs may."
    if any(site not in OWN for site in said("sec-fetch-site")):
        return 403, "Pages of other sites may not use this server: only programs may."
    return None


@web.middleware
async def refuse_pages(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Answer 403 or 421 to the pages of others."""
    against = refusal(list(request.headers.items()), request.app[SETTINGS].names)
    if against is not None:
        status, sentence = against
        return web.json_response({"detail": sentence}, status=status)
    return await handler(request)


async def keep_to_itself(_request: web.Request, response: web.StreamResponse) -> None:
    """Let no page have an answer by another way: as a script, from a frame, or from a store."""
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cache-Control"] = "no-store"
