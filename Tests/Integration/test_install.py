"""What `make install` installs does not need the checkout."""

import json
import os
import shutil
import subprocess

import pytest
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager
from session import Session


@pytest.fixture(scope="module")
def moved(checkout, tmp_path_factory):
    """A folder in which the kernel was installed from a checkout that no longer exists."""
    # Folders of students have such names, and make's own functions split them at the spaces.
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "Übung 1 (neu)" / "check out"
    prefix = tmp_path_factory.mktemp("prefix") / "my course" / "Umgebung für alle"
    elsewhere.mkdir(parents=True)
    for name in ("Makefile", "Package.swift", "Sources", "kernelspec", ".make"):
        source = checkout / name
        shutil.copytree(source, elsewhere / name) if source.is_dir() else shutil.copy2(source, elsewhere / name)
    # What was built is not built again. Symbolic links stay so: .build/release is one.
    shutil.copytree(checkout / ".build", elsewhere / ".build", symlinks=True, ignore=_only_the_release)
    subprocess.run(["touch", elsewhere / ".build" / "swiftlet.stamp"], check=True)
    subprocess.run(["make", "install", f"PREFIX={prefix}"], cwd=elsewhere, check=True, capture_output=True, timeout=300)
    shutil.rmtree(elsewhere)
    return prefix


def _only_the_release(folder, names):
    return {name for name in names if name in ("debug", "checkouts", "repositories", "documentation", "index-build")} | {
        name for name in names if name.endswith((".o", ".d")) and "CKernels" not in folder
    }


def test_the_kernelspec_is_where_jupyter_looks(moved):
    spec = json.loads((moved / "share/jupyter/kernels/swiftlet/kernel.json").read_text())
    assert spec["language"] == "swift" and spec["interrupt_mode"] == "message"
    assert "{connection_file}" in spec["argv"]
    assert os.path.commonpath([spec["argv"][0], moved]) == str(moved)
    for size in (32, 64):
        logo = (moved / f"share/jupyter/kernels/swiftlet/logo-{size}x{size}.png").read_bytes()
        assert int.from_bytes(logo[16:20], "big") == size


def test_jupyterlab_finds_the_extension(moved):
    folder = moved / "share/jupyter/labextensions/swiftlet"
    build = json.loads((folder / "package.json").read_text())["jupyterlab"]["_build"]
    assert "_JUPYTERLAB" in (folder / build["load"]).read_text()


def test_it_is_nowhere_else(moved):
    top = moved.parent.parent
    assert [path.parent.parent for path in top.rglob("kernels")] == [moved / "share"]
    assert len(list(top.rglob("kernel.json"))) == 1


def test_it_works_without_the_checkout(moved, without_checkout, monkeypatch, tmp_path):
    homework = tmp_path / "Übung 1 (neu)"
    homework.mkdir()
    monkeypatch.setattr(
        KernelManager, "kernel_spec_manager", KernelSpecManager(kernel_dirs=[str(moved / "share/jupyter/kernels")])
    )
    with Session(through=without_checkout, cwd=str(homework)) as session:
        assert session.manager.kernel_spec.argv[-3].startswith(str(moved))
        session.succeed("import Swiftlet")
        assert session.run("Tensor.ones([2, 2]).matmul(Tensor.ones([2, 2])).sum().item()").result == "8.0"


@pytest.mark.parametrize("variable, below", [("HOME", ".local/share/jupyter"), ("XDG_DATA_HOME", "jupyter"), ("JUPYTER_DATA_DIR", "")])
def test_without_a_prefix_it_goes_where_the_users_jupyter_looks(moved, tmp_path, variable, below):
    command = [moved / "share/jupyter/kernels/swiftlet/swiftlet", "install", "--user"]
    environment = {name: value for name, value in os.environ.items() if name not in ("XDG_DATA_HOME", "JUPYTER_DATA_DIR")}
    subprocess.run(command, check=True, capture_output=True, env={**environment, variable: str(tmp_path)})
    assert (tmp_path / below / "kernels/swiftlet/kernel.json").exists()
    assert (tmp_path / below / "labextensions/swiftlet/package.json").exists()


def test_uninstall_removes_it(moved, tmp_path):
    prefix = tmp_path / "prefix"
    shutil.copytree(moved, prefix, symlinks=True)
    spec = json.loads((moved / "share/jupyter/kernels/swiftlet/kernel.json").read_text())
    subprocess.run([spec["argv"][0], "uninstall", "--prefix", str(prefix)], check=True, capture_output=True)
    assert not [path for path in prefix.rglob("*") if path.is_file()]


def test_make_lab_opens_the_folder_it_was_given_and_the_first_notebook(checkout, tmp_path):
    """Seen in the command that make would run: the server itself is tried in test_lab.py."""
    folder = tmp_path / "Übung 1 (neu)"
    folder.mkdir()
    copy = tmp_path / "check out"
    (copy / ".venv/bin").mkdir(parents=True)
    python = copy / ".venv/bin/python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    python.chmod(0o755)
    shutil.copy2(checkout / "Makefile", copy / "Makefile")

    def arguments(root):
        # Every step before the last is up to date.
        command = ["make", "-o", ".venv/kernel.stamp", "lab", f"ROOT={root}", "BROWSER=no"]
        lines = subprocess.run(command, cwd=copy, check=True, capture_output=True, text=True, timeout=60).stdout.splitlines()
        return [line for line in lines if line.startswith("--")]

    assert f"--ServerApp.root_dir={folder}" in arguments(folder)
    assert not [argument for argument in arguments(folder) if "default_url" in argument]
    (folder / "0-tour.ipynb").write_text("{}")
    assert "--LabApp.default_url=/lab/tree/0-tour.ipynb" in arguments(folder)
    assert f"--ServerApp.root_dir={copy}/notebooks" in arguments("notebooks")
