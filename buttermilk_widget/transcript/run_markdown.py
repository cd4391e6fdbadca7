"""A whole run as one Markdown document: its entries, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from buttermilk_widget.protocol.messages import Judgement
from buttermilk_widget.text.letters import label
from buttermilk_widget.text.markdown_writer import listed, plain

from . import wording
from .captions import about
from .entry_markdown import markdown, name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from buttermilk_widget.conversation.history import Entries
    from buttermilk_widget.conversation.patches import Agent, Body, Card, Labels

    from .decisions import Decision
    from .scores import Score, Scores

_JUDGED = (
    *("Entry", "Judge", "Model", "Template", "Criteria", "Prediction", "Uncertainty"),
    *("Mean score", "Right on"),
)
_DECIDED = (
    "Question",
    "Asked",
    "Answer",
    "Words",
    "Confirm",
    "Selection",
    "By",
    "After",
    "Outcome",
)


def document(
    entries: Entries,
    agents: Iterable[Agent],
    scores: Scores,
    decisions: Sequence[Decision],
    card: Card,
    *,
    title: str,
    server: str,
) -> str:
    """The document. Names and words of others in its headings and tables are on one line."""
    parts = [f"# {name(title)}", name(server), _roster(agents)]
    parts += [markdown(entry, scores.labels).rstrip("\n") for entry in entries]
    parts += [_scores(scores, entries), _decisions(decisions), _card(card)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _roster(agents: Iterable[Agent]) -> str:
    lines = [
        " · ".join(
            plain(label(part)) for part in (agent.called, about(agent), agent.description) if part
        )
        for agent in agents
    ]
    return f"## Agents\n\n{listed(lines)}" if lines else ""


def _scores(scores: Scores, entries: Entries) -> str:
    if not len(scores):
        return ""
    rows = [_score(row, entries[row.entry].body, scores.labels) for row in scores]
    return f"## Scores\n\n{name(scores.glance)}\n\n{_table(_JUDGED, rows)}"


def _score(row: Score, body: Body, labels: Labels | None) -> list[str]:
    predicted = wording.prediction(body, labels) if isinstance(body, Judgement) else ""
    known = (row.judge, row.model, row.template, row.criteria, predicted, row.uncertainty)
    mean = "" if row.mean is None else wording.decimal(row.mean)
    right = wording.right_of(row.right, row.judged) if row.judged.total else ""
    return [
        f"#{row.entry}",
        *(cell(one) for one in (*known, f"{mean}{row.scored.note(wording.SCORES)}", right)),
    ]


def _decisions(decisions: Sequence[Decision]) -> str:
    rows = [
        [
            f"#{one.question}",
            *(cell(words) for words in (one.content, one.verdict, one.words)),
            "" if one.confirm is None else str(one.confirm).lower(),
            *(cell(words) for words in (one.selection, one.by)),
            "" if one.after is None else f"{one.after:.1f} s",
            one.outcome,
        ]
        for one in decisions
    ]
    return f"## Decisions: {len(rows)}\n\n{_table(_DECIDED, rows)}" if rows else ""


def _card(card: Card) -> str:
    facts = [f"{plain(label(fact.name))}: {cell(fact.value)}" for fact in card.facts]
    return f"## About this run\n\n{name(card.paragraph)}\n\n{listed(facts)}"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, [":--"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def cell(text: str | None) -> str:
    """Words of anybody's that stay in one cell of a table, or in one line of a list."""
    return plain(label(text or ""))
