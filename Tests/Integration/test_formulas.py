"""The course's formulas, as they stand in a cell: right, and quick to type-check."""

import re
import subprocess
from pathlib import Path

import pytest

FORMULAS = Path(__file__).with_name("formulas.swift")
# Milliseconds that the compiler may take over one of them. It measures its own time, not that of a busy machine.
BOUND = 200


@pytest.fixture(scope="module")
def type_check(kernelspec, swiftlet):
    """Answers what the compiler of cells says about a file: its errors, and the milliseconds that its expressions took."""
    report = subprocess.run([swiftlet, "doctor"], capture_output=True, text=True).stdout
    toolchain = re.search(r"Swift toolchain: (.*?),", report)[1]
    modules = kernelspec / "modules"
    maps = [argument for map in modules.glob("*/module.modulemap") for argument in ("-Xcc", f"-fmodule-map-file={map}")]

    def check(file):
        said = subprocess.run(
            [f"{toolchain}/bin/swift-frontend", "-typecheck", file, "-swift-version", "5", "-I", modules, *maps,
             "-enable-upcoming-feature", "MemberImportVisibility", "-solver-expression-time-threshold=10",
             "-warn-long-expression-type-checking=1", "-diagnostic-style", "llvm"],
            capture_output=True, text=True).stderr
        slow = re.findall(r":(\d+):\d+: warning: expression took (\d+)ms", said)
        return re.findall(r".*error: .*", said), [(int(ms), int(line)) for line, ms in slow]

    return check


def test_a_formula_takes_no_time(type_check):
    errors, times = type_check(FORMULAS)
    assert not errors
    # A busy machine slows even its own time down, but not three times in a row.
    best = min((type_check(FORMULAS)[1] for _ in range(2)), key=max, default=times) if max(times)[0] > BOUND else times
    assert len(times) > 20 and max(best)[0] <= BOUND, sorted(best)[-3:]


def test_formulas_are_right(swiftlet):
    """Each formula of tensors says what the same formula of numbers does."""
    ended = subprocess.run([swiftlet, "run", FORMULAS], capture_output=True, text=True, timeout=300)
    count = sum(line.lstrip().startswith("number(") for line in FORMULAS.read_text().splitlines())
    assert count > 50 and ended.stdout == f"{count} formulas\n", ended.stdout + ended.stderr
