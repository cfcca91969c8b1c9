"""The cost of an operation on four numbers, plain and recorded in a graph: recording.py [PYTHON]

Prints a line of JSON for each length of a chain of operations, in nanoseconds for each operation: the median of many chains, each
freed at its end. If PYTHON, which must have PyTorch, is given, PyTorch is measured as well.
"""

import json
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Integration"))
import conftest  # noqa: E402, F401  (nobody's own Jupyter settings)
from session import Session  # noqa: E402

LENGTHS = (10, 100, 1000)
OPERATIONS = 300_000

CELLS = (
    "import Swiftlet",
    """
func nanoseconds(_ length: Int, _ operations: Int, _ chain: () -> Void) -> Double {
  let times = (0..<operations / length).map { _ in
    let start = ContinuousClock.now
    chain()
    return Double((ContinuousClock.now - start).components.attoseconds) / 1e9 / Double(length)
  }
  return times.sorted()[times.count / 2]
}
func chain(_ x: Tensor, _ one: Tensor, _ length: Int) {
  var y = x
  for _ in 0..<length { y = y + one }
}
let one = Tensor([1.0, 2, 3, 4])
let weight = one.tracked()
""",
)
PLAIN = "nanoseconds({0}, {1}) {{ chain(one, one, {0}) }}"
RECORDED = "nanoseconds({0}, {1}) {{ chain(weight, one, {0}) }}"

PEER = """
import json, statistics, time, torch
torch.set_num_threads(2)
one = torch.tensor([1.0, 2, 3, 4])
weight = one.clone().requires_grad_()
def nanoseconds(length, x):
    times = []
    for _ in range(%d // length):
        start = time.perf_counter_ns()
        y = x
        for _ in range(length): y = y + one
        del y
        times.append((time.perf_counter_ns() - start) / length)
    return round(statistics.median(times))
print(json.dumps([[nanoseconds(length, x) for x in (one, weight)] for length in %s]))
"""


def main():
    peer = None
    if len(sys.argv) > 1:
        program = PEER % (OPERATIONS, list(LENGTHS))
        peer = json.loads(subprocess.run([sys.argv[1], "-c", program], check=True, capture_output=True, text=True).stdout)
    with Session() as session:
        for cell in CELLS:
            session.succeed(cell)
        for i, length in enumerate(LENGTHS):
            figures = {}
            for name, cell in (("plain", PLAIN), ("recorded", RECORDED)):
                times = [float(session.run(cell.format(length, OPERATIONS)).result) for _ in range(3)]
                figures[name] = round(statistics.median(times))
            if peer:
                figures |= {"torch_plain": peer[i][0], "torch_recorded": peer[i][1]}
            print(json.dumps({"measure": "nanoseconds an operation", "chain": length, **figures}), flush=True)


if __name__ == "__main__":
    main()
