"""A run, read back from whatever it is kept in."""

from __future__ import annotations

import base64
import json
import warnings

import pytest
from support.notebook_output import Shown
from support.paths import RUNS
from support.recorded_runs import Played, told, warned

from buttermilk_widget import (
    BadCassette,
    BadTranscript,
    Cassette,
    Conversation,
    PartialTranscriptWarning,
    Session,
    Transcript,
)
from buttermilk_widget.cassette.cassette import MODE
from buttermilk_widget.conversation.patches import Checkpoint
from buttermilk_widget.protocol.messages import TO_PAGE
from buttermilk_widget.transcript import compress as packing_module
from buttermilk_widget.transcript.compress import compress, compress_text
from buttermilk_widget.widget.snapshot import SnapshotWriter, copy_of

STATE = "application/vnd.jupyter.widget-state+json"


@pytest.fixture(autouse=True)
def no_mode(monkeypatch):
    monkeypatch.delenv(MODE, raising=False)


@pytest.fixture
def notebook(tmp_path):
    """Writes a notebook with these outputs, and this state of widgets; its path."""

    def written(*outputs, state=()):
        file = tmp_path / "notebook.ipynb"
        models = {
            f"m{number}": {
                "model_name": "AnyModel",
                "state": {"height": 0},
                "buffers": [
                    {
                        "path": ["checkpoint"],
                        "encoding": "base64",
                        "data": base64.b64encode(one).decode() if isinstance(one, bytes) else one,
                    },
                    {"path": ["other"], "encoding": "base64", "data": ""},
                ],
            }
            for number, one in enumerate(state)
        }
        cells = [
            {"cell_type": "markdown", "source": "# A notebook"},
            *({"cell_type": "code", "outputs": [one]} for one in outputs),
        ]
        metadata = {"widgets": {STATE: {"state": models}}} if state else {}
        content = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        file.write_text(json.dumps(content, indent=1))
        return file

    return written


async def kept(path, number=0):
    """A replayed run, its checkpoint, and the output that has its copy."""
    cassette = Cassette(path, "replay")
    asked = dict(cassette.recordings[number].request)
    checkpoints, copy = [], Shown()
    async with Session("http://localhost:1", cassette=cassette) as session:
        keeper = SnapshotWriter(session, store=checkpoints.append, copy=copy, resend=lambda: None)
        session.run(asked.pop("flow"), **asked)
        await session.ended(10)
        await keeper.kept()
        transcript = session.transcript
    output = {"output_type": "display_data", "data": copy._bundle, "metadata": copy._metadata}
    return transcript, checkpoints[-1], output


def same(one, other):
    assert (one.hash, one.entries, one.agents, one.frames) == (
        *(other.hash, other.entries, other.agents, other.frames),
    )
    assert one.provenance == other.provenance


# --- a cassette ----------------------------------------------------------------------------------


async def test_a_cassette_is_read_as_its_replay_would_be():
    live, _, _ = await kept(RUNS / "osb.jsonl")
    same(Transcript.load(RUNS / "osb.jsonl"), live)


def test_of_several_runs_one_must_be_chosen():
    path = RUNS / "analysis.jsonl"
    with pytest.raises(BadTranscript, match=r"has 5 runs. Say which with run=") as said:
        Transcript.load(path)
    assert "\n  5  osb, criteria='[\"person\"]', record_id='post-hedge', 2026-11-24T" in str(
        said.value
    )
    for number in (0, 6, -1):
        with pytest.raises(BadTranscript, match=f"has no run {number}. Say which with run="):
            Transcript.load(path, run=number)
    hashes = {Transcript.load(path, run=number).hash for number in range(1, 6)}
    assert len(hashes) == 5


def test_a_run_that_breaks_off_is_read_as_far_as_it_goes(tmp_path):
    path = tmp_path / "osb.jsonl"
    Played(path)
    text = path.read_text().splitlines(keepends=True)
    path.write_text("".join(text[:-3]))
    made = Transcript.load(path)
    assert made.provenance.outcome == "lost"
    assert [entry.body.kind for entry in made] == ["question", "answer"]
    path.write_text("".join(text[:2]))
    assert len(Transcript.load(path)) == 0


def test_a_cassette_that_replays_to_something_else_is_read_and_said(tmp_path):
    path = tmp_path / "osb.jsonl"
    Played(path)
    path.write_text(path.read_text().replace("Go on?", "Stop?"))
    with warned("its hash differs"):
        assert Transcript.load(path)[1].body.content == "Stop?"


def test_one_with_a_hash_of_the_first_version_is_read_with_no_such_word(tmp_path):
    path = tmp_path / "osb.jsonl"
    Played(path)
    path.write_text(path.read_text().replace("sha256-2:", "sha256:"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Transcript.load(path).hash_version == 2


def test_one_that_does_not_fit_together_or_holds_nothing_is_a_sentence(tmp_path):
    path = tmp_path / "osb.jsonl"
    path.write_text('{"cassette": 1}\n')
    with pytest.raises(BadTranscript, match="holds no run"):
        Transcript.load(path)
    Played(path, "record")
    path.write_text(path.read_text().replace('"verdict": "confirm"', '"verdict": "remark"'))
    with pytest.raises(BadCassette, match="does not fit together"):
        Transcript.load(path)
    path.write_text('{"cassette": 1}\n[]\n{"x": 1}\n')
    with pytest.raises(BadCassette, match="Line 2"):
        Transcript.load(path)


# --- a notebook ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["osb", "deployed", "failing"])
async def test_from_its_copy_in_a_notebook_a_run_is_read_whole(notebook, name):
    live, checkpoint, output = await kept(RUNS / f"{name}.jsonl")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for state in ((), (checkpoint,)):
            same(Transcript.load(notebook(output, state=state)), live)
    assert "Transcript.load(" in output["data"]["text/html"]


async def test_of_several_runs_in_a_notebook_one_is_chosen(notebook):
    one, _, first = await kept(RUNS / "osb.jsonl")
    two, checkpoint, second = await kept(RUNS / "scripted.jsonl")
    file = notebook(first, second, first, state=[checkpoint])
    with pytest.raises(BadTranscript, match="has 2 runs") as said:
        Transcript.load(file)
    assert "\n  1  osb, prompt='Is the post" in str(said.value)
    assert "\n  2  panel, 2026-" in str(said.value)
    same(Transcript.load(file, run=1), one)
    same(Transcript.load(file, run=2), two)


async def test_from_a_checkpoint_alone_it_is_read_without_its_frames(notebook):
    live, checkpoint, _ = await kept(RUNS / "osb.jsonl")
    with pytest.warns(PartialTranscriptWarning, match="keeps this run without its frames"):
        made = Transcript.load(notebook(state=[checkpoint]))
    assert [entry.body for entry in made] == [entry.body for entry in live]
    assert (made.agents, made.frames) == (live.agents, ())
    assert all(made.frame(entry.id) is None for entry in made)
    for name in ("flow", "parameters", "server", "session", "client", "outcome", "cassette"):
        assert getattr(made.provenance, name) == getattr(live.provenance, name)
    assert made.provenance.began == pytest.approx(live.provenance.began, abs=0.001)
    assert made.provenance.ended == pytest.approx(live.provenance.ended, abs=0.001)
    assert made.hash != live.hash


async def test_a_checkpoint_keeps_each_digit_and_is_not_read_deeper_than_a_frame(notebook):
    conversation = Conversation()
    conversation.receive('{"type": "chat_message", "outputs": [1.10, 1e400]}', 1.0)
    live = Transcript.of(conversation)
    checkpoint = Checkpoint(patch=conversation.since(0, 1.0), card=live.card())
    file = notebook(state=[compress(checkpoint)])
    with pytest.warns(PartialTranscriptWarning):
        assert Transcript.load(file)[1] == live[1].model_copy(update={"frame": None})
    for deep in ("[" * 300 + "]" * 300, "[" * 10**5 + "]" * 10**5):
        text = checkpoint.model_dump_json(context=TO_PAGE).replace("[1.10, 1e400]", deep)
        text = text.replace('[1.10, \\"1e400\\"]', deep)
        assert deep in text
        packed = packing_module.zlib.compress(text.encode(), wbits=packing_module.RAW)
        with pytest.raises(BadTranscript, match="keeps no run"):
            Transcript.load(notebook(state=[packed]))


async def test_a_checkpoint_of_which_little_is_known_is_read(notebook):
    async with Session("http://localhost:1") as session:
        keeper = SnapshotWriter(session, store=(saved := []).append, copy=None, resend=lambda: None)
        patch, transcript = session.conversation.since(0, 1.0), session.transcript
        await keeper._put(patch, transcript, over=False)
    with pytest.warns(PartialTranscriptWarning):
        made = Transcript.load(notebook(state=saved))
    assert (len(made), made.flow, made.provenance.began) == (0, None, None)
    with pytest.raises(BadTranscript, match="keeps no run"):
        Transcript.load(notebook(state=["", "no base64", "AAAA"]))


async def test_what_cannot_be_read_back_is_said(notebook, tmp_path, monkeypatch):
    live, _, output = await kept(RUNS / "osb.jsonl")
    old = {"data": {"text/html": copy_of(live)["text/html"]}, "metadata": {}}
    with pytest.raises(BadTranscript, match="copies of an older version, which can only be read"):
        Transcript.load(notebook(old))
    with pytest.raises(BadTranscript, match="keeps no run: it was saved before"):
        Transcript.load(notebook({"data": {}}, {"metadata": []}, "words"))
    for data in ("x", "AAAA", base64.b64encode(b"\xff" * 99).decode(), compress_text("x")[:-3]):
        output["metadata"]["buttermilk_widget"]["run"] = data
        with pytest.raises(BadTranscript):
            Transcript.load(notebook(output))
    output["metadata"]["buttermilk_widget"]["run"] = compress_text("x" * 10**6)
    monkeypatch.setattr(packing_module, "LARGEST", 10**5)
    with pytest.raises(BadTranscript, match="cannot be unpacked"):
        Transcript.load(notebook(output))
    raw = base64.b64encode(packing_module.zlib.compress(b"\xff", wbits=packing_module.RAW))
    output["metadata"]["buttermilk_widget"]["run"] = raw.decode()
    with pytest.raises(BadTranscript, match="cannot be unpacked"):
        Transcript.load(notebook(output))


def test_a_run_in_a_notebook_cannot_be_changed_unseen(notebook, tmp_path):
    Played(tmp_path / "osb.jsonl")
    text = Transcript.load(tmp_path / "osb.jsonl").to_jsonl().replace("Go on?", "Stop?")
    output = {"metadata": {"buttermilk_widget": {"run": compress_text(text)}}}
    with pytest.raises(BadTranscript, match="was changed since it was saved"):
        Transcript.load(notebook(output))


# --- whatever else -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<!doctype html><html></html>", "is a page to be read"),
        ("# osb\n\nwords", "is no transcript"),
        ('{"cells": 5}', "is no transcript"),
        ('{"cells": []}', "is a notebook, and keeps no run"),
        ('{\n"cells": [5, {"outputs": 5}, {"outputs": [5]}], "metadata": 5}', "keeps no run"),
        ('{"cells": ' + "[" * 200 + "]" * 200 + "}", "nested too deep"),
        ("[" * 10**5, "is no transcript"),
    ],
)
def test_a_file_of_another_kind_is_a_sentence(tmp_path, text, said):
    (tmp_path / "file").write_text(text)
    with pytest.raises(BadTranscript, match=said):
        Transcript.load(tmp_path / "file")


def test_of_a_transcript_there_is_one_run(tmp_path):
    Played(tmp_path / "osb.jsonl")
    made = Transcript.load(tmp_path / "osb.jsonl")
    made.save(tmp_path / "run.jsonl")
    same(Transcript.load(tmp_path / "run.jsonl", run=1), made)
    with pytest.raises(BadTranscript, match="has no run 2"):
        Transcript.load(tmp_path / "run.jsonl", run=2)


def test_a_flow_with_a_name_to_mislead_stands_in_one_line(tmp_path):
    path = tmp_path / "osb.jsonl"
    name = "osb\n  2  another" + "x" * 100
    Played(path, flow=name)
    Played(path, "record", flow="two")
    with pytest.raises(BadTranscript) as said:
        Transcript.load(path)
    assert len(str(said.value).splitlines()) == 3
    assert list(told(name))
