"""How a patch, or a checkpoint, crosses to the page: as JSON, packed, in a buffer beside the message.

A patch names every field of every entry, so that both sides can be strict; packed, that costs next
to nothing: a burst of messages of 600 bytes takes a fraction of their own bytes on the notebook's
socket, where plain JSON would take one and a half times as much.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from buttermilk_widget.protocol.decode import DEEPEST, deeper_than
from buttermilk_widget.protocol.messages import TO_PAGE, Model, values_of

if TYPE_CHECKING:
    from buttermilk_widget.conversation.patches import Checkpoint, Patch

M = TypeVar("M", bound=Model)

_AROUND = 10
"""Levels of a checkpoint around what came in a frame."""

RAW = -zlib.MAX_WBITS
"""Neither head nor checksum: the comm loses messages, and changes none."""

LEVEL = 1
"""zlib's quickest: what it saves over none is most of what can be saved."""

KEPT = "buttermilk_widget"
"""The metadata of a notebook's output in which a run is kept, under the name ``run``."""

LARGEST = 2**28
"""Bytes to which what is kept in a notebook is unpacked; somebody else's may grow without end."""


def compress(patch: Patch | Checkpoint) -> bytes:
    """It as JSON in UTF-8, deflated with nothing around it (RFC 1951)."""
    return zlib.compress(patch.model_dump_json(context=TO_PAGE).encode(), LEVEL, wbits=RAW)


def decompress(data: str, model: type[M]) -> M | None:
    """What was packed, from base64 as a notebook has it; nothing, if it is none."""
    text = _inflated(data)
    try:
        made = None if text is None else model.model_validate_json(text, context=TO_PAGE)
    except (ValidationError, RecursionError):
        return None
    return None if deeper_than(list(values_of(made)), DEEPEST + _AROUND) else made


def compress_text(text: str) -> str:
    """A text as it is kept in a notebook: packed well, in base64."""
    packer = zlib.compressobj(wbits=RAW)
    return base64.b64encode(packer.compress(text.encode()) + packer.flush()).decode()


def decompress_text(data: str) -> str | None:
    """The text that was packed; nothing, if it is none."""
    made = _inflated(data)
    try:
        return None if made is None else made.decode()
    except UnicodeDecodeError:
        return None


def _inflated(data: str) -> bytes | None:
    unpacker = zlib.decompressobj(wbits=RAW)
    try:
        made = unpacker.decompress(base64.b64decode(data), LARGEST)
    except (binascii.Error, ValueError, zlib.error):
        return None
    return made if unpacker.eof else None
