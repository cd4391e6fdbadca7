"""What the kernel around us can do, as far as waiting for a person goes."""

from __future__ import annotations

import sys
from typing import Any

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


def _kernel() -> Any:
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return getattr(shell, "kernel", None)
