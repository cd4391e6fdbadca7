"""The command line: ``buttermilk-widget serve`` and ``buttermilk-widget demo``."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from .errors import ButtermilkError, MissingExtra

FIRST = "01_start_here.ipynb"


def main(arguments: list[str] | None = None) -> int:
    """Run a command; the exit code. What goes wrong is said in a sentence."""
    parser = argparse.ArgumentParser(prog="buttermilk-widget", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("serve", help="run the built-in server")
    serve.add_argument("--host", default="127.0.0.1", help="default: %(default)s")
    serve.add_argument("--port", type=int, default=8000, help="default: %(default)s")
    demo = commands.add_parser("demo", help="open JupyterLab on the first notebook")
    demo.add_argument("--no-browser", action="store_true", help="only print the address")
    demo.add_argument("--lab-port", type=int, default=8888, help="default: %(default)s")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "serve":
            return _serve(chosen.host, chosen.port)
        return _demo(browser=not chosen.no_browser, lab_port=chosen.lab_port)
    except ButtermilkError as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _serve(host: str, port: int) -> int:
    from .server import serve

    serve(host=host, port=port)
    return 0


def _demo(*, browser: bool, lab_port: int) -> int:
    """Start the built-in server, and JupyterLab beside it, until JupyterLab ends."""
    from .server import BackgroundServer
    from .widget import SERVER

    if shutil.which("jupyter-lab", path=_path()) is None:
        raise MissingExtra("JupyterLab is not installed: pip install 'buttermilk-widget[demo]'.")
    notebook = _notebook()
    with BackgroundServer() as server:
        print(f"The built-in server is at {server.url}", flush=True)
        command = [
            *(sys.executable, "-m", "jupyterlab", f"--port={lab_port}"),
            *(["--no-browser"] if not browser else []),
            *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
            f"--LabApp.default_url=/lab/tree/{notebook.as_posix()}",
        ]
        return subprocess.call(command, env={**os.environ, SERVER: server.url})  # noqa: S603


def _path() -> str:
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def _notebook() -> Path:
    """The first notebook: the checkout's own, or a copy of the one that is installed."""
    here = Path("notebooks") / FIRST
    if here.exists():
        return here
    copy = Path(FIRST)
    if not copy.exists():
        shutil.copy(Path(__file__).parent / "notebooks" / FIRST, copy)
    return copy


if __name__ == "__main__":
    sys.exit(main())
