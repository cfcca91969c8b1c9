"""The values of the course's formulas, written as in a cell. (FormulaTests.swift tests that they compile quickly.)"""

import subprocess
from pathlib import Path

FORMULAS = Path(__file__).with_name("formulas_with_values.swift")


def test_formulas_are_right(swiftlet):
    """Each formula on tensors has the value of the same formula on plain numbers."""
    ended = subprocess.run([swiftlet, "run", FORMULAS], capture_output=True, text=True, timeout=300)
    count = sum(line.lstrip().startswith("number(") for line in FORMULAS.read_text().splitlines())
    assert count > 50 and ended.stdout == f"{count} formulas\n", ended.stdout + ended.stderr
