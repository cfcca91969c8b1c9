#!/usr/bin/env python3
"""loops [RUNS]: what the checks of indices and loops cost in five loops of a course, as cells are compiled.

Compiles loops.swift with the passes of Swift 6.3 that remove checks and loops, and without them as cells are compiled
(Sources/Cells/Compiling/Compiler.swift). Prints the median milliseconds of each loop.
"""

import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

SOURCE = Path(__file__).with_name("loops.swift")
WITHOUT = {"optimizer as it is": [], "every index checked": ["bcopts"], "as cells": ["bcopts", "dce"]}


def compiled(folder, name, passes):
    """The program, compiled without some passes."""
    program = Path(folder) / name.replace(" ", "-")
    options = [option for one in passes for option in ("-Xllvm", f"-sil-disable-pass={one}")]
    subprocess.run(["swiftc", "-O", "-g", "-enable-testing", *options, SOURCE, "-o", program], check=True)
    return program


def times(program):
    """The milliseconds of each loop in one run."""
    lines = subprocess.run([program], capture_output=True, text=True, check=True).stdout.splitlines()
    return {line.rsplit(" ", 2)[0]: float(line.rsplit(" ", 2)[1]) for line in lines}


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as folder:
        programs = {name: compiled(folder, name, passes) for name, passes in WITHOUT.items()}
        # In turn, so that a busy moment of the computer strikes all of them.
        measured = {name: [] for name in programs}
        for _ in range(runs):
            for name, program in programs.items():
                measured[name].append(times(program))
    loops = list(measured["as cells"][0])
    print(f"{'ms, median of ' + str(runs):20}" + "".join(f"{name:>22}" for name in programs))
    for loop in loops:
        medians = [statistics.median(run[loop] for run in measured[name]) for name in programs]
        print(f"{loop:20}" + "".join(f"{median:22.1f}" for median in medians))


if __name__ == "__main__":
    main()
