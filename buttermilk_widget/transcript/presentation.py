"""How each field of each kind of entry is presented: the one place that says it.

The page, the HTML, the Markdown, the tables, the search and the clipboard follow this table.
TypeScript has the same one, generated from here (``schema.py``, ``npm run gen``).
"""

from __future__ import annotations

from enum import StrEnum


class Form(StrEnum):
    """How a field is presented. In each form every character of it can be read."""

    MARKDOWN = "markdown"
    """An agent's prose. What is JSON in it from end to end is drawn as JSON."""
    OUTPUT = "output"
    """What a program printed: letter by letter, line by line, in a typewriter's letters."""
    CODE = "code"
    """The same, left to right."""
    LINES = "lines"
    """Words of which nothing is markup: letter by letter, line by line."""
    RECORD = "record"
    """A record's content, which is what its ``mime`` says (:func:`of_mime`)."""
    JSON = "json"
    """Any JSON: its names and values as they came, in their order."""
    LABEL = "label"
    """A name or a choice, on one line."""
    ADDRESS = "address"
    """An address, which is a link if it leads to the web (``addresses.py``)."""
    OURS = "ours"
    """No words of theirs: an id, a state, a number or a mark that we put into words."""


PRESENTATION: dict[str, Form] = {
    "text.thought": Form.MARKDOWN,
    "text.content": Form.MARKDOWN,
    "text.unread": Form.JSON,
    "json.value": Form.JSON,
    "tool.name": Form.LABEL,
    "tool.content": Form.OUTPUT,
    "tool.args": Form.JSON,
    "tool.results": Form.JSON,
    "tool.unread": Form.JSON,
    "tool.call_id": Form.OURS,
    "record.title": Form.LABEL,
    "record.record_id": Form.LABEL,
    "record.uri": Form.ADDRESS,
    "record.content": Form.RECORD,
    "record.alt_text": Form.LINES,
    "record.metadata": Form.JSON,
    "record.ground_truth": Form.JSON,
    "record.unread": Form.JSON,
    "record.mime": Form.OURS,
    "judgement.prediction": Form.OURS,
    "judgement.uncertainty": Form.LABEL,
    "judgement.conclusion": Form.MARKDOWN,
    "judgement.reasons": Form.MARKDOWN,
    "judgement.unread": Form.JSON,
    "assessment.correctness": Form.OURS,
    "assessment.assessed_agent_id": Form.LABEL,
    "assessment.assessed_call_id": Form.OURS,
    "assessment.assessments.correct": Form.OURS,
    "assessment.assessments.feedback": Form.MARKDOWN,
    "assessment.assessments.unread": Form.JSON,
    "assessment.unread": Form.JSON,
    "differences.conclusion": Form.MARKDOWN,
    "differences.divergences.topic": Form.LINES,
    "differences.divergences.unread": Form.JSON,
    "differences.divergences.positions.position": Form.LINES,
    "differences.divergences.positions.unread": Form.JSON,
    "differences.divergences.positions.experts.name": Form.LABEL,
    "differences.divergences.positions.experts.answer_id": Form.OURS,
    "differences.divergences.positions.experts.unread": Form.JSON,
    "differences.unread": Form.JSON,
    "research.response": Form.MARKDOWN,
    "research.literature.source": Form.ADDRESS,
    "research.literature.doi": Form.ADDRESS,
    "research.literature.summary": Form.MARKDOWN,
    "research.literature.unread": Form.JSON,
    "research.unread": Form.JSON,
    "question.thought": Form.MARKDOWN,
    "question.content": Form.MARKDOWN,
    "question.options": Form.LABEL,
    "question.form": Form.OURS,
    "question.number": Form.OURS,
    "question.confirms": Form.OURS,
    "question.asked": Form.OURS,
    "question.state": Form.OURS,
    "answer.content": Form.LINES,
    "answer.verdict": Form.OURS,
    "answer.confirm": Form.OURS,
    "answer.selection": Form.LABEL,
    "answer.by": Form.OURS,
    "answer.state": Form.OURS,
    "trouble.source": Form.LABEL,
    "trouble.content": Form.OUTPUT,
    "trouble.fatal": Form.OURS,
    "gap.content": Form.LINES,
    "gap.began": Form.OURS,
    "gap.until": Form.OURS,
    "event.source": Form.LABEL,
    "event.content": Form.LINES,
    "unknown.why": Form.LABEL,
    "unknown.raw": Form.CODE,
}
"""A form for each field, by the entry's kind and the way to it, in the order in which they stand."""


def of_mime(mime: str | None) -> Form:
    """How a record's content of this media type is presented.

    Only what says that it is Markdown is read as Markdown, and only JSON as JSON. All else, HTML and
    what has no type (the deployed server leaves out its default, ``text/plain``), is shown letter by
    letter.
    """
    kind = (mime or "").partition(";")[0].strip().lower()
    if kind in ("text/markdown", "text/x-markdown"):
        return Form.MARKDOWN
    if kind == "application/json" or kind.endswith("+json"):
        return Form.JSON
    code = kind.startswith(("text/html", "application/")) or kind in ("text/xml", "text/csv")
    return Form.OUTPUT if code else Form.LINES
