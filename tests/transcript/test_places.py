"""Each copy of a run on a page has ids of its own, which are the same when its cell is run again."""

from __future__ import annotations

import re
from types import SimpleNamespace

import nbformat
import pytest
from nbclient import NotebookClient
from support.paths import DATA

from buttermilk_widget import Transcript
from buttermilk_widget.transcript.places import HERE, Places

SAVED = DATA / "saved" / "version_1.jsonl"
CELLS = (
    f"from buttermilk_widget import Transcript\nkept = Transcript.load({str(SAVED)!r})",
    "kept",
    "display(kept, kept)",
)


@pytest.fixture
def cell(monkeypatch):
    """Begins to run a cell, as a kernel does: by the number of the request, and with the cell's id."""
    request = {}
    shell = SimpleNamespace(get_parent=lambda: request, execution_count=1)
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)

    def begin(number, name=None):
        shell.execution_count = number
        request["header"] = {"msg_id": f"m-{number}"}
        request["metadata"] = {"cellId": name} if name else {}

    return begin


def ids(page):
    return re.findall(r" id='([^']+)'", page)


def test_a_cell_has_the_same_places_each_time_and_no_other_has_them(cell):
    places, taken = Places(), []
    for number, name in enumerate(["one", "two", "one"], 1):
        cell(number, name)
        taken.append((places.take(), places.take()))
    one, two, again = taken
    assert one == again
    assert len({*one, *two}) == 4
    assert all(re.fullmatch(r"[0-9a-f]{6}-(2-)?", place) for place in (*one, *two))


def test_a_cell_that_is_not_named_is_known_by_its_count(cell):
    places = Places()
    cell(1)
    first = places.take()
    cell(2)
    assert places.take() != first
    cell(1)
    assert places.take() == first


def test_before_any_request_there_is_a_place_too(monkeypatch):
    shell = SimpleNamespace(get_parent=dict, execution_count=1)
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    assert Places().take()


@pytest.mark.parametrize("shell", [None, SimpleNamespace()])
def test_where_no_cell_is_run_there_is_no_place(monkeypatch, shell):
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    assert HERE.take() == ""
    transcript = Transcript.load(SAVED)
    assert transcript._repr_html_() == transcript.to_fragment()


def test_ids_that_are_given_stay_in_their_attributes():
    page = Transcript.load(SAVED).to_fragment(ids="'><b>")
    assert "<b>" not in page
    assert "-&#x27;&gt;&lt;b&gt;entry-1' class=" in page


def run():
    """The pages that a notebook shows when all of its cells are run, each with its own kernel."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in CELLS])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    return [output["data"]["text/html"] for output in outputs]


def test_a_run_shown_three_times_in_a_notebook_links_into_each_copy_and_again_the_same():
    pages = run()
    own = [set(ids(page)) for page in pages]
    assert len(own) == 3
    assert len(set().union(*own)) == sum(map(len, own)) > 3
    for page, mine in zip(pages, own, strict=True):
        links = set(re.findall(r"href='#([^']+)'", page))
        assert links
        assert links <= mine
    assert run() == pages
