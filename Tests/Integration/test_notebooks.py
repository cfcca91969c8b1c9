"""Every notebook runs from top to bottom, and is committed as it ran."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[2] / "notebooks"
every_notebook = pytest.mark.parametrize(
    "path",
    sorted(path for path in FOLDER.rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts),
    ids=lambda path: str(path.relative_to(FOLDER)),
)


@pytest.mark.timeout(900)
@every_notebook
def test_a_notebook_runs_without_an_error(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(path.parent)}}).execute()


@every_notebook
def test_a_notebook_is_committed_with_its_outputs(path):
    outputs = [output for cell in nbformat.read(path, as_version=4).cells for output in cell.get("outputs", [])]
    assert outputs and not [output for output in outputs if output.output_type == "error"]
