"""What a long session costs: the memory of the kernel's processes as cells run, trap, overflow their stacks and print.

    .venv/bin/python Tests/Benchmarks/memory.py [--cells 1000] [--traps 100]

Prints a line of JSON for each measurement: resident, proportional and private dirty memory in MB (2**20), and threads, of each process.
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Integration"))
import conftest  # noqa: E402, F401  (nobody's own Jupyter settings)
from session import Session  # noqa: E402


def descendants(root):
    """The process and its descendants, parents first."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            pass  # it has just ended
    found = [root]
    for process in found:
        found += sorted(child for child, parent in parents.items() if parent == process)
    return found


def memory(process):
    fields = {}
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]:
        name, value = line.split(":")
        fields[name] = int(value.split()[0]) / 1024
    status = Path(f"/proc/{process}/status").read_text()
    threads = int(status.split("Threads:")[1].split()[0])
    role = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")[1].decode()
    return {
        "role": role,
        "resident": round(fields["Rss"], 1),
        "proportional": round(fields["Pss"], 1),
        "dirty": round(fields["Private_Dirty"], 1),
        "threads": threads,
    }


class Measurement:
    def __init__(self, session):
        self.session = session
        self.kernel = session.manager.provisioner.pid

    def report(self, after, count):
        processes = [memory(process) for process in descendants(self.kernel)]
        print(json.dumps({"after": after, "count": count, "processes": processes}), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cells", type=int, default=1000)
    parser.add_argument("--traps", type=int, default=100)
    options = parser.parse_args()
    with Session() as session:
        measurement = Measurement(session)
        measurement.report("start", 0)
        session.succeed("import Swiftlet\nvar total = 0\nfunc deepen(_ n: Int) -> Int { n &+ deepen(n &+ 1) &* 3 }")
        measurement.report("import Swiftlet", 1)

        steps = sorted({options.cells * part // 4 for part in (1, 2, 3, 4)})
        for number in range(1, options.cells + 1):
            session.succeed(f'let value{number} = total + 1\ntotal = value{number}\nprint("cell", total)')
            if number in steps:
                measurement.report("cells", number)
        assert session.run("total").result == str(options.cells)

        for number in range(1, options.traps + 1):
            assert session.run("[1, 2][total + 7]").error
            if number in (options.traps // 2, options.traps):
                measurement.report("traps", number)
        for number in range(1, options.traps // 10 + 1):
            assert session.run("deepen(total)").error.name == "StackOverflow"
        measurement.report("stack overflows", options.traps // 10)
        session.succeed('for i in 0..<300_000 { print("line", i) }')
        measurement.report("lines", 300_000)
        session.succeed("for i in 0..<2000 { Task.detached { total &+= 1 } }\nfor i in 0..<100 { display(i) }")
        measurement.report("tasks", 2000)


if __name__ == "__main__":
    main()
