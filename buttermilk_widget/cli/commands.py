"""The commands that talk with a server or deal with cassettes: convert, export, flows, record, replay.

What they print is from agents and servers, and a terminal obeys control characters: these are made
visible (``letters.py``). What they write into files is as it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import sys
import threading
import warnings
from datetime import UTC, datetime
from io import FileIO
from typing import IO, TYPE_CHECKING

from buttermilk_widget.cassette.cassette import Cassette
from buttermilk_widget.cassette.player import Player
from buttermilk_widget.client.api import Address
from buttermilk_widget.client.flows import described
from buttermilk_widget.client.session import Session
from buttermilk_widget.conversation import answers
from buttermilk_widget.conversation.conversation import Conversation
from buttermilk_widget.conversation.history import labels_of, under_label
from buttermilk_widget.conversation.meanings import plain_meaning
from buttermilk_widget.errors import (
    AnswerError,
    BadCassette,
    ButtermilkError,
    CassetteWarning,
    NeedsAnswer,
    ScriptOver,
    WrongAnswer,
    truncate,
)
from buttermilk_widget.protocol.messages import as_text
from buttermilk_widget.text.letters import label, option_label, visible
from buttermilk_widget.transcript.captions import iso
from buttermilk_widget.transcript.convert import convert as converted
from buttermilk_widget.transcript.entry_markdown import markdown
from buttermilk_widget.transcript.hashing import differ
from buttermilk_widget.transcript.load import NOT_AS_RECORDED
from buttermilk_widget.transcript.transcript import Transcript, form_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from buttermilk_widget.cassette.cassette import Recording
    from buttermilk_widget.client.credentials import Headers
    from buttermilk_widget.client.script import Given, Manager
    from buttermilk_widget.conversation.events import Event
    from buttermilk_widget.conversation.patches import AnswerKind, Question

INTERRUPTED = 130
"""The exit code after Ctrl+C, as shells have it."""


def say(text: str, *, end: str = "\n", to: IO[str] | None = None) -> None:
    """Print it at once, on stdout if on nothing else."""
    stream = to or sys.stdout
    stream.write(visible(text) + end)
    stream.flush()


@contextlib.contextmanager
def spoken_warnings() -> Iterator[None]:
    """Put what is to be said of a cassette on stderr, as a sentence and no more."""
    with warnings.catch_warnings():
        warnings.simplefilter("always", CassetteWarning)
        warnings.showwarning = lambda message, *_: say(str(message), to=sys.stderr)
        yield


# --- flows ---------------------------------------------------------------------------------------


def flows(server: str | None, *, headers: Sequence[str]) -> int:
    """Print the flows on offer, with what the server says of each."""
    given = _from_environment(headers)
    if server is not None:
        _warn_of_password(server)
    with spoken_warnings():
        offered = asyncio.run(Session(server, headers=given).flows())
    say(described(offered) or "The server offers no flows.")
    return 0


# --- convert -------------------------------------------------------------------------------------


def convert(recording: Path, cassette: Path, *, began: str | None, force: bool) -> int:
    """Make a cassette of another tool's recording."""
    at = None if began is None else _seconds(began)
    _must_be_free(cassette, recording, force=force)
    with spoken_warnings():
        converted(recording, cassette, began=at)
    made = Cassette(cassette, "replay", overridden=False)
    say(f"{cassette} holds:\n{_shown(made)}")
    return 0


def _seconds(time: str) -> float:
    try:
        at = datetime.fromisoformat(time)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise ButtermilkError(
            f"{time!r} is no time: write it as 2026-11-23T14:30:00Z; without a zone it is UTC."
        ) from None


def _must_be_free(
    path: Path, source: Path | None, *, force: bool, does: str = "writes over it"
) -> None:
    """Refuse to write over a file without the person's word, and over the source in any case."""
    if not path.exists():
        return
    if source is not None and source.exists() and path.samefile(source):
        raise ButtermilkError(f"{str(path)!r} is what is to be read: name another file to write.")
    if not force:
        raise ButtermilkError(f"{str(path)!r} is there already: --force {does}.")


# --- export and replay ---------------------------------------------------------------------------


def export(cassette: Path, output: Path, *, number: int | None, force: bool) -> int:
    """Write the transcript of a recorded run, in the format that the file's name ends in."""
    form_of(output)
    recording = _chosen(cassette, number)
    _must_be_free(output, cassette, force=force)
    transcript = asyncio.run(_played(recording, cassette))
    transcript.save(output)
    say(f"{output} holds the {len(transcript)} entries of the run.")
    return 0


def replay(cassette: Path, *, number: int | None, pace: float) -> int:
    """Print the entries of a recorded run as they come."""
    if not 0 <= pace < math.inf:
        raise ButtermilkError("The pace is 0 (at once), 1 (as it was), 0.5 (in half the time).")
    recording = _chosen(cassette, number)
    asyncio.run(_played(recording, cassette, pace=pace, printed=True))
    return 0


def _chosen(path: Path, number: int | None) -> Recording:
    """The run with this number, from 1; with none given, the only one."""
    if not path.exists():
        raise BadCassette(f"There is no cassette at {str(path)!r}.")
    cassette = Cassette(path, "replay", overridden=False)
    made = cassette.recordings
    if not made:
        raise BadCassette(f"The cassette {str(path)!r} holds no run.")
    if cassette.broken:
        say("The last line of the cassette was half written, and is left out.", to=sys.stderr)
    if number is None and len(made) > 1:
        raise ButtermilkError(f"Which run? Say it with --run; these are there:\n{_shown(cassette)}")
    if number is not None and not 1 <= number <= len(made):
        raise ButtermilkError(f"There is no run {number}; these are there:\n{_shown(cassette)}")
    return made[(number or 1) - 1]


def _shown(cassette: Cassette) -> str:
    return "\n".join(
        f"  {number}  {truncate(as_text(made.request.get('flow')))}, {iso(made.at)}, "
        f"{truncate(as_text(made.ended or 'breaks off'))}"
        for number, made in enumerate(cassette.recordings, 1)
    )


async def _played(
    recording: Recording, path: Path, *, pace: float = 0.0, printed: bool = False
) -> Transcript:
    """Play a recording to its end; its transcript."""
    conversation = Conversation(server=recording.server)
    shown = Shown(conversation)

    def tell(told: Event) -> None:
        conversation.apply(told)
        if printed:
            shown.catch_up()

    player = Player(recording, conversation, pace=pace, tell=tell)
    player.free()
    await player.play()
    if printed:
        say(f"({conversation.readiness.value}) {label(conversation.status.reason)}")
    transcript = Transcript.of(conversation, cassette=f"{path.name} ({recording.digest})")
    if differ(recording.hash, transcript.hash):
        say(NOT_AS_RECORDED, to=sys.stderr)
    return transcript


class Shown:
    """What was printed of a conversation so far."""

    def __init__(self, conversation: Conversation) -> None:
        self.count = 0
        self._conversation = conversation

    def catch_up(self) -> None:
        """Print the entries that were not printed yet."""
        if self.count == self._conversation.count:
            return
        names, words = labels_of(self._conversation.agents), self._conversation.status.labels
        while self.count < self._conversation.count:
            self.count += 1
            entry = self._conversation.entry(self.count)
            say(
                markdown(
                    entry.model_copy(update={"speaker": under_label(entry.speaker, names)}), words
                )
            )


# --- record --------------------------------------------------------------------------------------


def record(
    server: str,
    flow: str,
    cassette: Path,
    *,
    yes: bool,
    force: bool,
    words: Sequence[str] = (),
    headers: Sequence[str] = (),
    **asked: str | None,
) -> int:
    """Record a run, with its questions put at the terminal, or answered by ``yes`` and ``words``."""
    _must_be_free(cassette, None, force=force, does="adds the run, or replaces it there")
    given = _from_environment(headers)
    _warn_of_password(server)
    tape = Cassette(cassette, "record", overridden=False)
    try:
        with spoken_warnings():
            manager = _automatic(words, yes=yes) if yes or words else None
            asyncio.run(_recorded(server, flow, tape, manager=manager, headers=given, **asked))
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def _warn_of_password(server: str) -> None:
    if Address.parse(server).headers:
        say(
            "The password in the address stands in the list of processes and in the shell's "
            "history. --header Authorization=VARIABLE takes it from the environment.",
            to=sys.stderr,
        )


def _from_environment(headers: Sequence[str]) -> Headers:
    """The headers, each told as ``NAME=VARIABLE``; a function, which shows none of them."""
    pairs = [header.partition("=") for header in headers]
    for name, _, variable in pairs:
        if not name or variable not in os.environ:
            raise ButtermilkError(
                "--header takes NAME=VARIABLE, such as Authorization=MY_TOKEN, where the value is in "
                "an environment variable of that name. One that was given is none."
            )
    return lambda: {name: os.environ[variable] for name, _, variable in pairs}


async def _recorded(
    server: str,
    flow: str,
    tape: Cassette,
    *,
    manager: Manager | None,
    headers: Headers,
    **asked: str | None,
) -> None:
    async with Session(server, headers=headers, cassette=tape, manager=manager) as session:
        session.run(flow, **asked)
        say(f"The flow {flow!r} at {session.server} is recorded in {tape.path}.\n")
        printed = Shown(session.conversation)
        printing = asyncio.create_task(_print(session, printed))
        try:
            await _talk(session, printed)
        except (asyncio.CancelledError, NeedsAnswer):
            await session.stop()
            say(f"\n{label(session.reason)} What was recorded so far is in {tape.path}.")
            raise
        finally:
            await session.close()
            printing.cancel()
            await asyncio.gather(printing, return_exceptions=True)
            printed.catch_up()
        say(f"({session.readiness.value}) {label(session.reason)}")


def _automatic(words: Sequence[str], *, yes: bool) -> Manager:
    """Answers with no person there: words in their order, where words are asked for, and yes."""
    left = iter(words)

    def answer(question: Question) -> Given:
        if question.form in ("text", "chat") and words:
            following = next(left, None)
            if following is not None or question.form == "chat":
                return following
        elif yes:
            return None if question.form == "chat" else True
        raise ScriptOver(
            f"The server asks {truncate(question.content)!r}, and neither --yes nor --say answers it."
        )

    return answer


async def _print(session: Session, printed: Shown) -> None:
    while await session.more(printed.count):
        printed.catch_up()


async def _talk(session: Session, printed: Shown) -> None:
    """Put each question to the person, and let them speak in a chat, until the run's end."""
    while question := await session.asked():
        printed.catch_up()
        say(_takes(question), end=" ")
        try:
            line = await _line(session)
        except NeedsAnswer:
            if question.form != "chat":
                raise
            await session.stop()
            say("\nThe input has ended, and the chat with it.")
            return
        if line is None or (not line and question.form == "chat"):
            continue
        if not session.conversation.is_due(question):
            say(f"That question is no longer open, so this was not sent: {line}")
            continue
        try:
            await _answer(session, question, line)
        except AnswerError as problem:
            say(str(problem))
    await session.ended()


async def _answer(session: Session, question: Question, line: str) -> None:
    """Give what was typed as the answer; of an uncertain option, ask what it means."""
    verdict, content = _meant(question, line)
    entry, confirm = session.conversation.question, None
    if verdict == "choice" and question.confirms and answers.accepts(question, content) is None:
        say(f"Does {truncate(content)!r} go on with the step? yes or no?", end=" ")
        declared = await _line(session)
        confirm = None if declared is None else plain_meaning(declared)
        if confirm is None:
            raise WrongAnswer("It takes yes or no: the server has to be told. Nothing was sent.")
    number = entry.id if entry is not None else None
    session.respond(verdict, content, question=number, confirm=confirm)


async def _line(session: Session) -> str | None:
    """What the person types; nothing, if the run ends first.

    Raises:
        NeedsAnswer: nothing more can come from there.
    """
    line, over = typed(), asyncio.create_task(_over(session))
    try:
        done, _ = await asyncio.wait((line, over), return_when=asyncio.FIRST_COMPLETED)
    finally:
        over.cancel()
    if over in done:
        return None
    if not line.result():
        raise NeedsAnswer(
            "The server asks, and the input has ended, so the run was stopped. --yes confirms "
            "each question."
        )
    return line.result().strip()


async def _over(session: Session) -> None:
    with contextlib.suppress(ButtermilkError):  # asked() says it
        await session.ended()


def _takes(question: Question) -> str:
    """What the person can type, with the options numbered."""
    if question.form == "confirm":
        return "yes or no?"
    if question.form == "options":
        lines = [
            f"  {mark}  {label(option_label(option))}"
            for mark, option in zip(_marks(question), question.options, strict=True)
        ]
        return "\n".join([*lines, f"which of the {len(lines)}?"])
    return "you:" if question.form == "chat" else "your words?"


def _marks(question: Question) -> list[str]:
    """What is typed for each option: its number, which is none of the options' own words."""
    numbers = [str(place) for place in range(1, len(question.options) + 1)]
    taken = any(answers.option_of(question, number) is not None for number in numbers)
    return [f"#{number}" for number in numbers] if taken else numbers


def _meant(question: Question, line: str) -> tuple[AnswerKind, str]:
    """What was typed, as the question takes it: ``yes``, an option or its number, words.

    Raises:
        WrongAnswer: it is none of these.
    """
    if question.form == "options":
        marks = dict(zip(_marks(question), question.options, strict=True))
        if line in marks:
            return answers.interpret(question, "choice", marks[line])
        if answers.option_of(question, line) is None:
            raise WrongAnswer(
                f"It takes one of the options, or its number, and not {truncate(line)!r}."
            )
    verdict, content = answers.interpret(question, "text", line)
    if verdict == "text" and question.form == "confirm":
        raise WrongAnswer("It takes yes or no; words would reject the step.")
    return verdict, content


def typed() -> asyncio.Future[str]:
    """The next line of the input, with its end; empty is the end of the input itself.

    It is read by a thread, so that the run goes on meanwhile; and not from ``sys.stdin``, because
    a thread that waits in its buffer would keep Python from ending.
    """
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()

    def give(text: str) -> None:
        if not line.done():
            line.set_result(text)

    def read() -> None:
        text = ""
        with contextlib.suppress(OSError):  # no input at all is its end
            text = FileIO(0, closefd=False).readline().decode(errors="replace")
        with contextlib.suppress(RuntimeError):  # the run is over, and the loop closed
            loop.call_soon_threadsafe(give, text)

    threading.Thread(target=read, daemon=True).start()
    return line
