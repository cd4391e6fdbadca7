"""The notebooks, run by programs: with nobody there, no server, and the network refused."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import nbformat
import papermill
import pytest
from support.paths import ROOT

from buttermilk_widget import Transcript
from buttermilk_widget.cassette.cassette import MODE
from buttermilk_widget.client.default_server import SERVER

NOTEBOOKS = ROOT / "notebooks"
OFFLINE = ROOT / "tests" / "offline"
REPLAYED = sorted(path.stem for path in NOTEBOOKS.glob("0[2-9]*.ipynb"))


@pytest.fixture
def offline(monkeypatch):
    """What kernels started now may reach: nothing, or with ``but="loopback"`` this machine."""

    def offline(*, mode="replay", but=""):
        # This checkout, wherever another one is installed from.
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (OFFLINE, ROOT))))
        monkeypatch.setenv("OFFLINE_BUT", but)
        monkeypatch.setenv(MODE, mode)
        monkeypatch.delenv(SERVER, raising=False)
        return dict(os.environ)

    return offline


def outputs(notebook):
    return [output for cell in notebook.cells for output in cell.get("outputs", [])]


def texts(notebook):
    return "".join(
        output.get("text", "") + "".join(output.get("data", {}).get("text/plain", ""))
        for output in outputs(notebook)
    )


@pytest.mark.parametrize("name", ["example.org", "localhost", "127.0.0.1"])
def test_offline_is_offline(offline, name):
    code = f"import socket; socket.create_connection(({name!r}, 80), 1)"
    done = subprocess.run(
        [sys.executable, "-c", code], env=offline(), capture_output=True, text=True, check=False
    )
    assert "ConnectionRefusedError: The network is refused here" in done.stderr


@pytest.mark.parametrize("name", REPLAYED)
def test_papermill_runs_it_to_what_is_in_it(offline, tmp_path, monkeypatch, name):
    offline()
    monkeypatch.chdir(NOTEBOOKS)
    file = tmp_path / "run.ipynb"
    papermill.execute_notebook(f"{name}.ipynb", file, progress_bar=False)
    again, before = nbformat.read(file, 4), nbformat.read(f"{name}.ipynb", 4)
    assert texts(again) == texts(before)
    # Its runs are read back from what papermill saved.
    assert Transcript.load(file, run=1).hash_version == 2


def test_nbconvert_runs_them_all(offline, tmp_path):
    files = [f"{name}.ipynb" for name in REPLAYED]
    subprocess.run(
        [
            *(sys.executable, "-m", "nbconvert", "--execute", "--to", "markdown"),
            *("--output-dir", tmp_path, *files),
        ],
        cwd=NOTEBOOKS,
        env=offline(),
        check=True,
    )
    for name in REPLAYED:
        assert re.search(
            r"id='r[0-9a-f]{8}-[0-9a-f]{6}-entry-1'", (tmp_path / f"{name}.md").read_text()
        )


def test_the_first_one_ends_at_its_first_question_where_nobody_is(offline, tmp_path, monkeypatch):
    offline(mode="once", but="loopback")
    monkeypatch.chdir(NOTEBOOKS)
    file = tmp_path / "run.ipynb"
    with pytest.raises(papermill.PapermillExecutionError, match="runs with nobody there, and the"):
        papermill.execute_notebook("01_start_here.ipynb", file, progress_bar=False)
    assert "It takes confirm() or reject(). The run was stopped." in str(
        outputs(nbformat.read(file, 4))
    )
