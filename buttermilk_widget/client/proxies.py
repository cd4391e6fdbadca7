"""The way to a server: through the proxy that the environment names, or straight.

One rule for requests and for WebSockets, as other programs have it for requests:

- to this machine (localhost, 127.0.0.1, ::1), straight, always: whatever names a proxy for
  everything would else have what is said here, and the credentials, carried to another machine;
- to what ``NO_PROXY`` names (names, endings of names, addresses, also with a port; ``*`` is all),
  straight;
- to ``https://`` and ``wss://`` through ``HTTPS_PROXY``, to ``http://`` and ``ws://`` through
  ``HTTP_PROXY``, and where that is not set, through ``ALL_PROXY``. Each may be written small. Where
  none of them is set, macOS and Windows are asked for what is set there.

A proxy is ``http://host:port`` or ``https://host:port``, perhaps with a login. SOCKS is not spoken.
``~/.netrc`` is not read: a login from there nobody gave us.
"""

from __future__ import annotations

import ipaddress
import urllib.request

from yarl import URL

from buttermilk_widget.errors import ServerUnreachable

_ALIKE = {"ws": "http", "wss": "https"}


def is_loopback(host: str) -> bool:
    """Whether the name or address can only mean this machine."""
    name = host.rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def proxy_for(url: URL) -> URL | None:
    """The proxy on the way to ``url``, with its login if it has one; ``None`` is straight.

    Raises:
        ServerUnreachable: what the environment names is no proxy that can be used.
    """
    host, scheme = url.host or "", _ALIKE.get(url.scheme, url.scheme)
    if is_loopback(host) or urllib.request.proxy_bypass(f"{host}:{url.port}"):
        return None
    proxies = urllib.request.getproxies()
    named = proxies.get(scheme) or proxies.get("all")
    if not named:
        return None
    variable = f"{scheme if proxies.get(scheme) else 'all'}_proxy".upper()
    try:
        proxy = URL(named if "://" in named else f"http://{named}")
    except ValueError:
        proxy = URL()
    if proxy.scheme not in ("http", "https") or not proxy.host:
        # It is not repeated: there may be a login in it.
        what = "a SOCKS proxy" if proxy.scheme.startswith("socks") else "no proxy that can be used"
        raise ServerUnreachable(
            f"{variable} names {what}, and the way to {host} leads through it: name one as "
            f"http://host:port, or have NO_PROXY name {host}."
        )
    return proxy
