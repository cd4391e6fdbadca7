"""What is to go wrong in one run, drawn from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

from buttermilk_widget.server.flow.flows import FLOWS as ON_OFFER

CODES = (*range(1000, 1016), 3000, 3333, 3999)
"""Close codes that are no application's own word; some of them may not be sent at all."""

SERVERS = ("scripted", "chat", "built-in")
FLOWS = [flow for flow in ("osb", "osb", "panel", "long", "ask", "ask") if flow in ON_OFFER]


@dataclass(frozen=True)
class Strike:
    """Something happens to the WebSocket ``line`` after ``at`` bytes in one direction.

    ``down`` is server to client, and counts the answer to the upgrade; ``up`` counts frames only.
    Kinds: ``cut`` (an end, cleanly), ``reset`` (RST), ``delay`` (this direction waits), ``stall``
    (both wait), ``dribble`` (the next 60 bytes come one by one), ``refuse`` (a cut, and for a while
    nobody listens), ``drop`` (nothing more passes this way, and nobody is told), ``double`` (the
    next message comes twice), ``close`` (a closing frame with ``code``, after the next frame),
    ``kill`` (RST, ``seconds`` after this).
    """

    line: int
    way: str
    at: int
    kind: str
    seconds: float = 0.0
    code: int = 0

    def __str__(self):
        lasting = f" for {self.seconds:.2f} s" if self.seconds else ""
        code = f" with {self.code}" if self.code else ""
        return f"socket {self.line}: {self.kind}{code}{lasting} after {self.at} bytes {self.way}"


@dataclass(frozen=True)
class Refusal:
    """The ``nth`` request of a kind (session, status, socket) is not passed on.

    ``code`` is the HTTP status that it gets instead; 0 is RST.
    """

    what: str
    nth: int
    code: int
    body: str = "not here"

    def __str__(self):
        return f"{self.what} request {self.nth}: {self.code or 'reset'} {self.body!r}"


@dataclass(frozen=True)
class Schedule:
    """All that goes wrong in one run, and what the run is.

    Of the ``scripted`` server and of the ``chat`` the run is ``steps``, and ``after`` is what a client
    meets that comes when it is over; of the ``built-in`` one it is ``flow``.
    """

    seed: int
    steps: tuple = ()
    strikes: tuple = ()
    refusals: tuple = ()
    early: tuple = ()
    pace: float = 0.002
    reconnect: float = 1.0
    heartbeat: float = 20.0
    after: str = "again"
    server: str = "scripted"
    flow: str = "osb"

    def __repr__(self):
        wrong = [str(fault) for fault in (*self.strikes, *self.refusals)]
        run = " ".join(f"{kind}:{what}" if what else kind for kind, what in self.steps)
        run = run if self.steps else self.flow
        return (
            f"seed {self.seed}, {self.server} server: {'; '.join(wrong) or 'nothing goes wrong'} | "
            f"{run} | early words at {list(self.early)}, after the end {self.after}, "
            f"reconnect {self.reconnect}, heartbeat {self.heartbeat}"
        )

    @classmethod
    def drawn(cls, seed, server="scripted"):
        """The schedule of this seed."""
        rng = random.Random(f"{server} {seed}")  # noqa: S311 - no secret
        strikes = _strikes(rng, furthest=14_000 if server == "built-in" else 2200)
        silent = any(strike.kind == "drop" for strike in strikes)
        return cls(
            seed,
            _STEPS.get(server, lambda _: ())(rng),
            strikes,
            _refusals(rng),
            tuple(sorted(rng.sample(range(12), rng.randint(0, 4)))),
            pace=rng.choice((0.0, 0.002, 0.005)),
            reconnect=rng.choice((0.3, 1.0, 1.0)),
            # Nothing but a ping notices that a line has gone dead.
            heartbeat=0.3 if silent else rng.choice((20.0, 20.0, 0.3)),
            after=rng.choice(("again", "close", "forget")),
            server=server,
            flow=rng.choice(FLOWS) if server == "built-in" else "osb",
        )


def _steps(rng):
    steps = []
    for _ in range(rng.randint(6, 18)):
        steps.append(("say", ""))
        if rng.random() < 0.25:
            asks = "ask and drop" if rng.random() < 0.25 else "ask"
            steps.append((asks, rng.choice(("confirm", "words"))))
        if rng.random() < 0.06:
            steps.append(("close", rng.choice(CODES)))
        if rng.random() < 0.06:
            steps.append(("twice", ""))
    return tuple(steps)


def _chat_steps(rng):
    """It greets first; then what it says, does and asks."""
    steps = [("ask", "words")]
    for _ in range(rng.randint(6, 18)):
        steps.append((rng.choice(("say", "say", "work", "idle")), ""))
        if rng.random() < 0.15:
            asks = "ask and drop" if rng.random() < 0.25 else "ask"
            steps.append((asks, rng.choice(("confirm", "confirm", "words"))))
        if rng.random() < 0.06:
            steps.append(("close", rng.choice(CODES)))
        if rng.random() < 0.06:
            steps.append(("twice", ""))
    return tuple(steps)


_STEPS = {"scripted": _steps, "chat": _chat_steps}


def _strikes(rng, furthest):
    strikes = []
    for line in range(rng.randint(0, 4)):
        strikes += [_disturbance(rng, line, furthest) for _ in range(rng.randint(0, 2))]
        kind = rng.choice(
            ("cut", "cut", "cut", "reset", "reset", "refuse", "drop", "close", "kill")
        )
        way, at = _where(rng, furthest)
        if kind == "close":
            strikes.append(Strike(line, "down", at, kind, code=rng.choice(CODES)))
        elif kind == "kill":
            strikes.append(Strike(line, "down", 0, kind, rng.uniform(0.01, 0.2)))
        else:
            seconds = rng.uniform(0.02, 0.2) if kind == "refuse" else 0.0
            strikes.append(Strike(line, way, at, kind, seconds))
    return tuple(strikes)


def _where(rng, furthest):
    way = rng.choice(("down", "down", "up"))
    return way, rng.randint(0, furthest if way == "down" else 350)


def _disturbance(rng, line, furthest):
    kind = rng.choice(("delay", "stall", "dribble", "double"))
    if kind == "double":
        return Strike(line, "down", rng.randint(0, furthest), kind)
    seconds = 0.0 if kind == "dribble" else rng.choice((0.01, 0.05, 0.1, 0.4))
    return Strike(line, *_where(rng, furthest), kind, seconds)


def _refusals(rng):
    refusals = []
    for _ in range(rng.choice((0, 0, 1, 2, 3))):
        what = rng.choice(("status", "status", "socket", "socket"))
        code = rng.choice((0, 400, 401, 403, 404, 429, 500, 502, 503))
        refusals.append(Refusal(what, rng.randint(what == "socket", 3), code))
    if rng.random() < 0.05:
        what, code = rng.choice((("session", 503), ("session", 0), ("socket", 403)))
        refusals.append(Refusal(what, 0, code))
    if rng.random() < 0.05:
        refusals.append(Refusal("status", rng.randint(0, 2), 404, '{"detail": "not found"}'))
    return tuple(refusals)
