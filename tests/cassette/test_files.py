"""Files that are whole or as they were, and held by one at a time."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest
from support.full_disk import Disk

from buttermilk_widget.cassette import files
from buttermilk_widget.cassette.files import Held, is_held, replace

NEW = [b"the new ", b"words"]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_replaced_whole_and_keeps_its_rights(tmp_path):
    path = tmp_path / "folder" / "file"
    replace(path, NEW)
    path.chmod(0o640)
    replace(path, [b"other"])
    assert path.read_bytes() == b"other"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert names(path.parent) == ["file"]


@pytest.mark.parametrize("room", range(len(b"".join(NEW))))
def test_on_a_full_disk_the_old_one_stays(tmp_path, room):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with Disk(room), pytest.raises(OSError, match="No space left"):
        replace(path, NEW)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


def test_what_cannot_be_made_leaves_the_old_one(tmp_path):
    def made():
        yield b"some"
        raise ZeroDivisionError

    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError):
        replace(path, made())
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


def test_a_link_stays_one(tmp_path):
    path, link = tmp_path / "file", tmp_path / "link"
    path.write_bytes(b"old")
    link.symlink_to(path)
    replace(link, NEW)
    assert link.is_symlink()
    assert path.read_bytes() == b"the new words"


def test_what_is_no_file_is_written_to_and_not_taken_away(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    replace(pipe, NEW)
    assert os.read(reader, 100) == b"the new words"
    os.close(reader)
    assert stat.S_ISFIFO(pipe.stat().st_mode)


# --- held ----------------------------------------------------------------------------------------


def test_one_at_a_time_holds_a_file(tmp_path):
    path = tmp_path / "file"
    with Held(path) as held:
        assert is_held(path)
        with pytest.raises(BlockingIOError):
            Held(path)
        files.write(held.file, b"words")
        assert held.size == 5
        held.close()
    assert not is_held(path)
    assert not is_held(tmp_path / "none")
    Held(path).close()


HOLDS = """
import sys, pathlib
from buttermilk_widget.cassette.files import Held, is_held
path = pathlib.Path(sys.argv[1])
held = Held(path)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path):
    """Another process that holds the file, until it is killed."""
    command = [sys.executable, "-c", HOLDS, str(tmp_path / "file")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.communicate()


def test_so_does_one_process_at_a_time_however_it_ends(tmp_path, other):
    path = tmp_path / "file"
    assert is_held(path)
    with pytest.raises(BlockingIOError):
        Held(path)
    other.kill()
    other.wait()
    assert not is_held(path)
    Held(path).close()


def test_a_file_that_was_moved_to_its_place_is_the_one_that_is_held(tmp_path, monkeypatch):
    path, real = tmp_path / "file", files._locked

    def locked(file, *, shared=False):
        if not (tmp_path / "done").exists():
            (tmp_path / "done").touch()
            (tmp_path / "new").write_bytes(b"new")
            (tmp_path / "new").replace(path)
        return real(file, shared=shared)

    monkeypatch.setattr(files, "_locked", locked)
    with Held(path) as held:
        assert held.there
        assert held.size == 3
        path.unlink()
        assert not held.there


@pytest.mark.parametrize("none", ["no module", "no locks"])
def test_where_files_cannot_be_locked_one_at_a_time_of_a_process_holds_one(
    tmp_path, monkeypatch, none
):
    def no_locks(*_):
        raise OSError(38, "Function not implemented")

    if none == "no module":
        monkeypatch.setattr(files, "fcntl", None)
    else:
        monkeypatch.setattr(files.fcntl, "flock", no_locks)
    path = tmp_path / "file"
    with Held(path):
        assert is_held(path)
        with pytest.raises(BlockingIOError):
            Held(path)
    assert not is_held(path)
