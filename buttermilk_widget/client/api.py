"""The HTTP side of a server: open, inspect and stop a session; the flows on offer."""

from __future__ import annotations

import base64
import json
import re
import ssl
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from buttermilk_widget._tracebacks import forget_frames
from buttermilk_widget.errors import (
    BadAddress,
    NotButtermilk,
    NotListed,
    PlainTextWarning,
    ServerError,
    ServerUnreachable,
    join_names,
    truncate,
)

from . import tls
from .credentials import OPEN, Hidden
from .flows import read
from .proxies import is_loopback, proxy_for
from .resolving import CachingResolver

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from buttermilk_widget.conversation.patches import Flow

PATIENCE = 10.0
"""Seconds that a request may take."""

LARGEST = 2**20
"""Bytes of an answer; none that a server has to give is nearly as long."""

LONGEST_ID = 1000
"""Letters of a session's id, which becomes a part of addresses."""

_NONE_LISTED = (404, 405, 501)
"""What a server answers that has no list of flows: the documented dialect knows of none."""

_LIKE_THIS = "give one such as 'http://localhost:8000', or a port of this machine, such as 8000."

_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}


@dataclass(frozen=True)
class Address:
    """Where a server is. ``repr`` and ``str`` show no credentials.

    Attributes:
        base: The address without user, password, query and fragment.
        headers: What the credentials in the address become.
    """

    base: URL
    headers: Hidden

    def __repr__(self) -> str:
        return f"Address({str(self)!r})"

    def __str__(self) -> str:
        return str(self.base).rstrip("/")

    @classmethod
    def parse(cls, text: str | int | Address) -> Address:
        """Read an address as a person types it.

        Without a scheme it is taken for http; a number is a port of this machine.

        Raises:
            BadAddress: it cannot be one.
        """
        if isinstance(text, Address):
            return text
        if isinstance(text, int) and not isinstance(text, bool):
            text = f"localhost:{text}"
        if not isinstance(text, str) or not text.strip():
            raise BadAddress(f"The server's address is {_what(text)}: {_LIKE_THIS}")
        text = text.strip()
        if text.isdecimal():
            text = f"localhost:{text}"
        try:
            url = URL(text if "://" in text else f"http://{text}")
            port = url.port
        except ValueError:
            raise BadAddress(_no_address(text)) from None
        if url.scheme not in _SCHEMES:
            raise BadAddress(
                f"A server's address starts with http:// or https://, not with {url.scheme}://."
            )
        if not url.host or not port or any(c.isspace() for c in url.host):
            raise BadAddress(_no_address(text))
        if url.raw_query_string:
            raise BadAddress(
                "The server's address has a query, which is what follows its '?': no server's "
                "address does. If a token is in it, pass that as headers=, for example "
                "headers={'Authorization': 'Bearer ...'}; leave the rest out."
            )
        headers = Hidden()
        if url.user is not None:
            login = base64.b64encode(f"{url.user}:{url.password or ''}".encode())
            headers["Authorization"] = f"Basic {login.decode()}"
        base = url.with_scheme(_SCHEMES[url.scheme]).with_user(None)
        return cls(base.with_fragment(None), headers)

    @property
    def readable(self) -> bool:
        """Whether others can read along: it is not encrypted, and not on this machine."""
        return self.base.scheme != "https" and not is_loopback(self.base.host or "")

    def warn(self, stacklevel: int) -> None:
        """Say so, if others can read along."""
        if self.readable:
            warnings.warn(
                f"{self} is not encrypted: others on the way can read what is said, and your "
                "credentials. Use https:// if the server has it.",
                PlainTextWarning,
                stacklevel=stacklevel + 1,
            )

    def http(self, path: str) -> URL:
        """The address of ``path``, which is quoted already."""
        return URL(f"{self}{path}", encoded=True)

    def socket(self, session_id: str) -> URL:
        """The address of a session's WebSocket."""
        scheme = "wss" if self.base.scheme == "https" else "ws"
        path = f"{str(self)[len(self.base.scheme) :]}/ws/{quote(session_id, safe='')}"
        return URL(f"{scheme}{path}", encoded=True)


def _no_address(text: str) -> str:
    # What may be secret stands before an @, and in the query.
    seen = re.split("[?#]", text.rpartition("@")[2])[0]
    return f"{truncate(seen)!r} is no address of a server: {_LIKE_THIS}"


def _what(value: object) -> str:
    """What is given in place of an address; it may be secret, so that it is not repeated."""
    if isinstance(value, str):
        return "empty"
    return "missing" if value is None else f"of type {type(value).__name__}"


def _onward(where: str) -> str:
    """Where a redirect leads, as far as it can be read, and without what may be secret."""
    try:
        url = URL(where).with_query(None).with_fragment(None)
        return truncate(str(url.with_user(None) if url.absolute else url), 200) or "elsewhere"
    except ValueError:
        return "elsewhere"


def _begun(error: aiohttp.ClientConnectorError, where: Address) -> bool:
    """Whether somebody was there, and TLS with them failed."""
    met = isinstance(error.os_error, ssl.SSLError | ConnectionResetError | BrokenPipeError)
    return met and where.base.scheme == "https"


class Api:
    """What a server offers over HTTP. Use as ``async with``.

    Args:
        address: Where the server is.
        headers: Sent with each request, and shown nowhere: :meth:`.Credentials.fresh`.
        ssl: A context, or ``False`` to trust any certificate.
        patience: Seconds that a request may take.
        last: Whether the program ends, and no thread can be started any more.
    """

    def __init__(
        self,
        address: Address,
        *,
        headers: Mapping[str, str] | None = None,
        ssl: ssl.SSLContext | bool = True,
        patience: float = PATIENCE,
        last: bool = False,
    ) -> None:
        self.address = address
        # Not given to the client: what all its requests have, it gives to a proxy too, in clear.
        self._headers = Hidden(headers or {})
        self._names = CachingResolver(last=last)
        self._client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(ssl=ssl, resolver=self._names),
            # Nothing is unpacked, so that a few bytes stay a few bytes.
            headers={"Accept-Encoding": "identity"},
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=patience),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()
        await self._names.close()

    async def open_session(self) -> str:
        """A new session's id, in whichever spelling the server gives it.

        Raises:
            ServerError: the server cannot be reached, or is no Buttermilk.
        """
        status, body = await self._request("GET", "/api/session")
        known = body if isinstance(body, dict) else {}
        found = known.get("sessionId") or known.get("session_id")
        if status == 200 and isinstance(found, str) and found:
            return self._usable(found)
        raise self._strange("/api/session", status, "a session's id")

    def _usable(self, session_id: str) -> str:
        """The id, if it can be a step of an address and be shown to a person."""
        # Dots alone lead elsewhere in an address, and nothing quotes them.
        if len(session_id) > LONGEST_ID or not session_id.isprintable() or set(session_id) == {"."}:
            raise NotButtermilk(
                f"{self.address} gave a session's id that cannot be one: "
                f"{truncate(ascii(session_id), 60)}."
            )
        return session_id

    async def flows(self) -> tuple[Flow, ...]:
        """The flows on offer, with what the server says of each.

        Raises:
            NotListed: the server does not list them.
            ServerError: the server cannot be reached, or answers otherwise.
        """
        status, body = await self._request("GET", "/api/flows")
        flows = read(body) if status == 200 else None
        if flows is not None:
            return flows
        if status in _NONE_LISTED:
            raise NotListed(
                f"{self.address} does not list its flows (HTTP {status} for /api/flows). A flow "
                "can be run all the same, if you know its name."
            )
        raise self._strange("/api/flows", status, "a list of flows")

    async def gone(self, session_id: str) -> bool:
        """Whether the server says that it does not know the session (any more).

        A 404 that is no JSON only means that this server does not tell.

        Raises:
            ServerError: the server cannot be reached.
        """
        status, body = await self._request(
            "GET", f"/api/session/{quote(session_id, safe='')}/status"
        )
        return status == 404 and isinstance(body, dict)

    async def stop(self, session_id: str) -> bool:
        """Stop the session's run; ``DELETE`` is all that does. False: the server knows no such one.

        Raises:
            ServerError: the server cannot be reached, or refuses.
        """
        status, _ = await self._request("DELETE", f"/api/session/{quote(session_id, safe='')}")
        if status == 404:
            return False
        if status >= 400:
            raise ServerError(f"The server refused to stop the run (HTTP {status}).")
        return True

    async def _request(self, method: str, path: str) -> tuple[int, Any]:
        try:
            status, body, where = await self._answer(method, path)
        except (ServerError, aiohttp.ClientError, OSError, ValueError) as error:
            raise await self._failed(error) from None
        except BaseException as error:
            forget_frames(error)  # a library's variables hold the headers
            raise
        if 300 <= status < 400:
            raise NotButtermilk(
                f"{self.address} sends us on to {_onward(where)}: give the address of the server "
                "itself."
            )
        if status in (401, 403, 407):
            raise ServerError(self._unwelcome(status))
        if status == 400 and await self._is_tls():
            raise self._tls_wanted()
        try:
            return status, json.loads(body)
        except (ValueError, RecursionError):
            return status, None

    async def _answer(self, method: str, path: str) -> tuple[int, bytes, str]:
        """The status, the body, and where a redirect leads."""
        url = self.address.http(path)
        # A redirect is not followed: it would carry the headers to somebody else.
        async with self._client.request(
            method, url, headers=self._headers, allow_redirects=False, proxy=proxy_for(url)
        ) as response:
            return response.status, await self._body(response), response.headers.get("Location", "")

    async def _failed(self, error: Exception) -> ServerError:
        """What to say of a request that got no answer."""
        where = self.address
        match error:
            case ServerError():
                return error
            case aiohttp.ClientConnectorCertificateError():
                return ServerUnreachable(
                    f"The certificate of {where} is not trusted: pass ssl= with a context that "
                    "trusts it."
                )
            case aiohttp.ClientProxyConnectionError():
                return ServerUnreachable(
                    f"The proxy on the way to {where} does not answer. Is it the one that "
                    "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY should name?"
                )
            case aiohttp.ClientHttpProxyError():
                return ServerUnreachable(
                    f"The proxy on the way to {where} refuses (HTTP {error.status}). Does it want "
                    "a login, in HTTP_PROXY or HTTPS_PROXY, or is it not to be used, by NO_PROXY?"
                )
            case TimeoutError():
                return ServerUnreachable(
                    f"{where} did not answer in time. Is it the right address, and is the server "
                    "well? One that is busy with a run answers later."
                )
            case aiohttp.ClientConnectorDNSError():
                return ServerUnreachable(
                    f"There is no address for the name {where.base.host}. Is it spelt right, and "
                    "is there a network?"
                )
            case aiohttp.ClientConnectorError() if _begun(error, where):
                return ServerUnreachable(tls.refused(str(where), error.os_error))
            case aiohttp.ClientConnectorError():
                return ServerUnreachable(
                    f"Nobody answers at {where}. Is the server running there? "
                    "'buttermilk-widget serve' starts the built-in one."
                )
        if await self._is_tls():
            return self._tls_wanted()
        return NotButtermilk(
            f"What answers at {where} does not speak HTTP as a Buttermilk server does. Is it the "
            "right address?"
        )

    async def _is_tls(self) -> bool:
        """Whether TLS is spoken where plain HTTP was tried."""
        base = self.address.base
        return (
            base.scheme == "http"
            and proxy_for(base) is None
            and await tls.is_spoken(base.host or "", base.port or 0)
        )

    def _tls_wanted(self) -> ServerError:
        https = self.address.base.with_scheme("https")
        return ServerUnreachable(
            f"{self.address} speaks TLS: use {str(https).rstrip('/')} instead of http://."
        )

    def _unwelcome(self, status: int) -> str:
        """Why the server does not let us in, by what it was sent."""
        if status == 407:
            return (
                f"What answers at {self.address} is a proxy that wants a login (HTTP 407): put it "
                "into HTTP_PROXY or HTTPS_PROXY, as http://user:password@host:port."
            )
        sent = [name for name in self._headers if name.casefold() not in OPEN]
        if not sent:
            return (
                f"{self.address} wants credentials (HTTP {status}): pass them as headers=, for "
                "example headers={'Authorization': 'Bearer ...'}."
            )
        given = f"{self.address} was sent {join_names(sent)}"
        if status == 403:
            return (
                f"{given}, and forbids this (HTTP 403). Are these of the right account, and may it "
                "use the server?"
            )
        return (
            f"{given}, and does not accept that (HTTP 401). Is it right, and for this server? A "
            "token may have expired, or lack its scheme, as in 'Bearer ...'."
        )

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        body = bytearray()
        while piece := await response.content.read(LARGEST + 1 - len(body)):
            body += piece
            if len(body) > LARGEST:
                raise NotButtermilk(
                    f"{self.address} answers with more than {LARGEST:,} bytes, which no Buttermilk "
                    "server does. Is it the right address?"
                )
        return bytes(body)

    def _strange(self, path: str, status: int, wanted: str) -> ServerError:
        if status == 421:
            return ServerError(
                f"The server does not take itself for {self.address} (HTTP 421): use localhost or "
                "its address, or start it with this name."
            )
        if status == 429:
            return ServerError(
                f"{self.address} makes no more sessions for now, since too many were made of late "
                "(HTTP 429). Try again in a while."
            )
        if status == 503:
            return ServerError(
                f"{self.address} has no room for another session, or is in trouble (HTTP 503). End "
                "runs that are not needed, or try again later."
            )
        if status >= 500:
            return ServerError(
                f"{self.address} is in trouble: {path} gave HTTP {status}. Try again later, or "
                "look at the server's log."
            )
        return NotButtermilk(
            f"{self.address} answers, but not as a Buttermilk server: {path} gave HTTP {status} "
            f"without {wanted}. Is it the right address?"
        )
