"""The LeNet notebook in JupyterLab, opened as `make lab` opens it, in a real Chromium."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

NOTEBOOK = "3-convolution/1-lenet.ipynb"
READY = """async () => {
    const app = jupyterapp; await app.restored;
    const context = app.shell.currentWidget.context;
    await context.ready; await context.sessionContext.ready; await app.shell.currentWidget.revealed;
}"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def lab(checkout, tmp_path_factory):
    """The address of a JupyterLab that `make lab` serves, over a copy of the notebooks."""
    work = tmp_path_factory.mktemp("lab")
    shutil.copytree(checkout / "notebooks", work / "notebooks")
    (work / "config").mkdir()
    # No token to type, and `window.jupyterapp` for knowing when the page is ready; all else is as a student has it.
    (work / "config" / "jupyter_lab_config.py").write_text(
        "c.IdentityProvider.token = ''\nc.LabApp.expose_app_in_browser = True\nc.ServerApp.port_retries = 0\n"
    )
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in ("JUPYTER_NO_CONFIG", "MAKEFLAGS", "MAKELEVEL")}
    environment.update(
        JUPYTER_CONFIG_DIR=str(work / "config"),
        JUPYTERLAB_SETTINGS_DIR=str(work / "settings"),
        JUPYTERLAB_WORKSPACES_DIR=str(work / "workspaces"),
    )
    log = open(work / "lab.log", "w+")
    server = subprocess.Popen(
        ["make", "lab", "BROWSER=no", f"PORT={port}", f"ROOT={work / 'notebooks'}"],
        cwd=checkout, env=environment, stdout=log, stderr=log, start_new_session=True,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            assert server.poll() is None, Path(log.name).read_text()
            try:
                urllib.request.urlopen(f"{address}/api/status", timeout=2)
                break
            except OSError:
                time.sleep(0.2)
        else:
            raise AssertionError(Path(log.name).read_text())
        yield address
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        system = "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=system if os.path.exists(system) else None, args=["--no-sandbox"])
        yield browser
        browser.close()


class Notebook:
    """A notebook open in a page, its kernel ready."""

    def __init__(self, page, address, path):
        self.page = page
        page.goto(f"{address}/lab/tree/{path}?reset", wait_until="domcontentloaded")
        panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        panel.wait_for(timeout=60_000)
        # The panel first shows one placeholder cell, and a click on it is lost when the file's cells replace it.
        page.wait_for_function("window.jupyterapp?.shell.currentWidget?.context", timeout=60_000)
        page.evaluate(READY)
        panel.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").wait_for(timeout=60_000)
        self.cells = panel.locator(".jp-Notebook .jp-CodeCell")

    def cell(self, index):
        cell = self.cells.nth(index)
        cell.scroll_into_view_if_needed()
        return cell

    def start(self, index):
        cell = self.cell(index)
        editor = cell.locator(".cm-content")
        for _ in range(20):  # the notebook may still take the focus back once
            editor.click()
            self.page.wait_for_timeout(150)
            if editor.evaluate("e => e.contains(document.activeElement)"):
                break
        self.page.keyboard.press("Control+Enter")
        return cell

    def finish(self, cell, timeout=120_000):
        expect(cell.locator(".jp-InputPrompt").first).to_have_text(re.compile(r"\[\d+\]:"), timeout=timeout)
        return cell

    def run(self, index, timeout=120_000):
        return self.finish(self.start(index), timeout)

    def index_of(self, text):
        """The first code cell whose source contains the text. Cells far down are not drawn yet: ask the model."""
        return self.page.evaluate(
            """text => [...jupyterapp.shell.currentWidget.content.model.cells]
                .filter(cell => cell.type === 'code').findIndex(cell => cell.sharedModel.getSource().includes(text))""",
            text,
        )


@pytest.fixture
def lenet(lab, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 1100})
    yield Notebook(page, lab, NOTEBOOK)
    page.close()


def assert_clean(cell):
    """JupyterLab shows an error as it shows what was printed to stderr."""
    assert cell.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0, cell.inner_text()


@pytest.mark.timeout(600)
def test_lenet_trains_before_the_students_eyes(lenet):
    page = lenet.page
    fit = lenet.index_of(".fit(")
    assert fit > 0
    page.evaluate("jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")

    # The editor colours Swift: a keyword is not in the colour of the text around it.
    keyword = page.evaluate(
        """() => [...document.querySelectorAll('.jp-CodeCell .cm-line span')]
            .find(span => ['import', 'let'].includes(span.textContent.trim()))?.className"""
    )
    assert keyword, "no keyword stands in a span of its own"

    for index in range(fit):
        assert_clean(lenet.run(index))

    # A picture is a decoded PNG, shown at half its size for a dense screen.
    image = page.locator(".jp-CodeCell .jp-RenderedImage img").first
    image.wait_for(timeout=30_000)
    natural, shown, source = image.evaluate("e => [e.naturalWidth, e.width, e.src.slice(0, 22)]")
    assert source == "data:image/png;base64," and natural > 100 and natural >= 1.9 * shown

    # The progress bar moves while the network trains.
    cell = lenet.start(fit)
    bar = cell.locator("[role=progressbar]").first
    bar.wait_for(timeout=60_000)
    expect(bar).not_to_have_attribute("aria-valuenow", bar.get_attribute("aria-valuenow"), timeout=60_000)

    # An interrupt ends it without an error, and what was trained so far can be used.
    page.evaluate("jupyterapp.commands.execute('notebook:interrupt-kernel')")
    lenet.finish(cell, timeout=60_000)
    assert_clean(cell)
    assert "interrupted" in cell.inner_text()
    filters = lenet.run(lenet.index_of("lenet.filters("))
    assert_clean(filters)
    filters.locator(".jp-RenderedImage img").first.wait_for(timeout=30_000)
