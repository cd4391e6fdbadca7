"""Where a run comes from: in lines for a card, and as one paragraph for a methods section."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pydantic import Field, JsonValue

from buttermilk_widget.conversation.patches import Card, Fact, Gap, Labels, Readiness
from buttermilk_widget.errors import join_names, truncate
from buttermilk_widget.protocol.messages import Model, Moment, Record, as_text

from .captions import about, iso
from .decisions import ledger

if TYPE_CHECKING:
    from collections.abc import Iterable

    from buttermilk_widget.conversation.conversation import Conversation
    from buttermilk_widget.conversation.history import Entries
    from buttermilk_widget.conversation.patches import Agent

_CAME_TO = {
    Readiness.ENDED: "came to its end",
    Readiness.FAILED: "failed",
    Readiness.STOPPED: "was stopped",
    Readiness.LOST: "was lost with its connection",
}
_BY = {
    "person": "a person",
    "script": "a script",
    "replay": "somebody whom the recording does not name",
}


_MOST = 100
"""Agents, and records, that a card names."""


class Provenance(Model):
    """What a transcript keeps on where it comes from, beside what its entries say.

    Attributes:
        flow: The flow's name.
        parameters: What else it was asked for with: prompt, record, and so on.
        server: The server's address, with no credentials.
        session: The server's id for the session.
        client: What asked for the flow, and its version.
        began: When the flow was asked for, in seconds since 1970, UTC.
        ended: When the run settled; unset while it has not.
        outcome: Its readiness when this was made.
        cassette: The cassette's file name and the digest of the run in it.
        labels: The study's words for predictions.
    """

    flow: str | None = None
    parameters: dict[str, JsonValue] = Field(default_factory=dict)
    server: str | None = None
    session: str | None = None
    client: str | None = None
    began: Moment | None = None
    ended: Moment | None = None
    outcome: Readiness = Readiness.OFFLINE
    cassette: str | None = None
    labels: Labels | None = None

    @classmethod
    def of(cls, conversation: Conversation, *, cassette: str | None = None) -> Provenance:
        """The provenance of a conversation so far."""
        status, request = conversation.status, conversation.request
        asked = request.model_dump(mode="json", exclude_none=True) if request else {}
        return cls(
            flow=status.flow,
            parameters={k: v for k, v in asked.items() if k not in ("type", "flow")},
            server=status.server,
            session=conversation.session,
            client=conversation.client,
            began=conversation.began,
            ended=status.since if status.readiness.settled else None,
            outcome=status.readiness,
            cassette=cassette,
            labels=status.labels,
        )


def card_of(
    provenance: Provenance,
    entries: Entries,
    agents: Iterable[Agent],
    digest: str,
    *,
    run: int = 1,
) -> Card:
    """The whole card; ``digest`` is the transcript's hash."""
    agents = tuple(agents)
    facts = (*_facts(provenance, entries, agents), ("Transcript", digest))
    shown = tuple(Fact(name=name, value=value) for name, value in facts if value)
    return Card(run=run, facts=shown, paragraph=_paragraph(provenance, entries, agents, digest))


def _facts(
    made: Provenance, entries: Entries, agents: tuple[Agent, ...]
) -> Iterable[tuple[str, str]]:
    yield "Flow", made.flow or ""
    for name, value in made.parameters.items():
        yield f"Parameter {name}", as_text(value)
    for record in _first(_records(entries)):
        yield "Record", record
    yield "Server", made.server or ""
    yield "Session", made.session or ""
    for agent in _first(_agents(agents)):
        yield "Agent", agent
    yield "Began", iso(made.began) if made.began else ""
    yield "Ended", _ended(made)
    yield "Questions", _answers(entries)
    yield "Without a connection", _gaps(entries) or "never"
    yield "Client", made.client or ""
    yield "Cassette", made.cassette or ""


def _paragraph(made: Provenance, entries: Entries, agents: tuple[Agent, ...], digest: str) -> str:
    with_ = "; ".join(f"{name}: “{as_text(value)}”" for name, value in made.parameters.items())
    when = f" on {iso(made.began)[:10]} at {iso(made.began)[11:19]} UTC" if made.began else ""
    records, known = _records(entries), _agents(agents)
    gaps = _gaps(entries)
    sentences = [
        (
            f"The flow {made.flow or '(unnamed)'} was run{when} on "
            f"{_place(made.server)}{f', with {with_}' if with_ else ''}."
        ),
        f"It worked on {join_names(records)}." if records else "",
        f"{_count(len(known), 'agent')} took part: {'; '.join(_first(known))}." if known else "",
        f"The manager's part: {_answers(entries)}.",
        f"There was no connection {gaps}; what the server said then may be missing."
        if gaps
        else "The connection was never interrupted.",
        f"The run {_CAME_TO.get(made.outcome, 'had not ended when this was written')}.",
        f"It was recorded with {made.client}." if made.client else "",
        f"The transcript's hash is {digest}.",
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _records(entries: Entries) -> list[str]:
    names = (
        (
            f"“{truncate(body.title)}”" if body.title else "",
            join_names(filter(None, (body.record_id, body.uri))),
        )
        for entry in entries
        if isinstance(body := entry.body, Record)
    )
    known = (f"{title} ({ids})" if title and ids else title or ids for title, ids in names)
    return list(dict.fromkeys(name for name in known if name))


def _first(lines: list[str]) -> list[str]:
    """The lines, or the first of very many, and one that counts the others."""
    more = len(lines) - _MOST
    return lines if more <= 0 else [*lines[:_MOST], f"and {more:,} more"]


def _agents(agents: tuple[Agent, ...]) -> list[str]:
    """Each agent under its label, with what else is known of how it works."""
    lines = []
    for agent in agents:
        known = truncate(about(agent, ", "))
        lines.append(f"{agent.called} ({known})" if known else agent.called)
    return lines


def _answers(entries: Entries) -> str:
    decisions = ledger(entries)
    if not decisions:
        return "nothing was asked"
    given = Counter(one.by for one in decisions)
    parts = [f"{count} answered by {_BY[by]}" for by, count in sorted(given.items()) if by in _BY]
    parts += [f"{given['nobody']} not answered"] if given["nobody"] else []
    lost = sum(one.outcome == "lost" for one in decisions)
    parts += [f"{lost} perhaps lost"] if lost else []
    questions = len({one.question for one in decisions})
    return f"{_count(questions, 'question')}, {join_names(parts)}"


def _gaps(entries: Entries) -> str:
    gaps = [entry.body for entry in entries if isinstance(entry.body, Gap)]
    if not gaps:
        return ""
    parts = (
        f"from {iso(gap.began)[11:19]} to {iso(gap.until)[11:19] if gap.until else 'now'} UTC"
        for gap in gaps
    )
    return join_names(parts)


def _ended(made: Provenance) -> str:
    if made.ended is None:
        return ""
    took = f", after {made.ended - made.began:.0f} s" if made.began is not None else ""
    return f"{iso(made.ended)}{took}; it {_CAME_TO[made.outcome]}"


def _place(server: str | None) -> str:
    """An address, or what stands for one: "the built-in server", "an unknown server"."""
    if server is None:
        return "an unknown server"
    return f"the Buttermilk server at {server}" if "://" in server else server


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
