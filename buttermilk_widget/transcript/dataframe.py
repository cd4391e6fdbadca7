"""Rows as a DataFrame, for those who have pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from buttermilk_widget.errors import MissingExtra

if TYPE_CHECKING:
    from collections.abc import Iterable


def table(
    rows: Iterable[dict[str, Any]], columns: list[str], index: str, types: dict[str, str]
) -> Any:
    """The rows with these columns, also when there are none; ``at`` becomes a time in UTC.

    Raises:
        MissingExtra: pandas is not installed.
    """
    try:
        import pandas as pd  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtra(
            "A DataFrame needs pandas: pip install 'buttermilk-widget[pandas]'."
        ) from None
    frame = pd.DataFrame(list(rows), columns=columns).set_index(index)
    if "at" in columns:
        frame["at"] = pd.to_datetime(frame["at"].astype("float64"), unit="s", utc=True)
    return frame.astype(types)
