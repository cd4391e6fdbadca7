"""What the page with no kernel can show: a scene for each state of the widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from buttermilk_widget.conversation.patches import (
    Agent,
    Answer,
    Card,
    Checkpoint,
    Entry,
    EventNote,
    Fact,
    Flow,
    FlowList,
    Gap,
    Held,
    Parameter,
    Patch,
    Question,
    Readiness,
    Replay,
    Speaker,
    Status,
    TroubleNote,
    UnknownBody,
)
from buttermilk_widget.protocol.messages import (
    Assessment,
    Criterion,
    Differences,
    Divergence,
    Expert,
    Json,
    Judgement,
    Position,
    Record,
    Reference,
    Research,
    Text,
    ToolOutput,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

SERVER = "http://localhost:8000"
BEGAN = 1_764_000_000.0
NOW = BEGAN + 185

FETCHER = Speaker(key="f", name="Fetcher", role="FETCH")
STRICT = Speaker(
    key="j1", name="Judge Amber", role="JUDGE", model="gpt-4o", template="strict", criteria=["G2"]
)
MILD = Speaker(key="j2", name="Judge Birch", role="JUDGE", model="claude-sonnet", template="mild")
SCORER = Speaker(key="s", name="Scorer", role="SCORER", model="gemini-pro")
SUMMARY = Speaker(key="d", name="Differences", role="SYNTH", model="gpt-4o")

MARKDOWN = """\
## What the post says

It calls the proposal *a disgrace* and **names two people**. Against `guideline 2`:

- it gives no source for the claim;
- it repeats the claim as fact.

| guideline | text | met |
| :-- | :-- | --: |
| 1 | Say where it is from | no |
| 2 | Do not name bystanders | no |

> "They knew, and they said nothing."

```python
def breaches(post):
    return [rule for rule in RULES if rule.broken_by(post)]
```

See [the guidelines](https://example.org/guidelines). An image: \
![a chart of complaints](https://example.org/chart.png)
<b onclick="alert(1)">and HTML, shown as text</b>.
"""
POST = "\n\n".join(
    f"Paragraph {number}: a sentence that goes on for a while about what was said at the meeting."
    for number in range(1, 9)
)
ARABIC = "هذا نص من اليمين إلى اليسار، ليُعرض كما يجب."

BODIES: list[tuple[Any, dict[str, Any]]] = [
    (EventNote(content="Setting up AutogenOrchestrator", source="osb"), {}),
    (
        Record(
            record_id="post-17",
            title="A post about the meeting",
            uri="https://example.org/posts/17",
            metadata={"title": "A post about the meeting", "outlet": "The Daily", "year": 2024},
            content=POST,
            alt_text="a crowd in front of a town hall",
            ground_truth={"breach": True},
        ),
        {"speaker": FETCHER},
    ),
    (
        Question(
            content="The record is here. Shall the **judges** begin?",
            form="confirm",
            options=("confirm", "reject"),
            asked=2,
            state="answered",
        ),
        {"replies": (4,)},
    ),
    (
        Answer(verdict="confirm", content="yes", confirm=True, selection="confirm"),
        {"about": 3},
    ),
    (
        Judgement(
            conclusion="The post breaks **guideline 2**: it names bystanders and gives no source.",
            reasons=("It names two people who hold no office.", "It repeats a claim as fact."),
            prediction=True,
            uncertainty="low",
        ),
        {"speaker": STRICT, "message_id": "call-1", "replies": (7,)},
    ),
    (
        Judgement(
            conclusion="On balance the post is an opinion, and reads as one.",
            reasons=("It says *I think* twice.",),
            prediction=False,
            uncertainty="high",
        ),
        {"speaker": MILD, "message_id": "call-2"},
    ),
    (
        Assessment(
            assessments=(
                Criterion(correct=True, feedback="Names the guideline that is broken."),
                Criterion(correct=True, feedback="Quotes the words that break it."),
                Criterion(correct=False, feedback="Does not weigh the *public interest*."),
            ),
            assessed_agent_id="j1",
            assessed_call_id="call-1",
            correctness=2 / 3,
        ),
        {"speaker": SCORER, "about": 5},
    ),
    (
        Differences(
            conclusion="The judges differ on whether naming people needs a reason.",
            divergences=(
                Divergence(
                    topic="Naming bystanders",
                    positions=(
                        Position(
                            position="Never without a reason",
                            experts=(Expert(name="Judge Amber", answer_id="call-1"),),
                        ),
                        Position(
                            position="Harmless in an opinion",
                            experts=(
                                Expert(name="Judge Birch", answer_id="call-2"),
                                Expert(name="Judge Cedar"),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        {"speaker": SUMMARY},
    ),
    (
        Text(content=MARKDOWN, thought="First what it says, then against what."),
        {
            "speaker": STRICT,
            "metadata": {
                "model": "gpt-4o-2024-11-20",
                "finish_reason": "stop",
                "usage": {"prompt_tokens": 1840, "completion_tokens": 212},
                "seed": 7,
            },
            "tracing_link": "https://traces.example.org/runs/17",
            "source": "JUDGE-amber",
        },
    ),
    (
        Research(
            response="Two studies find that naming bystanders deters witnesses.",
            literature=(
                Reference(
                    summary="A survey of 412 witnesses.", source="Doe (2021)", doi="10.1000/182"
                ),
                Reference(summary="A review.", source="Roe and Poe (2023)"),
            ),
        ),
        {"speaker": SUMMARY},
    ),
    (
        ToolOutput(
            name="search_guidelines",
            content="3 guidelines found.",
            args={"query": "naming"},
            results=[{"id": "G2", "score": 0.91}],
        ),
        {"speaker": MILD},
    ),
    (
        Json(value={"votes": {"breach": 2, "no breach": 1}, "notes": [None, True, "so"]}),
        {"speaker": SCORER},
    ),
    (TroubleNote(content="The model gave no answer in 60 s.", source="Judge Cedar"), {}),
    (
        Gap(
            began=BEGAN + 90,
            until=BEGAN + 99,
            content="What the server sent meanwhile did not arrive; agents' results may be missing.",
        ),
        {},
    ),
    (
        UnknownBody(raw='{"type": "novelty", "payload": [1, 2, 3]}', why="Its type is not known."),
        {},
    ),
    (Text(content=ARABIC), {"speaker": MILD}),
    (Answer(verdict="text", content="Weigh the public interest too.", state="lost"), {}),
]
CONFIRM = Question(
    content="Both judgements are in. Shall the **scorer** compare them with the guidelines?",
    options=("confirm", "reject"),
    form="confirm",
    asked=2,
)
OPTIONS = Question(
    content="Which post shall the panel read?",
    options=("The meeting", "The march", "Neither of them"),
    form="options",
)
WORDS = Question(content="What should the judges look at more closely?", form="text")
UNCERTAIN = Question(
    content="Which version shall go on?",
    options=("Publish it", "Send it back to the author", "Reject it", "בטל את הצעד, ואז עצור"),
    confirms=(None, None, False, None),
    form="options",
)
YES_OR_NO = Question(content="Shall the judges see the whole record?", form="confirm")
LONG_OPTION = (
    "The first version, in which the author is named, the place of the meeting is given in full, "
    "the people in the photograph are described one after the other, and which ends by saying "
    "that the post is to be "
)
LONG = Question(
    content="Which version shall go on?",
    options=(
        f"{LONG_OPTION}removed",
        f"{LONG_OPTION}kept",
        "**Bold** option, with `code`,\nand a second line",
        "",
        "Keep it",
        "Keep it ",
        "Keep\u202eit",
    ),
    confirms=(None, None, None, None, None, None, None),
    form="options",
)

AGENTS = (
    Agent(key="f", name="Fetcher", role="FETCH", state="idle", since=BEGAN + 20, steps=1),
    Agent(
        key="j1",
        name="Judge Amber",
        role="JUDGE",
        model="gpt-4o",
        state="idle",
        since=BEGAN + 60,
        steps=2,
    ),
    Agent(
        key="j2",
        name="Judge Birch",
        role="JUDGE",
        model="claude-sonnet",
        state="working",
        since=BEGAN + 80,
        steps=1,
    ),
    Agent(
        key="j3",
        name="Judge Cedar",
        role="JUDGE",
        model="llama-3",
        state="failed",
        since=BEGAN + 85,
    ),
    Agent(key="s", name="Scorer", role="SCORER", model="gemini-pro", state="expected", since=BEGAN),
)


HOST = Speaker(key="h", name="Host", role="HOST", model="gpt-4o")
WHAT_IT_TOLD = {"model": "gpt-4o", "finish_reason": "stop", "usage": {"completion_tokens": 31}}
CHAT: list[tuple[Any, dict[str, Any]]] = [
    (
        Question(content="Hi! What would you like to do?", form="text", state="answered"),
        {"replies": (2,)},
    ),
    (Answer(verdict="text", content="find what was said of naming bystanders"), {"about": 1}),
    (
        Research(
            response="Two passages of the library are about it [1, 2].",
            literature=(
                Reference(summary="Bystanders are not named without a reason.", source="G2"),
                Reference(summary="A reason is an office, or their own word.", source="G2, note 4"),
            ),
        ),
        {"speaker": SUMMARY},
    ),
    (Answer(verdict="text", content="and is the post a case of it?"), {}),
    (
        Text(content="I would say so: it names **two people** who hold no office."),
        {"speaker": HOST, "metadata": WHAT_IT_TOLD},
    ),
]
CHATTING = (
    Agent(key="h", name="Host", role="HOST", model="gpt-4o", state="idle", since=BEGAN),
    Agent(key="d", name="Differences", role="SYNTH", state="idle", since=BEGAN + 20, steps=1),
    Agent(key="j2", name="Judge Birch", role="JUDGE", state="working", since=BEGAN + 170, steps=1),
)
STEP = Question(
    content="Confirm next step: JUDGE",
    options=("confirm", "reject"),
    confirms=(True, False),
    form="confirm",
)


def entries(
    *more: Question, before: Sequence[tuple[Any, dict[str, Any]]] = BODIES
) -> tuple[Entry, ...]:
    """The conversation so far, and then ``more``."""
    bodies = [*before, *((question, {}) for question in more)]
    return tuple(
        Entry(id=number, seq=number, at=BEGAN + 8 * number, body=body, **fields)
        for number, (body, fields) in enumerate(bodies, start=1)
    )


def run(
    readiness: Readiness,
    reason: str,
    *more: Question,
    shown: tuple[Entry, ...] | None = None,
    agents: tuple[Agent, ...] = AGENTS,
    **fields: Any,
) -> list[Patch]:
    """One patch that puts the page into a state."""
    shown = entries(*more) if shown is None else shown
    status = Status(
        readiness=readiness,
        reason=reason,
        since=NOW - 65,
        flow="osb",
        server=SERVER,
        question=shown[-1].id if more else None,
        **fields,
    )
    return [Patch(run=1, base=0, seq=99, at=NOW, entries=shown, agents=agents, status=status)]


def held(number: int, content: str, **fields: Any) -> Held:
    """Words that wait."""
    return Held(id=number, verdict="text", content=content, at=BEGAN + 100, **fields)


OFFLINE = Patch(run=0, base=0, seq=1, at=NOW, agents=(), status=Status(server=SERVER))
ASKING = "The flow asks you. Answer now."
WAITING = "It goes out when a question is open."
CARD = Card(
    run=1,
    facts=(
        Fact(name="Flow", value="osb"),
        Fact(name="Server", value=SERVER),
        Fact(name="Began", value="2025-11-24 16:00:00 UTC"),
        Fact(name="Agents", value="Fetcher, Judge Amber (gpt-4o), Judge Birch (claude-sonnet)"),
        Fact(name="Transcript", value=f"sha256:{'0a1b2c3d' * 8}"),
        Fact(name="A name that an agent gave itself", value=ARABIC),
        Fact(name="Markup", value='<b onclick="alert(1)">shown as text</b>'),
    ),
    paragraph="The flow osb was run on 24 November 2025 at a Buttermilk server "
    f"({SERVER}), with five agents; the transcript (sha256:{'0a1b2c3d' * 8}) is kept beside this "
    "notebook.",
)
GOING = "The agents are at work."


def replay(played: int, **fields: Any) -> Replay:
    """How far the replay of the run is."""
    return Replay(run=1, cassette="osb.jsonl", recorded=BEGAN, played=played, total=40, **fields)


FLOWS = (
    Flow(
        name="osb",
        description="A panel judges a post against written guidelines; each step is confirmed.",
        parameters=(
            Parameter(name="prompt", type="string", description="What the flow is about."),
            Parameter(name="record_id", type="string", description="The id of a post."),
            Parameter(name="human_in_loop", type="boolean", default=True, description="Ask me?"),
            Parameter(
                name="criteria",
                type="array",
                default=["person", "exclusion"],
                description="The keys of the guidelines to judge by: person, exclusion, claims.",
            ),
            Parameter(name="rate", type="number", required=True, description="Messages a second."),
        ),
    ),
    Flow(name="panel", description=f"{ARABIC} A panel.", parameters=()),
    Flow(name="long"),
)


SCENES: dict[str, Sequence[Patch | FlowList | Replay | Card | Checkpoint]] = {
    "unheard": [],
    "form": [OFFLINE, FlowList(server=SERVER, flows=FLOWS)],
    "form-names": [
        OFFLINE,
        FlowList(server=SERVER, flows=tuple(Flow(name=n) for n in ("osb", "zot"))),
    ],
    "form-not-listed": [OFFLINE, FlowList(server=SERVER, listed=False)],
    "form-problem": [
        OFFLINE,
        FlowList(server=SERVER, problem=f"Nobody answers at {SERVER}. Is the server running?"),
    ],
    "starting": run(
        Readiness.STARTING,
        "The flow is being set up; what you type is held until it asks.",
        shown=(),
        agents=(),
        held=(held(1, "I think it breaks the second guideline.", note=WAITING),),
    ),
    "working": run(
        Readiness.WORKING,
        "The agents are at work.",
        activity="Judge Birch working; 2 of 3 steps",
        remarks=True,
        held=(held(1, "Mind the tone of the last paragraph.", note=WAITING),),
    ),
    "silent": run(Readiness.WORKING, GOING, silent_since=NOW - 40),
    "asking": run(Readiness.ASKING, ASKING, CONFIRM),
    "facing": run(
        Readiness.ASKING,
        ASKING,
        CONFIRM,
        held=(
            held(
                1,
                "I think it breaks the second guideline.",
                facing=len(BODIES) + 1,
                note="Written before this question; sent to it, words reject the step.",
            ),
        ),
    ),
    "options": run(Readiness.ASKING, ASKING, OPTIONS),
    "words": run(Readiness.ASKING, ASKING, WORDS),
    "uncertain": run(Readiness.ASKING, ASKING, UNCERTAIN),
    "yes-or-no": run(Readiness.ASKING, ASKING, YES_OR_NO),
    "long-options": run(Readiness.ASKING, ASKING, LONG),
    "listening": run(
        Readiness.LISTENING,
        "The host listens. Say something at any time.",
        shown=entries(before=CHAT),
        agents=CHATTING[:2],
    ),
    "listening-at-work": run(
        Readiness.LISTENING,
        "Judge Birch is working. You can keep talking.",
        shown=entries(before=CHAT),
        agents=CHATTING,
        activity="Calling JUDGE_call",
    ),
    "listening-asked": run(
        Readiness.ASKING, ASKING, STEP, shown=entries(STEP, before=CHAT), agents=CHATTING[:2]
    ),
    "replay-listening": [
        *run(
            Readiness.LISTENING,
            "The host listens. Say something at any time.",
            shown=entries(before=CHAT),
            agents=CHATTING[:2],
        ),
        replay(23),
    ],
    "ended": [*run(Readiness.ENDED, "The flow came to its end."), CARD],
    "replay": [*run(Readiness.WORKING, GOING, activity="Judge Birch working"), replay(12)],
    "replay-paused": [
        *run(Readiness.ASKING, ASKING, CONFIRM, held=(held(1, "Mind the tone.", note=WAITING),)),
        replay(23, paused=True),
    ],
    "replay-waits": [
        *run(Readiness.ASKING, ASKING, OPTIONS),
        replay(23, waits="It waits for the notebook's run.choose('The march')."),
    ],
    "replay-note": [
        *run(Readiness.LOST, "The recording breaks off here, before the run ended."),
        replay(40, note="The last line of the recording was half written, and is left out."),
    ],
    "saved": [
        Checkpoint(
            patch=run(Readiness.ENDED, "The flow came to its end.")[0], card=CARD, replay=replay(40)
        )
    ],
    "saved-unfinished": [
        Checkpoint(
            patch=run(
                Readiness.WORKING,
                GOING,
                held=(held(1, "Mind the tone of the last paragraph.", note=WAITING),),
            )[0],
            card=CARD,
        )
    ],
    "quiet": run(Readiness.ASKING, ASKING, CONFIRM),
    "gone": run(
        Readiness.ASKING,
        ASKING,
        CONFIRM,
        held=(held(1, "I think it breaks the second guideline.", note=WAITING),),
    ),
    "failed": run(
        Readiness.FAILED,
        "The server said nothing in 30 s. It offers osb, panel and long; 'obs' is not among them.",
        shown=(),
        agents=(),
        held=(held(1, "Words that were never sent."),),
    ),
    "lost": run(Readiness.LOST, "The connection is gone; what became of the run is unknown."),
}
