"""The course's formulas, as they stand in a cell, are right. (That they compile quickly is a test of the cells' compiler.)"""

import subprocess
from pathlib import Path

FORMULAS = Path(__file__).with_name("formulas.swift")


def test_formulas_are_right(swiftlet):
    """Each formula of tensors says what the same formula of numbers does."""
    ended = subprocess.run([swiftlet, "run", FORMULAS], capture_output=True, text=True, timeout=300)
    count = sum(line.lstrip().startswith("number(") for line in FORMULAS.read_text().splitlines())
    assert count > 50 and ended.stdout == f"{count} formulas\n", ended.stdout + ended.stderr
