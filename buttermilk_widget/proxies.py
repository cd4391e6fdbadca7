"""The way to a server: through the proxy that the environment names, or straight.

To this machine it is always straight: whatever names a proxy for everything would else have what
is said here, and the credentials, carried to another machine first.
"""

from __future__ import annotations

import ipaddress
import urllib.request

from yarl import URL


def is_here(host: str) -> bool:
    """Whether the name or address can only mean this machine."""
    name = host.rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def way_to(url: URL) -> URL | None:
    """The proxy on the way to ``url``, with its login if it has one; ``None`` is straight.

    aiohttp could read the environment itself, but then it asks a proxy also for this machine, and
    takes a login from ``~/.netrc`` that nobody gave us.
    """
    host = url.host or ""
    if is_here(host) or urllib.request.proxy_bypass(host):
        return None
    named = urllib.request.getproxies().get(url.scheme)
    if not named:
        return None
    return URL(named if "://" in named else f"http://{named}")
