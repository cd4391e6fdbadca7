"""What the kernel around us can do, as far as hearing and waiting for a person goes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import comm as comms

if TYPE_CHECKING:
    from collections.abc import Callable

CLICKS = (7, 1)
"""The ipykernel from which on a click is heard while a cell awaits; before, only at its end."""


def unattended() -> bool:
    """Whether a cell is run by a program (nbconvert, papermill, nbval), so that nobody can click.

    Such a program has neither a page nor a keyboard, and says so by allowing no stdin.
    """
    kernel = _kernel()
    return kernel is not None and not getattr(kernel, "_allow_stdin", True)


def hears_clicks() -> bool:
    """Whether a click in a widget is heard while a cell awaits."""
    if _kernel() is None:
        return True
    version = getattr(sys.modules.get("ipykernel"), "version_info", CLICKS)
    return tuple(version[:2]) >= CLICKS


def attend(comm: Any, hear: Callable[[dict[str, Any]], None]) -> None:
    """Have ``hear`` told of a page's messages as soon as they come, for as long as the kernel lives.

    Three things stand against it. ipykernel 7.4 gives a message to the shell that spoke last on the
    comm: to the main one, which is deaf while a cell runs, or to another page's, which may be gone,
    and then the message is lost. So it goes to the shell that the page names. A page
    that cannot show a widget closes its comm, for all pages. So that is not taken for an end. And a
    message counts as a cell: matplotlib's hook would show, and end, the figure that a cell is at.
    """

    def closed(_message: dict[str, Any]) -> None:
        comm._closed = False  # noqa: SLF001 - or the comm could not be closed by us either
        comms.get_comm_manager().register_comm(comm)

    comm.handle_msg, comm.handle_close = hear, closed
    if hasattr(comm, "_reply_subshell_for"):
        comm._reply_subshell_for = lambda _content, named: named  # noqa: SLF001 - there is no other


def in_one_line(error: BaseException, sentence: str) -> None:
    """Have a cell show an error as this sentence and no more, where IPython shows it.

    The error is not made another: ``asyncio.timeout`` and others know a cancellation by its type.
    """
    error.args = (sentence,)
    error._render_traceback_ = lambda: [sentence]  # type: ignore[attr-defined]


def _kernel() -> Any:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None)
