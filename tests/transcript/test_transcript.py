"""The frozen reading of a run."""

from __future__ import annotations

import json
import sys

import jsonschema
import pytest
from support.conversations import ask, started
from support.recordings import NAMES, frames
from support.transcripts import read

from buttermilk_widget import BadTranscript, MissingExtra, Transcript, __version__


@pytest.fixture
def types():
    return read("real_types")


@pytest.fixture
def nearly_right():
    """Four judgements and four scores, each nearly as it should be."""
    conversation = started()
    said = [
        ("judge_reasons", "Ash", {"reasons": "A sentence.", "prediction": True}),
        ("judge_reasons", "Bay", {"reasons": None, "prediction": False}),
        ("judge_reasons", "Cove", {"reasons": ["r"], "prediction": "unclear"}),
        ("judge_reasons", "Dell", {"prediction": "True", "uncertainty": 0.3}),
        *(
            ("assessments", "Scorer", {"assessments": criteria, "assessed_call_id": of, **mean})
            for of, mean, criteria in (
                ("m1", {"correctness": 0.5}, [{"correct": "partially"}, {"correct": True}]),
                ("m4", {"correctness": "85%"}, [{"correct": True}]),
                ("m4", {"correctness": 85}, [{"correct": True}]),
                ("nobody's", {"correctness": "n/a"}, []),
            )
        ),
    ]
    for number, (kind, name, outputs) in enumerate(said, 1):
        frame = {
            "type": kind,
            "message_id": f"m{number}",
            "outputs": outputs,
            "agent_info": {"agent_id": name, "agent_name": f"Judge {name}", "role": "JUDGE"},
        }
        conversation.receive(json.dumps(frame), 20.0)
    return Transcript.of(conversation)


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
        f"TYPES, judgement, entry {number} of a run of the flow osb at http://localhost:8000 on "
        f"“A title” (rec-1), 1970-01-01T00:00:20.000Z. buttermilk_widget {__version__}; "
        f"transcript {types.hash[: len('sha256-2:') + 16]}."
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
    assert row["content"].startswith("- prediction: yes\n- uncertainty: high\n\n> ")
    assert json.loads(row["frame"])["type"] == "judge_reasons"


def test_judgements_assessments_and_decisions_are_tables_of_their_own(types):
    (judged,) = types.judgements().itertuples()
    assert (judged.conclusion, judged.reasons) == ("Violates rule 3.", ("r1", "r2"))
    assert (judged.record_id, judged.record_title) == ("rec-1", "A title")
    criteria = types.assessments()
    assert list(criteria["name"]) == [str(place) for place in criteria["criterion"]]
    assert list(criteria["criterion"]) == list(range(1, len(criteria) + 1))
    assert str(criteria["correct"].dtype) == "boolean"
    decided = types.decided()
    assert list(decided["outcome"]) == ["unanswered"]
    assert str(decided["answer"].dtype) == "Int64"


def test_what_could_not_be_read_is_in_the_tables(nearly_right):
    judgements = nearly_right.judgements()
    assert judgements["prediction"].isna().tolist() == [False, False, True, False]
    assert judgements["left_out"].tolist() == [
        "criteria: 1 left out: neither right nor wrong",
        "",
        "prediction “unclear”: neither yes nor no",
        "scores: 1 left out: no score from 0 to 1",
    ]
    criteria = nearly_right.assessments()
    assert criteria["unread"].fillna("").tolist() == [
        *('{"correct": "partially"}', "", "", '{"correctness": 85}', '{"correctness": "n/a"}'),
    ]
    assert criteria["correctness"].fillna(-1).tolist() == [0.5, 0.5, 0.85, -1, -1]
    assert criteria["criterion"].fillna(-1).tolist() == [1, 2, 1, 1, -1]
    assert criteria["judgement"].fillna(-1).tolist() == [1, 1, 4, 4, -1]


def test_the_exports_say_what_each_number_leaves_out(nearly_right):
    glance = (
        "4 judgements · 2 yes, 1 no · agreement 33 % (3 of 4 judgements; 1 left out: no readable "
        "prediction) · mean score 0.68 (2 of 4 judgements; 2 left out: not scored) · 1 score of no "
        "judgement that was seen"
    )
    markdown, html = nearly_right.to_markdown(), nearly_right.to_html()
    assert f"## Scores\n\n{glance}\n" in markdown
    assert f"Scores: {glance}<" in html
    row = (
        "| #4 | Judge Dell |  |  |  | prediction: yes | 0.3 | 0.85 (1 of 2 scores; 1 left out: no score "
        "from 0 to 1) | 2 of 2 right |"
    )
    assert row in markdown
    for words in (
        "? prediction “unclear”: neither yes nor no",
        "⚠ “85”: no score from 0 to 1",
        "? “partially”: neither right nor wrong",
        '<span class="key" dir="auto">correctness: </span><span dir="auto">85</span>',
        "1 of 1 right (1 left out: neither right nor wrong)",
    ):
        assert words in html
    assert "value='85" not in html


def test_four_judges_are_four_under_one_label_everywhere():
    transcript = read("judges_by_model_and_criteria")
    labels = [f"JUDGE · {m} · {c}" for m in ("m-a", "m-b") for c in ("crit_one", "crit_two")]
    everyone = [labels[0], "HOST", *labels[1:]]
    assert [agent.label for agent in transcript.agents] == everyone
    assert [row.judge for row in transcript.scores] == labels
    assert {entry.speaker.name for entry in transcript if entry.speaker} == {"JUDGE"}
    judged = transcript.to_pandas()
    assert judged[judged["kind"] == "judgement"]["agent"].tolist() == labels
    assert f"5 agents took part: {'; '.join(everyone)}." in transcript.methods
    markdown, html, card = transcript.to_markdown(), transcript.to_html(), transcript.card()
    for number, label in zip((3, 4, 5, 6), labels, strict=True):
        assert transcript.cite(number).startswith(f"{label}, judgement, entry {number} of")
        assert f"### {label} (judgement, entry #{number}," in markdown
        assert f"<strong><bdi>{label}</bdi></strong>" in html
        assert ("Agent", label) in [(fact.name, fact.value) for fact in card.facts]


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
    assert markdown.startswith("# osb\n\nhttp\\://localhost:8000\n\n## Agents\n\n- TYPES ")
    assert markdown.count("\n### ") == len(types)
    assert "## Decisions" in markdown
    assert "| Words | Confirm | Selection | By |" in markdown
    assert "| pick one |  |  |  |  | nobody |  | unanswered |" in markdown
    assert types._repr_markdown_() == markdown
    assert "## Decisions" not in read("real_auto").to_markdown()
