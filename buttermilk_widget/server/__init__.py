"""The built-in server: the documented dialect, whole, for first steps, teaching and tests.

It runs real agents on autogen-core, with no language model and no network. It shares only
``messages`` and ``errors`` with the client, so that neither can hide the other's mistakes.
"""

from __future__ import annotations

from importlib import import_module

from buttermilk_widget.errors import MissingExtra

for _needed in ("autogen_core", "bm25s", "snowballstemmer"):
    try:
        import_module(_needed)
    except ImportError as error:
        raise MissingExtra(
            f"The built-in server needs {_needed.replace('_', '-')}, which is not installed: "
            'pip install "buttermilk-widget[server]".'
        ) from error

from buttermilk_widget.server.http.app import create_app  # noqa: E402 - what they need is there
from buttermilk_widget.server.http.background import BackgroundServer, serve  # noqa: E402

from .settings import Settings  # noqa: E402

__all__ = ["BackgroundServer", "Settings", "create_app", "serve"]
