"""The widget's own style sheet, for what is read outside of the widget."""

from __future__ import annotations

from pathlib import Path

_SHEET = Path(__file__).parents[1] / "static" / "widget.css"


def sheet() -> str:
    """The style; nothing where the front end is not built, and then pages are plain, and whole."""
    return _SHEET.read_text(encoding="utf-8") if _SHEET.exists() else ""
