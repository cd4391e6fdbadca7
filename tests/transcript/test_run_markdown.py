"""A whole run as one Markdown document."""

from __future__ import annotations

from buttermilk_widget import Transcript
from buttermilk_widget.conversation.history import Entries
from buttermilk_widget.transcript.provenance import Provenance


def test_of_nothing_there_is_a_title_and_where_it_comes_from():
    made = Transcript(Entries(), provenance=Provenance(flow="a\n# b", server="http://here"))
    text = made.to_markdown()
    assert text.startswith("# a ⏎ # b\n\nhttp\\://here\n\n## About this run\n\nThe flow a")
    assert text.count("\n## ") == 1
