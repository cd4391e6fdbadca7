"""A real JupyterLab, and a real browser in front of it."""

from __future__ import annotations

import functools
import http.server
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import nbformat
import pytest
from playwright.sync_api import expect, sync_playwright
from support.chatty_server import Talking
from support.paths import ROOT, WIRE
from support.tcp_proxy import Cable

from buttermilk_widget.client.default_server import SERVER
from buttermilk_widget.server import BackgroundServer
from buttermilk_widget.server.settings import Settings

ARTIFACTS = ROOT / "tests" / "artifacts"
AXE = ROOT / "js" / "node_modules" / "axe-core" / "axe.min.js"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

THEMES = ("light", "dark")
WIDTHS = (320, 640, 1100)

expect.set_options(timeout=30_000)


def chromium():
    """The browser's program; its absence is a failure, never a skip."""
    named = os.environ.get("CHROMIUM")
    places = [named] if named else ["chromium", "chromium-browser", "google-chrome"]
    found = next((path for place in places if (path := shutil.which(place))), None)
    if found is None:
        pytest.fail("Chromium is missing. Name one: make test CHROMIUM=/path/to/it")
    return found


@pytest.fixture(scope="module")  # its event loop must be gone before other tests have theirs
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


class Lab:
    """A JupyterLab with the notebooks, in a folder of its own."""

    def __init__(self, folder, server=None, *options, application="jupyterlab"):
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        config = folder / "config"
        news = config / "settings" / "@jupyterlab" / "apputils-extension"
        news.mkdir(parents=True, exist_ok=True)
        (news / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
        self._log = (folder / "lab.log").open("w")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", application, "--no-browser", "--allow-root"),
                f"--ServerApp.port={port}",
                "--ServerApp.port_retries=0",
                "--ServerApp.ip=127.0.0.1",
                "--IdentityProvider.token=",
                "--ServerApp.disable_check_xsrf=True",
                f"--ServerApp.root_dir={folder}",
                "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
                "--LabApp.news_url=",
                *options,
            ],
            env={
                **{k: v for k, v in os.environ.items() if k != SERVER},
                **({SERVER: server} if server else {}),
                "JUPYTER_CONFIG_DIR": str(config),
                "JUPYTERLAB_WORKSPACES_DIR": str(config / "workspaces"),
                "JUPYTERLAB_SETTINGS_DIR": str(config / "settings"),
                "IPYTHONDIR": str(config / "ipython"),
            },
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def wait(self):
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{self.url}/api") as answer:  # noqa: S310
                    return answer.status
            except (urllib.error.URLError, ConnectionError):
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        pytest.fail(f"JupyterLab did not start:\n{(self.folder / 'lab.log').read_text()}")

    def api(self, path, method="GET"):
        request = urllib.request.Request(f"{self.url}/api/{path}", method=method)  # noqa: S310
        with urllib.request.urlopen(request) as answer:  # noqa: S310
            return json.loads(answer.read() or "null")

    def forget_kernels(self):
        for session in self.api("sessions"):
            self.api(f"sessions/{session['id']}", "DELETE")

    def wait_for_kernel(self):
        for _ in range(600):
            states = [s["kernel"]["execution_state"] for s in self.api("sessions")]
            if states == ["idle"]:
                return
            time.sleep(0.1)
        pytest.fail("the kernel did not start")

    def close(self):
        self.process.terminate()
        self.process.wait(20)
        self._log.close()


@pytest.fixture(scope="session")
def server():
    """The built-in server, slow enough to start that a person types before it is ready."""
    with BackgroundServer(settings=Settings(setup_delay=8.0, pace=0.1)) as server:
        yield server


@pytest.fixture(scope="session")
def lab(tmp_path_factory, server):
    folder = tmp_path_factory.mktemp("lab")
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        shutil.copy(notebook, folder)
    shutil.copytree(ROOT / "notebooks" / "runs", folder / "runs")
    lab = Lab(folder, server.url)
    try:
        lab.wait()
        yield lab
    finally:
        lab.close()


class Notebook:
    """A notebook in JupyterLab, used as a person uses it."""

    def __init__(self, page):
        self.page = page
        self.said = []
        page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: self.said.append(f"error: {error}"))

    def cell(self, number):
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(number)

    def run(self, number):
        """Run the code cell with this number, from 0."""
        editor = self.cell(number).locator(".cm-content")
        editor.click()
        self.page.keyboard.press("Shift+Enter")

    def write(self, number, code):
        """Put ``code`` into the code cell with this number."""
        self.cell(number).locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(code)

    def save(self, file):
        """Save the notebook, and wait until it is on the disk with its widget."""
        self.page.get_by_role("button", name="Save and create checkpoint").click()
        for _ in range(300):
            if "application/vnd.jupyter.widget-view" in file.read_text():
                return
            time.sleep(0.1)
        pytest.fail("the notebook was not saved")

    def printed(self, number):
        return self.cell(number).locator(".jp-OutputArea-output").last

    def widget(self, number=0):
        return self.page.locator(".buttermilk-host .buttermilk").nth(number)

    def begin(self, code):
        """Have the last code cell run ``code``; its prompt, and how to hear what it says."""
        cells = self.page.locator(".jp-Notebook .jp-CodeCell")
        # Not ".last": cells are still being drawn, and it would be another one each time.
        cell = cells.nth(cells.count() - 1)
        prompt = cell.locator(".jp-InputArea .jp-InputPrompt")
        before = prompt.inner_text()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Control+Enter")
        expect(prompt).not_to_have_text(before)
        return prompt, cell.locator(".jp-OutputArea-output").last

    def ask(self, code):
        """What the kernel says to ``code``, put into the last code cell."""
        prompt, output = self.begin(code)
        expect(prompt).to_have_text(re.compile(r"\[\d+\]:"))
        return output.inner_text()

    def picture(self, name):
        ARTIFACTS.mkdir(exist_ok=True)
        self.page.screenshot(path=ARTIFACTS / f"{name}.png")


@pytest.fixture
def page(browser, request):
    context = browser.new_context(viewport={"width": 1280, "height": 1100})
    page = context.new_page()
    yield page
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"end-of-{re.sub(r'[^a-z_]+', '-', request.node.name)}.png")
    context.close()


@pytest.fixture
def opened(lab, page):
    """Open a notebook by its name, with a fresh kernel."""

    def opened(name, *, at=lab, url=None):
        at.forget_kernels()
        page.goto(f"{url or at.url}/lab/workspaces/auto-{time.time_ns()}/tree/{name}")
        notebook = Notebook(page)
        expect(page.locator(".jp-Notebook .jp-CodeCell").first).to_be_visible(timeout=60_000)
        at.wait_for_kernel()
        expect(page.locator(".jp-NotebookPanel-toolbar")).to_contain_text("Python 3")
        return notebook

    return opened


@pytest.fixture
def talking():
    with Talking().running() as server:
        yield server


@pytest.fixture
def scene(lab, opened, talking):
    """A notebook in which agents are talking, in its first cell; it has two more."""

    def scene(*, height=0, **where):
        code = (
            "from buttermilk_widget import FlowWidget\n"
            f"widget = FlowWidget({talking.url!r}, height={height})\n"
            "run = widget.run('osb')\nwidget"
        )
        name = f"scene-{time.time_ns()}.ipynb"
        cells = [nbformat.v4.new_code_cell(source) for source in (code, "", "")]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=kernel), lab.folder / name)
        notebook = opened(name, **where)
        notebook.file = lab.folder / name
        expect(notebook.page.locator(".jp-Notebook .jp-CodeCell")).to_have_count(3)
        notebook.run(0)
        expect(notebook.widget().get_by_role("feed")).to_contain_text("Line 2 of the talk.")
        return notebook

    return scene


# --- the page with no kernel ---------------------------------------------------------------------


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_args):
        pass


@pytest.fixture(scope="session")
def plain_url(tmp_path_factory):
    """Where the page with no kernel is served, with a scene for each state and each recording."""
    folder = tmp_path_factory.mktemp("page")
    subprocess.run(
        [
            sys.executable,
            ROOT / "js" / "dev" / "make_page.py",
            folder,
            *sorted(WIRE.glob("*.jsonl")),
        ],
        check=True,
    )
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=folder)
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


class Plain:
    """The conversation on the page with no kernel."""

    def __init__(self, page, url):
        self.page = page
        self.url = url
        self.errors = []
        page.on("console", lambda said: said.type == "error" and self.errors.append(said.text))
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def show(self, scene, **asked):
        query = "".join(f"&{name}={value}" for name, value in asked.items())
        self.page.goto(f"{self.url}?scene={scene}{query}")
        self.page.wait_for_function("window.page !== undefined")
        expect(self.page.locator(".buttermilk > *").first).to_be_visible()
        return self.page

    def theme(self, theme):
        self.page.evaluate(
            """theme => {
                document.body.dataset.jpThemeLight = String(theme === "light");
                document.documentElement.style.colorScheme = theme;
            }""",
            theme,
        )

    def say(self, *texts):
        """Put entries of text at the end, as a patch from the kernel would."""
        self.page.evaluate(
            """texts => {
                const { store, apply } = window.page;
                const { run, seq, entries } = store.state;
                const made = texts.map((content, at) => ({
                    id: entries.length + 1 + at, seq: seq + 1, at: 1764000000, server_time: null,
                    speaker: null, message_id: null, about: null, replies: [], frame: null,
                    metadata: {}, tracing_link: null, source: null,
                    body: { kind: "text", content, thought: null },
                }));
                apply({ kind: "patch", run, base: seq, seq: seq + 1, at: 1764000000,
                        entries: made, agents: null, status: null });
            }""",
            list(texts),
        )

    def settle(self):
        """Let what was asked for be drawn."""
        self.page.evaluate("() => new Promise(done => setTimeout(done, 60))")

    def violations(self):
        """What axe-core finds wrong, a line each."""
        if not self.page.evaluate("'axe' in window"):
            self.page.add_script_tag(path=AXE)
        found = self.page.evaluate(
            """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations"""
        )
        return [
            f"{problem['id']}: {node['target']} {node['failureSummary']}"
            for problem in found
            for node in problem["nodes"]
        ]


@pytest.fixture
def plain(page, plain_url):
    return Plain(page, plain_url)


def inspect(plain, name):
    """Look at what is shown in both themes and at every width."""
    ARTIFACTS.mkdir(exist_ok=True)
    for width in WIDTHS:
        plain.page.set_viewport_size({"width": width, "height": 1500})
        for theme in THEMES:
            plain.theme(theme)
            plain.settle()
            where = f"{name}-{theme}-{width}"
            plain.page.screenshot(path=ARTIFACTS / f"{where}.png")
            assert plain.violations() == [], where
            wide = plain.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{where} is {wide} pixels wide"
    assert plain.errors == []


@pytest.fixture
def cable(lab):
    """A connection between the page and the kernel that can be cut."""
    with Cable(lab.port) as cable:
        yield cable
