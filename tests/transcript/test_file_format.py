"""A transcript's file: whole, and nothing in it changed unseen."""

from __future__ import annotations

import hashlib
import json

import pytest
from support.full_disk import Disk
from support.paths import DATA
from support.recordings import frames

from buttermilk_widget import BadTranscript, Provenance, Transcript
from buttermilk_widget.conversation.conversation import Conversation, Frame
from buttermilk_widget.conversation.history import Entries
from buttermilk_widget.conversation.patches import Agent, Entry, Readiness
from buttermilk_widget.protocol.lossless import written
from buttermilk_widget.protocol.messages import Record, RunFlow, Text
from buttermilk_widget.transcript import hashing

OLD = DATA / "saved" / "version_1.jsonl"
AT = 1_764_000_000.0


@pytest.fixture
def path(tmp_path):
    return tmp_path / "run.jsonl"


def a_run():
    conversation = Conversation(server="http://localhost:8000")
    conversation.connecting("osb", AT)
    request = RunFlow(flow="osb", prompt="Is it allowed?", record_id="r-1")
    conversation.start(request, AT, session="s-1", client="buttermilk_widget 9")
    for text in frames("real_types"):
        conversation.receive(text, AT + 2)
    conversation.stop("stopped", AT + 12)
    return Transcript.of(conversation, cassette="osb.jsonl (sha256:x)")


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def write(path, values, *, sealed=False):
    """Write a file anew; with its seal made anew, as somebody would who knows how."""
    head, *rest = values
    if sealed:
        head.pop("seal", None)
        digest = hashlib.sha256()
        for value in values:
            digest.update(json.dumps(value, ensure_ascii=False).encode() + b"\n")
        head["seal"] = f"sha256:{digest.hexdigest()}"
    texts = [json.dumps(value, ensure_ascii=False) for value in (head, *rest)]
    path.write_text("".join(f"{text}\n" for text in texts))


def places(value, *steps):
    """Each place of a value that is in JSON, as the keys that lead to it."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in inner:
        yield (*steps, key)
        if isinstance(one, dict | list):
            yield from places(one, *steps, key)


def other(value):
    if isinstance(value, bool) or value is None:
        return "x" if value is None else not value
    if isinstance(value, int | float):
        return value + 1
    return [*value, "x"] if isinstance(value, list) else "other" if isinstance(value, str) else {}


# --- what is seen to -----------------------------------------------------------------------------


def test_no_value_anywhere_in_it_can_be_changed_unseen(path, record_property):
    a_run().save(path)
    values = lines(path)
    count = 0
    for steps in places(values):
        if len(steps) < 2:
            continue
        changed = json.loads(json.dumps(values))
        *way, last = steps
        inner = changed
        for step in way:
            inner = inner[step]
        inner[last] = other(inner[last])
        write(path, changed)
        with pytest.raises(BadTranscript):
            Transcript.load(path)
        count += 1
    assert count > 500
    record_property("values of a transcript changed, each by itself", f"{count:,}, all refused")


SHOWN = {
    "flow": "other",
    "parameters": {"prompt": "other"},
    "server": "http://elsewhere:8000",
    "session": "other",
    "client": "other",
    "began": AT - 60,
    "ended": AT + 60,
    "outcome": "failed",
    "labels": {"yes": "fine", "no": "hateful"},
}


@pytest.mark.parametrize("name", [*SHOWN, "cassette"])
def test_where_it_comes_from_cannot_be_changed_beside_the_old_hash(path, name):
    a_run().save(path)
    head, *rest = lines(path)
    if name == "cassette":
        # Its name and digest are of the copy, and not of the run: the seal covers them only.
        head["provenance"][name] = "other.jsonl (sha256:y)"
        write(path, [head, *rest])
    else:
        head["provenance"][name] = SHOWN[name]
        write(path, [head, *rest], sealed=True)
    with pytest.raises(BadTranscript, match="its hash differs"):
        Transcript.load(path)


def test_every_field_of_where_it_comes_from_is_tried():
    # A field that is new here is to be tried too: a reader may be shown it.
    assert {*SHOWN, "cassette"} == set(Provenance.model_fields)


def test_no_line_can_be_added_left_out_or_moved(path):
    a_run().save(path)
    values = lines(path)
    for number in range(1, len(values)):
        for changed in (
            [*values[:number], *values[number + 1 :]],
            [*values[:number], values[number], *values[number:]],
            [*values[: number - 1], values[number], values[number - 1], *values[number + 1 :]],
        ):
            write(path, changed)
            with pytest.raises(BadTranscript):
                Transcript.load(path)
            if changed[0] is values[0] and len(changed) != len(values):
                write(path, changed, sealed=True)
                with pytest.raises(BadTranscript):
                    Transcript.load(path)


@pytest.mark.parametrize(
    "steps",
    [(), ("provenance",), (1,), (1, "entry"), (1, "entry", "body"), (-1, "frame"), (-20, "frame")],
)
def test_a_key_that_is_none_of_a_transcript_s_is_named(path, steps):
    a_run().save(path)
    values = lines(path)
    inner = values[0] if not steps or steps == ("provenance",) else values
    for step in steps:
        inner = inner[step]
    inner["remark"] = "x"
    write(path, values, sealed=True)
    with pytest.raises(BadTranscript, match="has 'remark', which no transcript of this version"):
        Transcript.load(path)


def test_a_line_of_no_kind_is_named(path):
    a_run().save(path)
    write(path, [*lines(path), {"note": "x"}], sealed=True)
    with pytest.raises(BadTranscript, match="has 'note'"):
        Transcript.load(path)
    a_run().save(path)
    head, entry, *rest = lines(path)
    write(path, [head, entry | rest[-1], *rest], sealed=True)
    with pytest.raises(BadTranscript, match="is no transcript"):
        Transcript.load(path)
    a_run().save(path)
    write(path, [*lines(path)[:-1], "words"], sealed=True)
    with pytest.raises(BadTranscript, match="is no transcript"):
        Transcript.load(path)


def test_a_mark_before_the_text_and_other_line_ends_change_nothing(path):
    a_run().save(path)
    text = path.read_text()
    path.write_text(text.replace("\n", "\r\n"), encoding="utf-8-sig", newline="")
    assert Transcript.load(path).hash == a_run().hash


def test_half_an_emoji_in_somebody_else_s_file_is_a_sentence(path):
    a_run().save(path)
    for old in ("Is it allowed?", "TYPES"):
        text = path.read_text().replace(old, r"\ud83d", 1)
        path.write_text(text)
        with pytest.raises(BadTranscript, match="was changed since it was saved"):
            Transcript.load(path)


VALUE = '{"z": 1.10, "a": [1799990000111122233, 1.0, 1e400, -0, 1E2], "a": null}'


def of_a_value(text):
    conversation = Conversation()
    conversation.receive(f'{{"type": "chat_message", "outputs": {text}}}', AT)
    return Transcript.of(conversation)


def test_each_digit_and_the_order_of_keys_come_back(path):
    made = of_a_value(VALUE)
    made.save(path)
    again = Transcript.load(path)
    assert again.hash == made.hash
    assert written(again[1].body.value) == written(made[1].body.value)
    assert written(again[1].body.value).startswith('{"z": 1.10, ')
    for other in (VALUE.replace("1.10", "1.1"), VALUE.replace("1E2", "100.0")):
        assert of_a_value(other).hash != made.hash


@pytest.mark.parametrize(
    "deep", ["[" * 150 + "]" * 150, "[" * 300 + "]" * 300, "[" * 10**5 + "]" * 10**5, "no JSON"]
)
def test_a_value_that_cannot_be_read_is_a_sentence(path, deep):
    of_a_value(VALUE).save(path)
    head, entry, *rest = lines(path)
    entry["entry"]["body"]["value"] = deep
    write(path, [head, entry, *rest], sealed=True)
    with pytest.raises(BadTranscript, match="is no transcript"):
        Transcript.load(path)


# --- the hash ------------------------------------------------------------------------------------


def known():
    """A run of one entry with nearly everything left at its default."""
    entry = Entry(id=1, seq=3, at=AT, body=Text(content="words"), frame=0)
    record = Entry(id=2, seq=4, at=AT, body=Record(metadata={"b": 1, "a": [1.0, None]}))
    agent = Agent(key="J", name="Judge", since=AT)
    made = Provenance(flow="osb", began=AT, outcome=Readiness.ENDED)
    frame = Frame("in", AT, '{"type": "x"}')
    return Transcript(Entries((entry, record)), (agent,), (frame,), made)


def test_the_hash_of_a_run_stays_what_it_is():
    # If this fails, transcripts that are published no longer match: give the hash a new version.
    assert (
        known().hash == "sha256-2:e0fe7a9bf6997a16f4ac9a5daa02774a002587fb7a376b6e5f3353400e1f234c"
    )


def test_a_field_that_is_added_changes_no_hash(monkeypatch):
    class Later(Entry):
        new: str | None = None
        more: tuple[int, ...] = ()

    before = known()
    later = [Later.model_validate(entry.model_dump()) for entry in before.entries]
    parts = (before.provenance, later, before.agents, before.frames)
    assert hashing.hash_of(*parts) == before.hash
    assert hashing.hash_of(parts[0], [later[0].model_copy(update={"new": "x"})], *parts[2:]) != (
        before.hash
    )


def test_it_is_of_the_order_in_which_keys_came_and_not_of_what_counts_changes():
    before = known()
    first, record = before.entries
    turned = record.model_copy(update={"body": Record(metadata={"a": [1.0, None], "b": 1})})
    again = record.model_copy(update={"seq": 99})

    def hash_with(entry):
        return hashing.hash_of(before.provenance, [first, entry], before.agents, before.frames)

    assert hash_with(again) == before.hash
    assert hash_with(turned) != before.hash


def test_two_kinds_with_nothing_in_them_are_not_the_same():
    def hash_of(body):
        entry = Entry(id=1, seq=1, at=AT, body=body)
        return Transcript(Entries((entry,))).hash

    assert hash_of(Text()) != hash_of(Record())


def test_what_is_known_of_hashes_of_several_versions():
    assert hashing.version_of("sha256:x") == 1
    assert hashing.version_of("sha256-2:x") == 2
    assert [hashing.version_of(text) for text in (None, "", "sha256-3:x", "x")] == [None] * 4
    assert hashing.differ("sha256-2:x", "sha256-2:y")
    assert not hashing.differ("sha256-2:x", "sha256-2:x")
    assert not hashing.differ("sha256:x", "sha256-2:y")
    assert not hashing.differ(None, "sha256-2:y")


# --- an older file -------------------------------------------------------------------------------


def test_a_file_of_the_first_version_is_read_and_says_which_hash_it_has(path):
    made = Transcript.load(OLD)
    assert (len(made), made.flow, made.hash_version) == (14, "panel", 1)
    assert made.hash == lines(OLD)[0]["hash"]
    assert made.hash.startswith("sha256:")
    said = "(version 1, which does not cover the flow, its parameters, the server and the times)"
    assert made.methods.endswith(f"{made.hash} {said}.")
    assert {fact.name: fact.value for fact in made.card().facts}["Transcript"].endswith(said)
    made.save(path)
    again = Transcript.load(path)
    assert (again.hash_version, again.entries) == (2, made.entries)
    assert "version" not in again.methods


def test_what_the_first_hash_covers_cannot_be_changed(path):
    head, *rest = OLD.read_text().splitlines(keepends=True)
    for changed in (
        [head, *rest[1:]],
        [head, *rest, '{"note":"x"}\n'],
        [head, rest[0].replace('"id":1', '"note":1,"id":1'), *rest[1:]],
        [head, rest[0].replace("Which post", "What post"), *rest[1:]],
    ):
        path.write_text("".join(changed))
        with pytest.raises(BadTranscript):
            Transcript.load(path)
    path.write_text("".join([head.replace('"flow"', '"flou"'), *rest]))
    with pytest.raises(BadTranscript, match="has 'flou'"):
        Transcript.load(path)


# --- a disk that is full -------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".jsonl", ".md", ".html", ".csv", ".xlsx"])
def test_on_a_full_disk_the_old_file_stays(tmp_path, ending):
    path = tmp_path / f"run{ending}"
    known().save(path)
    before = path.read_bytes()
    for room in range(0, len(before), 97):
        with Disk(room), pytest.raises(BadTranscript, match="cannot be written: No space left"):
            a_run().save(path)
        assert path.read_bytes() == before
        assert [one.name for one in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["run", "run.json", "run.xls", "run.transcript", "run.JSON"])
def test_a_name_that_does_not_say_what_to_write_is_refused(tmp_path, name):
    with pytest.raises(BadTranscript, match=r"the endings are .jsonl, .md, .html, .csv and .xlsx"):
        known().save(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_folders_on_the_way_are_made_and_what_is_a_folder_is_told(tmp_path):
    known().save(tmp_path / "new" / "run.MD")
    assert (tmp_path / "new" / "run.MD").read_text().startswith("# osb\n")
    with pytest.raises(BadTranscript, match="cannot be written: "):
        known().save(tmp_path / "new" / "run.MD" / "run.md")
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(BadTranscript, match="cannot be written: Is a directory"):
        known().save(tmp_path / "folder.md")
