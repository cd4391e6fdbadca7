"""Where in a notebook the running cell shows something: two copies of a run on one page share no id.

A place is the same each time that its cell is run, so that a notebook that is run again stays the same.
"""

from __future__ import annotations

import hashlib
import sys
from typing import Any


class Places:
    """The places of what the cells of one kernel show, each in turn."""

    def __init__(self) -> None:
        self._request: object = None
        self._count = 0

    def take(self) -> str:
        """The next place of the running cell, as ids begin there; "" where no cell is run.

        A cell is known by its id, which JupyterLab sends with a request to run it, or else by its
        execution count. The second place of a cell is numbered, and so on.
        """
        shell: Any = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
        if not hasattr(shell, "get_parent"):
            return ""
        request: dict[str, Any] = shell.get_parent()
        number = request.get("header", {}).get("msg_id")
        self._count = self._count + 1 if number == self._request else 1
        self._request = number
        cell = request.get("metadata", {}).get("cellId") or shell.execution_count
        name = hashlib.sha256(f"{cell}".encode()).hexdigest()[:6]
        return f"{name}-" if self._count == 1 else f"{name}-{self._count}-"


HERE = Places()
"""Those of the kernel that this runs in."""
