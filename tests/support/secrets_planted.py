"""Secrets to plant, a server that wants them, and ways to search for them."""

from __future__ import annotations

import base64
import contextlib
import io
import json
import traceback
import warnings
import zlib
from pathlib import Path

from aiohttp import web
from IPython.core.ultratb import FormattedTB
from rich.console import Console
from rich.traceback import Traceback
from support.scripted_server import Scripted

TOKEN, PASSWORD, COOKIE, QUERY = "tok-3f9a1c77e0", "pw-88d2b6a1f4", "ck-51e0d3c9b7", "qu-7b2e9f4a60"
LOGIN = base64.b64encode(f"user:{PASSWORD}".encode()).decode()
SECRETS = (TOKEN, PASSWORD, COOKIE, QUERY, LOGIN)
HEADERS = {"x-key": TOKEN, "Cookie": f"session={COOKIE}; theme=dark", "X-Auth": f"Bearer {TOKEN}"}


def addressed(url):
    """The address with a user, a password and a fragment; one with a query is refused."""
    return f"{url.replace('://', f'://user:{PASSWORD}@')}/#{QUERY}"


def found(text):
    """Which of the secrets are in there, plain or in base 64."""
    coded = [base64.b64encode(secret.encode()).decode().rstrip("=")[:-1] for secret in SECRETS]
    return [secret for secret in (*SECRETS, *coded) if secret in text]


def opened(value):
    """Everything in a value as text: bytes inflated if they are packed, base 64 decoded."""
    if isinstance(value, dict):
        return " ".join(f"{opened(name)} {opened(one)}" for name, one in value.items())
    if isinstance(value, list | tuple | set):
        return " ".join(opened(one) for one in value)
    if isinstance(value, bytes | bytearray | memoryview):
        data = bytes(value)
        with contextlib.suppress(zlib.error):
            data = zlib.decompress(data, wbits=-15)
        return data.decode(errors="replace")
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            return f"{value} {opened(base64.b64decode(value, validate=True))}"
    return str(value)


def hanging(thing, seen=None):
    """The ``repr`` of a thing, and of all that hangs off it, as far as it is of this package."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return
    seen.add(id(thing))
    yield repr(thing)
    inner = []
    if isinstance(thing, dict):
        inner = [*thing.keys(), *thing.values()] if type(thing) is dict else []
    elif isinstance(thing, list | tuple | set | frozenset):
        inner = list(thing)
    elif type(thing).__module__.startswith("buttermilk_widget"):
        inner = [getattr(thing, name) for name in getattr(type(thing), "__slots__", ())]
        inner += list(vars(thing).values()) if hasattr(thing, "__dict__") else []
    for one in inner:
        yield from hanging(one, seen)


def shown(error):
    """The error as whoever shows one would: plain, with variables, as IPython does, as a chain.

    Without the test's own frames, in which the secrets are: the person's own, in a notebook.
    """
    step = error.__traceback__
    while step is not None and "/tests/" in step.tb_frame.f_code.co_filename:
        step = step.tb_next
    error = error.with_traceback(step)
    plain = "".join(traceback.format_exception(error))
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    modes = [
        "\n".join(
            FormattedTB(mode=mode, theme_name="nocolor").structured_traceback(
                type(error), error, error.__traceback__
            )
        )
        for mode in ("Verbose", "Context", "Plain", "Minimal")
    ]
    modes += [as_rich(error), as_page(error)]
    chain, one = [], error
    while one is not None:
        chain += [repr(one), *frames(one)]
        one = one.__cause__ or one.__context__
    return "\n".join([plain, *told.format(), *modes, *chain])


def as_rich(error):
    """As rich shows it with locals, as many terminals and pytest plug-ins do."""
    drawn = Traceback.from_exception(
        type(error), error, error.__traceback__, show_locals=True, locals_max_string=None
    )
    console = Console(file=io.StringIO(), width=400)
    console.print(drawn)
    return console.file.getvalue()


def as_page(error):
    """As cgitb does, where Python has it still (up to 3.12): every variable that a line names."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            import cgitb
        except ImportError:
            return ""
    told = (type(error), error, error.__traceback__)
    if error.__traceback__ is None:
        return ""
    try:
        return f"{cgitb.html(told, 9)}\n{cgitb.text(told, 9)}"
    except (KeyError, AttributeError):  # it cannot show a frame with no variables, nor some errors
        return traceback.format_exc()


def frames(error):
    """The variables of each frame of its traceback."""
    step = error.__traceback__
    while step is not None:
        yield repr(step.tb_frame.f_locals)
        step = step.tb_next


def processes():
    """The command line of every process that we may look at."""
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or is not ours
            yield (process / "cmdline").read_bytes().decode(errors="replace")


def files(folder):
    """The text of all files under a folder, packed or not."""
    buffer = io.StringIO()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            buffer.write(f"{path}\n{opened(path.read_bytes())}\n")
            if path.suffix in {".ipynb", ".json"}:
                with contextlib.suppress(ValueError):
                    buffer.write(opened(json.loads(path.read_text())))
    return buffer.getvalue()


class Wanting(Scripted):
    """Answers 401 to whoever does not give all that was planted."""

    def __init__(self, *scripts, **options):
        super().__init__(*scripts, **options)
        self.refused = 0

    def app(self):
        app = super().app()
        app.middlewares.append(self._check)
        return app

    @web.middleware
    async def _check(self, request, handler):
        wanted = {**HEADERS, "Authorization": f"Basic {LOGIN}"}
        if any(request.headers.get(name) != value for name, value in wanted.items()):
            self.refused += 1
            return web.json_response({"detail": "Who are you?"}, status=401)
        return await handler(request)
