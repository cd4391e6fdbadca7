"""Tables for spreadsheets: words stay words, and nothing is computed when one is opened."""

from __future__ import annotations

import csv as reader
import io
import json
import sys

import openpyxl
import pandas as pd
import pytest
from support.conversations import started

from buttermilk_widget import BadTranscript, MissingExtra, Transcript
from buttermilk_widget.transcript import spreadsheets as sheets
from buttermilk_widget.transcript.spreadsheets import CELL, csv, workbook

ORDERS = [
    '=HYPERLINK("https://evil.example","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\uff1d1+1",
    "=",
]
WORDS = [
    "plain",
    "a-b = c+d @e",
    "5-3",
    "x\n- a\n- b",
    "it's\n+ c",
    "a; b",
    "",
    "1e5",
    "TRUE",
    "'x",
]


def frame(*words, **more):
    made = pd.DataFrame({"words": words, **more}, dtype="object")
    made.index.name = "entry"
    return made


def read(content):
    text = content.decode("utf-8-sig")
    return [row["words"] for row in reader.DictReader(io.StringIO(text, newline=""))]


def cells(content, sheet="t"):
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [list(row) for row in book[sheet].iter_rows()]


# --- CSV -----------------------------------------------------------------------------------------


def test_in_a_csv_no_cell_is_an_order():
    content = csv(frame(*ORDERS, *WORDS))
    assert content.startswith(b"\xef\xbb\xbfentry,words\r\n")
    got = read(content)
    assert [one[0] for one in got[: len(ORDERS)]] == ["'"] * len(ORDERS)
    assert [one.replace("'", "") for one in got[: len(ORDERS)]] == [
        order.replace("'", "") for order in ORDERS
    ]
    assert got[len(ORDERS) :] == WORDS


@pytest.mark.parametrize("before", [";", "\t", "\n", "\r", "x;"])
@pytest.mark.parametrize("order", ["=1+1", "+1", "-1+1", "@A1"])
def test_nor_where_a_spreadsheet_parts_the_words(before, order):
    (got,) = read(csv(frame(f"x{before}{order}")))
    assert f"{before[-1]}'{order}" in got


def test_numbers_stay_numbers_and_times_say_that_they_are_utc():
    made = frame("x", n=[-1], share=pd.array([0.5], "Float64"))
    made["n"], made["none"] = made["n"].astype("Int64"), pd.array([pd.NA], "string")
    made["at"] = pd.to_datetime([1_764_000_000.25], unit="s", utc=True)
    made["sure"] = pd.array([True], "boolean")
    text = csv(made).decode("utf-8-sig")
    assert text == (
        "entry,words,n,share,none,at,sure\r\n0,x,-1,0.5,,2025-11-24T16:00:00.250000Z,True\r\n"
    )


def test_what_no_spreadsheet_takes_is_shown():
    (got,) = read(csv(frame("a\x00b\x1b[1mc\x7f\ud83d\tx\ny")))
    assert got == "a\u2400b\u241b[1mc\u2421\ufffd\tx\ny"
    (got,) = read(csv(frame(["=a", {"b": 1}])))
    assert json.loads(got) == ["=a", {"b": 1}]


# --- Excel ---------------------------------------------------------------------------------------


def test_in_a_workbook_words_are_text_as_they_are():
    rows = cells(workbook({"t": frame(*ORDERS, *WORDS)}, [("=fact", "=value")]))
    got = [row[1] for row in rows[1:]]
    for cell, word in zip(got, [*ORDERS, *WORDS], strict=True):
        assert cell.data_type in ("s", "inlineStr")
        assert (cell.value or "") == word.replace("\r", "\n")
        assert cell.quotePrefix or not word
    assert [cell.value for cell in rows[0]] == ["entry", "words"]
    about = cells(workbook({}, [("=fact", "=value")]), "about")
    assert [(cell.value, cell.data_type) for cell in about[0]] == [
        *(("=fact", "s"), ("=value", "s")),
    ]


def test_times_numbers_and_what_is_missing_are_what_they_are():
    made = frame("x", "y", n=[7, -1], big=[1799990000111122233, 1.5])
    made["n"] = made["n"].astype("Int64")
    made["share"] = [0.5, float("nan")]
    made["at"] = pd.to_datetime([1_764_000_000.25, None], unit="s", utc=True)
    made["sure"] = pd.array([True, pd.NA], "boolean")
    made["early"] = pd.Series([pd.Timestamp(1850, 1, 1), pd.Timestamp(1950, 1, 1)], dtype="object")
    head, one, two = ([cell.value for cell in row] for row in cells(workbook({"t": made}, [])))
    assert head[5:] == ["at (UTC)", "sure", "early"]
    assert one[1:5] == ["x", 7, "1799990000111122233", 0.5]
    assert one[5:7] == [pd.Timestamp(2025, 11, 24, 16, 0, 0, 250000), True]
    assert one[7] == "1850-01-01T00:00:00.000000"
    assert two[1:7] == ["y", -1, 1.5, None, None, None]
    assert two[7] == pd.Timestamp(1950, 1, 1)


def test_a_text_longer_than_a_cell_says_so_in_it():
    (_, (_, cell)) = cells(workbook({"t": frame("x" * 40_000)}, []))
    assert len(cell.value) == CELL
    assert cell.value.endswith("… [40,000 characters; save('run.jsonl') has them all]")
    (_, (_, cell)) = cells(workbook({"t": frame("x" * CELL)}, []))
    assert cell.value == "x" * CELL


def test_more_rows_than_a_sheet_takes_are_told(monkeypatch):
    monkeypatch.setattr(sheets, "ROWS", 3)
    with pytest.raises(BadTranscript, match=r"has 3 rows, and a sheet of a workbook takes 3: save"):
        workbook({"t": frame("a", "b", "c")}, [])
    workbook({"t": frame("a", "b")}, [])


def test_without_openpyxl_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtra, match=r"pip install 'buttermilk-widget\[excel\]'"):
        Transcript.of(started()).save(tmp_path / "run.xlsx")
    assert not list(tmp_path.iterdir())


# --- a run ---------------------------------------------------------------------------------------


@pytest.fixture
def hostile():
    conversation = started(server="http://localhost:8000")
    for word in (*ORDERS, "a\x1b[2Jb"):
        outputs = {"content": word, "source": word}
        conversation.receive(json.dumps({"type": "chat_message", "outputs": outputs}), 1e9)
        asked = {"content": word, "options": [word, "no"]}
        conversation.receive(json.dumps({"type": "ui_message", "outputs": asked}), 1e9)
        judged = {"conclusion": word, "reasons": [word], "prediction": True, "uncertainty": word}
        info = {"agent_id": word, "agent_name": word, "role": word}
        conversation.receive(
            json.dumps({"type": "judge_reasons", "outputs": judged, "agent_info": info}), 1e9
        )
    return Transcript.of(conversation)


def test_a_run_opens_safely_in_either_form(hostile, tmp_path):
    hostile.save(tmp_path / "run.csv")
    with (tmp_path / "run.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(reader.reader(file))
    assert len(rows) == len(hostile) + 1
    for row in rows[1:]:
        assert not [cell for cell in row if cell[:1] in "=+-@\t\r\n" and cell]
    hostile.save(tmp_path / "run.xlsx")
    book = openpyxl.load_workbook(tmp_path / "run.xlsx")
    assert book.sheetnames == ["entries", "judgements", "assessments", "decisions", "about"]
    assert len(list(book["entries"].iter_rows())) == len(rows)
    types = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in types
    about = {row[0].value: row[1].value for row in book["about"].iter_rows()}
    assert about["Transcript"] == hostile.hash
    assert about["Server"] == "http://localhost:8000"
