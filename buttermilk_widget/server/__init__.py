"""The built-in server: the documented dialect, whole, for first steps, teaching and tests.

It runs real agents on autogen-core, with no language model and no network. It shares only
``messages`` and ``errors`` with the client, so that neither can hide the other's mistakes.
"""

from __future__ import annotations

from buttermilk_widget.errors import MissingExtra

try:
    import autogen_core as _needed  # noqa: F401 - only to say what is missing
except ImportError as error:
    raise MissingExtra(
        "The built-in server needs autogen-core, which is not installed: "
        'pip install "buttermilk-widget[server]".'
    ) from error

from .app import create_app
from .running import BackgroundServer, serve
from .settings import Settings

__all__ = ["BackgroundServer", "Settings", "create_app", "serve"]
