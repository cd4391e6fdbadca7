"""A cassette's file: what is in it, and how several runs come into it."""

from __future__ import annotations

import signal

import pytest
from support.record_process import recording
from support.recorded_runs import AT, Played, held, names, told

from buttermilk_widget import BadCassette, Cassette, Conversation, Transcript
from buttermilk_widget.cassette import files, tape
from buttermilk_widget.protocol.messages import RunFlow

# --- two at once ---------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["once", "record"])
@pytest.mark.parametrize("first_ends", [True, False])
def test_of_two_recorders_of_one_file_both_runs_are_kept(path, mode, first_ends):
    one, two = (Cassette(path, mode) for _ in range(2))
    a = one.recorder(RunFlow(flow="a"), "server", AT)
    b = two.recorder(RunFlow(flow="b"), "server", AT)
    for left, right in zip(told("a"), told("b"), strict=True):
        a.write(left)
        b.write(right)
    assert path.read_text().count('"run"') == 1
    for recorder in (a, b) if first_ends else (b, a):
        recorder.close("ended", "sha256-2:x")
    assert held(path) == [("a", list(told("a")), "ended"), ("b", list(told("b")), "ended")]
    assert names(path.parent) == ["osb.jsonl"]


def test_a_recording_cell_that_is_run_again_while_its_run_goes_on_keeps_both(path):
    recorders = []
    for number in range(3):
        recorder = Cassette(path, "record").recorder(RunFlow(flow="osb"), "server", AT + number)
        for one in list(told())[number:]:
            recorder.write(one)
        recorders.append(recorder)
    for recorder in recorders:
        recorder.close("ended", "sha256-2:x")
    assert [len(inputs) for _, inputs, _ in held(path)] == [10, 9, 8]


def test_a_cassette_that_is_being_recorded_is_recorded_into_and_not_replayed(path):
    recorder = Cassette(path).recorder(RunFlow(flow="osb"), "server", AT)
    for one in told():
        recorder.write(one)
    second = Cassette(path)
    assert (second.replays, second.records) == (False, True)
    with pytest.raises(BadCassette, match="holds no run yet"):
        Cassette(path, "replay")
    recorder.close("ended", "sha256-2:x")
    third = Cassette(path)
    assert (third.replays, len(third.recordings)) == (True, 1)


def test_of_a_cassette_that_another_run_comes_into_the_others_are_replayed(path):
    Played(path)
    recorder = Cassette(path, "record").recorder(RunFlow(flow="new"), "server", AT)
    for one in told("new"):
        recorder.write(one)
    made = Cassette(path)
    assert (made.replays, [one.request["flow"] for one in made.recordings]) == (True, ["osb"])
    assert not made.broken
    recorder.close("ended", "sha256-2:x")


def test_of_processes_that_record_into_one_file_all_runs_are_kept(path):
    processes = [recording(path, "record", f"words {number}", 30, 0.01) for number in range(3)]
    for process in processes:
        said, wrong = process.communicate(timeout=60)
        assert (process.returncode, wrong) == (0, ""), said
    made = Cassette(path, "replay").recordings
    assert sorted(one.request["prompt"] for one in made) == [f"words {n}" for n in range(3)]
    assert {one.ended for one in made} == {"ended"}
    assert names(path.parent) == ["osb.jsonl"]


@pytest.mark.parametrize("there", [False, True])
def test_a_process_that_is_killed_leaves_what_it_saw(path, there):
    if there:
        Played(path, flow="before")
        async_run = recording(path, "record", "words", 1, 0)
        async_run.communicate(timeout=60)
    before = path.read_text() if there else ""
    process = recording(path, "record", "words", 1000, 0.01)

    def written():
        files = [*path.parent.glob("osb.jsonl*")] if path.parent.exists() else []
        return sum(one.read_text().count("line") for one in files)

    count = written()
    while written() < count + 5:
        assert process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    made = Cassette(path, "replay").recordings
    assert made[-1].ended is None
    assert sum("line" in one.text for one in made[-1].inputs if one.do == "in") >= 5
    assert path.read_text().startswith(before)
    assert [one.ended for one in made[:-1]] == (["ended", "ended"] if there else [])
    # The next recording puts it in.
    Played(path, "record", flow="after")
    flows = [one.request["flow"] for one in Cassette(path, "replay").recordings]
    assert sorted(flows) == sorted(["osb", "after", *(["before", "osb"] if there else [])])
    assert names(path.parent) == ["osb.jsonl"]


# --- the lines -----------------------------------------------------------------------------------


def broken(path, text):
    """A cassette whose last line is this."""
    with path.open("a") as file:
        file.write(text)
    return path.read_text()


@pytest.mark.parametrize(
    "half", ['{"do": "in", "at": 1, "te', "\0" * 50, '{"run": {"flow"', "\0\n"]
)
def test_after_a_half_written_line_the_next_run_begins_one_of_its_own(path, half):
    Played(path)
    whole = path.read_text()
    broken(path, half)
    assert Cassette(path).broken
    assert held(path) == [("osb", list(told()), "ended")]
    Played(path, "record", flow="two")
    assert path.read_text().startswith(whole)
    assert not Cassette(path).broken
    assert [run[0] for run in held(path)] == ["osb", "two"]


def test_a_last_line_without_its_end_is_given_one(path):
    Played(path)
    path.write_text(path.read_text().removesuffix("\n"))
    Played(path, "record", flow="two")
    assert [(run[0], run[2]) for run in held(path)] == [("osb", "ended"), ("two", "ended")]


def test_a_part_that_cannot_be_read_stays_where_it_is(path):
    Played(path)
    part = path.with_name("osb.jsonl.0a1b2c3d.part")
    part.write_text("no cassette")
    assert len(held(path)) == 1
    Played(path, "record", flow="two")
    assert part.read_text() == "no cassette"
    assert len(held(path)) == 2
    tape.gather(path.with_name("none.jsonl"))
    part.rename(path.with_name("none.jsonl.0a1b2c3d.part"))
    tape.gather(path.with_name("none.jsonl"))
    assert names(path.parent) == ["none.jsonl.0a1b2c3d.part", "osb.jsonl"]


def test_other_files_beside_it_are_none_of_its_parts(path):
    Played(path)
    for name in ("osb.jsonl.part", "osb.jsonl.12345678.part.bak", "xosb.jsonl.12345678.part"):
        path.with_name(name).write_text(path.read_text().replace("osb", "two"))
    assert [run[0] for run in held(path)] == ["osb"]


def test_a_part_alone_is_a_cassette_and_becomes_one(path):
    Played(path)
    path.rename(path.with_name("osb.jsonl.0a1b2c3d.part"))
    assert Cassette(path).replays
    assert len(held(path)) == 1
    tape.gather(path)
    assert names(path.parent) == ["osb.jsonl"]
    assert len(held(path)) == 1


def test_a_part_that_was_put_in_and_not_removed_is_put_in_once(path):
    Played(path)
    path.with_name("osb.jsonl.0a1b2c3d.part").write_text(path.read_text())
    assert len(held(path)) == 1
    Played(path, "record", flow="two")
    assert [run[0] for run in held(path)] == ["osb", "two"]
    assert names(path.parent) == ["osb.jsonl"]


def test_what_was_cut_off_gives_way_to_the_same_run_whole(path):
    Played(path)
    text = path.read_text()
    path.write_text(text[: text.rindex('{"end"')])
    path.with_name("osb.jsonl.0a1b2c3d.part").write_text(text)
    assert held(path) == [("osb", list(told()), "ended")]
    tape.gather(path)
    assert held(path) == [("osb", list(told()), "ended")]


def test_what_comes_while_others_are_put_in_is_put_in_too(path, monkeypatch):
    Played(path)
    text, replace = path.read_text(), files.replace

    def late(target, content):
        replace(target, content)
        if not (path.parent / "done").exists():
            (path.parent / "done").touch()
            part.with_name("osb.jsonl.00000002.part").write_text(text.replace("osb", "two"))

    part = path.with_name("osb.jsonl.00000001.part")
    part.write_text(text.replace("osb", "one"))
    monkeypatch.setattr(files, "replace", late)
    tape.gather(path)
    assert [run[0] for run in held(path)] == ["osb", "one", "two"]
    assert names(path.parent) == ["done", "osb.jsonl"]


def test_a_part_that_somebody_else_takes_is_left_to_them(path, monkeypatch):
    Played(path)
    part = path.with_name("osb.jsonl.0a1b2c3d.part")
    part.write_text(path.read_text().replace("osb", "two"))
    with files.Held(part):
        assert len(held(path)) == 1
        monkeypatch.setattr(files, "is_held", lambda _: False)
        tape.gather(path)
    monkeypatch.undo()
    assert part.exists()
    assert len(held(path)) == 2


def test_a_folder_that_cannot_be_listed_has_no_parts(tmp_path):
    assert tape.parts_of(tmp_path / "none" / "osb.jsonl") == []
    assert tape.is_there(tmp_path / ("x" * 300))
    assert not tape.is_there(tmp_path / "none")


@pytest.mark.parametrize(
    ("at", "line", "said"),
    [
        (1, '{"do": "in", "at": 1, "text": "x"}', "none of a cassette's"),
        (12, '{"end": 5}', "none of a cassette's"),
        (12, "[]", "none of a cassette's"),
        (13, '{"end": "ended"}', "none of a cassette's"),
        (13, '{"do": "in", "at": 1, "text": "x"}', "none of a cassette's"),
        (13, '{"run": {"flow": "x", "prompt": 5}, "server": "x", "at": 1}', "none of a cassette's"),
        (13, '{"run": {"flow": "x"}, "server": "x", "at": 1e99}', "none of a cassette's"),
        (13, '{"run": {"flow": "x"}, "server": "x"}', "none of a cassette's"),
        (11, "[" * 200 + "]" * 200, "nested too deep"),
        (11, "[" * 10**5 + "]" * 10**5, "nested too deep"),
        (13, "[" * 10**5 + "]" * 10**5, "nested too deep"),
        (11, '{"do": "in", "at": 1, "text": 5}', "none of a cassette's"),
        (11, '{"do": "in", "at": 1, "te', "it is not JSON"),
    ],
)
def test_a_bad_line_has_its_number(path, at, line, said):
    Played(path)
    text = path.read_text().splitlines(keepends=True)[: 12 if line == '{"end": 5}' else 13]
    path.write_text("".join([*text[:at], f"{line}\n", *text[at:]]))
    with pytest.raises(BadCassette, match=f"Line {at + 1} .*{said}"):
        Cassette(path)


def test_half_an_emoji_in_somebody_else_s_cassette_is_replaced(path):
    Played(path, words="words")
    path.write_text(path.read_text().replace("Go on?", r"Go \\ud83d on?"))
    path.write_text(path.read_text().replace('"flow": "osb"', r'"flow": "osb", "x": "\ud83d"', 1))
    path.write_text(path.read_text().replace('"server": "server"', r'"server": "\ud83d"', 1))
    (made,) = Cassette(path).recordings
    assert made.request == {"flow": "osb", "x": "\ufffd"}
    assert made.server == "\ufffd"
    conversation = Conversation()
    made.tell(conversation)
    assert conversation.entries[1].body.content == "Go \ufffd on?"
    assert Transcript.of(conversation).hash
