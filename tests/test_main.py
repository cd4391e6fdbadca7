"""The command line, as a program."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import asynccontextmanager

import pytest
from support.paths import ROOT
from support.recordings import WIRE
from support.scripted_server import Scripted, chats, listen
from support.server_scripts import asks_and_ends

import buttermilk_widget
from buttermilk_widget import Cassette, Transcript
from buttermilk_widget import __main__ as module
from buttermilk_widget.cassette.cassette import MODE


def program(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "buttermilk_widget", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_serve_says_where_it_is_and_ends_quietly():
    port = free_port()
    process = program("serve", "--port", str(port))
    line = process.stdout.readline()
    assert f"http://127.0.0.1:{port}" in line
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/flows") as answer:
        assert "osb" in json.load(answer)["flow_choices"]
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")


@pytest.mark.parametrize("pace", ["-1", "nan", "inf", "fast", "61"])
def test_a_pace_that_is_none_is_a_sentence(pace, capsys):
    with pytest.raises(SystemExit):
        module.main(["serve", "--pace", pace])
    assert f"{pace!r} is no number of seconds from 0 to 60" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "setup_delay", "pace"), [([], 2.0, 1.0), (["--pace", "0"], 0, 0)]
)
def test_serve_is_slow_enough_for_a_person_or_as_quick_as_asked(
    monkeypatch, given, setup_delay, pace
):
    from buttermilk_widget import server

    served = []
    monkeypatch.setattr(server, "serve", lambda **how: served.append(how["settings"]))
    assert module.main(["serve", *given]) == 0
    (settings,) = served
    assert (settings.setup_delay, settings.pace) == (setup_delay, pace)


def test_a_port_that_is_taken_is_a_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = program("serve", "--port", str(port))
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 1
    assert str(port) in errors
    assert "Traceback" not in errors


def test_the_demo_opens_the_checkout_s_notebook_or_a_copy(monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    assert str(module._notebook()) == f"notebooks/{module.FIRST}"
    installed = tmp_path / "buttermilk_widget"
    (installed / "notebooks").mkdir(parents=True)
    (installed / "notebooks" / module.FIRST).write_text("{}")
    monkeypatch.setattr(module, "__file__", str(installed / "__main__.py"))
    monkeypatch.chdir(tmp_path)
    (installed / "notebooks" / "runs").mkdir()
    (installed / "notebooks" / "runs" / "osb.jsonl").write_text("[]")
    assert module._notebook().read_text() == "{}"
    assert (tmp_path / "runs" / "osb.jsonl").read_text() == "[]"
    (tmp_path / module.FIRST).write_text("mine")
    assert module._notebook().read_text() == "mine"


def test_it_says_its_version(capsys):
    with pytest.raises(SystemExit) as ended:
        module.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"buttermilk-widget {buttermilk_widget.__version__}\n"


def test_an_unknown_command_is_refused(capsys):
    with pytest.raises(SystemExit):
        module.main(["dance"])
    assert "invalid choice" in capsys.readouterr().err


# --- runs that were recorded ---------------------------------------------------------------------

AT = "2026-11-23T00:00:00Z"


@pytest.fixture
def run(capsys, monkeypatch):
    """Runs a command here: its exit code, what it printed, and what it said was wrong."""
    monkeypatch.delenv(MODE, raising=False)

    def run(*arguments):
        code = module.main([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def cassette(tmp_path, run):
    run("convert", WIRE / "real_ok.jsonl", tmp_path / "ok.jsonl", "--began", AT)
    return tmp_path / "ok.jsonl"


@pytest.fixture
def two(tmp_path, run):
    path = tmp_path / "two.jsonl"
    run("convert", WIRE / "new_session_per_run.jsonl", path, "--began", AT)
    return path


def test_convert_says_what_the_cassette_holds(tmp_path, run):
    target = tmp_path / "runs" / "two.jsonl"
    code, said, wrong = run(
        "convert", WIRE / "new_session_per_run.jsonl", target, "--began", "2026-11-23"
    )
    assert (code, wrong) == (0, "")
    assert said.splitlines() == [
        f"{target} holds:",
        "  1  real_auto, 2026-11-23T00:00:00.012Z, ended",
        "  2  real_auto, 2026-11-23T00:00:07.556Z, ended",
    ]


def test_convert_writes_over_nothing_that_it_should_not(tmp_path, cassette, run):
    wire = tmp_path / "wire.jsonl"
    wire.write_text((WIRE / "real_auto.jsonl").read_text())
    code, _, wrong = run("convert", wire, cassette)
    assert (code, wrong) == (1, f"{str(cassette)!r} is there already: --force writes over it.\n")
    assert run("convert", wire, cassette, "--force")[0] == 0
    code, _, wrong = run("convert", wire, wire, "--force")
    assert (code, wrong) == (
        1,
        f"{str(wire)!r} is what is to be read: name another file to write.\n",
    )
    assert wire.read_text() == (WIRE / "real_auto.jsonl").read_text()


def test_convert_reports_what_looks_like_a_secret_in_a_sentence(tmp_path, run):
    source = tmp_path / "wire.jsonl"
    frame = {"type": "run_flow", "flow": "osb", "prompt": "use sk-0123456789abcdefXYZ"}
    source.write_text(json.dumps({"t": 0, "dir": "out", "frame": frame}))
    code, _, wrong = run("convert", source, tmp_path / "c.jsonl")
    assert code == 0
    assert wrong.startswith("The cassette ")
    assert "holds what looks like an API key (line 2)" in wrong
    assert len(wrong.splitlines()) == 1


@pytest.mark.parametrize(
    ("ending", "begins", "holds"),
    [
        (".html", "<!doctype html>", "Echo from"),
        (".MD", "# real_q", "## Decisions"),
        (".csv", "\ufeffentry,at,server_time,agent", "judgement"),
        (".jsonl", '{"transcript": ', '"hash": "sha256-2:'),
    ],
)
def test_export_writes_the_format_that_the_name_ends_in(cassette, run, ending, begins, holds):
    output = cassette.parent / "new" / f"out{ending}"
    code, said, wrong = run("export", cassette, output)
    assert (code, said, wrong) == (0, f"{output} holds the 12 entries of the run.\n", "")
    text = output.read_text()
    assert text.startswith(begins)
    assert holds in text


def test_an_exported_transcript_is_the_one_that_was_recorded(tmp_path, two, run):
    output = tmp_path / "run.jsonl"
    for number, recording in enumerate(Cassette(two, "replay").recordings, 1):
        assert run("export", two, output, "--run", number, "--force")[0] == 0
        assert Transcript.load(output).hash == recording.hash


@pytest.mark.parametrize("command", ["export", "replay"])
def test_one_of_several_runs_must_be_chosen(tmp_path, two, run, command):
    output = [tmp_path / "out.md"] if command == "export" else []
    for chosen, sentence in (
        ([], "Which run? Say it with --run; these are there:"),
        (["--run", 3], "There is no run 3; these are there:"),
        (["--run", 0], "There is no run 0; these are there:"),
    ):
        code, _, wrong = run(command, two, *output, *chosen)
        assert code == 1
        assert wrong.splitlines() == [
            sentence,
            "  1  real_auto, 2026-11-23T00:00:00.012Z, ended",
            "  2  real_auto, 2026-11-23T00:00:07.556Z, ended",
        ]
    assert run(command, two, *output, "--run", 2)[0] == 0


def test_export_refuses_in_a_sentence(tmp_path, cassette, run, monkeypatch):
    def wrong(*arguments):
        code, said, wrong = run("export", *arguments)
        assert (code, said) == (1, "")
        return wrong

    assert "the endings are .jsonl, .md, .html, .csv and .xlsx. Did you mean '.html'?" in wrong(
        cassette, "out.htm"
    )
    assert "There is no cassette at 'none.jsonl'." in wrong("none.jsonl", tmp_path / "out.md")
    (tmp_path / "out.md").write_text("mine")
    assert "--force writes over it" in wrong(cassette, tmp_path / "out.md")
    assert "is what is to be read" in wrong(cassette, cassette, "--force")
    assert "x.html' cannot be written" in wrong(cassette, tmp_path / "out.md" / "x.html")
    assert "cannot be written: Is a directory" in wrong(cassette, folder(tmp_path), "--force")
    (tmp_path / "empty.jsonl").write_text('{"cassette": 1}\n')
    assert "holds no run" in wrong(tmp_path / "empty.jsonl", tmp_path / "x.md")
    assert "is no cassette" in wrong(WIRE / "real_ok.jsonl", tmp_path / "x.md")
    assert "File name too long" in wrong("x" * 300, tmp_path / "x.md")
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "pandas", None)
        assert "pip install 'buttermilk-widget[pandas]'" in wrong(cassette, tmp_path / "x.csv")
    assert not (tmp_path / "x.csv").exists()


def folder(tmp_path):
    (tmp_path / "folder.html").mkdir()
    return tmp_path / "folder.html"


def test_replay_prints_the_entries_as_markdown_and_how_it_ended(cassette, run):
    code, said, wrong = run("replay", cassette)
    assert (code, wrong) == (0, "")
    headings = [line for line in said.splitlines() if line.startswith("### ")]
    assert len(headings) == 12
    assert headings[2] == "### Question (question, entry #3, 2026-11-23T00:00:03.758Z)"
    assert said.endswith("(ended) The flow has ended.\n")


def test_replay_prints_each_agent_under_its_label(tmp_path, run):
    source = WIRE / "judges_by_model_and_criteria.jsonl"
    assert run("convert", source, tmp_path / "c.jsonl")[0] == 0
    _, said, _ = run("replay", tmp_path / "c.jsonl")
    judges = [line.partition(" (")[0] for line in said.splitlines() if line.startswith("### JUDGE")]
    assert judges == [
        f"### JUDGE · {m} · {c}" for m in ("m-a", "m-b") for c in ("crit_one", "crit_two")
    ]


def test_replay_takes_as_long_as_its_pace_says(tmp_path, run):
    source = tmp_path / "wire.jsonl"
    frames = ({"type": "run_flow", "flow": "osb"}, {"type": "flow_complete", "data": {}})
    source.write_text(
        "\n".join(
            json.dumps({"t": t, "dir": way, "frame": frame})
            for t, way, frame in zip((0, 30), ("out", "in"), frames, strict=True)
        )
    )
    run("convert", source, tmp_path / "c.jsonl", "--began", AT)
    began = time.monotonic()
    assert run("replay", tmp_path / "c.jsonl", "--pace", "0.01")[0] == 0
    assert 0.25 < time.monotonic() - began < 25
    for pace in ("-1", "nan", "inf"):
        code, _, wrong = run("replay", tmp_path / "c.jsonl", "--pace", pace)
        assert code == 1
        assert wrong.startswith("The pace is 0 (at once)")


def test_a_recording_that_was_changed_or_cut_off_is_replayed_and_said(cassette, run):
    text = cassette.read_text()
    cassette.write_text(text.replace("Echo from ANALYST", "Other words", 1))
    code, said, wrong = run("replay", cassette)
    assert code == 0
    assert "Other words" in said
    assert "This is not the transcript that was recorded" in wrong
    cassette.write_text(text[: text.index('{"end"') - 40])
    code, said, wrong = run("replay", cassette)
    assert (code, wrong) == (
        0,
        "The last line of the cassette was half written, and is left out.\n",
    )
    cassette.write_text(text.replace('"do": "observed"', '"do": "release_held", "held": 7', 1))
    code, _, wrong = run("replay", cassette)
    assert code == 1
    assert "Traceback" not in wrong


def test_what_a_terminal_would_obey_is_made_visible(tmp_path, run):
    source = tmp_path / "wire.jsonl"
    outputs = {"content": "\x1b]0;title\x07\x1b[2J words \u202e"}
    frames = ("out", {"type": "run_flow", "flow": "\x1b[2J"}), ("in", {"type": "ui_message"})
    frames[1][1]["outputs"] = outputs
    source.write_text("\n".join(json.dumps({"t": 0, "dir": w, "frame": f}) for w, f in frames))
    _, said, _ = run("convert", source, tmp_path / "c.jsonl")
    assert "\x1b" not in said
    _, said, _ = run("replay", tmp_path / "c.jsonl")
    assert "\n> words ⟨U+202E⟩\n" in said
    run("convert", source, tmp_path / "c.jsonl", "--force")
    _, _, wrong = run("replay", "\x1b[2J")
    assert "\x1b" not in wrong


def test_a_time_that_is_none_is_a_sentence(tmp_path, run):
    for time_ in ("soon", "2026-13-01"):
        code, _, wrong = run("convert", WIRE / "mock.jsonl", tmp_path / "c", "--began", time_)
        assert (code, wrong.splitlines()) == (
            1,
            [f"{time_!r} is no time: write it as 2026-11-23T14:30:00Z; without a zone it is UTC."],
        )
    run("convert", WIRE / "mock.jsonl", tmp_path / "c", "--began", "2026-11-23T01:00:00+01:00")
    assert Cassette(tmp_path / "c", "replay").recordings[0].at == 1_795_392_000.02


def test_whoever_reads_what_is_printed_may_stop_reading(cassette):
    process = program("replay", str(cassette))
    process.stdout.close()
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(20) == 1


# --- recording one -------------------------------------------------------------------------------


@asynccontextmanager
async def recording(path, *scripts, more=()):
    """The program as it records a run of a server that follows the scripts."""
    async with Scripted(*scripts).serve() as server:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "buttermilk_widget", "record", server.url, "osb", str(path)),
            *more,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if name != MODE},
        )
        process.server = server
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()


async def ended(process, typed=None):
    """The exit code, what was printed and what was wrong, once these lines were typed."""
    said, wrong = await asyncio.wait_for(process.communicate(typed), 20)
    return process.returncode, said.decode(), wrong.decode()


async def asks_three(line):
    await line.heard()
    await line.ask("Go on?", "confirm", "reject")
    await line.heard()
    await line.ask("Which?", "A", "B", "7")
    await line.heard()
    await line.ask("Any words?")
    await line.heard()
    await line.end()
    await listen(line)


async def test_record_puts_the_questions_at_the_terminal_and_the_run_replays(tmp_path, run):
    path = tmp_path / "runs" / "osb.jsonl"
    more = ("--prompt", "so", "--record-id", "r-1")
    async with recording(path, asks_three, more=more) as process:
        typed = b"perhaps\nyes\nC\n9\n2\nperhaps\n2\nyes\n\nsome \xc3\xa9 words\n"
        code, said, wrong = await ended(process, typed)
        answers = process.server.answers
        assert process.server.frames[0]["prompt"] == "so"
    assert (code, wrong) == (0, "")
    assert [answer["content"] for answer in answers] == ["yes", "B", "some é words"]
    for words in (
        "yes or no? It takes yes or no; words would reject the step.",
        "  1  A\n  2  B\n  3  7\nwhich of the 3? It takes one of the options, or its number, and not 'C'.",
        "which of the 3? Does 'B' go on with the step? yes or no? It takes yes or no: the server has to be ",
        "your words? There is nothing to send: the answer is empty.",
        "### Question (question, entry #1, ",
    ):
        assert words in said
    assert said.endswith("(ended) The flow has ended.\n")
    made = Cassette(path, "replay").recordings[0]
    assert made.request == {"flow": "osb", "prompt": "so", "record_id": "r-1"}
    assert {one.by for one in made.inputs if one.do == "respond"} == {"person"}
    code, said, wrong = await asyncio.to_thread(run, "replay", path)
    assert (code, wrong) == (0, "")
    assert "> some é words\n\n- verdict: text" in said


async def test_options_at_the_terminal_are_a_line_each_and_a_number_sends_what_stands_there(
    tmp_path,
):
    async def forges(line):
        await line.heard()
        await line.ask("Which?", "Go on\n  2  Stop", "Stop \x1b[2Jnow", " ")
        await line.heard()
        await line.ask("How many?", "2", "1", "three")
        await line.heard()
        await line.end()
        await listen(line)

    async with recording(tmp_path / "c", forges) as process:
        code, said, wrong = await ended(process, b"2\nno\n#2\nyes\n")
        answers = process.server.answers
    assert (code, wrong) == (0, "")
    assert "\n  1  Go on ⏎ 2 Stop\n  2  Stop now\n  3  (blank option)\nwhich of the 3? " in said
    assert "\n  #1  2\n  #2  1\n  #3  three\nwhich of the 3? " in said
    assert [answer["selection"] for answer in answers] == ["Stop \x1b[2Jnow", "1"]


async def test_record_holds_a_chat_at_the_terminal_and_its_end_is_the_end_of_the_input(tmp_path):
    async with recording(tmp_path / "c", chats) as process:
        code, said, wrong = await ended(process, b"find it\njudge it\n")
        answers = process.server.answers
        assert process.server.deleted == ["s-1"]
    assert (code, wrong) == (0, "")
    assert [answer["content"] for answer in answers] == ["find it", "judge it"]
    assert "you: " in said
    assert "reply 2 to judge it" in said
    assert "The input has ended, and the chat with it." in said


async def test_record_speaks_by_itself_if_told_to(tmp_path):
    more = ["--say", "find it", "--say", "bye"]
    async with recording(tmp_path / "c", chats, more=more) as process:
        code, said, wrong = await ended(process)
    assert (code, wrong) == (0, "")
    assert "reply 1 to find it" in said
    assert said.endswith("(ended) The flow has ended.\n")
    async with recording(tmp_path / "d", asks_and_ends, more=["--say", "words"]) as process:
        code, _, wrong = await ended(process)
    assert code == 1
    assert "neither --yes nor --say answers it" in wrong


async def test_record_confirms_by_itself_if_told_to(tmp_path):
    async with recording(tmp_path / "c", asks_and_ends, more=["--yes"]) as process:
        assert (await ended(process))[0] == 0
        assert [answer["confirm"] for answer in process.server.answers] == [True]
    made = Cassette(tmp_path / "c", "replay").recordings[0]
    assert {one.by for one in made.inputs if one.do == "respond"} == {"script"}
    async with recording(tmp_path / "d", asks_three, more=["--yes"]) as process:
        code, _, wrong = await ended(process)
        assert code == 1
        assert "not one to confirm: choose one of 'A', 'B' and '7'" in wrong
        assert process.server.deleted == ["s-1"]


async def test_record_stops_the_run_when_the_input_ends(tmp_path):
    async with recording(tmp_path / "c", asks_three) as process:
        code, said, wrong = await ended(process, b"yes")
        assert process.server.deleted == ["s-1"]
    assert code == 1
    assert "The server asks, and the input has ended, so the run was stopped." in wrong
    assert "Traceback" not in wrong
    assert "Stopped: the server confirmed it. What was recorded so far is in" in said
    assert Cassette(tmp_path / "c", "replay").recordings[0].ended == "stopped"


async def test_ctrl_c_stops_the_run_at_the_server_and_says_so(tmp_path):
    async with recording(tmp_path / "c", asks_three) as process:
        while b"yes or no?" not in (await process.stdout.read(1000)):
            pass
        process.send_signal(signal.SIGINT)
        code, said, wrong = await ended(process)
        assert process.server.deleted == ["s-1"]
    assert (code, wrong) == (130, "")
    assert "Stopped: the server confirmed it. What was recorded so far is in" in said


async def test_record_goes_on_when_a_question_does_not_wait_for_its_answer(tmp_path):
    goes_on = asyncio.Event()

    async def asks_twice(line):
        await line.heard()
        await line.ask("One?", "confirm", "reject")
        await goes_on.wait()
        await line.ask("Two?", "confirm", "reject")
        await line.heard()
        await line.ask("Three?", "confirm", "reject")
        await line.end()
        await listen(line)

    async with recording(tmp_path / "c", asks_twice) as process:
        while b"yes or no?" not in (await process.stdout.read(1000)):
            pass
        goes_on.set()
        while b"Two?" not in (await process.stdout.read(1000)):
            pass
        process.stdin.write(b"no\nyes\n")  # and it stays open: nobody types any more
        said = (await asyncio.wait_for(process.stdout.read(), 20)).decode()
        assert (await process.stderr.read(), await process.wait()) == (b"", 0)
        assert [answer["confirm"] for answer in process.server.answers] == [True]
    assert "That question is no longer open" in said
    assert "Three?" in said


async def test_record_refuses_in_a_sentence(tmp_path, run):
    there = tmp_path / "there"
    there.write_text("mine")
    code, _, wrong = await asyncio.to_thread(run, "record", "http://localhost:1", "osb", there)
    assert (code, there.read_text()) == (1, "mine")
    assert "--force adds the run, or replaces it there" in wrong
    code, _, wrong = await asyncio.to_thread(
        run, "record", "http://localhost:1", "osb", there, "--force", "--yes"
    )
    assert (code, there.read_text()) == (1, "mine")
    assert "is no cassette" in wrong
    for server, sentence in (("http://localhost:1", "localhost:1"), ("ftp://x", "ftp")):
        path = tmp_path / "c"
        code, _, wrong = await asyncio.to_thread(
            run, "record", server, "osb", path, "--force", "--yes"
        )
        assert code == 1
        assert sentence in wrong
        assert "Traceback" not in wrong


# --- flows ---------------------------------------------------------------------------------------


def test_the_flows_of_a_server_are_printed_with_what_each_takes(fast_server, run):
    code, out, err = run("flows", fast_server.url)
    assert code == 0
    assert "\nlong: Two agents talk" in out
    assert "    messages (integer, default 300): How many messages." in out
    assert err == ""


def test_without_an_address_they_are_those_of_the_environment_s_server(
    fast_server, run, monkeypatch
):
    monkeypatch.setenv("BUTTERMILK_SERVER", fast_server.url)
    code, out, _ = run("flows")
    assert code == 0
    assert "osb: " in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["flows", "9"], "Nobody answers at http://localhost:9."),
        (["flows", "http://localhost:9?token=s3cret"], "has a query"),
        (["flows", "localhost:9", "--header", "X-Key"], "NAME=VARIABLE"),
    ],
)
def test_flows_that_cannot_be_had_are_said_on_stderr(arguments, said, run):
    code, out, err = run(*arguments)
    assert code == 1
    assert said in err
    assert "s3cret" not in err
    assert out == ""
