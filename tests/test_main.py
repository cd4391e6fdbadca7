"""The command line, as a program."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest

from buttermilk_widget import __main__ as module


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
    monkeypatch.chdir(module.Path(__file__).parents[1])
    assert str(module._notebook()) == f"notebooks/{module.FIRST}"
    installed = tmp_path / "buttermilk_widget"
    (installed / "notebooks").mkdir(parents=True)
    (installed / "notebooks" / module.FIRST).write_text("{}")
    monkeypatch.setattr(module, "__file__", str(installed / "__main__.py"))
    monkeypatch.chdir(tmp_path)
    assert module._notebook().read_text() == "{}"
    (tmp_path / module.FIRST).write_text("mine")
    assert module._notebook().read_text() == "mine"


def test_an_unknown_command_is_refused(capsys):
    with pytest.raises(SystemExit):
        module.main(["dance"])
    assert "invalid choice" in capsys.readouterr().err
