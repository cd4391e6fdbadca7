"""The exported page in a browser with no network: read, and with nothing hostile in it alive."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from scenes import SCENES
from support.jupyterlab import ARTIFACTS, AXE
from support.page_attacks import ATTACKS, BIG

from buttermilk_widget import Transcript
from buttermilk_widget.conversation.history import Entries, History
from buttermilk_widget.conversation.patches import (
    Answer,
    EventNote,
    Gap,
    Question,
    TroubleNote,
    UnknownBody,
)
from buttermilk_widget.protocol.messages import (
    Assessment,
    Criterion,
    Differences,
    Divergence,
    Expert,
    Json,
    Judgement,
    Position,
    Record,
    Reference,
    Research,
    Text,
    ToolOutput,
)
from buttermilk_widget.transcript.provenance import Provenance


@pytest.fixture
def opened(page, tmp_path):
    """Open a transcript's page from the disk, with every request and script counted."""
    page.requests = []
    page.context.set_offline(True)
    page.on("request", lambda sent: page.requests.append(sent.url))
    page.on("dialog", lambda dialog: (page.requests.append("a dialog"), dialog.dismiss()))
    page.add_init_script("window.__runs = 0; window.__ran = () => { window.__runs += 1 };")

    def opened(transcript):
        (tmp_path / "run.html").write_text(transcript.to_html(), encoding="utf-8")
        address = (tmp_path / "run.html").as_uri()
        page.goto(address)
        assert page.requests == [address]
        page.requests.clear()
        return page

    return opened


def shown():
    patch = SCENES["ended"][0]
    return Transcript(
        Entries(patch.entries),
        patch.agents,
        provenance=Provenance(flow="osb", server="http://localhost:8000"),
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1100])
def test_it_is_read_without_a_network_in_both_themes(opened, theme, width):
    page = opened(shown())
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 1200})
    expect(page.get_by_text("The post breaks")).to_be_visible()
    page.get_by_text("2 reasons").click()
    expect(page.get_by_text("It names two people who hold no office.")).to_be_visible()
    for fold in page.locator("summary").all():
        fold.evaluate("summary => { summary.parentElement.open = true }")
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"export-{theme}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # The page lets no script in, so axe is run past its policy.
    client = page.context.new_cdp_session(page)
    client.send("Page.setBypassCSP", {"enabled": True})
    page.reload()
    page.add_script_tag(path=AXE)
    found = page.evaluate("async () => (await axe.run()).violations.map(one => one.id)")
    assert found == []


def test_a_link_to_an_entry_leads_there(opened):
    page = opened(shown())
    page.set_viewport_size({"width": 900, "height": 300})
    named = page.locator("[id$='-entry-16']").get_attribute("id")
    page.evaluate("name => { location.hash = '#' + name; }", named)
    expect(page.locator(f"#{named}")).to_be_in_viewport()


def test_a_link_of_one_copy_leads_into_no_other(page, tmp_path):
    copies = [shown().to_fragment(ids=ids) for ids in ("", "a-", "b-")]
    (tmp_path / "copies.html").write_text("<hr>".join(copies), encoding="utf-8")
    page.set_viewport_size({"width": 900, "height": 500})
    page.goto((tmp_path / "copies.html").as_uri())
    places = page.locator(".buttermilk-page")
    expect(places).to_have_count(3)
    for number in (2, 0, 1):
        page.evaluate("() => scrollTo(0, 0)")
        places.nth(number).get_by_role("link", name="Scorer #7").first.click()
        expect(places.nth(number).locator("[id$='entry-7']")).to_be_in_viewport()
        for other in {0, 1, 2} - {number}:
            expect(places.nth(other).locator("[id$='entry-7']")).not_to_be_in_viewport()


def test_no_attack_runs_or_fetches_anything(opened):
    history = History()
    for name, attack in ATTACKS.items():
        bodies = [Text(content=attack, thought=attack), UnknownBody(raw=attack, why=attack)]
        if name not in BIG:
            bodies += _others(attack)
        told = Text(content=attack)
        history.change(
            history.add(told, 1.0),
            metadata={"model": attack, "usage": {attack: 1}, attack: [attack]},
            tracing_link=attack,
            source=attack,
        )
        for body in bodies:
            history.add(body, 1.0)
    page = opened(
        Transcript(
            history.entries,
            provenance=Provenance(flow="<script>__ran()</script>", server="x"),
        )
    )
    assert page.locator(".entry").count() == len(history.entries)
    odd = page.evaluate(
        """() => [...document.querySelectorAll("main *")].flatMap((element) =>
            /^(script|iframe|object|embed|form|img|svg|math|link|base|input|video|audio|button)$/i
                .test(element.tagName) ? [element.tagName]
            : [...element.attributes].filter(({ name, value }) => /^(on|src|style|action)/.test(name)
                || (name === "href" && !/^(#r[0-9a-f]+-entry-|https?:|mailto:)/i.test(value)))
                .map(({ name, value }) => `${name}=${value}`))"""
    )
    page.wait_for_timeout(500)
    assert odd == []
    assert page.requests == []
    assert page.evaluate("window.__runs") == 0


def _others(attack):
    expert = Expert(name=attack, answer_id=attack)
    sides = (Position(position=attack, experts=(expert,)),)
    return [
        Json(value={attack: [attack]}),
        ToolOutput(name=attack, content=attack, args=attack),
        Record(
            title=attack, uri=attack, content=attack, alt_text=attack, metadata={attack: attack}
        ),
        Judgement(conclusion=attack, reasons=(attack,), uncertainty=attack),
        Assessment(assessments=(Criterion(feedback=attack),), assessed_agent_id=attack),
        Differences(conclusion=attack, divergences=(Divergence(topic=attack, positions=sides),)),
        Research(
            response=attack, literature=(Reference(summary=attack, source=attack, doi=attack),)
        ),
        Question(content=attack, options=(attack,), thought=attack),
        Answer(verdict="text", content=attack, selection=attack),
        TroubleNote(content=attack, source=attack),
        Gap(began=1.0, content=attack),
        EventNote(content=attack, source=attack),
    ]
