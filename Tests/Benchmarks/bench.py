"""What a student waits for, compared with peers in the same run: bench.py [--peers PYTHON] [--rounds N] [WORKLOAD ...]

The kernel's start and a cell's round trip are compared with ipykernel, training with PyTorch and Keras if PYTHON has them.
"""

import argparse
import json
import statistics
import subprocess
import time

import training
from jupyter_client import KernelManager


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


def show_kernel():
    ours, theirs = measure_kernel("swiftlet", "import Swiftlet"), measure_kernel("python3", "import math")
    print(f"{'milliseconds, less is better':38}{'Swiftlet':>10}{'ipykernel':>10}{'ratio':>8}")
    for label, mine, other in zip(("kernel start to kernel_info_reply", "1 + 1, request to idle"), ours, theirs):
        print(f"{label:38}{mine:>10.0f}{other:>10.0f}{other / mine:>7.2f}×")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peers", help="a Python that has torch and tensorflow-cpu")
    parser.add_argument("--rounds", type=int, default=3, help="turns of each program in training (default 3)")
    parser.add_argument("--save", metavar="FILE", help="write the figures of training there, as JSON")
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=f"of {', '.join(training.WORKLOADS)}; then nothing else is measured")
    options = parser.parse_args()

    if not options.workloads:
        show_kernel()
    results = training.show(options.workloads or training.WORKLOADS, options.peers, options.rounds)
    if not options.peers:
        print("\nPyTorch and Keras are left out. To see them: make bench PEERS=…, a Python that has torch and tensorflow-cpu.")
    if options.save:
        with open(options.save, "w") as file:
            json.dump(results, file, indent=1)


main()
