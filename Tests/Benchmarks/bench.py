"""What a student waits for, beside the peers in the same run: bench.py [--peers PYTHON] [--rounds N]

Kernel start and a cell's round trip are measured against ipykernel, training against PyTorch and Keras where
PYTHON has them. The programs take turns, so that a busy moment of the machine meets all of them.
"""

import argparse
import json
import statistics
import subprocess
import time
from pathlib import Path

from jupyter_client import KernelManager

HERE = Path(__file__).resolve().parent
SWIFTLET_BENCH = HERE.parents[1] / ".build" / "release" / "swiftlet-bench"
WORKLOADS = ["lenet", "slidecnn", "mlp"]


def started(kernel):
    """A kernel's manager and client, and the seconds from its launch to its first kernel_info_reply."""
    manager = KernelManager(kernel_name=kernel)
    began = time.perf_counter()
    manager.start_kernel(stderr=subprocess.DEVNULL)
    client = manager.blocking_client()
    client.start_channels()
    # The request waits in the socket until the kernel has bound its own.
    request = client.kernel_info()
    while client.get_shell_msg(timeout=60)["parent_header"].get("msg_id") != request:
        pass
    return manager, client, time.perf_counter() - began


def round_trip(client, code):
    """The seconds from an execute_request to its `idle`."""
    began = time.perf_counter()
    request = client.execute(code)
    while True:
        message = client.get_iopub_msg(timeout=120)
        if message["parent_header"].get("msg_id") == request and message["content"].get("execution_state") == "idle":
            elapsed = time.perf_counter() - began
            assert client.get_shell_msg(timeout=60)["content"]["status"] == "ok", code
            return elapsed


def measure_kernel(kernel, first_cell, rounds=5, cells=25):
    """Median milliseconds of a kernel's start, and of `1 + 1` after its first cell."""
    starts, times = [], []
    for index in range(rounds):
        manager, client, seconds = started(kernel)
        starts.append(seconds)
        if index == rounds - 1:
            client.wait_for_ready(timeout=60)
            round_trip(client, first_cell)
            times = [round_trip(client, "1 + 1") for _ in range(cells)]
        client.stop_channels()
        manager.shutdown_kernel()
    return statistics.median(starts) * 1e3, statistics.median(times) * 1e3


def training(command):
    """The JSON lines of one program; None when it cannot run here."""
    ended = subprocess.run(command, capture_output=True, text=True)
    if ended.returncode != 0:
        print(f"{command[-1]} in {Path(command[-2]).name}: {ended.stderr.strip().splitlines()[-1:]}")
        return None
    rows = [json.loads(line) for line in ended.stdout.splitlines() if line.startswith("{")]
    return next(row for row in rows if "value" in row)


def measure_training(programs, rounds):
    """workload -> program -> its median rate."""
    table = {}
    for workload in WORKLOADS:
        rates = {}
        for _ in range(rounds):
            for name, command in programs.items():
                if row := training([*command, workload]):
                    rates.setdefault(name, []).append(row["value"])
                    label = f"{row['name']} ({row['unit']})"
        table[label] = {name: statistics.median(values) for name, values in rates.items()}
    return table


def show(title, rows, higher_is_better):
    """One line a figure: ours, each peer's, and how many times better than the peer we are."""
    peers = list(dict.fromkeys(name for row in rows.values() for name in row if name != "Swiftlet"))
    width = max(map(len, [title, *rows]))
    print("\n" + title.ljust(width) + f"{'Swiftlet':>12}" + "".join(f"{name:>12}{'ratio':>8}" for name in peers))
    for label, row in rows.items():
        line = label.ljust(width) + f"{row['Swiftlet']:>12,.0f}"
        for name in peers:
            if name in row:
                ratio = row["Swiftlet"] / row[name] if higher_is_better else row[name] / row["Swiftlet"]
                line += f"{row[name]:>12,.0f}{ratio:>7.2f}×"
            else:
                line += f"{'-':>12}{'-':>8}"
        print(line)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", help="a Python that has torch and tensorflow-cpu")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each program in training (default 3)")
    options = parser.parse_args()

    ours, theirs = measure_kernel("swiftlet", "import Swiftlet"), measure_kernel("python3", "import math")
    labels = "kernel start to kernel_info_reply", "1 + 1, request to idle"
    show("milliseconds, less is better", {
        label: {"Swiftlet": mine, "ipykernel": other} for label, mine, other in zip(labels, ours, theirs)
    }, higher_is_better=False)

    programs = {"Swiftlet": [str(SWIFTLET_BENCH)]}
    if options.peers:
        programs["PyTorch"] = [options.peers, str(HERE / "torch_peer.py")]
        programs["Keras"] = [options.peers, str(HERE / "keras_peer.py")]
    else:
        print("\nPyTorch and Keras are left out. To see them: make bench PEERS=…, a Python that has torch and tensorflow-cpu.")
    show("training, more is better", measure_training(programs, options.rounds), higher_is_better=True)


main()
