"""The cost of copying the cells' process before each cell: snapshots.py

Prints a line of JSON for each size of live tensors: how long the copy takes; how much longer a cell takes that then writes to the same
memory (the system copies each page when it is first written to), once to blocks that were free before and once to new values of every
live tensor; and how much private memory the copies of the process have. Medians of the rounds.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Integration"))
import conftest  # noqa: E402, F401  (nobody's own Jupyter settings)
from session import Session  # noqa: E402
from test_survival import family  # noqa: E402

PREPARATION = """
import Glibc
import Swiftlet
func seconds() -> Double { var t = timespec(); clock_gettime(CLOCK_MONOTONIC, &t); return Double(t.tv_sec) + Double(t.tv_nsec) / 1e9 }
// A training with 64 MB of activations, whose blocks are free again when a cell ends.
let batch = Tensor.normal([1024, 1024])
func step() { var x = batch; var kept: [Tensor] = []; for _ in 0..<15 { x = x + 1; kept.append(x) } }
func time(_ body: () -> Void) -> Double { let start = seconds(); body(); return 1000 * (seconds() - start) }
"""


def private_memory(process):
    with open(f"/proc/{process}/smaps_rollup") as file:
        fields = [line.split() for line in file]
    return sum(int(field[1]) for field in fields if field[0] == "Private_Dirty:") >> 10


def median(values):
    return round(statistics.median(values), 2)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--megabytes", type=int, nargs="*", default=[0, 200, 2000])
    options = parser.parse_args()
    for size in options.megabytes:
        with Session() as session:
            session.succeed(PREPARATION)
            session.succeed(f"var live = (0..<{size // 4}).map {{ _ in Tensor.normal([1024, 1024]) }}\nstep()")
            # The pool has as much free memory again.
            session.succeed(f"do {{ let spare = (0..<{max(size // 4, 25)}).map {{ _ in Tensor.ones([1024, 1024]) }}; _ = spare.count }}")
            copy, first, second, held = [], [], [], []
            for _ in range(options.rounds):
                outcome = session.succeed("let times = [time(step), time(step), time(step)]\ntimes")
                times = json.loads(outcome.result)
                copy.append(outcome.metadata["swiftlet"]["snapshot"])
                first.append(times[0])
                second.append(min(times[1:]))
                time.sleep(0.3)
                held += [private_memory(process) for process, name in family(session).items() if name == "snapshot"]
            change = session.succeed("let change = time { for i in live.indices { live[i] = live[i] + 1 } }\nlet again = time { for i in live.indices { live[i] = live[i] + 1 } }\n[change, again]")
            print(json.dumps({
                "live_mb": size, "snapshot_ms": median(copy), "step_ms": median(second), "first_step_ms": median(first),
                "snapshot_private_mb": median(held), "change_all_ms": [round(t, 1) for t in json.loads(change.result)],
            }), flush=True)


if __name__ == "__main__":
    main()
