"""Every notebook runs from top to bottom, and is committed with the outputs of such a run."""

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
    """A cell that fails on purpose has a tag."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert any(cell.outputs for cell in cells)
    failed = [cell.source for cell in cells if any(output.output_type == "error" for output in cell.outputs)]
    assert failed == [cell.source for cell in cells if "raises-exception" in cell.metadata.get("tags", [])]
