"""Plays a schedule: a client, and a manager who answers it, through the proxy."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import random
import threading
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from buttermilk_widget import ButtermilkError, Readiness, Session
from buttermilk_widget.client import live, transport

from .checks import Outcome, check
from .proxy import Proxy
from .schedules import Schedule
from .servers import server_for

LIMIT = 12.0
"""Seconds in which every run must have settled; a schedule itself takes a fraction of one."""


@contextmanager
def short_waits():
    """Tries follow each other, and the end is lingered over, in a fraction of the usual times."""
    usual = live.delays

    def short(first=0.01, longest=0.1):
        return usual(first, longest)

    with (
        patch.multiple(live, delays=short, LINGER=0.05, LAST_PONG=0.6),
        patch.object(transport, "OPENS_WITHIN", 1.5),
        patch("buttermilk_widget.client.session.SETTLES", 0.01),
    ):
        yield


async def play(schedule):
    """Run one schedule, and check all that must hold after it."""
    outcome = Outcome(schedule)
    server = server_for(schedule)
    async with server.serve() as port, Proxy(port, schedule.strikes, schedule.refusals) as proxy:
        said = []
        session = Session(
            proxy.url,
            reconnect=schedule.reconnect,
            heartbeat=schedule.heartbeat,
            # A schedule with short pings is one with a silence that has to be noticed.
            silence=transport.SILENCE if schedule.heartbeat > 1 else 2 * schedule.heartbeat,
            first_frame=1.0,
        )
        people = []
        try:
            async with asyncio.timeout(LIMIT):
                session.run(schedule.flow, **server.parameters)
                people = [
                    asyncio.create_task(_answers(session, said, schedule)),
                    asyncio.create_task(_speaks_early(session, said, schedule.early)),
                ]
                await session.closed()
        except TimeoutError:
            held = [f"{h.content or h.verdict}: {h.note}" for h in session.conversation.status.held]
            outcome.wrong.append(
                f"not settled after {LIMIT} s but {session!r}: {session.reason} Held: {held}"
            )
        for person in people:
            person.cancel()
        for result in await asyncio.gather(*people, return_exceptions=True):
            if isinstance(result, Exception):
                outcome.wrong.append(f"the manager met {result!r}")
        await session.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(10):
                while proxy.connections:
                    await asyncio.sleep(0.005)
        outcome.expect(not proxy.connections, f"{proxy.connections} connections were left open")
    check(outcome, session, server, proxy, said)
    return outcome


async def _answers(session, said, schedule):
    """Answer each question: at once, a little later, or when there is no connection, if that comes.

    In a chat, speak in each turn, once or several times, whether or not it is still the turn then.
    """
    rng, count = random.Random(schedule.seed), 0  # noqa: S311 - no secret
    chat = Talk(session, said, rng, schedule)
    with contextlib.suppress(ButtermilkError):
        while (question := await session.asked()) is not None:
            if question.form == "chat":
                await chat.goes_on()
                continue
            number = session.conversation.question.id
            steps, offline = rng.choice(((0, False), (0, False), (1, False), (12, True)))
            for _ in range(steps):
                await asyncio.sleep(0.003)
                if offline and session.readiness is Readiness.CONNECTING:
                    break
            asked = session.conversation.question
            if asked is None or asked.id != number:
                continue
            count += 1
            words = f"answer {count}"
            if question.form == "text":
                _say(said, words, lambda words=words: session.say(words))
            elif question.form == "options":
                option = rng.choice(question.options)
                _say(said, option, lambda option=option: session.choose(option))
            elif rng.random() < 0.5:
                _say(said, words, lambda words=words: session.reject(words))
            else:
                _say(said, "yes", session.confirm)
            while (now := session.conversation.question) and now.id == number:
                # Held, until the connection is back: nobody says the same again meanwhile.
                if session.readiness.settled:
                    return
                if not any(held.question == number for held in session.conversation.status.held):
                    break
                await asyncio.sleep(0.003)


class Talk:
    """What a manager says to the host of a chat, until they have no more to say."""

    def __init__(self, session, said, rng, schedule):
        self.session = session
        self.said = said
        self.rng = rng
        self.left = rng.randint(2, 6)
        self.count = 0
        self.instructions = INSTRUCTIONS if schedule.server == "built-in" else ()

    async def goes_on(self):
        """Say something, at once or a little later; when all is said, wait for what comes."""
        session, rng = self.session, self.rng
        for _ in range(rng.choice((0, 0, 1, 5, 20))):
            await asyncio.sleep(0.003)
        if self.left:
            self.left -= 1
            for _ in range(rng.choice((1, 1, 1, 2, 3))):
                self.speaks()
        elif self.instructions and "bye" not in self.on_its_way():
            self.speaks("bye")
        count = session.conversation.count
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(0.05):
                await session.more(count)

    def speaks(self, words=None):
        self.count += 1
        if words is None and self.instructions and self.rng.random() < 0.7:
            words = self.rng.choice(self.instructions)
        words = words or f"message {self.count}"
        listens = self.session.readiness is Readiness.LISTENING
        _say(self.said, words, lambda: self.session.say(words))
        if listens:
            held = self.session.conversation.status.held
            assert not held, f"{held} while the host listens"

    def on_its_way(self):
        """What was said, and is not known to be lost."""
        answers = [e.body for e in self.session.entries if e.body.kind == "answer"]
        held = [item.content for item in self.session.conversation.status.held]
        return held + [answer.content for answer in answers if answer.state != "lost"]


INSTRUCTIONS = ("find hedges", "judge post-hedge", "compare", "help")


async def _speaks_early(session, said, when):
    """Say words when there are so many entries, whether or not anything is being asked."""
    for number, count in enumerate(when, start=1):
        while session.conversation.count < count:
            if not await session.more(session.conversation.count):
                return
        words = f"early {number}"
        if session.conversation.status.remarks and number % 2:
            _say(said, words, lambda words=words: session.remark(words))
        else:
            _say(said, words, lambda words=words: session.say(words))


def _say(said, words, call):
    try:
        call()
    except ButtermilkError:
        return
    said.append(words)


async def play_all(schedules, at_once=20):
    """Run these, some at once; an outcome each. What is left over counts against its batch."""
    loop, unhandled = asyncio.get_running_loop(), []
    loop.set_exception_handler(lambda _, context: unhandled.append(context))
    schedules, outcomes = list(schedules), []
    for start in range(0, len(schedules), at_once):
        batch = schedules[start : start + at_once]
        threads, tasks, files = set(threading.enumerate()), asyncio.all_tasks(), _open_files()
        with short_waits():
            done = await asyncio.gather(*map(play, batch))
        await asyncio.sleep(0.01)
        left = asyncio.all_tasks() - tasks
        which = f"in seeds {batch[0].seed} to {batch[-1].seed}"
        done[0].expect(not left, f"{which} tasks were left: {left}")
        # The loop's own pool looks names up, and ends with the loop.
        more = {t for t in set(threading.enumerate()) - threads if t.name[:8] != "asyncio_"}
        done[0].expect(not more, f"{which} threads were left: {more}")
        gc.collect()
        done[0].expect(
            _open_files() <= files,
            f"{which} files or sockets were left: {files} to {_open_files()}",
        )
        done[0].expect(not unhandled, f"{which}: {unhandled}")
        unhandled.clear()
        outcomes += done
    loop.set_exception_handler(None)
    return outcomes


def _open_files():
    return len([*Path("/proc/self/fd").iterdir()])


def drawn(seeds, server):
    """The schedules of these seeds."""
    return [Schedule.drawn(seed, server) for seed in seeds]
