"""How long a student waits for a small cell, and for a notebook that is run again after a restart: latency.py

It measures the kernel that is installed beside this Python.
"""

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Integration"))
import conftest  # noqa: E402, F401  (nobody's own Jupyter settings)
from session import Session  # noqa: E402

# Fifty cells that build on each other, as a notebook's do.
NOTEBOOK = ["import Swiftlet\nRandom.seed(1)", "struct Point { var x: Double; var y: Double }\nvar points: [Point] = []"] + [
    cell
    for i in range(16)
    for cell in (
        f"let rate{i} = {i + 1}.0 / 10\nlet tensor{i} = Tensor.normal([{i + 2}, 4])",
        f"func scale{i}(_ point: Point) -> Point {{ Point(x: point.x * rate{i}, y: point.y + 1) }}\npoints.append(scale{i}(Point(x: 1, y: {i})))",
        f"let total{i} = tensor{i}.sum().item() + points.map(\\.x).reduce(0, +)\ntotal{i}",
    )
]


def timed(session, code):
    """The seconds from a request to its reply, the seconds for which the cell itself ran, and the outcome."""
    began = time.perf_counter()
    outcome = session.succeed(code)
    return time.perf_counter() - began, outcome.phases["run"] / 1000, outcome


def report(name, seconds):
    ordered = sorted(seconds)
    high = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    print(f"{name:46} median {1000 * statistics.median(ordered):7.0f} ms   95th percentile {1000 * high:7.0f} ms")


def small_cells(session, count=100):
    session.succeed("import Swiftlet")
    # Each cell has a new number, so none comes from the cache.
    report("1 + 1 after import Swiftlet, compiled", [timed(session, "1 + 1")[0] for _ in range(count)])


def notebook(session):
    for name in ("first run", "after a restart"):
        session.restart()
        began = time.perf_counter()
        measured = [timed(session, cell) for cell in NOTEBOOK]
        total = time.perf_counter() - began
        own = sum(run for _, run, _ in measured)
        cached = sum(outcome.phases["cached"] for _, _, outcome in measured)
        print(
            f"{len(NOTEBOOK)} cells, {name:17} {cached:3} from the cache     {total:6.2f} s, {total - own:6.2f} s beyond the cells' own"
        )


if __name__ == "__main__":
    with Session() as session:
        # The compiler reads the C headers once.
        session.succeed("import Foundation\nimport Swiftlet")
        small_cells(session)
        notebook(session)
