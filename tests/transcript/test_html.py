"""A transcript as one HTML file; how it looks and what it does is tested in the browser."""

from __future__ import annotations

import json
import re

import pytest
from scenes import SCENES
from support.conversations import started
from support.recordings import NAMES
from support.transcripts import read

from buttermilk_widget import Transcript
from buttermilk_widget.conversation.history import Entries, History
from buttermilk_widget.conversation.patches import (
    Agent,
    Answer,
    EventNote,
    Gap,
    Labels,
    Question,
    Speaker,
    TroubleNote,
)
from buttermilk_widget.protocol.messages import (
    Assessment,
    Criterion,
    Differences,
    Divergence,
    Expert,
    Judgement,
    Message,
    Position,
    Record,
    Reference,
    Research,
)
from buttermilk_widget.transcript.field_html import in_form
from buttermilk_widget.transcript.html import LEFT_ALONE
from buttermilk_widget.transcript.presentation import Form
from buttermilk_widget.transcript.provenance import Provenance


def page(entries):
    return Transcript(
        entries, provenance=Provenance(flow="osb", server="http://localhost:8000")
    ).to_html()


@pytest.mark.parametrize("name", NAMES)
def test_every_entry_of_a_recording_is_in_it(name):
    transcript = read(name)
    drawn = transcript.to_html()
    assert re.findall("<article id='r[0-9a-f]{8}-entry-([0-9]+)'", drawn) == [
        str(e.id) for e in transcript
    ]
    assert "<script" not in drawn


@pytest.mark.parametrize(
    "words",
    [
        "● prediction: yes",
        "uncertainty: low",
        "2 reasons",
        "✓ right",
        "2 of 3 right",
        "value='0.67'",
        '<caption><pre class="lines" dir="auto">Naming bystanders</pre></caption>',
        "<a href='#entry-5'><bdi>Judge Amber</bdi> #5</a>",
        "All 15 lines",
        'Image:</p> <pre class="lines" dir="auto">a crowd in front of a town hall</pre>',
        "Output of the tool search_guidelines",
        "https://doi.org/10.1000/182",
        "asked 2 times",
        "sent as confirm: true, selection: <bdi>confirm</bdi>, by the person after 8 s",
        "by the person after 8 s, to <a href='#entry-3'>",
        "<th scope='col'>Confirm</th><th scope='col'>Selection</th>",
        "<td>true</td><td dir='auto'>confirm</td>",
        "<dt>Model</dt><dd dir='auto'>gpt-4o-2024-11-20</dd>",
        "<dt>Finish reason</dt><dd dir='auto'>stop</dd>",
        "<dt>Tokens</dt><dd dir='auto'>prompt 1840, completion 212</dd>",
        "<dt>Source</dt><dd dir='auto'>JUDGE-amber</dd>",
        "<dt>Trace</dt><dd dir='auto'><a href='https://traces.example.org/runs/17'",
        'seed: </span><span dir="auto">7</span>',
        "went wrong; the flow goes on",
        "No connection from 16:01:30 to 16:01:39 UTC.",
        "A frame that is not understood. Its type is not known.",
        "may be lost",
        "Thought",
        "Scores: 2 judgements · 1 yes, 1 no · agreement 0 % · mean score 0.67 (1 of 2 judgements; 1 ",
        "Decisions: 1",
        "model gpt-4o · template strict",
    ],
)
def test_what_a_reader_needs_is_in_it(words):
    shown = SCENES["ended"][0]
    made = Transcript(
        Entries(shown.entries), shown.agents, provenance=Provenance(flow="osb", server="here")
    )
    assert words in re.sub(r"#r[0-9a-f]{8}-", "#", made.to_html())


def test_what_is_not_known_is_said():
    history = History()
    history.add(Judgement(), 1.0)
    history.add(Assessment(assessed_agent_id="<j>", assessments=(Criterion(),)), 1.0)
    history.add(TroubleNote(content="no", fatal=True), 1.0)
    history.add(Gap(began=0.0, content="gone"), 1.0)
    history.add(Answer(verdict="remark", content="<so>", by="replay"), 1.0)
    history.add(Record(), 1.0)
    history.add(Question(content="Well?"), 1.0)
    drawn = page(history.entries)
    for words in ("? no prediction", "no mean score", "&lt;j&gt;", "the flow cannot go on"):
        assert words in drawn
    for words in ("? not said", "<bdi>You</bdi>"):
        assert words in drawn
    for words in (
        "to now UTC",
        'group</strong>:</p> <pre class="lines" dir="auto">&lt;so&gt;',
        "as recorded",
    ):
        assert words in drawn
    assert "A record" in drawn
    assert "Decisions: 1" in drawn


@pytest.mark.parametrize(
    "metadata",
    [
        {"model": {"name": "<m>"}},
        {"model": ""},
        {"usage": None},
        {"usage": [1]},
        {"usage": {"prompt_tokens": "many"}},
        {"usage": {"prompt_tokens": True}},
        {"usage": {}},
    ],
)
def test_what_is_told_in_another_form_stays_as_it_came(metadata):
    history = History()
    history.change(history.add(Record(), 1.0), metadata=metadata)
    drawn = page(history.entries)
    assert f"Details</summary>{in_form(Form.JSON, metadata)}</details>" in drawn


def test_without_anything_told_there_are_no_details():
    history = History()
    history.add(Record(), 1.0)
    history.add(Answer(verdict="choice", content="", selection=""), 1.0)
    assert "Details" not in page(history.entries)
    history.add(Answer(verdict="text", content="so", state="sending"), 1.0)
    assert "being sent by the person" in page(history.entries)
    assert "sent as selection: <bdi>(blank option)</bdi>, by the person" in page(history.entries)


def test_in_a_notebook_its_style_stays_in_it():
    shown = SCENES["ended"][0]
    drawn = Transcript(Entries(shown.entries))._repr_html_()
    assert drawn.startswith(
        f"<div class='buttermilk-page {LEFT_ALONE}'><style>@scope (.buttermilk-page) {{"
    )
    assert "-entry-17' class=" in drawn
    assert "<html" not in drawn


def test_what_could_not_be_read_is_shown_as_it_came():
    unread = {"<b>": "two\nlines", "more": {"a": [1]}, "\u202e": "<i>"}
    history = History()
    history.add(
        Differences(
            divergences=(
                Divergence(
                    unread={"at": 1},
                    positions=(Position(unread={"at": 2}, experts=(Expert(unread={"at": 3}),)),),
                ),
            ),
            unread=unread,
        ),
        1.0,
    )
    history.add(Research(literature=(Reference(unread={"at": 4}),)), 1.0)
    drawn = page(history.entries)
    key = '<span class="key" dir="auto">{}: </span>'
    assert f"<summary>{key.format('as it came')}object of 3</summary>" in drawn
    for part in (
        f'{key.format("&lt;b&gt;")}<span dir="auto">two\nlines</span>',
        f"<summary>{key.format('a')}list of 1</summary>",
        f'{key.format("⟨U+202E⟩")}<span dir="auto">&lt;i&gt;</span>',
        *(f'{key.format("at")}<span dir="auto">{number}</span>' for number in (1, 2, 3, 4)),
    ):
        assert part in drawn


def test_who_holds_a_position_has_the_label_of_who_took_it_beside_the_name_that_came():
    history = History()
    speaker = Speaker(key="j-1", name="JUDGE")
    history.add(Judgement(), 1.0, Message(message_id="m"), speaker)
    experts = (Expert(name="Judge", answer_id="m"), Expert(name="Ash", answer_id="m"))
    divergence = Divergence(positions=(Position(experts=experts),))
    history.add(Differences(divergences=(divergence,)), 1.0)
    agents = (Agent(key="j-1", name="JUDGE", label="JUDGE · m", since=1.0),)
    drawn = re.sub(r"#r[0-9a-f]{8}-", "#", Transcript(history.entries, agents).to_html())
    link = "(<a href='#entry-1'><bdi>JUDGE · m</bdi> #1</a>)"
    assert f"<bdi>Judge</bdi> {link}, “<bdi>Ash</bdi>” {link}" in drawn


@pytest.mark.parametrize(
    ("speaker", "source", "before"),
    [
        (Speaker(key="j", name="<J>"), "", "<p class='source'><bdi>&lt;J&gt;</bdi>:</p> "),
        (
            Speaker(key="j", name="J", role="JUDGE", model="m"),
            "j",
            "<p class='source'><bdi>J</bdi> (<bdi>JUDGE · model m</bdi>), <bdi>j</bdi>:</p> ",
        ),
        (None, "osb", "<p class='source'><bdi>osb</bdi>:</p> "),
        (None, "", ""),
    ],
)
def test_an_event_says_whose_it_is_on_its_line(speaker, source, before):
    history = History()
    history.add(EventNote(content="set up", source=source), 1.0, Message(timestamp="now"), speaker)
    said = '<pre class="lines" dir="auto">set up</pre>'
    assert f"<div class='quiet' title='now'>{before}{said}</div>" in page(history.entries)


def test_the_study_s_words_for_predictions_are_used():
    history = History()
    history.add(Judgement(prediction=False), 1.0)
    made = Provenance(labels=Labels(yes="in breach", no="not <in> breach"))
    drawn = Transcript(history.entries, provenance=made).to_html()
    assert "<strong class='mark'>○ not &lt;in&gt; breach</strong>" in drawn
    assert "Scores: 1 judgement · 0 in breach, 1 not &lt;in&gt; breach<" in drawn


def test_nothing_said_is_a_page_too():
    drawn = page(Entries())
    assert "Decisions" not in drawn
    assert "Scores" not in drawn
    assert "default-src 'none'" in drawn


def test_two_runs_on_one_page_share_no_id_and_link_into_themselves():
    def run(word):
        conversation = started()
        judged = {"conclusion": word, "reasons": ["r"], "prediction": True}
        said = {"type": "judge_reasons", "message_id": "j", "outputs": judged}
        conversation.receive(json.dumps(said), 1.0)
        return Transcript.of(conversation)

    ids, links = [], []
    for word in ("one", "two"):
        page = run(word).to_fragment()
        mine = re.findall(r" id='([^']+)'", page)
        assert set(re.findall(r"href='#([^']+)'", page)) == set(mine)
        ids += mine
        links += re.findall(r"href='#([^']+)'", page)
    assert len(set(ids)) == len(ids) == 2
    assert all(re.fullmatch(r"r[0-9a-f]{8}-entry-1", one) for one in (*ids, *links))
    # A file of its own is linked into by the numbers that are shown.
    assert re.fullmatch(
        r"r[0-9a-f]{8}-entry-1", *re.findall(r" id='([^']+)'", run("one").to_html())
    )
