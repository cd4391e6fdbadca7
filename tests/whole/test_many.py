"""Many sessions and widgets at once; more of them are in ``soak/test_many_at_once.py``."""

from __future__ import annotations

from support.many_sessions import Crowd, Widgets, alone

from buttermilk_widget.server import BackgroundServer, Settings


async def test_a_full_server_serves_each_and_keeps_none(record_property):
    crowd = Crowd(12)
    await alone(crowd, record_property)
    record_property("bytes left at both ends by each", f"{crowd.bytes / crowd.count:,.0f}")
    # The libraries keep the addresses of the last hundred sessions or so.
    assert crowd.bytes < 12_000 * crowd.count


def test_fifty_widgets_share_one_thread(record_property):
    # Each takes a second to set up, so that all are there at once.
    with BackgroundServer(Settings(setup_delay=1.0, pace=0.0)) as server:
        widgets = Widgets(server.url, 50)
    record_property("runs at once in one process", 50)
    share = widgets.slowest / widgets.took
    record_property("the loop's slowest answer, as a part of all the time", f"{share:.2f}")
    record_property("descriptors that they had at most", widgets.most)
    assert widgets.ends == ["ended"] * 50
    assert widgets.mixed == []
    assert widgets.threads == ["buttermilk-widget"]
    # A socket and a connection for the requests each, and a few for starting.
    assert 50 * 2 <= widgets.most < 50 * 8
    assert share < 0.5  # 0.03 was measured
