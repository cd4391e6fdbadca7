"""A transcript as one HTML file: no network, no script, the look of the widget, light and dark."""

from __future__ import annotations

import html
import re
from contextvars import ContextVar
from typing import TYPE_CHECKING

from buttermilk_widget.conversation.patches import Answer, EventNote, Gap, Question, TroubleNote
from buttermilk_widget.protocol.messages import (
    Assessment,
    Criterion,
    Differences,
    Expert,
    Json,
    Judgement,
    Made,
    Record,
    Reference,
    Research,
    Text,
    ToolOutput,
)
from buttermilk_widget.text.addresses import destination
from buttermilk_widget.text.letters import label, option_label, option_names

from . import wording
from .captions import about, iso, other_source, who
from .field_html import attribute, fold, in_form, shown
from .presentation import Form

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from buttermilk_widget.conversation.history import Entries
    from buttermilk_widget.conversation.patches import Agent, Body, Card, Entry, Labels

    from .decisions import Decision
    from .scores import Score, Scores

LEFT_ALONE = "mathjax_ignore tex2jax_ignore"
"""Classes of what scripts of the page around it have to leave alone.

JupyterLab has MathJax typeset the HTML in outputs: prices would become formulas, and a ``\\def`` in a
text of an agent would change the formulas of other cells. The first is read by MathJax 3 and 4, the
second by MathJax 2, as in older exports.
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_RUN: ContextVar[str] = ContextVar("_RUN", default="")
"""What the ids of the entries begin with in the reading that is being made."""

"""What stands before what could not be read."""

_LONG = 10
"""Lines above which a record is folded."""

_RIGHT = {True: ("good", "✓"), False: ("bad", "✗"), None: ("", "?")}
_PREDICTED = {True: "●", False: "○", None: "?"}
_VERDICTS = {
    "confirm": "✓ Confirmed",
    "reject": "✗ Rejected",
    "choice": "Chose",
    "text": "Said",
    "remark": "Remarked to the group",
}
_DELIVERY = {
    "sending": "being sent",
    "sent": "sent",
    "lost": "⚠ may be lost (the connection broke as it went); sent",
}
_BY = {"person": "by the person", "script": "by a script", "replay": "as recorded"}


def document(inner: str, *, title: str, style: str) -> str:
    """A page of its own around a :func:`reading`."""
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{_label(title)}</title><style>:root{{color-scheme:light dark}}"
        f"body{{margin:8px}}{style}</style></head>"
        f"<body><main>{inner}</main></body></html>\n"
    )


def fragment(inner: str, *, style: str) -> str:
    """A :func:`reading` to stand in a page of others, with a style that stays in it."""
    # The scope is around the reading: a scope's rules do not match its own root.
    scoped = f"<style>@scope (.buttermilk-page) {{{style}}}</style>"
    return f"<div class='buttermilk-page {LEFT_ALONE}'>{scoped}{inner}</div>"


def reading(
    entries: Entries,
    agents: Collection[Agent],
    scores: Scores,
    decisions: Iterable[Decision],
    card: Card,
    *,
    title: str,
    server: str,
    heading: str,
    run: str = "",
) -> str:
    """The whole conversation, and what came of it.

    ``heading`` is the tag of its title. ``run`` begins the ids of its entries: on a page of others
    each run needs ids of its own, or a link of one leads into another.
    """
    entries = entries.labelled(agents)
    token = _RUN.set(escaped(run))
    try:
        articles = "".join(article(entry, entries, scores.labels) for entry in entries)
        name = f"<strong>{_label(title)}</strong> <span class='quiet'>at {_label(server)}</span>"
        parts = [
            f"<{heading} class='title'>{name}</{heading}>{_roster(agents)}",
            f"<div role='feed' aria-label='Entries'>{articles}</div>" if articles else "",
            _scores(scores, entries),
            _decisions(tuple(decisions)),
            _card(card),
        ]
    finally:
        _RUN.reset(token)
    return f"<div class='buttermilk'>{''.join(parts)}</div>"


def article(entry: Entry, entries: Entries, labels: Labels | None = None) -> str:
    """One entry, linkable as ``#entry-17``; ``labels`` are the study's words for predictions."""
    mine = " mine" if isinstance(entry.body, Answer) else ""
    setup = f"<span class='quiet'><bdi>{_label(about(entry.speaker))}</bdi></span>"
    head = (
        f"<header><strong><bdi>{escaped(who(entry))}</bdi></strong> "
        f"{setup if entry.speaker else ''} "
        f"<time datetime='{iso(entry.at)}'{_server_time(entry)}>{iso(entry.at)[11:19]} UTC</time> "
        f"<a class='number' href='#{_id(entry.id)}'>#{entry.id}</a></header>"
    )
    quiet = isinstance(entry.body, EventNote)
    return (
        f"<article id='{_id(entry.id)}' class='entry{mine}' data-kind='{entry.body.kind}'>"
        f"{'' if quiet else head}{_body(entry, entry.body, entries, labels)}{_details(entry)}"
        "</article>"
    )


def _server_time(entry: Entry) -> str:
    return f" title='{escaped(entry.server_time)}'" if entry.server_time else ""


def _details(entry: Entry) -> str:
    """What the server told beside the words: what a reader knows by name, and the rest as it came."""
    rest = dict(entry.metadata)
    facts = {"Source": _label(source)} if (source := other_source(entry)) else {}
    for key, name in (("model", "Model"), ("finish_reason", "Finish reason")):
        if isinstance(value := rest.get(key), str) and value:
            facts[name] = _label(value)
            del rest[key]
    if tokens := _tokens(rest.get("usage")):
        facts["Tokens"] = _label(tokens)
        del rest["usage"]
    if entry.tracing_link:
        facts["Trace"] = _address(entry.tracing_link)
    items = "".join(f"<dt>{name}</dt><dd dir='auto'>{fact}</dd>" for name, fact in facts.items())
    inner = (f"<dl class='facts'>{items}</dl>" if facts else "") + (
        in_form(Form.JSON, rest) if rest else ""
    )
    return fold("Details", inner) if inner else ""


def _tokens(usage: object) -> str:
    """``prompt 12, completion 30``: the counts, if there is nothing else."""
    if not isinstance(usage, dict) or not all(_is_number(count) for count in usage.values()):
        return ""
    return ", ".join(
        f"{str(name).removesuffix('_tokens').replace('_', ' ')} {count}"
        for name, count in usage.items()
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _body(  # noqa: C901, PLR0912 - a case a kind
    entry: Entry, body: Body, entries: Entries, labels: Labels | None
) -> str:
    match body:
        case Text():
            words = _thought("text.thought", body.thought) + shown("text.content", body.content)
            return words + _unread("text.unread", body)
        case Json():
            return in_form(Form.JSON, body.value)
        case ToolOutput():
            inner = (
                shown("tool.content", body.content)
                + shown("tool.args", body.args, name="args")
                + shown("tool.results", body.results, name="results")
                + _unread("tool.unread", body)
            )
            return fold(f"Output of the tool {label(body.name) or '(no name)'}", inner)
        case Record():
            return _record(body)
        case Judgement():
            return _judgement(entry, body, entries, labels)
        case Assessment():
            judged = _link(entries[entry.about]) if entry.about else _label(body.assessed_agent_id)
            marks = f"<p class='marks'>{_mean(body)} for {judged}{_right(body)}</p>"
            return marks + _criteria(body.assessments) + _unread("assessment.unread", body)
        case Differences():
            conclusion = shown("differences.conclusion", body.conclusion)
            tables = "".join(_divergences(body, entries))
            return conclusion + tables + _unread("differences.unread", body)
        case Research():
            items = "".join(map(_reference, body.literature))
            return (
                f"{shown('research.response', body.response)}<ol class='references'>{items}</ol>"
                f"{_unread('research.unread', body)}"
            )
        case Question():
            asked = f" <span class='mark'>asked {body.asked} times</span>" if body.asked > 1 else ""
            options = ", ".join(option_names(body.options))
            offered = f" <span class='quiet'>Options ({len(body.options)}): <bdi>{escaped(options)}</bdi></span>"
            answers = " ".join(_link(entries[number]) for number in entry.replies)
            return (
                f"{_thought('question.thought', body.thought)}"
                f"{shown('question.content', body.content)}<p class='marks'>"
                f"<span class='mark'>{body.state}</span>{asked}"
                f"{offered if body.options else ''} {answers}</p>"
            )
        case Answer():
            return _answer(entry, body, entries)
        case TroubleNote():
            on = "the flow cannot go on" if body.fatal else "went wrong; the flow goes on"
            return (
                f"<p class='marks'><strong class='mark bad'>⚠ {on}</strong> "
                f"<bdi class='quiet'>{_label(body.source)}</bdi></p>{shown('trouble.content', body.content)}"
            )
        case Gap():
            until = iso(body.until)[11:19] if body.until is not None else "now"
            began = iso(body.began)[11:19]
            return (
                f"<p><strong>No connection from {began} to {until} UTC.</strong></p>"
                f"{shown('gap.content', body.content)}"
            )
        case EventNote():
            words = _event_source(entry, body) + shown("event.content", body.content)
            return f"<div class='quiet'{_server_time(entry)}>{words}</div>"
        case _:
            name = f"A frame that is not understood. {label(body.why)}"
            return fold(name, shown("unknown.raw", body.raw))


def _reference(one: Reference) -> str:
    return (
        f"<li><strong>{_address(one.source)}</strong> "
        f"{'doi ' + _doi(one.doi) if one.doi else ''}"
        f"{shown('research.literature.summary', one.summary)}"
        f"{_unread('research.literature.unread', one)}</li>"
    )


def _judgement(entry: Entry, body: Judgement, entries: Entries, labels: Labels | None) -> str:
    reasons = "".join(f"<li>{shown('judgement.reasons', one)}</li>" for one in body.reasons)
    count = len(body.reasons)
    folded = fold("1 reason" if count == 1 else f"{count} reasons", f"<ol>{reasons}</ol>")
    scores = "".join(
        f"<div class='score'><p class='marks'>{_mean(score)} scored by {_link(entries[number])}"
        f"{_right(score)}</p>{fold('Its criteria', _criteria(score.assessments))}</div>"
        for number in entry.replies
        if isinstance(score := entries[number].body, Assessment)
    )
    marks = f"<p class='marks'>{prediction_of(body, labels)} {_uncertainty(body.uncertainty)}</p>"
    conclusion = shown("judgement.conclusion", body.conclusion)
    unread = _unread("judgement.unread", body)
    return marks + conclusion + (folded if count else "") + unread + scores


def _event_source(entry: Entry, body: EventNote) -> str:
    """What stands before an event, which has no heading: whose it is, and where from."""
    names = [f"<bdi>{_label(body.source)}</bdi>"] if body.source else []
    if entry.speaker:
        setup = _label(about(entry.speaker))
        beside = f" (<bdi>{setup}</bdi>)" if setup else ""
        names.insert(0, f"<bdi>{_label(who(entry))}</bdi>{beside}")
    return f"<p class='source'>{', '.join(names)}:</p> " if names else ""


def _answer(entry: Entry, body: Answer, entries: Entries) -> str:
    words = "" if body.verdict == "confirm" and body.content == "yes" else body.content
    # In a chat nothing is asked: what was said stands for itself.
    colon = ":" if words else ""
    verdict = f"<p class='source'><strong>{_VERDICTS[body.verdict]}</strong>{colon}</p> "
    if entry.about is None and body.verdict == "text":
        verdict = ""
    after = ""
    if entry.about is not None:
        asked = entries[entry.about]
        after = f" after {entry.at - asked.at:.0f} s, to {_link(asked)}"
    return (
        f"{verdict}{shown('answer.content', words) if words else ''}"
        f"<p class='quiet'>{_DELIVERY[body.state]}{_sent_as(body)} {_BY[body.by]}{after}</p>"
    )


def _sent_as(body: Answer) -> str:
    """What went beside the words, as the server reads it."""
    confirm = [] if body.confirm is None else [f"confirm: {_truth(body.confirm)}"]
    option = _label(option_label(body.selection or ""))
    selection = [] if body.selection is None else [f"selection: <bdi>{option}</bdi>"]
    sent = ", ".join([*confirm, *selection])
    return f" as {sent}," if sent else ""


def _record(body: Record) -> str:
    source = f"<p class='quiet'>{_address(body.uri)}</p>" if body.uri else ""
    content = shown("record.content", body.content, mime=body.mime)
    lines = body.content.count("\n") + 1
    if lines > _LONG:
        content = fold(f"All {lines} lines", content)
    image = ""
    if body.alt_text:
        image = f"<p class='source quiet'>Image:</p> {shown('record.alt_text', body.alt_text)}"
    more = {key: value for key, value in body.metadata.items() if key != "title"}
    folded = fold("About this record", shown("record.metadata", more)) if more else ""
    truth = shown("record.ground_truth", body.ground_truth, name="ground truth")
    name = _label(body.title or body.record_id or "A record")
    return f"<p class='name' dir='auto'>{name}</p>{source}{content}{image}{folded}{truth}" + (
        _unread("record.unread", body)
    )


def _divergences(body: Differences, entries: Entries) -> Iterable[str]:
    for one in body.divergences:
        rows = "".join(
            "<tr><th scope='row'>"
            + shown("differences.divergences.positions.position", position.position)
            + _unread("differences.divergences.positions.unread", position)
            + "</th><td>"
            + ", ".join(_expert(expert, entries) for expert in position.experts)
            + "</td></tr>"
            for position in one.positions
        )
        topic = shown("differences.divergences.topic", one.topic)
        topic += _unread("differences.divergences.unread", one)
        yield (
            f"<div class='wide'><table><caption>{topic}</caption><tbody>{rows}</tbody></table></div>"
        )


def _expert(expert: Expert, entries: Entries) -> str:
    """Who holds a position, with a link to where they took it."""
    taken = entries.of_message(expert.answer_id)
    name, known = wording.held_by(expert.name, taken.speaker if taken else None)
    held = re.sub("[^“”]+", lambda said: f"<bdi>{html.escape(said[0])}</bdi>", name)
    if taken is not None and known and name:
        held = f"{held} ({_link(taken, known)})"
    elif taken is not None:
        held = _link(taken, known or name)
    return held + _unread("differences.divergences.positions.experts.unread", expert)


# --- around the entries --------------------------------------------------------------------------


def _roster(agents: Iterable[Agent]) -> str:
    items = "".join(
        f"<li><strong><bdi>{escaped(agent.called)}</bdi></strong> "
        f"<span class='quiet'><bdi>{_label(about(agent))}</bdi></span></li>"
        for agent in agents
    )
    return f"<ul class='roster' aria-label='Agents'>{items}</ul>" if items else ""


def _scores(scores: Scores, entries: Entries) -> str:
    if not len(scores):
        return ""
    rows = "".join(_score(row, entries, scores.labels) for row in scores)
    heads = _heads(
        *("Judge", "Criteria", "Prediction", "Uncertainty", "Mean score", "Right on", "Entry")
    )
    table = f"<div class='wide'><table>{heads}<tbody>{rows}</tbody></table></div>"
    return f"<details open><summary>Scores: {escaped(scores.glance)}</summary>{table}</details>"


def _score(row: Score, entries: Entries, labels: Labels | None) -> str:
    judgement = entries[row.entry].body
    predicted = prediction_of(judgement, labels) if isinstance(judgement, Judgement) else ""
    right = wording.right_of(row.right, row.judged) if row.judged.total else ""
    return (
        f"<tr><th scope='row'><bdi>{escaped(row.judge)}</bdi></th><td>{_label(row.criteria)}</td>"
        f"<td>{predicted}</td><td>{_label(row.uncertainty)}</td>"
        f"<td>{mean_of(row.mean)}{escaped(row.scored.note(wording.SCORES))}</td>"
        f"<td>{escaped(right)}</td><td>{_link(entries[row.entry], '')}</td></tr>"
    )


def _decisions(decisions: tuple[Decision, ...]) -> str:
    if not decisions:
        return ""
    rows = "".join(
        f"<tr><td><a href='#{_id(one.question)}'>#{one.question}</a></td>"
        f"<td dir='auto'>{escaped(one.content)}</td><td>{escaped(one.verdict)}</td>"
        f"<td dir='auto'>{escaped(one.words)}</td><td>{_truth(one.confirm)}</td>"
        f"<td dir='auto'>{_label(one.selection)}</td><td>{escaped(one.by)}</td>"
        f"<td>{'' if one.after is None else f'{one.after:.1f} s'}</td><td>{one.outcome}</td></tr>"
        for one in decisions
    )
    heads = _heads(
        *("Question", "Asked", "Answer", "Words", "Confirm", "Selection", "By", "After", "Outcome")
    )
    table = f"<div class='wide'><table>{heads}<tbody>{rows}</tbody></table></div>"
    return f"<details open><summary>Decisions: {len(decisions)}</summary>{table}</details>"


def _card(card: Card) -> str:
    facts = "".join(
        f"<dt>{_label(fact.name)}</dt><dd dir='auto'>{escaped(fact.value)}</dd>"
        for fact in card.facts
    )
    inner = f"<p dir='auto'>{escaped(card.paragraph)}</p><dl class='facts'>{facts}</dl>"
    return fold("About this run", inner)


def _id(number: int) -> str:
    return f"{_RUN.get()}entry-{number}"


# --- small parts ---------------------------------------------------------------------------------


def escaped(text: str | None) -> str:
    """Text of anybody's, as HTML that is only text, with nothing hidden in it."""
    return attribute(text or "")


def _label(text: str | None) -> str:
    """A name of anybody's as HTML, on one line."""
    return html.escape(label(text or ""))


def _truth(value: bool | None) -> str:  # noqa: FBT001 - as it went on the wire
    return "" if value is None else str(value).lower()


def _heads(*names: str) -> str:
    cells = "".join(f"<th scope='col'>{name}</th>" for name in names)
    return f"<thead><tr>{cells}</tr></thead>"


def _thought(field: str, thought: str | None) -> str:
    return fold("Thought", shown(field, thought)) if thought else ""


def _link(entry: Entry, name: str | None = None) -> str:
    words = who(entry) if name is None else name
    return f"<a href='#{_id(entry.id)}'><bdi>{_label(words)}</bdi> #{entry.id}</a>"


def _address(address: str, words: str | None = None) -> str:
    """An address, as a link if it leads to the web or to mail; or a link with words of its own."""
    host = destination(address)
    name = f"<bdi>{_label(address if words is None else words)}</bdi>"
    if host is None:
        return name
    beside = "" if words is None else f" <span class='host'>({_label(host)})</span>"
    return f"<a href='{escaped(address)}' rel='noopener noreferrer'>{name}</a>{beside}"


def _doi(doi: str) -> str:
    web = doi.lower().startswith(("http:", "https:"))
    return _address(doi) if web else _address(f"https://doi.org/{doi}", doi)


def prediction_of(judgement: Judgement, labels: Labels | None = None) -> str:
    """What a judge predicts, in words and with a mark."""
    mark = _PREDICTED[judgement.prediction]
    return f"<strong class='mark'>{mark} {escaped(wording.prediction(judgement, labels))}</strong>"


def _unread(field: str, made: Made) -> str:
    """What came with a payload, or with a part of one, and could not be read."""
    return shown(field, made.unread, name=wording.AS_IT_CAME) if made.unread else ""


def _uncertainty(word: str | None) -> str:
    return f"<span class='mark'>uncertainty: {_label(word)}</span>" if word else ""


def mean_of(value: float | None) -> str:
    """A mean score from 0 to 1, as a bar and a number."""
    if value is None:
        return "<span>no mean score</span>"
    shown = wording.decimal(value)
    meter = f"<meter min='0' max='1' value='{shown}' aria-label='Mean score'></meter>"
    return f"<span class='mean'>{meter}{shown}</span>"


def _mean(body: Assessment) -> str:
    """The mean score of an assessment; what came in its place is no length of a bar."""
    if (value := wording.share_of(body)) is None and (came := wording.mean_score(body)):
        return f"<span class='mark bad'>⚠ {escaped(came)}</span>"
    return mean_of(value)


def _right(body: Assessment) -> str:
    return f" · {wording.right(body.assessments)}" if body.assessments else ""


def _criterion(one: Criterion) -> str:
    tone, mark = _RIGHT[one.correct]
    words = escaped(wording.correct(one))
    feedback = shown("assessment.assessments.feedback", one.feedback)
    unread = _unread("assessment.assessments.unread", one)
    return f"<li><span class='mark {tone}'>{mark} {words}</span>{feedback}{unread}</li>"


def _criteria(criteria: Iterable[Criterion]) -> str:
    items = "".join(map(_criterion, criteria))
    return f"<ul class='criteria'>{items}</ul>"
