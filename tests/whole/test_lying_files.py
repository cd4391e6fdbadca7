"""Cassettes, transcripts and recordings of somebody else's: a sentence, or they are read and used."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import re
import tracemalloc

import pytest
from fuzz.mutate import RAW, VALUES
from support.paths import RUNS, WIRE

from buttermilk_widget import BadCassette, BadTranscript, ButtermilkError, Cassette, Transcript
from buttermilk_widget.cassette.player import Player
from buttermilk_widget.conversation.conversation import Conversation
from buttermilk_widget.transcript.convert import convert

SEED = 20261124
TRIES = 150
DEEP = "[" * 100_000 + "]" * 100_000
CASSETTE = RUNS / "osb.jsonl"
RECORDING = WIRE / "real_types.jsonl"


def use(transcript):
    """Whatever is made of one."""
    transcript.to_markdown()
    transcript.to_html()
    transcript.to_fragment()
    transcript.to_pandas()
    transcript.assessments()
    transcript.decided()
    for entry in transcript:
        transcript.frame(entry.id)
        transcript.cite(entry.id)


def play(path):
    """Replay all runs of a cassette."""
    for recording in Cassette(path, "replay", overridden=False).recordings:
        conversation = Conversation()
        asyncio.run(Player(recording, conversation).play())
        transcript = Transcript.of(conversation)
        use(transcript)
        transcript.save(path.with_suffix(".saved.jsonl"))
        assert Transcript.load(path.with_suffix(".saved.jsonl")).hash == transcript.hash


def load(path):
    use(Transcript.load(path))


def change(path):
    play(convert(path, path.with_suffix(".cassette")))


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A file of each kind, and what reads and uses it."""
    conversation = Conversation()
    recording = Cassette(CASSETTE, "replay", overridden=False).recordings[0]
    asyncio.run(Player(recording, conversation).play())
    saved = tmp_path_factory.mktemp("saved") / "t.jsonl"
    Transcript.of(conversation).save(saved)
    return {
        "cassette": (CASSETTE.read_text(), play, BadCassette),
        "transcript": (saved.read_text(), load, BadTranscript),
        "recording": (RECORDING.read_text(), change, BadCassette),
    }


KINDS = ["cassette", "transcript", "recording"]
ODD = {
    "is empty": lambda text: "",
    "is one empty line": lambda text: "\n",
    "is no JSON": lambda text: "hello\nthere",
    "is a number": lambda text: "3\n4",
    "is null": lambda text: "null\n" * 3,
    "is a word": lambda text: '"run"\n"end"\n"cassette"',
    "is a list": lambda text: "[]\n[]",
    "is deep": lambda text: DEEP,
    "has a deep line": lambda text: f"{text}{DEEP}\n{{}}",
    "begins deep": lambda text: f"{DEEP}\n{text}",
    "is of nulls": lambda text: "\0" * 1000,
    "is of zero bytes within": lambda text: text.replace('"', "\0", 100),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("odd", ODD)
def test_a_file_that_is_none_is_told_so(odd, kind, files, tmp_path):
    text, read, error = files[kind]
    path = tmp_path / "f.jsonl"
    path.write_text(ODD[odd](text))
    with pytest.raises(error) as refused:
        read(path)
    assert path.name in str(refused.value) or "recording" in str(refused.value)
    assert len(str(refused.value)) < 1000


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_no_text_or_no_file_is_told_so(kind, files, tmp_path):
    _, read, error = files[kind]
    path = tmp_path / "f.jsonl"
    path.write_bytes(b"\xff\xfe\x00" * 99)
    for one in (path, tmp_path, tmp_path / "none"):
        with pytest.raises(error):
            read(one)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_cut_off_anywhere_is_read_or_told_so(kind, files, tmp_path):
    text, read, _ = files[kind]
    path = tmp_path / "f.jsonl"
    for part in range(24):
        path.write_text(text[: len(text) * part // 24])
        read_or_told(read, path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_changed_anywhere_is_read_or_told_so(kind, files, tmp_path, record_property):
    text, read, _ = files[kind]
    path = tmp_path / "f.jsonl"
    dice = random.Random(SEED)  # noqa: S311 - no secret
    told = 0
    for _ in range(TRIES):
        path.write_text(changed(text, dice))
        told += read_or_told(read, path)
    assert told
    record_property(f"changed {kind}s tried", f"{TRIES} ({told} refused, the others read)")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", ["NaN", "1e999", "9" * 10**5, "-1e300", "true", "1e12"])
def test_a_number_that_is_none_is_read_or_told(number, kind, files, tmp_path):
    text, read, _ = files[kind]
    path = tmp_path / "f.jsonl"
    for first in (1, 2, 30):
        count = itertools.count(1)

        def other(found, count=count, first=first):
            return f"{found[1]}{number}{found[2]}" if next(count) >= first else found[0]

        path.write_text(re.sub(r"([:[] ?)[0-9.]+(,|}|])", other, text))
        read_or_told(read, path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("depth", [90, 150, 400, 900, 980])
def test_a_deep_value_is_read_or_told(depth, kind, files, tmp_path):
    text, read, _ = files[kind]
    path = tmp_path / "f.jsonl"
    deep = "[" * depth + "]" * depth
    for number, old in enumerate(text.splitlines()):
        value = json.loads(old)
        for key in list(value):
            lines = text.splitlines()
            inner = value[key] if isinstance(value[key], dict) else {}
            lines[number] = json.dumps({**value, key: {**inner, "body": "@"}}).replace('"@"', deep)
            lines[number + 1 : -1] = []
            path.write_text("\n".join(lines))
            read_or_told(read, path)


def test_a_transcript_with_a_deep_value_is_none(files, tmp_path):
    head, entry, *rest = files["transcript"][0].splitlines()
    made = json.loads(entry)
    made["entry"]["body"] = {"kind": "json", "value": "@"}
    deep = json.dumps(made).replace('"@"', "[" * 500 + "]" * 500)
    path = tmp_path / "t.jsonl"
    path.write_text("\n".join([head, deep, *rest]) + "\n")
    with pytest.raises(BadTranscript, match="is no transcript"):
        Transcript.load(path)


def read_or_told(read, path):
    try:
        read(path)
    except ButtermilkError as problem:
        assert 20 < len(str(problem)) < 1000  # noqa: PT017
        return True
    return False


def changed(text, dice):
    """Something in a line or two put in the place of something else; the hash left out of it."""
    lines = text.rstrip().split("\n")
    for _ in range(dice.choice((1, 2))):
        place = dice.randrange(len(lines))
        value = json.loads(lines[place])
        nodes = [value]
        for node in nodes:
            inner = node.values() if isinstance(node, dict) else node
            nodes += [one for one in inner if one and isinstance(one, dict | list)]
        node = dice.choice(nodes)
        keys = list(node) if isinstance(node, dict) else range(len(node))
        key = dice.choice(keys)
        if dice.random() < 0.2:
            del node[key]
        else:
            node[key] = dice.choice([*VALUES, "@raw@", 10**30, -(10**12), 99, [0], "2026"])
        raw = dice.choice(RAW)
        lines[place] = json.dumps(value).replace('"@raw@"', raw)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize(
    ("name", "value"),
    [("id", 3), ("about", 99), ("replies", [0]), ("frame", 9999), ("frame", -1), ("at", 1e300)],
)
def test_a_transcript_that_points_where_nothing_is_is_none(name, value, files, tmp_path):
    lines = files["transcript"][0].splitlines()
    made = json.loads(lines[2])
    made["entry"][name] = value
    path = tmp_path / "t.jsonl"
    path.write_text("\n".join([*lines[:2], json.dumps(made), *lines[3:]]) + "\n")
    with pytest.raises(BadTranscript, match="is no transcript"):
        Transcript.load(path)


def test_a_frame_in_a_transcript_is_one(files, tmp_path):
    lines = files["transcript"][0].splitlines()
    path = tmp_path / "t.jsonl"
    for name, value in [("direction", 5), ("at", "now"), ("text", None)]:
        made = json.loads(lines[-1])
        made["frame"][name] = value
        path.write_text("\n".join([*lines[:-1], json.dumps(made)]) + "\n")
        with pytest.raises(BadTranscript, match="is no transcript"):
            Transcript.load(path)


@pytest.mark.parametrize("kind", KINDS)
def test_a_huge_line_takes_a_few_times_its_size(kind, files, tmp_path, record_property):
    text, read, _ = files[kind]
    size = 2**24
    path = tmp_path / "f.jsonl"
    path.write_text(text + json.dumps({"t": 1, "dir": "in", "frame": "w" * size}) + "\n{}\n")
    tracemalloc.start()
    try:
        assert read_or_told(read, path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10 * size
    record_property(f"memory that a huge line of a {kind} takes", f"{peak / size:.1f} of its size")
