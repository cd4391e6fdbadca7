"""Whether TLS is spoken somewhere: an address may say http where https is meant, and the reverse."""

from __future__ import annotations

import asyncio
import contextlib
import ssl

WITHIN = 2.0
"""Seconds that the greeting may take."""

_OTHER_WORDS = {
    "WRONG_VERSION_NUMBER",
    "HTTP_REQUEST",
    "UNKNOWN_PROTOCOL",
    "PACKET_LENGTH_TOO_LONG",
    "RECORD_LAYER_FAILURE",
    "INVALID_RECORD_TYPE",
    "UNEXPECTED_MESSAGE",
}
"""OpenSSL's reasons for what is no TLS at all; they differ by its version."""


async def is_spoken(host: str, port: int) -> bool:
    """Whether a TLS server is there. It is greeted and left: nothing is said to it, no header sent."""
    # Whoever it is, nothing is entrusted to it.
    greeting = ssl.create_default_context()
    greeting.check_hostname = False
    greeting.verify_mode = ssl.CERT_NONE
    with contextlib.suppress(OSError, TimeoutError, ValueError):
        async with asyncio.timeout(WITHIN):
            _, writer = await asyncio.open_connection(host, port, ssl=greeting)
        writer.close()
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(WITHIN):
                await writer.wait_closed()
        return True
    return False


def refused(where: str, error: OSError) -> str:
    """What to say of a server with which no TLS came to be."""
    reason = str(getattr(error, "reason", None) or "")
    if reason in _OTHER_WORDS:
        return f"{where} does not speak TLS: use {where.replace('https', 'http', 1)}."
    why = reason.replace("_", " ").lower() or "the server closed the connection"
    return (
        f"TLS with {where} failed ({why}). If it speaks none, use http://; if its TLS is an old "
        "one, ssl= takes a context with other settings."
    )
