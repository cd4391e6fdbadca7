"""The built-in server: real agents on autogen-core, for first steps, teaching and tests.

It speaks the documented dialect and binds to loopback. An optional extra:
``pip install "buttermilk-widget[server]"``.
"""

from __future__ import annotations

from importlib.util import find_spec

from buttermilk_widget.errors import MissingExtra

if find_spec("autogen_core") is None:
    raise MissingExtra(
        'The built-in server is not installed: pip install "buttermilk-widget[server]", or name a '
        "server of your own, as in FlowWidget('http://localhost:8000')."
    )

from .app import create_app
from .serving import BackgroundServer, serve

__all__ = ["BackgroundServer", "create_app", "serve"]
