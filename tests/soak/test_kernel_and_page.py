"""A kernel that is busy for long, a laptop that sleeps for a minute, a comm that loses much."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from support.failing_pages import (
    Line,
    answers,
    same_as_kernel,
    sleep_through,
    status,
    stay_busy,
    talk_through_losses,
)
from support.jupyterlab import (  # noqa: F401 - fixtures are found by name
    Lab,
    browser,
    cable,
    lab,
    opened,
    page,
    scene,
    server,
    talking,
)


def test_a_kernel_busy_for_twenty_seconds_hears_the_person(
    scene,  # noqa: F811
    talking,  # noqa: F811
    record_property,
):
    took = stay_busy(scene(), talking, 20)
    record_property(
        "an answer, with the kernel in time.sleep, is at the server in", f"{took:.2f} s"
    )


def test_a_page_that_was_away_for_a_minute_catches_up_by_itself(
    scene,  # noqa: F811
    talking,  # noqa: F811
    record_property,
):
    took = sleep_through(scene(url=cable.url), cable, talking, 60)
    record_property("after 60 s without a line, the page has it all in", f"{took:.1f} s")


@pytest.mark.parametrize("seed", range(2, 6))
def test_a_comm_that_loses_and_doubles_messages_loses_and_doubles_nothing(
    scene,  # noqa: F811
    talking,  # noqa: F811
    page,  # noqa: F811
    record_property,
    seed,
):
    line = Line(page, seed)
    talk_through_losses(scene(height=60_000), talking, line, rounds=2)
    record_property(f"comm messages lost, by seed {seed}", str(line.count("lost")))
    record_property(f"comm messages doubled, by seed {seed}", str(line.count("doubled")))


@pytest.fixture
def strict_lab(lab):  # noqa: F811
    """A JupyterLab that drops all but five messages a second from a kernel, over the same files."""
    strict = Lab(lab.folder, None, "--ZMQChannelsWebsocketConnection.iopub_msg_rate_limit=5")
    try:
        strict.wait()
        yield strict
    finally:
        strict.close()


def test_a_notebook_server_that_drops_what_is_too_much_ends_with_the_same_page(
    strict_lab,
    scene,  # noqa: F811
    talking,  # noqa: F811
    record_property,
):
    talking.pause = 0.01
    notebook = scene(at=strict_lab, height=200_000)
    notebook.page.wait_for_timeout(5000)
    talking.pause = 0.3
    talking.ask()
    notebook.widget().get_by_role("button", name="Confirm").click()
    talking.wait_for_answers(1)
    talking.end()
    widget = notebook.widget()
    expect(status(widget)).to_have_attribute("data-readiness", "ended", timeout=90_000)
    expect(answers(widget)).to_have_count(1)
    count = same_as_kernel(notebook)
    dropped = (strict_lab.folder / "lab.log").read_text().count("message rate exceeded")
    assert dropped
    record_property(
        "entries that a notebook server limited to 5 messages a second brought", str(count)
    )
