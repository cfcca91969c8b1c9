"""JupyterLab as `make lab` serves it, and a notebook in a real Chromium."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import expect

READY = """async () => {
    const app = jupyterapp; await app.restored;
    const context = app.shell.currentWidget.context;
    await context.ready; await context.sessionContext.ready; await app.shell.currentWidget.revealed;
}"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Lab:
    """A running JupyterLab: its address, and the folder it shows."""

    def __init__(self, address, folder):
        self.address = address
        self.folder = folder

    def write(self, name, *cells):
        """Writes a notebook with these code cells to the folder; returns its path for `Notebook`."""
        notebook = {
            "nbformat": 4, "nbformat_minor": 5,
            "metadata": {"kernelspec": {"name": "swiftlet", "display_name": "Swift (Swiftlet)", "language": "swift"}},
            "cells": [
                {"cell_type": "code", "id": f"cell-{index}", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
                for index, source in enumerate(cells)
            ],
        }
        (self.folder / f"{name}.ipynb").write_text(json.dumps(notebook))
        return f"{name}.ipynb"


@contextmanager
def serve(checkout, work):
    """A JupyterLab over a copy of the notebooks. The command in `LAB`, if set, replaces `make lab`."""
    shutil.copytree(checkout / "notebooks", work / "notebooks")
    (work / "config").mkdir()
    # No token, and `window.jupyterapp` to tell when the page is ready; everything else is as for a student.
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
    if own := os.environ.get("LAB"):
        command = [*shlex.split(own), "--no-browser", "--allow-root", f"--ServerApp.port={port}", f"--ServerApp.root_dir={work / 'notebooks'}"]
    else:
        command = ["make", "lab", "BROWSER=no", f"PORT={port}", f"ROOT={work / 'notebooks'}"]
    log = open(work / "lab.log", "w+")
    server = subprocess.Popen(command, cwd=checkout, env=environment, stdout=log, stderr=log, start_new_session=True)
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
        yield Lab(address, work / "notebooks")
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


@contextmanager
def chromium(playwright):
    system = "/usr/bin/chromium"
    browser = playwright.chromium.launch(executable_path=system if os.path.exists(system) else None, args=["--no-sandbox"])
    yield browser
    browser.close()


class Notebook:
    """A notebook that is open in a page and whose kernel is ready."""

    def __init__(self, page, lab, path):
        self.page = page
        page.goto(f"{lab.address}/lab/tree/{path}?reset", wait_until="domcontentloaded")
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

    def focus(self, cell):
        """Puts the cursor into a cell."""
        editor = cell.locator(".cm-content")
        for _ in range(20):  # the notebook may still take the focus back once
            editor.click()
            self.page.wait_for_timeout(150)
            if editor.evaluate("e => e.contains(document.activeElement)"):
                break

    def start(self, index):
        cell = self.cell(index)
        self.focus(cell)
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

    def command(self, name, wait=True):
        """Runs one of JupyterLab's commands, as its menus do: "notebook:interrupt-kernel"."""
        self.page.evaluate("name => jupyterapp.commands.execute(name)" if wait else "name => { jupyterapp.commands.execute(name) }", name)


def assert_clean(cell):
    """JupyterLab shows an error as it shows what was printed to stderr."""
    assert cell.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0, cell.inner_text()
