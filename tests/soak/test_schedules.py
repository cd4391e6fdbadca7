"""A thousand runs over networks that fail, each in another way, with each of the servers."""

from __future__ import annotations

import os

import pytest
from faults.checks import hold
from faults.runs import drawn, play_all
from faults.schedules import SERVERS

SCHEDULES = int(os.environ.get("SCHEDULES", "1000"))


@pytest.mark.parametrize("server", SERVERS)
async def test_whatever_breaks_nothing_is_doubled_hidden_or_left_over(server, record_property):
    hold(await play_all(drawn(range(SCHEDULES), server)), server, record_property)
