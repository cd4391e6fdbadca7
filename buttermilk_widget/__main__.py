"""The command line: a demo, the built-in server, a server's flows, and runs recorded and replayed."""

from __future__ import annotations

import argparse
import io
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from buttermilk_widget.cli import commands
from buttermilk_widget.text.letters import visible

from . import __version__
from .errors import ButtermilkError, MissingExtra

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST = "01_start_here.ipynb"


def main(arguments: list[str] | None = None) -> int:
    """Run a command; the exit code. What goes wrong is said in a sentence."""
    chosen = vars(_parser().parse_args(arguments))
    run: Callable[..., int] = chosen.pop("run_command")
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # not every terminal has every character
    try:
        return run(**chosen)
    except ButtermilkError as problem:
        return _fail(str(problem))
    except BrokenPipeError:
        # Whoever read what is printed wants no more of it; Python would complain when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        return _fail(f"{error.filename or 'The system'}: {error.strerror or error}.")
    except KeyboardInterrupt:
        return 0


def _fail(problem: str) -> int:
    print(visible(problem), file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="buttermilk-widget", description=__doc__)
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    add = parser.add_subparsers(required=True, metavar="COMMAND").add_parser
    demo = add("demo", help="open JupyterLab on the first notebook")
    demo.add_argument("--no-browser", action="store_true", help="only print the address")
    demo.add_argument("--lab-port", type=int, default=8888, help="default: %(default)s")
    demo.set_defaults(run_command=_demo)
    serve = add("serve", help="run the built-in server")
    serve.add_argument("--host", default="127.0.0.1", help="default: %(default)s")
    serve.add_argument("--port", type=int, default=8000, help="default: %(default)s")
    serve.add_argument(
        "--name",
        dest="names",
        metavar="NAME",
        action="append",
        default=[],
        help="a name by which others call this machine; more than one may be given",
    )
    serve.add_argument(
        "--pace",
        metavar="SECONDS",
        type=_seconds,
        default=1.0,
        help="for a step of an agent, 0 to 60; the set-up takes twice that (default: %(default)g)",
    )
    serve.set_defaults(run_command=_serve)
    _add_flows(add("flows", help="print the flows that a server offers, and what each takes"))
    _add_record(add("record", help="record a run, with its questions put at the terminal"))
    _add_replay(add("replay", help="print the entries of a recorded run as they come"))
    _add_export(add("export", help="write the transcript of a recorded run into a file"))
    _add_convert(add("convert", help="make a cassette of another tool's recording of a server"))
    return parser


def _add_flows(flows: argparse.ArgumentParser) -> None:
    flows.add_argument(
        "server",
        metavar="SERVER",
        nargs="?",
        help="for example http://localhost:8000; without, BUTTERMILK_SERVER or the built-in server",
    )
    _add_header(flows)
    flows.set_defaults(run_command=commands.flows)


def _add_header(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--header",
        dest="headers",
        metavar="NAME=VARIABLE",
        action="append",
        default=[],
        help="send a header, with the value of an environment variable; may be given again",
    )


def _add_record(record: argparse.ArgumentParser) -> None:
    record.add_argument("server", metavar="SERVER", help="for example http://localhost:8000")
    record.add_argument("flow", metavar="FLOW")
    record.add_argument("cassette", metavar="CASSETTE", type=Path)
    record.add_argument("--prompt", metavar="TEXT")
    record.add_argument("--record-id", metavar="ID")
    _add_header(record)
    record.add_argument("--yes", action="store_true", help="confirm each question")
    record.add_argument(
        "--say",
        dest="words",
        metavar="TEXT",
        action="append",
        default=[],
        help="answer a question in words, or speak in a chat; may be given again, in order",
    )
    record.add_argument(
        "--force",
        action="store_true",
        help="add the run to a cassette that is there, in place of one of the same request",
    )
    record.set_defaults(run_command=commands.record)


def _add_replay(replay: argparse.ArgumentParser) -> None:
    replay.add_argument("cassette", metavar="CASSETTE", type=Path)
    _add_run(replay)
    replay.add_argument(
        "--pace",
        type=float,
        default=0.0,
        help="0 at once (default), 1 as it was, 0.5 twice as fast",
    )
    replay.set_defaults(run_command=commands.replay)


def _add_export(export: argparse.ArgumentParser) -> None:
    export.add_argument("cassette", metavar="CASSETTE", type=Path)
    export.add_argument(
        "output", metavar="OUTPUT", type=Path, help="ends in .jsonl, .md, .html, .csv or .xlsx"
    )
    _add_run(export)
    export.add_argument("--force", action="store_true", help="write over a file")
    export.set_defaults(run_command=commands.export)


def _add_convert(convert: argparse.ArgumentParser) -> None:
    convert.add_argument("recording", metavar="RECORDING", type=Path)
    convert.add_argument("cassette", metavar="CASSETTE", type=Path)
    convert.add_argument(
        "--began", metavar="TIME", help="when it was recorded: 2026-11-23T14:30:00Z"
    )
    convert.add_argument("--force", action="store_true", help="write over a cassette")
    convert.set_defaults(run_command=commands.convert)


def _add_run(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--run", dest="number", metavar="N", type=int, help="which, of several in the cassette"
    )


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= 60:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 0 to 60")
    return seconds


def _serve(host: str, port: int, names: list[str], pace: float) -> int:
    from buttermilk_widget.server import Settings, serve

    serve(host=host, port=port, settings=Settings.at_pace(pace, names=(host, *names)))
    return 0


def _demo(*, no_browser: bool, lab_port: int) -> int:
    """Start the built-in server, and JupyterLab beside it, until JupyterLab ends."""
    from buttermilk_widget.client.default_server import SERVER
    from buttermilk_widget.server import BackgroundServer, Settings

    if shutil.which("jupyter-lab", path=_path()) is None:
        raise MissingExtra("JupyterLab is not installed: pip install 'buttermilk-widget[demo]'.")
    notebook = _notebook()
    with BackgroundServer(Settings.at_pace()) as server:
        print(f"The built-in server is at {server.url}", flush=True)
        command = [
            *(sys.executable, "-m", "jupyterlab", f"--port={lab_port}"),
            *(["--no-browser"] if no_browser else []),
            *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
            f"--LabApp.default_url=/lab/tree/{notebook.as_posix()}",
        ]
        return subprocess.call(command, env={**os.environ, SERVER: server.url})  # noqa: S603


def _path() -> str:
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def _notebook() -> Path:
    """The first notebook: the checkout's own, or a copy of all that are installed."""
    here = Path("notebooks") / FIRST
    if here.exists():
        return here
    installed = Path(__file__).parent / "notebooks"
    for file in sorted(installed.rglob("*")):
        copy = Path(file.relative_to(installed))
        if file.is_file() and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, copy)
    return Path(FIRST)


if __name__ == "__main__":
    sys.exit(main())
