"""The frozen reading of a run."""

from __future__ import annotations

import json
import sys

import jsonschema
import pytest
from recordings import NAMES, frames
from test_conversation import ask, started

from buttermilk_widget import BadTranscript, MissingExtra, Transcript


def read(name, at=20.0):
    conversation = started(server="http://localhost:8000")
    for text in frames(name):
        conversation.receive(text, at)
    return Transcript.of(conversation)


@pytest.fixture
def types():
    return read("real_types")


def test_it_stays_as_it_was_while_the_run_goes_on():
    conversation = started()
    ask(conversation)
    transcript = Transcript.of(conversation)
    before = transcript.hash, len(transcript), [entry.id for entry in transcript]
    conversation.receive('{"type": "chat_message", "outputs": "one more"}', 30.0)
    assert (transcript.hash, len(transcript), [entry.id for entry in transcript]) == before
    assert (transcript[1].id, [entry.id for entry in transcript[1:]]) == (1, [1])
    assert repr(transcript) == f"Transcript('osb', 1 entries, {transcript.hash[:19]})"


def test_the_hash_is_of_all_that_is_in_it():
    assert read("real_auto").hash == read("real_auto").hash
    assert read("real_auto").hash != read("real_auto", at=20.1).hash
    assert read("real_auto").hash != read("real_ok").hash


def test_each_entry_has_its_raw_frame_and_can_be_cited(types):
    for entry in types:
        assert types.frame(entry.id).text in frames("real_types")
    number = next(entry.id for entry in types if entry.body.kind == "judgement")
    assert types.cite(number) == (
        f"TYPES, judgement, entry {number} of a run of the flow osb at http://localhost:8000, "
        "1970-01-01T00:00:20.000Z."
    )


# --- the file ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_it_is_saved_and_loaded_whole(name, tmp_path):
    transcript = read(name)
    transcript.save(tmp_path / "run.jsonl")
    again = Transcript.load(tmp_path / "run.jsonl")
    assert again.hash == transcript.hash
    assert (again.entries, again.agents, again.frames) == (
        *(transcript.entries, transcript.agents, transcript.frames),
    )
    assert (again.flow, again.server) == (transcript.flow, transcript.server)


def test_what_it_saves_fits_its_schema(types, tmp_path):
    types.save(tmp_path / "run.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "run.jsonl").read_text().splitlines()]
    entries = [line["entry"] for line in lines if "entry" in line]
    assert len(entries) == len(types)
    jsonschema.validate(entries, Transcript.to_json_schema())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no transcript"),
        ("{}", "is no transcript"),
        ('{"transcript": 3}', "of another version"),
        ('{"transcript": 2}', "is no transcript"),
        ('{"transcript": 1, "provenance": {"flow": "x"}, "hash": "z"}', "its hash differs"),
        ('{"transcript": 1, "provenance": {}}\n{"entry": {}}', "is no transcript"),
    ],
)
def test_what_is_no_transcript_is_refused(tmp_path, text, said):
    (tmp_path / "run.jsonl").write_text(text)
    with pytest.raises(BadTranscript, match=said):
        Transcript.load(tmp_path / "run.jsonl")
    with pytest.raises(BadTranscript, match="cannot be read"):
        Transcript.load(tmp_path / "nowhere")


# --- tables and text -----------------------------------------------------------------------------


def test_a_row_an_entry(types):
    frame = types.to_pandas()
    assert list(frame.index) == [entry.id for entry in types]
    assert str(frame["at"].dtype).endswith("UTC]")
    row = frame[frame["kind"] == "judgement"].iloc[0]
    assert (row["agent"], row["role"]) == ("TYPES", "TYPES")
    assert "prediction: in breach" in row["content"]
    assert json.loads(row["frame"])["type"] == "judge_reasons"


def test_judgements_assessments_and_decisions_are_tables_of_their_own(types):
    assert len(types.judgements()) == 1
    criteria = types.assessments()
    assert list(criteria["criterion"]) == list(range(1, len(criteria) + 1))
    assert str(criteria["correct"].dtype) == "boolean"
    decided = types.decided()
    assert list(decided["outcome"]) == ["unanswered"]
    assert str(decided["answer"].dtype) == "Int64"


def test_of_nothing_the_tables_are_empty_and_have_their_columns():
    empty = read("unknown_flow")
    for frame in (empty.to_pandas(), empty.assessments(), empty.decided(), empty.judgements()):
        assert (len(frame), len(frame.columns) > 5) == (0, True)


def test_without_pandas_it_says_what_to_install(monkeypatch, types):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(MissingExtra, match=r"buttermilk-widget\[pandas\]"):
        types.to_pandas()


def test_as_markdown_it_has_every_entry_and_then_the_decisions(types):
    markdown = types.to_markdown()
    assert markdown.startswith("# osb\n\nhttp://localhost:8000\n\n### ")
    assert markdown.count("\n### ") == len(types)
    assert "## Decisions" in markdown
    assert "| words | confirm | selection | by |" in markdown
    assert "| pick one |  |  |  |  | nobody |  | unanswered |" in markdown
    assert types._repr_markdown_() == markdown
    assert "## Decisions" not in read("real_auto").to_markdown()
