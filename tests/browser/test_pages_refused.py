"""No page of another site may use the built-in server: tried in Chromium, in every way a page has.

A page's own name may be pointed at this machine (DNS rebinding), and the browser then takes the
server for the page's own; ``--host-resolver-rules`` does that here.
"""

from __future__ import annotations

import http.server
import json
import threading
import urllib.request
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright
from support.jupyterlab import FLAGS, chromium

from buttermilk_widget.server import BackgroundServer, Settings
from buttermilk_widget.server.http.registry import SessionManager

ATTACK = """async server => {
  const heard = [];
  const tried = [];
  const wait = (ms = 3000) => new Promise(done => setTimeout(done, ms, ""));
  const one = async (name, doing) => {
    tried.push(name);
    try {
      const got = await Promise.race([doing(), wait()]);
      if (got) heard.push(`${name}: ${got}`);
    } catch (error) { /* refused, as it should be */ }
  };
  const element = (tag, key, url, more = {}) => new Promise(done => {
    const made = Object.assign(document.createElement(tag), more);
    made.onload = () => done(""); made.onerror = () => done("");
    made[key] = url; document.body.append(made);
  });
  const session = `${server}/api/session`;
  const text = async answer => answer.status === 200 && (await answer.text());
  await one("fetch", async () => text(await fetch(session)));
  await one("fetch, no-cors", async () => text(await fetch(session, { mode: "no-cors" })));
  await one("fetch, no referrer", async () =>
    text(await fetch(session, { mode: "no-cors", referrerPolicy: "no-referrer" })));
  await one("fetch, credentials", async () =>
    text(await fetch(session, { mode: "no-cors", credentials: "include" })));
  await one("post", async () => text(await fetch(session, { method: "POST", mode: "no-cors" })));
  await one("delete", async () =>
    text(await fetch(`${session}/x`, { method: "DELETE" })));
  await one("image", () => element("img", "src", session));
  await one("script", () => element("script", "src", session));
  await one("module", () => element("script", "src", session, { type: "module" }));
  await one("style", () => element("link", "href", session, { rel: "stylesheet" }));
  await one("prefetch", () => element("link", "href", session, { rel: "prefetch" }));
  await one("prerender", async () => {
    document.head.append(Object.assign(document.createElement("link"),
      { rel: "prerender", href: session }));
  });
  await one("video", () => element("video", "src", session));
  await one("frame", () => element("iframe", "src", session));
  await one("sandboxed frame", () => element("iframe", "src", session, { sandbox: "" }));
  await one("object", () => element("object", "data", session));
  await one("form", () => new Promise(done => {
    const form = Object.assign(document.createElement("form"), { action: session, target: "into" });
    const frame = Object.assign(document.createElement("iframe"), { name: "into" });
    frame.onload = () => done("");
    document.body.append(frame, form);
    form.submit();
  }));
  await one("beacon", async () => { navigator.sendBeacon(session, "x"); });
  await one("event source", () => new Promise((done, no) => {
    const source = new EventSource(session);
    source.onmessage = () => done("a message"); source.onerror = () => { source.close(); no(); };
  }));
  await one("worker", () => new Promise((done, no) => {
    const code = `fetch(${JSON.stringify(session)}, {mode: "no-cors"})
      .then(a => a.text()).then(postMessage, () => postMessage(""))`;
    const worker = new Worker(URL.createObjectURL(new Blob([code])));
    worker.onmessage = said => done(said.data.includes("sessionId") && said.data); worker.onerror = no;
  }));
  for (const path of ["/ws/nobody", `/ws/${window.known}`]) {
    await one(`socket ${path}`, () => new Promise((done, no) => {
      const socket = new WebSocket(server.replace("http", "ws") + path);
      socket.onopen = () => done("it opened"); socket.onerror = no;
    }));
  }
  await wait(300);
  return { tried: tried.length, heard };
}"""


class Site(http.server.BaseHTTPRequestHandler):
    """A page of somebody else, with nothing on it."""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>A page</title><body>")

    def log_message(self, *_args):
        pass


@contextmanager
def serving_pages():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def site():
    with serving_pages() as port:
        yield port


@pytest.fixture(scope="module")
def pointed():
    """A browser for which the names of others lead to this machine."""
    rules = "--host-resolver-rules=MAP *.example 127.0.0.1, MAP rebound.test 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, rules])
        yield browser
        browser.close()


@pytest.fixture
def made(monkeypatch):
    """The ids that a server made."""
    ids = []
    new_id = SessionManager.new_id

    def noted():
        ids.append(new_id())
        return ids[-1]

    monkeypatch.setattr(SessionManager, "new_id", staticmethod(noted))
    return ids


def serving(port=0):
    return BackgroundServer(Settings(setup_delay=0, pace=0), port=port)


def _open_one(url):
    with urllib.request.urlopen(f"{url}/api/session") as answer:  # noqa: S310
        return json.loads(answer.read())["sessionId"]


def _attack(page, known, url):
    page.evaluate("known => { window.known = known }", known)
    return page.evaluate(ATTACK, url)


@pytest.mark.parametrize("name", ["evil.example", "localhost", "127.0.0.1"])
def test_a_page_of_another_site_gets_nothing(pointed, site, made, name, record_property):
    page = pointed.new_context().new_page()
    page.goto(f"http://{name}:{site}/")
    with serving() as server:
        known = _open_one(server.url)
        done = _attack(page, known, server.url)
    assert done["heard"] == []
    assert made == [known]
    record_property("ways that a page has, tried and refused", str(done["tried"]))
    page.context.close()


def test_a_page_whose_name_was_pointed_here_gets_nothing(pointed, made, record_property):
    page = pointed.new_context().new_page()
    with serving_pages() as port:
        page.goto(f"http://rebound.test:{port}/")
    # What answers under the page's own name and port is the built-in server now.
    with serving(port) as server:
        known = _open_one(server.url)
        answer = page.evaluate("async () => (await fetch('/api/session')).status")
        assert answer == 421
        done = _attack(page, known, f"http://rebound.test:{port}")
    assert done["heard"] == []
    assert made == [known]
    record_property("ways that a rebound page has, tried and refused", str(done["tried"]))
    page.context.close()


def test_a_link_leads_nowhere_and_the_address_typed_does(pointed, site, made):
    page = pointed.new_context().new_page()
    page.goto(f"http://evil.example:{site}/")
    with serving() as server:
        page.evaluate("url => { location.href = url + '/api/session' }", server.url)
        page.wait_for_url(f"{server.url}/**")
        assert "may not use this server" in page.content()
        assert made == []
        page.goto(f"{server.url}/api/session")
        assert "sessionId" in page.content()
    assert len(made) == 1
    page.context.close()
