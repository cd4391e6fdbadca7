"""What must hold after a run, whatever went wrong in it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from buttermilk_widget import Readiness

from .schedules import Schedule, Strike

RESULTS = ("chat_message", "agent_trace")
ENDS = ("flow_completed", "flow_complete")
CALLING = '"outputs": "Calling '
"""What hands work over is progress, and no talk."""


@dataclass
class Outcome:
    """What a schedule came to: figures, and what did not hold."""

    schedule: Schedule
    figures: Counter = field(default_factory=Counter)
    wrong: list = field(default_factory=list)

    def expect(self, holds, otherwise):
        if not holds:
            self.wrong.append(otherwise)

    def __str__(self):
        return f"seed {self.schedule.seed}: {' / '.join(self.wrong)}\n    {self.schedule!r}"


def check(outcome, session, server, proxy, said):
    """Everything that must hold after a run."""
    talk = session.conversation
    entries = list(talk.entries)
    heard = [frame.text for frame in talk.frames if frame.direction == "in"]
    gaps = [entry for entry in entries if entry.body.kind == "gap"]
    outcome.figures.update(
        schedules=1,
        sockets=len(proxy.lines),
        frames_written=sum(len(line.said.texts) for line in proxy.lines),
        frames_received=len(heard),
        gaps=len(gaps),
    )
    outcome.figures[f"run_{session.readiness.value}"] += 1
    for struck in proxy.struck:
        kind = struck.kind if isinstance(struck, Strike) else f"{struck.what}_refused"
        outcome.figures[f"struck_{kind}"] += 1
    outcome.expect(
        outcome.wrong or session.readiness in (Readiness.ENDED, Readiness.LOST, Readiness.FAILED),
        f"settled as {session.readiness.value}",
    )
    if session.problem is not None and "itself went wrong" in str(session.problem):
        outcome.wrong.append(f"{session.problem} {session.problem.__cause__!r}")
    outcome.expect(server.runs <= 1, f"run_flow came {server.runs} times")
    outcome.expect(not proxy.pooled, f"{proxy.pooled} sockets had no connection of their own")
    _check_frames(outcome, session, proxy, heard)
    if session.readiness is Readiness.ENDED:
        came = {json.loads(text).get("data", {}).get("message_id") for text in heard}
        gone = set(server.made) - came
        outcome.expect(
            not gone, f"{len(gone)} of {len(server.made)} messages were never said again"
        )
    _check_gaps(outcome, session, server, entries, gaps)
    _check_sockets(outcome, talk, proxy, entries)
    _check_answers(outcome, talk, server, said)
    if outcome.schedule.server == "chat":
        _check_order(outcome, talk, said)


def in_order(some, everything):
    """Whether ``some`` is what is left of ``everything`` when some of it is taken out."""
    rest = iter(everything)
    return all(one in rest for one in some)


def _check_frames(outcome, session, proxy, heard):
    passed, must = [], Counter()
    for line in proxy.lines:
        outcome.expect(in_order(line.read.texts, line.said.texts), "the proxy itself is wrong")
        texts = line.passed
        passed += texts
        if line.was_reset or session.readiness is Readiness.FAILED:
            continue
        if outcome.schedule.heartbeat < 1:
            continue  # on a busy machine the client may have given it up, unread
        if line.ended_by == "client":
            ends = [i for i, text in enumerate(texts) if any(end in text for end in ENDS)]
            texts = texts[: ends[0] + 1] if ends else []
        must.update(texts)
    outcome.expect(in_order(heard, passed), "frames doubled or out of order")
    missing = must - Counter(heard)
    outcome.expect(not missing, f"delivered, and not received: {sorted(missing)}")
    # What came twice is one entry: it has its id and its time.
    talk = session.conversation
    shown = [talk.frames[e.frame].text for e in talk.entries if e.frame is not None]
    shown = [text for text in shown if json.loads(text)["type"] in RESULTS]
    results = [
        text for text in heard if json.loads(text)["type"] in RESULTS and CALLING not in text
    ]
    once = [*dict.fromkeys(results)]
    outcome.figures["results_that_came_twice"] += len(results) - len(once)
    outcome.expect(shown == once, f"shown {shown}, received {once}")


def _check_gaps(outcome, session, server, entries, gaps):
    for gap in gaps:
        until = gap.body.until
        outcome.expect(until is not None and until >= gap.body.began, f"gap {gap.id} has no end")
    for one, other in pairwise(gaps):
        outcome.expect(other.body.began >= one.body.until, f"gaps {one.id}, {other.id} overlap")
    # Each number that is missing lies in a gap: between what came before it and what came after.
    missing = set(server.numbers)
    marked, last = False, 0
    for entry in entries:
        if entry.body.kind == "gap":
            marked = True
        elif server.numbers and entry.body.kind == "text":
            number = int(entry.body.content[2:])
            skipped = range(last + 1, number)
            outcome.expect(marked or not skipped, f"no gap where {list(skipped)} are missing")
            missing.discard(number)
            marked, last = False, number
    tail = [number for number in missing if number > last]
    outcome.figures["numbers_missing"] += len(missing)
    outcome.expect(
        marked or not tail or session.readiness is Readiness.FAILED,
        f"no gap where {sorted(tail)} are missing at the end",
    )


def _check_sockets(outcome, talk, proxy, entries):
    """Between what came over one socket and what came over the next there is a gap."""
    times = Counter(text for line in proxy.lines for text in line.read.texts)
    came_by = {
        text: line.number for line in proxy.lines for text in line.read.texts if times[text] == 1
    }
    marked, last = False, None
    for entry in entries:
        if entry.body.kind == "gap":
            marked = True
        elif entry.frame is not None and talk.frames[entry.frame].text in came_by:
            number = came_by[talk.frames[entry.frame].text]
            outcome.expect(
                marked or last in (None, number), f"no gap between sockets {last} and {number}"
            )
            marked, last = False, number


def _check_answers(outcome, talk, server, said):
    """Each answer came once, or is held, or is marked as perhaps lost, and is one of these only.

    An answer that is marked may have come: when a line dies under it, nobody can know.
    """
    written = [f.text for f in talk.frames if f.direction == "out" and "run_flow" not in f.text]
    outcome.expect(
        in_order(server.received, written), "the server received what was not sent, or twice"
    )
    reached = Counter(map(_words, server.received))
    shown = [entry for entry in talk.entries if entry.body.kind == "answer"]
    held = Counter(h.content or "yes" for h in talk.status.held)
    wanted = Counter(said)
    found = Counter(e.body.content for e in shown) + held
    outcome.expect(found == wanted, f"said {wanted - found} is nowhere, {found - wanted} is double")
    for words in wanted:
        states = Counter(e.body.state for e in shown if e.body.content == words)
        sent, lost, came = states["sent"], states["lost"], reached[words]
        outcome.expect(came >= sent, f"{words!r} is 'sent', and never came")
        outcome.expect(came <= sent + lost, f"{words!r} reached the server twice")
        outcome.figures.update(
            answers=wanted[words],
            answers_sent_and_reached=min(sent, came),
            answers_in_doubt=lost,
            answers_in_doubt_that_came=max(0, came - sent),
            answers_held=held[words],
        )


def _words(text):
    """What a frame says, as its entry has it: a plain yes to an LLM host has no content."""
    frame = json.loads(text)
    return frame.get("content") or ("yes" if frame["confirm"] else "no")


def _check_order(outcome, talk, said):
    """In a chat what was said in words came to stand in the order in which it was said."""
    shown = [e.body for e in talk.entries if e.body.kind == "answer" and e.body.verdict == "text"]
    shown = [body.content for body in shown]
    shown += [held.content for held in talk.status.held if held.verdict == "text"]
    spoken = [words for words in said if words in shown]
    outcome.expect(shown == spoken, f"said {spoken}, and shown {shown}")
    outcome.figures["messages_of_a_chat"] += len(shown)


def hold(outcomes, server, record_property):
    """Nothing may be wrong in any of these; what they came to is said as figures."""
    figures = Counter()
    for outcome in outcomes:
        figures.update(outcome.figures)
    for name, number in sorted(figures.items()):
        record_property(f"{server} server: {name.replace('_', ' ')}", f"{number:,}")
    wrong = [str(outcome) for outcome in outcomes if outcome.wrong]
    assert not wrong, "\n" + "\n".join(wrong)
