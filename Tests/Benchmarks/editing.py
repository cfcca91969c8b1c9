"""How long an editor waits for the kernel: editing.py [--rounds N]

Each question is asked in several forms, so that none is answered from a cache. "After a new cell" runs a new cell before each
question, whose module the compiler then has to read.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Integration"))
import conftest  # noqa: E402, F401  (nobody's own Jupyter settings)
from session import Session  # noqa: E402

FIRST = """import Swiftlet
let lenet = try Sequential("lenet", input: [28, 28, 1]) { Flatten(); Dense(10) }
func twice(_ number: Double) -> Double { 2 * number }"""


class Editor(Session):
    """A session that measures, in milliseconds, how long an editor's questions take; None if there is no answer."""

    def __init__(self):
        super().__init__(stderr=subprocess.DEVNULL)

    def timed(self, method, code):
        began = time.perf_counter()
        return self.ask(method, code), (time.perf_counter() - began) * 1e3

    def complete(self, code):
        reply, milliseconds = self.timed("complete", code)
        return milliseconds if reply["matches"] else None

    def inspect(self, code):
        reply, milliseconds = self.timed("inspect", code)
        return milliseconds if reply["found"] else None

    def service_memory(self):
        """The memory of the language service, in MB."""
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if b"language-service" in (folder / "cmdline").read_bytes() and str(self.manager.provisioner.process.pid) == (
                    folder / "stat"
                ).read_text().rsplit(")", 1)[1].split()[1]:
                    return int((folder / "statm").read_text().split()[1]) * 4096 / 1e6
            except OSError:
                continue
        return float("nan")


def show(label, times):
    answered = sorted(time for time in times if time is not None)
    assert len(answered) == len(times), f"{label}: {len(times) - len(answered)} of {len(times)} were not answered"
    tail = answered[min(len(answered) - 1, int(0.95 * len(answered)))]
    print(f"{label:<44}{statistics.median(answered):>8.0f}{tail:>8.0f}{answered[-1]:>8.0f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=20, help="how often each question is asked (default 20)")
    rounds = range(parser.parse_args().rounds)
    print(f"{'milliseconds':<44}{'median':>8}{'95 %':>8}{'worst':>8}")
    firsts = []
    for _ in range(3):
        with Editor() as kernel:
            kernel.succeed("import Swiftlet")
            firsts.append(kernel.complete("Sequen"))
    show("the first completion after `import Swiftlet`", firsts)
    with Editor() as kernel:
        kernel.succeed(FIRST)
        kernel.complete("len")
        show("a name", [kernel.complete(f"let value{turn} = twi") for turn in rounds])
        show("a member", [kernel.complete(f"let value{turn} = lenet.su") for turn in rounds])
        show("an argument", [kernel.complete(f"Conv2D({turn}, kernel: 5, activation: .") for turn in rounds])
        show("a layer between the braces", [kernel.complete(f"let net{turn} = try Sequential(input: [4]) {{\n    Den") for turn in rounds])
        show("an empty cell", [kernel.complete(f"let value{turn} = 1\n") for turn in rounds])
        show("the next letter of a name", [kernel.complete("Sequential"[:length]) for length in range(3, 10) for _ in range(3)])
        times = []
        for turn in rounds:
            kernel.succeed(f"let number{turn} = {turn}")
            times.append(kernel.complete("numb"))
        show("a name after a new cell", times)
        show("inspection of a method", [kernel.inspect(f"let value{turn} = lenet.fit") for turn in rounds])
        show("inspection of a call", [kernel.inspect(f"Conv2D({turn}, ") for turn in rounds])
        print(f"memory of the language service: {kernel.service_memory():.0f} MB")


main()
