"""A laptop that sleeps: the browser's line to the Jupyter server is gone for a while."""

from __future__ import annotations

import pytest
from support.failing_pages import sleep_through


@pytest.mark.parametrize("seconds", [9])
def test_a_page_that_was_away_catches_up_by_itself(cable, scene, talking, record_property, seconds):
    notebook = scene(url=cable.url)
    took = sleep_through(notebook, cable, talking, seconds)
    record_property(f"after {seconds} s without a line, the page has it all in", f"{took:.1f} s")
