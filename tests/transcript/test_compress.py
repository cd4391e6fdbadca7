"""A patch on its way to the page."""

from __future__ import annotations

import json
import zlib

from support.conversations import started
from support.recordings import frames

from buttermilk_widget.conversation.patches import Entry, Patch
from buttermilk_widget.protocol.lossless import read
from buttermilk_widget.protocol.messages import TO_PAGE, Json
from buttermilk_widget.transcript.compress import RAW, compress


def test_a_packed_patch_is_the_patch():
    conversation = started()
    for text in frames("real_types"):
        conversation.receive(text, 20.0)
    patch = conversation.since(0, 21.0)
    crossed = zlib.decompress(compress(patch), wbits=RAW)
    assert Patch.model_validate_json(crossed, context=TO_PAGE) == patch


def test_numbers_and_fields_cross_letter_by_letter():
    text = '{"2": 1799990000111122233, "1": [1.0, 1.10, -0, 1e400]}'
    body = Json(value=read(text))
    patch = Patch(run=1, base=0, seq=1, at=1.0, entries=(Entry(id=1, seq=1, at=1, body=body),))
    crossed = json.loads(zlib.decompress(compress(patch), wbits=RAW))
    assert crossed["entries"][0]["body"]["value"] == text.replace("1e400", '"1e400"')


def test_a_burst_takes_fewer_bytes_than_its_words():
    words = [
        json.dumps({"words": f"{n:03} some **words** that are not quite the same"})
        for n in range(500)
    ]
    entries = tuple(
        Entry(id=n, seq=n, at=n, body={"kind": "text", "content": text})
        for n, text in enumerate(words, 1)
    )
    patch = Patch(run=1, base=0, seq=500, at=1.0, entries=entries)
    assert len(compress(patch)) < sum(map(len, words))
