"""The kernel under test is the one installed beside this Python, as `make lab` and `make test` install it."""

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

# No settings and kernels of the user's: the same result on every machine. Must be set before jupyter is imported.
_home = Path(tempfile.mkdtemp(prefix="swiftlet-tests-"))
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ.update(
    JUPYTER_NO_CONFIG="1",
    JUPYTER_PREFER_ENV_PATH="1",
    JUPYTER_CONFIG_DIR=str(_home / "config"),
    JUPYTER_DATA_DIR=str(_home / "data"),
    JUPYTER_RUNTIME_DIR=str(_home / "runtime"),
    XDG_DATA_HOME=str(_home / "share"),
    XDG_CACHE_HOME=str(_home / "cache"),
    IPYTHONDIR=str(_home / "ipython"),
)
os.environ.pop("JUPYTER_PATH", None)

import json  # noqa: E402
import subprocess  # noqa: E402

import lab as jupyterlab  # noqa: E402
import pytest  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from session import Session  # noqa: E402


@pytest.fixture(scope="session")
def checkout():
    return Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def kernelspec():
    """The installed kernelspec's folder."""
    return Path(sys.prefix) / "share" / "jupyter" / "kernels" / "swiftlet"


@pytest.fixture(scope="session")
def swiftlet(kernelspec):
    """The installed command, as the kernelspec names it."""
    return json.loads((kernelspec / "kernel.json").read_text())["argv"][0]


@pytest.fixture(scope="module")
def kernel():
    """One kernel for the tests of a file, which use different names."""
    with Session() as session:
        yield session


@pytest.fixture
def fresh_kernel():
    """A kernel for one test."""
    with Session() as session:
        yield session


@pytest.fixture(scope="session")
def lab(checkout, tmp_path_factory):
    """JupyterLab over a copy of the notebooks."""
    with jupyterlab.serve(checkout, tmp_path_factory.mktemp("lab")) as lab:
        yield lab


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright, jupyterlab.chromium(playwright) as browser:
        yield browser


@pytest.fixture
def open_notebook(lab, browser):
    """Opens notebooks of the folder, each in its own page: open_notebook("0-tour.ipynb")."""
    pages = []

    def open_one(path):
        pages.append(browser.new_page(viewport={"width": 1280, "height": 1100}))
        return jupyterlab.Notebook(pages[-1], lab, path)

    yield open_one
    for page in pages:
        page.close()


def with_mount(options, folder):
    """A command that runs another one with a private file system in the folder."""
    enter = ["unshare", "--mount", "--map-root-user", "sh", "-c"]
    mount = f"mount -t tmpfs -o {options} tmpfs '{folder}'"
    if subprocess.run([*enter, mount], capture_output=True).returncode != 0:
        pytest.skip("this system does not let users mount file systems (user namespaces)")
    return [*enter, f'{mount} && exec "$@"', "sh"]


@pytest.fixture
def small_disk(tmp_path):
    """A folder and a command; what the command runs sees a disk of 64 MB in the folder."""
    folder = tmp_path / "disk"
    folder.mkdir()
    return folder, with_mount("size=64m", folder)


@pytest.fixture
def without_checkout(checkout):
    """A command; what it runs sees an empty folder in the checkout's place."""
    return with_mount("size=1m", checkout)
