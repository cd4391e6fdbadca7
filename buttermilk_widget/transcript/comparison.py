"""Two runs side by side: who said what at the same step, and where they differ."""

from __future__ import annotations

import contextlib
import difflib
import re
from collections import defaultdict, deque
from dataclasses import asdict, dataclass, fields
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Protocol

from buttermilk_widget.conversation.history import Entries
from buttermilk_widget.conversation.patches import EventNote, Gap, UnknownBody
from buttermilk_widget.errors import BadParameter
from buttermilk_widget.protocol.messages import Assessment, Judgement, as_text
from buttermilk_widget.text.budget import BudgetExceeded
from buttermilk_widget.text.letters import label

from . import html as as_html
from . import style, wording
from .captions import about, body_to_markdown, who
from .dataframe import table
from .html import escaped, mean_of, prediction_of
from .scores import Scores
from .wording import Basis

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from buttermilk_widget.conversation.patches import Entry, Labels

MOST = 2_000
"""Words, or else lines, of both texts together, above which their differences are not marked."""

STEPS = 100
"""Steps a word, or else a line, that finding the differences may take; prose takes 15 at most."""

# The first lines are for a page without the widget's style, and give way to it.
_STYLE = """
:where(.buttermilk){font-family:sans-serif}
:where(.marks){display:flex;flex-wrap:wrap;gap:8px;align-items:baseline}
:where(.mark){border:1px solid;border-radius:4px;padding:0 6px}
.step{font-size:1em;margin:12px 0 2px}
.pair{border-top:1px solid var(--line,#8888);padding-block:4px}
.sides{display:grid;gap:4px 20px;grid-template-columns:repeat(auto-fit,minmax(min(100%,24em),1fr))}
.side{min-width:0;overflow-wrap:anywhere}
.side p{margin-block:4px}
.words{white-space:pre-wrap}
del{text-decoration:line-through}
ins{text-decoration:underline 2px;font-weight:600}
"""

_NOTHING = "<div class='side quiet'><p>{}: nothing here.</p></div>"
_UNSAID = (EventNote, Gap, UnknownBody)
_WORDS = re.compile(r"\s+|\S+\s*")
_LINES = re.compile(r"[^\n]*\n|[^\n]+")

# What a speaker is known by, the surest first: its label, which is its name unless others have the
# same. It may hold an id that is drawn anew in each run, or what differs only in one of them; then
# the role and the setup tell. Of the setup one thing may differ: runs are compared to vary it.
_IDENTITIES = (
    ("called",),
    ("role", "model", "template", "criteria"),
    ("role", "template", "criteria"),
    ("role", "model", "criteria"),
    ("role", "model", "template"),
)


class Comparable(Protocol):
    """What can be compared: a transcript, a run, or anything else with entries and a flow."""

    @property
    def entries(self) -> Entries:
        """What was said, in order."""

    @property
    def flow(self) -> str | None:
        """The flow's name."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One step of two runs: an entry of each, or of one alone.

    Attributes:
        step: Its place in the comparison, from 1.
        agent: Who said it, as the first of the two runs that has it calls them.
        role: The agent's role.
        kind: The kind of the entries.
        a: The number of the entry in the first run; ``None`` if it has none.
        b: The number of the entry in the second run.
        prediction_a: What a judgement predicts, in the first run.
        prediction_b: The same, in the second run.
        mean_a: The mean score of a judgement, or an assessment's own, in the first run.
        mean_b: The same, in the second run.
        text_a: What was said in the first run, as markdown; ``None`` with no entry.
        text_b: The same, in the second run.
        same: Whether both said it, in the same words and with the same prediction.
    """

    step: int
    agent: str
    role: str
    kind: str
    a: int | None
    b: int | None
    prediction_a: bool | None
    prediction_b: bool | None
    mean_a: float | None
    mean_b: float | None
    text_a: str | None
    text_b: str | None
    same: bool

    @property
    def agree(self) -> bool | None:
        """Whether both predict the same; ``None`` unless both predict something."""
        if self.prediction_a is None or self.prediction_b is None:
            return None
        return self.prediction_a == self.prediction_b


class Comparison:
    """What two runs have in common and where they differ; ``comparison[3]`` is step 3.

    Attributes:
        a: The entries of the first run.
        b: The entries of the second run.
        flows: The names of their flows.
        pairs: The steps, in the order of both runs as far as they agree on one.
        labels: The study's words for predictions.
    """

    def __init__(
        self,
        a: Entries,
        b: Entries,
        flows: tuple[str | None, str | None] = (None, None),
        *,
        labels: Labels | None = None,
    ) -> None:
        self.a = a
        self.b = b
        self.flows = flows
        self.labels = labels
        self.pairs = tuple(_pairs(a, b, labels))

    def __len__(self) -> int:
        return len(self.pairs)

    def __iter__(self) -> Iterator[Pair]:
        return iter(self.pairs)

    def __getitem__(self, step: int) -> Pair:
        place = step + len(self) if step < 0 else step - 1
        if not 0 <= place < len(self):
            raise IndexError(f"There is no step {step}: the comparison has {len(self)}.")
        return self.pairs[place]

    def __repr__(self) -> str:
        a, b = self.flows
        return f"Comparison({a!r}, {b!r}, {self.glance})"

    @property
    def glance(self) -> str:
        """``3 of 9 steps differ · agreement of the predictions 50 %``, and what that leaves out."""
        steps = f"{len(self.differing)} of {len(self)} steps differ"
        if not self.agreed.total:
            return steps
        note = self.agreed.note(wording.PAIRS)
        return f"{steps} · agreement of the predictions {wording.percent(self.agreement)}{note}"

    @property
    def differing(self) -> tuple[Pair, ...]:
        """The steps that differ, with those that only one run has."""
        return tuple(pair for pair in self.pairs if not pair.same)

    @property
    def agreement(self) -> float | None:
        """The share of the paired judgements that predict the same, from 0 to 1.

        A pair counts only if both predict something, as :attr:`agreed` says; with no such pair it
        is ``None``.
        """
        agreed = [pair.agree for pair in self.pairs if pair.agree is not None]
        return sum(agreed) / len(agreed) if agreed else None

    @property
    def agreed(self) -> Basis:
        """How many pairs of judgements the agreement counts, and which it leaves out."""
        return Basis.of(self._not_agreed(pair) for pair in self.pairs if pair.kind == "judgement")

    def _not_agreed(self, pair: Pair) -> str:
        if pair.a is None or pair.b is None:
            return "in one run only"
        judged = (self.a[pair.a].body, self.b[pair.b].body)
        why = (
            wording.no_prediction(one.prediction, one.unread.get("prediction"))
            for one in judged
            if isinstance(one, Judgement)
        )
        return next(filter(None, why), "")

    def to_pandas(self) -> Any:
        """A DataFrame, one row a step; the mean of its ``agree`` is the agreement. Needs pandas.

        Raises:
            MissingExtra: pandas is not installed.
        """
        columns = [*(field.name for field in fields(Pair)), "agree"]
        rows = ({**asdict(pair), "agree": pair.agree} for pair in self.pairs)
        types = {
            **dict.fromkeys(("a", "b"), "Int64"),
            **dict.fromkeys(("prediction_a", "prediction_b", "same", "agree"), "boolean"),
            **dict.fromkeys(("mean_a", "mean_b"), "float64"),
            **dict.fromkeys(("agent", "role", "kind", "text_a", "text_b"), "string"),
        }
        return table(rows, columns, "step", types)

    def to_html(self) -> str:
        """The whole as one HTML file: no network, no script, light and dark, printable."""
        title = f"{_name(self.flows[0])} and {_name(self.flows[1])}, compared"
        return as_html.document(self._reading(), title=title, style=style.sheet() + _STYLE)

    def _repr_html_(self) -> str:
        return as_html.fragment(self._reading(), style=style.sheet() + _STYLE)

    def _reading(self) -> str:
        a, b = (f"<strong><bdi>{escaped(_name(flow))}</bdi></strong>" for flow in self.flows)
        rows = "".join(_row(pair, self.a, self.b, self.labels) for pair in self.pairs)
        return (
            f"<div class='buttermilk'><h1 class='title'>A: {a} <span class='quiet'>and"
            f"</span> B: {b}</h1><p>{escaped(self.glance)}</p>"
            f"<p class='quiet'>Of the words, <del>these</del> are only in A and <ins>these</ins> "
            f"only in B.</p>{rows}</div>"
        )


def compare(a: Comparable, b: Comparable) -> Comparison:
    """Put two runs side by side, aligned by agent and step.

    An agent is the same in both if it has the same label, or else the same role, model, template
    and criteria, but for one of the last three. What it said for the nth time stands beside what it
    said for the nth time in the other run; answers and scores go with what they are about. What
    was not said, but happened (events, gaps, raw frames), is left out.

    Args:
        a: A transcript or a run.
        b: Another; it may be of another flow.

    Raises:
        BadParameter: one of the two is neither.
    """
    labels, others = _labels(a), _labels(b)
    shared = labels if labels == others else None
    return Comparison(_entries(a), _entries(b), (_flow(a), _flow(b)), labels=shared)


def _entries(given: object) -> Entries:
    entries = getattr(given, "entries", None)
    if isinstance(entries, Entries):
        return entries.labelled(getattr(given, "agents", ()))
    raise BadParameter(
        f"compare takes two transcripts or runs, and this is a {type(given).__name__}. "
        "A file is read with Transcript.load(path)."
    )


def _flow(given: object) -> str | None:
    return getattr(given, "flow", None)


def _labels(given: object) -> Labels | None:
    """The study's words, of a run or a transcript that has some."""
    return getattr(given, "labels", None)


# --- what belongs together -----------------------------------------------------------------------


def _pairs(a: Entries, b: Entries, labels: Labels | None) -> Iterator[Pair]:
    means = [{row.entry: row.mean for row in Scores.of(entries)} for entries in (a, b)]
    for step, (ours, theirs) in enumerate(_rows(a, b), 1):
        prediction_a, mean_a, text_a = _said(ours, means[0], labels, a)
        prediction_b, mean_b, text_b = _said(theirs, means[1], labels, b)
        entry: Any = ours or theirs
        yield Pair(
            step=step,
            agent=who(entry),
            role=entry.speaker.role if entry.speaker else "",
            kind=entry.body.kind,
            a=ours.id if ours else None,
            b=theirs.id if theirs else None,
            prediction_a=prediction_a,
            prediction_b=prediction_b,
            mean_a=mean_a,
            mean_b=mean_b,
            text_a=text_a,
            text_b=text_b,
            same=text_a == text_b and prediction_a == prediction_b,
        )


def _said(
    entry: Entry | None, means: dict[int, float | None], labels: Labels | None, entries: Entries
) -> tuple[bool | None, float | None, str | None]:
    """What an entry predicts, its mean score, and its words."""
    if entry is None:
        return None, None, None
    body = entry.body
    prediction = body.prediction if isinstance(body, Judgement) else None
    mean = wording.share_of(body) if isinstance(body, Assessment) else means.get(entry.id)
    return prediction, mean, body_to_markdown(body, labels, entries)


def _rows(a: Entries, b: Entries) -> Iterator[tuple[Entry | None, Entry | None]]:
    """The first run in its order, and what only the second has before what comes after it there."""
    partners = _partners(a, b)
    paired = set(partners.values())
    alone = deque(entry for entry in _spoken(b) if entry.id not in paired)
    for entry in _spoken(a):
        partner = partners.get(entry.id)
        while partner and alone and alone[0].id < partner:
            yield None, alone.popleft()
        yield entry, b[partner] if partner else None
    for entry in alone:
        yield None, entry


def _partners(a: Entries, b: Entries) -> dict[int, int]:
    """The numbers of entries of the first run, each with that of its partner in the second."""
    (free_a, about_a), (free_b, about_b) = _stages(a), _stages(b)
    partners = _matched([(entry, 0) for entry in free_a], [(entry, 0) for entry in free_b])
    back = {theirs: ours for ours, theirs in partners.items()}
    return partners | _matched(
        [(entry, entry.about) for entry in about_a],
        [(entry, back.get(entry.about or 0)) for entry in about_b],
    )


def _stages(entries: Entries) -> tuple[list[Entry], list[Entry]]:
    """What stands by itself, and what is about something that does."""
    spoken = list(_spoken(entries))
    free = {entry.id for entry in spoken if entry.about is None}
    return (
        [entry for entry in spoken if entry.about not in free],
        [entry for entry in spoken if entry.about in free],
    )


def _spoken(entries: Entries) -> Iterator[Entry]:
    return (entry for entry in entries if not isinstance(entry.body, _UNSAID))


def _matched(
    ours: Iterable[tuple[Entry, int | None]], theirs: Iterable[tuple[Entry, int | None]]
) -> dict[int, int]:
    """Pair entries, each given with the number in the first run that it is about, in order."""
    partners: dict[int, int] = {}
    for identity in _IDENTITIES:
        waiting: dict[tuple[object, ...], deque[int]] = defaultdict(deque)
        for entry, whose in ours:
            if entry.id not in partners:
                waiting[_key(entry, whose, identity)].append(entry.id)
        alone = []
        for entry, whose in theirs:
            if queue := waiting[_key(entry, whose, identity)]:
                partners[queue.popleft()] = entry.id
            else:
                alone.append((entry, whose))
        theirs = alone
    return partners


def _key(entry: Entry, whose: int | None, identity: Iterable[str]) -> tuple[object, ...]:
    known = (as_text(getattr(entry.speaker, name, None)) for name in identity)
    return whose, entry.body.kind, *known


# --- as HTML -------------------------------------------------------------------------------------


def _name(flow: str | None) -> str:
    return flow or "a run"


def _row(pair: Pair, a: Entries, b: Entries, labels: Labels | None) -> str:
    text_a, text_b, note = _marked(pair.text_a, pair.text_b)
    left = _side("A", a[pair.a], pair.mean_a, text_a, labels) if pair.a else _NOTHING.format("A")
    right = _side("B", b[pair.b], pair.mean_b, text_b, labels) if pair.b else _NOTHING.format("B")
    kind = "" if pair.agent.casefold() == pair.kind else f", {pair.kind}"
    head = f"Step {pair.step}: <bdi>{escaped(label(pair.agent))}</bdi>{kind}"
    inner = f"{note}<div class='sides'>{left}{right}</div>"
    if pair.same:
        return f"<details class='pair'><summary>{head}: the same</summary>{inner}</details>"
    what = "differs" if pair.a and pair.b else "only in A" if pair.a else "only in B"
    split = "<strong class='mark bad'>≠ predictions differ</strong>" if pair.agree is False else ""
    return (
        f"<section class='pair'><h2 class='step marks'><span>{head}</span>"
        f"<span class='mark'>{what}</span>{split}</h2>{inner}</section>"
    )


def _side(name: str, entry: Entry, mean: float | None, text: str, labels: Labels | None) -> str:
    marks = ""
    if isinstance(entry.body, Judgement):
        marks = f"<p class='marks'>{prediction_of(entry.body, labels)} {mean_of(mean)}</p>"
    elif isinstance(entry.body, Assessment):
        marks = f"<p class='marks'>{mean_of(mean)}</p>"
    return (
        f"<div class='side'><p>{name}: <strong><bdi>{escaped(who(entry))}</bdi></strong> "
        f"<span class='quiet'><bdi>{escaped(label(about(entry.speaker)))}</bdi> #{entry.id}</span></p>"
        f"{marks}<p class='words' dir='auto'>{text}</p></div>"
    )


def _marked(a: str | None, b: str | None) -> tuple[str, str, str]:
    """Both texts as HTML with their differences marked, and a note if that is too much work."""
    if a is None or b is None or a == b:
        return escaped(a or ""), escaped(b or ""), ""
    for parts in (_WORDS, _LINES):
        ours, theirs = parts.findall(a), parts.findall(b)
        if len(ours) + len(theirs) <= MOST:
            with contextlib.suppress(BudgetExceeded):
                return (*_marks(ours, theirs), "")
    note = "<p class='quiet'>To mark where these differ would take too long.</p>"
    return escaped(a), escaped(b), note


def _marks(ours: Sequence[str], theirs: Sequence[str]) -> tuple[str, str]:
    left = right = ""
    for tag, i, j, k, m in _Matcher(ours, theirs).get_opcodes():
        gone, new = escaped("".join(ours[i:j])), escaped("".join(theirs[k:m]))
        left += f"<del>{gone}</del>" if gone and tag != "equal" else gone
        right += f"<ins>{new}</ins>" if new and tag != "equal" else new
    return left, right


class _Matcher(difflib.SequenceMatcher[str]):
    """A matcher whose work grows with the texts: difflib's own may grow with their cube.

    It goes over one text in rounds, and in each looks at all places where the other has the same words.
    """

    b2j: dict[str, list[int]]  # documented, and not in the types of the standard library

    def __init__(self, a: Sequence[str], b: Sequence[str]) -> None:
        super().__init__(None, a, b)
        self._left = STEPS * (len(a) + len(b))
        places = (1 + len(self.b2j.get(word, ())) for word in a)
        self._before = list(accumulate(places, initial=0))

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> difflib.Match:
        """See ``difflib``.

        Raises:
            TooMuch: this round would take more steps than are left.
        """
        self._left -= self._before[-1 if ahi is None else ahi] - self._before[alo]
        if self._left < 0:
            raise BudgetExceeded
        return super().find_longest_match(alo, ahi, blo, bhi)
