"""What the peers' scripts share: timing a step, and printing the result as a line of JSON, as swiftlet-bench does."""

import argparse
import json
import os
import statistics
import time

THREADS = os.cpu_count()


class Memory:
    """The resident memory of this process, in MB of 2**20 bytes, from here on."""

    def __init__(self):
        self.before = self._field("VmRSS")
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")  # forget the peak so far

    def peak(self):
        return self._field("VmHWM")

    @staticmethod
    def _field(name):
        with open("/proc/self/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(name + ":")) / 1024


class Workload:
    """A workload with its name in swiftlet-bench; `prepare()` makes network and data and returns a step, which returns a loss or None."""

    def __init__(self, prepare, title, per_step, unit, seconds=4.0, warm_up=5):
        self.prepare, self.title, self.per_step, self.unit = prepare, title, per_step, unit
        self.seconds, self.warm_up = seconds, warm_up
        self.name = prepare.__name__

    def measure(self):
        memory = Memory()
        step = self.prepare()
        for _ in range(self.warm_up):
            loss = step()
        times, end = [], time.perf_counter() + self.seconds
        while time.perf_counter() < end or len(times) < 5:
            began = time.perf_counter()
            loss = step()
            times.append(time.perf_counter() - began)
        milliseconds = statistics.median(times) * 1e3
        peak = memory.peak()
        print(json.dumps({
            "name": self.title, "unit": self.unit, "value": round(self.per_step / milliseconds * 1e3, 2),
            "ms_per_step": round(milliseconds, 4), "best_ms": round(min(times) * 1e3, 4),
            "final_loss": None if loss is None else round(float(loss), 5),
            "peak_mb": round(peak, 1), "step_mb": round(peak - memory.before, 1),
        }), flush=True)


WORKLOADS = {}


def workload(title, per_step, unit, **options):
    """Registers a function as a workload: its name on the command line is the function's."""

    def register(prepare):
        WORKLOADS[prepare.__name__] = Workload(prepare, title, per_step, unit, **options)
        return prepare

    return register


def main(description, options=lambda parser: None, begin=lambda arguments: None):
    parser = argparse.ArgumentParser(description=description)
    options(parser)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(WORKLOADS)} (default: all)")
    arguments = parser.parse_args()
    if unknown := [name for name in arguments.names if name not in WORKLOADS]:
        parser.error(f"no workload {', '.join(unknown)}")
    begin(arguments)
    for name in arguments.names or WORKLOADS:
        WORKLOADS[name].measure()
