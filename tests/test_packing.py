"""A patch on its way to the page."""

from __future__ import annotations

import json
import zlib

from recordings import frames
from test_conversation import started

from buttermilk_widget.packing import RAW, pack
from buttermilk_widget.patches import Entry, Patch


def test_a_packed_patch_is_the_patch():
    conversation = started()
    for text in frames("real_types"):
        conversation.receive(text, 20.0)
    patch = conversation.since(0, 21.0)
    assert Patch.model_validate_json(zlib.decompress(pack(patch), wbits=RAW)) == patch


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
    assert len(pack(patch)) < sum(map(len, words))
