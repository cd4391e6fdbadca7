"""What the agents say, and the server that says it."""

from __future__ import annotations

import asyncio
import json
import queue
import random
import threading
import time
import uuid

from support.scripted_server import Scripted, listen

SIZE = 600
"""Bytes in each message."""

WORDS = """
the of and to in a is that for it as was with be by on not this are or his from at which but have an
had they you were their one all we can her has there been if more when will would who so no out up
into them then she many some these other than its only about time may like now over such our man
most even did where after made well before must through years much your way down should because each
people state good how those work long being both life under last little while might between
world still without another never same house found against right place during school public head
hand left once system group number always course however fact government water though less night
enough almost took yet better power war point given began social head present possible large
sense often early case important whether order business white children family question problem
follow evidence member report support policy reason comment content account threat insult slur irony
satire context audience target speaker platform rule guideline section paragraph criterion
violation harm protected attribute identity religion gender ethnicity disability migrant
journalist editor newspaper article headline quotation source archive record retrieval score
judgement conclusion prediction confidence uncertainty assessment difference divergence consensus
reviewer analyst manager moderator researcher assistant literature citation example counterexample
definition threshold severity explicit implicit ambiguous neutral hostile derogatory dehumanising
generalisation stereotype counterspeech reporting condemnation endorsement allowed removed flagged
escalated appealed upheld reversed consistent inconsistent careful literal figurative historical
political legal cultural regional linguistic translation dialect reclaimed community solidarity
""".split()  # noqa: SIM905 - so that it can be read

AGENTS = (
    ("JUDGE-HyqANB", "JUDGE", "Judge Ada", "gemini-2.5-pro"),
    ("JUDGE-kT4wQz", "JUDGE", "Judge Ben", "claude-sonnet-4"),
    ("SCORER-TmrDTC", "SCORER", "Scorer", "gpt-5"),
    ("SYNTH-UvsJx4", "SYNTH", "Synthesiser", "llama-4-maverick"),
)


# --- messages ------------------------------------------------------------------------------------


class Author:
    """Writes markdown that looks real and is never the same twice, yet the same in each run."""

    def __init__(self, seed=1):
        self._random = random.Random(seed)  # noqa: S311 - nothing secret
        # As in a language: few words come often, many seldom.
        self._weights = [1 / (rank + 8) for rank in range(len(WORDS))]

    def message(self):
        """Markdown of exactly ``SIZE`` bytes."""
        text = self._sentence(self._random.randint(8, 18))
        while len(longer := f"{text}\n\n{self._block()}") < SIZE - 20:
            text = longer
        text += "\n\n"
        while len(text) < SIZE:
            text += f"{self._word()} "
        return f"{text[: SIZE - 1].rstrip().ljust(SIZE - 1, '.')}."

    def _word(self):
        return self._random.choices(WORDS, self._weights)[0]

    def _words(self, count):
        return " ".join(self._random.choices(WORDS, self._weights, k=count))

    def _block(self):
        kinds = (self._paragraph, self._paragraph, self._list, self._numbers, self._quote)
        return self._random.choice(kinds)()

    def _paragraph(self):
        return " ".join(
            self._sentence(self._random.randint(6, 16)) for _ in range(self._random.randint(1, 3))
        )

    def _list(self):
        return "\n".join(f"- {self._phrase()}" for _ in range(self._random.randint(2, 4)))

    def _numbers(self):
        return "\n".join(f"{n}. {self._phrase()}" for n in range(1, self._random.randint(3, 5)))

    def _quote(self):
        return f"> {self._sentence(10)}"

    def _phrase(self):
        return f"{self._marked()} {self._words(self._random.randint(2, 8))}"

    def _sentence(self, count):
        words = f"{self._words(count)} {self._marked()} {self._words(3)}"
        return f"{words[0].upper()}{words[1:]}."

    def _marked(self):
        words = self._words(self._random.randint(1, 2))
        kind = self._random.random()
        if kind < 0.35:
            return f"**{words}**"
        if kind < 0.55:
            return f"`{self._word()}_{self._word()}`"
        if kind < 0.7:
            return f"_{words}_"
        if kind < 0.8:
            return f"[{words}](https://{self._word()}.org/{self._random.randint(100, 9999)})"
        return words


def frames(texts):
    """The frames of the deployed server in which agents say these texts."""
    return [_frame(number, text) for number, text in enumerate(texts)]


def _frame(number, text):
    key, role, name, model = AGENTS[number % len(AGENTS)]
    return json.dumps(
        {
            "type": "chat_message",
            "message_id": uuid.uuid4().hex,
            "outputs": text,
            "timestamp": f"2026-11-23T00:{number // 60 % 60:02}:{number % 60:02}.799559",
            "agent_info": {
                "agent_id": key,
                "role": role,
                "description": f"{name} of the bench",
                "tools": {},
                "data": {},
                "parameters": {"model": model, "template": role.lower()},
                "inputs": {},
                "outputs": {},
                "name_components": ["role", "unique_identifier"],
                "agent_name": name,
                "session_id": "s-1",
            },
        }
    )


# --- the server ----------------------------------------------------------------------------------


class Talker:
    """A server on a thread of its own, which says to its latest client what it is told to."""

    def __init__(self):
        self.server = Scripted(*[self._script] * 1000, flows=("bench",))
        self._started = queue.SimpleQueue()
        self._line = None
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._over = asyncio.Event()
        threading.Thread(target=self._run, args=(ready,), daemon=True).start()
        ready.wait(10)

    @property
    def url(self):
        return self.server.url

    def _run(self, ready):
        async def serve():
            async with self.server.serve():
                ready.set()
                await self._over.wait()

        self._loop.run_until_complete(serve())

    async def _script(self, line):
        await line.heard()  # run_flow
        self._started.put(line)
        await listen(line)

    def wait_for_client(self, limit=30):
        """Wait until a client has asked for a flow; the next things are said to that one."""
        try:
            self._line = self._started.get(timeout=limit)
        except queue.Empty:
            raise TimeoutError(f"No client asked for a flow within {limit} s.") from None

    def say(self, frames, pause=0.0):
        """Send frames, from now on; gives the future of the times at which each was sent."""
        return asyncio.run_coroutine_threadsafe(self._say(self._line, frames, pause), self._loop)

    async def _say(self, line, frames, pause):
        times = []
        for frame in frames:
            times.append(time.time())
            await line.say(frame)
            if pause:
                # Uneven, so as not to keep step with the screen's frames.
                await asyncio.sleep(pause * random.uniform(0.9, 1.1))  # noqa: S311
        return times

    def close(self):
        self._loop.call_soon_threadsafe(self._over.set)
