"""Training beside PyTorch (eager and compiled) and Keras: every workload in each program in turn, medians of the rounds.

Each workload runs in a new process, so that the peak of memory is that workload's, and the programs take turns, so that a busy moment
of the machine affects all of them.
"""

import json
import math
import statistics
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
OURS = "Swiftlet"
# As in Sources/Benchmarks.
WORKLOADS = [
    "tiny", "elementwise", "gemm", "mlp", "lenet", "slidecnn", "resnet", "unet", "vgg", "lstm", "charrnn", "sentiment", "bilstm", "gru",
    "autoencoder", "vae", "dcgan", "rbm",
]


def programs(peers):
    """Commands by name. Those of the peers need a Python that has them."""
    commands = {OURS: [str(HERE.parents[1] / ".build" / "release" / "swiftlet-bench")]}
    if peers:
        commands["PyTorch"] = [peers, str(HERE / "torch_peer.py")]
        commands["compiled"] = [peers, str(HERE / "torch_peer.py"), "--compile"]
        commands["Keras"] = [peers, str(HERE / "keras_peer.py")]
    return commands


def run(command, workload):
    """A program's results for a workload; None if it does not have it or cannot run here."""
    ended = subprocess.run([*command, workload], capture_output=True, text=True)
    rows = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
    return next((row for row in rows if "value" in row), None)


def measured(workload, commands, rounds):
    """The workload's full name, and for each program the medians of its milliseconds per step and of both peaks of memory."""
    runs, title = {}, workload
    for _ in range(rounds):
        for name, command in commands.items():
            if row := run(command, workload):
                runs.setdefault(name, []).append(row)
                title = row["name"]
    keys = "ms_per_step", "peak_mb", "step_mb"
    return title, {
        name: {key: statistics.median(row[key] for row in rows) for key in keys} for name, rows in runs.items()
    }


def cell(figures, ours):
    """A peer's milliseconds, and how many times faster Swiftlet is."""
    if not (figures and ours):
        return f"{'-':>10}{'-':>8}"
    return f"{figures['ms_per_step']:>10.3f}{figures['ms_per_step'] / ours['ms_per_step']:>7.2f}×"


def show(workloads, peers, rounds):
    """Prints a line for each workload as soon as it is measured, then the geometric means. Returns the results, for a file."""
    commands = programs(peers)
    others = [name for name in commands if name != OURS]
    print(f"\n{'milliseconds a step':38}{OURS:>10}" + "".join(f"{name:>10}{'ratio':>8}" for name in others), end="")
    print(f"{'best':>8}   peak MB, above the program's own / in all" if others else "   peak MB", flush=True)
    results, ratios = {}, {name: [] for name in [*others, "best"]}
    for workload in workloads:
        title, figures = measured(workload, commands, rounds)
        results[title] = figures
        ours, theirs = figures.get(OURS), [figures[name] for name in others if name in figures]
        line = f"{title:38}" + (f"{ours['ms_per_step']:>10.3f}" if ours else f"{'-':>10}")
        line += "".join(cell(figures.get(name), ours) for name in others)
        if ours and theirs:
            for name in others:
                if name in figures:
                    ratios[name].append(figures[name]["ms_per_step"] / ours["ms_per_step"])
            ratios["best"].append(min(row["ms_per_step"] for row in theirs) / ours["ms_per_step"])
            line += f"{ratios['best'][-1]:>7.2f}×"
        line += "   " + "  ".join(f"{row['step_mb']:.0f}/{row['peak_mb']:.0f}" for row in figures.values())
        print(line, flush=True)
    if ratios["best"]:
        means = {name: math.exp(statistics.fmean(map(math.log, values))) for name, values in ratios.items() if values}
        line = f"{'geometric mean of the ratios':48}" + "".join(f"{means.get(name, math.nan):>17.2f}×" for name in others)
        print(f"{line}{means['best']:>7.2f}×")
    return results
