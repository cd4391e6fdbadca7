"""Tables as files for spreadsheets, which take some words for orders.

In a CSV file a cell that begins with ``=``, ``+``, ``-`` or ``@`` is computed when it is opened, and
may fetch or run something: an apostrophe before it makes it text. A workbook says of each cell that
it is text, so there the words stay as they are. Characters that no spreadsheet takes are shown by
the pictures that Unicode has for them.
"""

from __future__ import annotations

import io
import json
import math
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any

from buttermilk_widget.errors import BadTranscript, MissingExtra
from buttermilk_widget.protocol.decode import replace_surrogates

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

CELL = 32_767
"""Characters that a cell of a workbook takes."""

ROWS = 1_048_576
"""Rows that a sheet takes."""

_EXACT = 10**15
"""A spreadsheet computes with 15 digits; a number with more is kept as text."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ORDER = "=+\\-@\uff1d\uff0b\uff0d\uff20"  # the last four are the wide forms, which some take too
# Where a semicolon or a tab parts cells, or quotes are not known for such, a cell begins after them.
_BEGINS = re.compile(rf"\A(?=[{_ORDER}\t\r\n])|(?<=[;\t\r\n])(?=[{_ORDER}]\S)")


def csv(table: Any) -> bytes:
    """A DataFrame as CSV in UTF-8, with the mark by which spreadsheets know it."""
    shown = table.reset_index()
    for name in shown.columns:
        if not _is_number(shown[name]):
            shown[name] = [_guarded(value) for value in shown[name]]
    # As RFC 4180 has it; with these ends of lines each kind of them in a cell is quoted.
    text: str = shown.to_csv(index=False, lineterminator="\r\n")
    return text.encode("utf-8-sig")


def workbook(tables: Mapping[str, Any], facts: Iterable[tuple[str, str]]) -> bytes:
    """DataFrames as the sheets of an Excel workbook, and a last sheet of facts.

    Times are in UTC, and their columns say so: a cell has no zone.

    Raises:
        MissingExtra: openpyxl is not installed.
        BadTranscript: a table has more rows than a sheet takes.
    """
    try:
        from openpyxl import Workbook  # noqa: PLC0415 - an extra
    except ImportError:
        raise MissingExtra(
            "An Excel workbook needs openpyxl: pip install 'buttermilk-widget[excel]'."
        ) from None
    book = Workbook(write_only=True)
    for title, table in tables.items():
        shown = table.reset_index()
        if len(shown) >= ROWS:
            raise BadTranscript(
                f"The table of {title} has {len(shown):,} rows, and a sheet of a workbook takes "
                f"{ROWS:,}: save it as .csv."
            )
        times = {name for name in shown.columns if str(shown[name].dtype).startswith("datetime")}
        sheet = book.create_sheet(title)
        sheet.append([_cell(sheet, f"{n} (UTC)" if n in times else str(n)) for n in shown.columns])
        for row in shown.itertuples(index=False, name=None):
            sheet.append([_cell(sheet, value) for value in row])
    about = book.create_sheet("about")
    for fact in facts:
        about.append([_cell(about, value) for value in fact])
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def _is_number(column: Any) -> bool:
    return column.dtype.kind in "biuf" if hasattr(column.dtype, "kind") else False


def _is_missing(value: Any) -> bool:
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def _plain(value: Any) -> str:
    """The value as text, with what no spreadsheet takes shown by its picture."""
    if isinstance(value, list | tuple | dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, datetime):
        value = value.isoformat(timespec="microseconds").replace("+00:00", "Z")
    return replace_surrogates(_CONTROL.sub(_picture, str(value)))


def _picture(found: re.Match[str]) -> str:
    code = ord(found.group())
    return chr(0x2421) if code == 0x7F else chr(0x2400 + code)


def _guarded(value: Any) -> str | None:
    if _is_missing(value):
        return None
    return _BEGINS.sub("'", _plain(value))


def _cell(sheet: Any, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415 - an extra

    if _is_missing(value):
        return None
    if isinstance(value, datetime) and value.year > 1900:
        cell = WriteOnlyCell(sheet, value.replace(tzinfo=None))
        cell.number_format = "yyyy-mm-dd hh:mm:ss.000"
        return cell
    number = value.item() if hasattr(value, "item") else value
    if isinstance(number, bool | float) or (isinstance(number, int) and abs(number) < _EXACT):
        return number
    text = _plain(value)
    if len(text) > CELL:
        note = f"… [{len(text):,} characters; save('run.jsonl') has them all]"
        text = text[: CELL - len(note)] + note
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"  # words, whatever they look like
    cell.quotePrefix = True
    return cell
