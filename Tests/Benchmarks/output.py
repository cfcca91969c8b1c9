"""The cost of printing, and how fast output arrives: output.py

Prints a line of JSON for each measurement. The cost of a `print` is compared with that of a line through a line-buffered FILE to a
pipe, as C's standard output usually is. The cells are silent, so that no client slows down their output.
"""

import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Integration"))
import conftest  # noqa: E402, F401  (nobody's own Jupyter settings)
from session import Session  # noqa: E402

PREPARATION = """
import Glibc
var nanoseconds = 0
func measure(_ body: () -> Void) {
  var start = timespec(), end = timespec()
  clock_gettime(CLOCK_MONOTONIC, &start)
  body()
  clock_gettime(CLOCK_MONOTONIC, &end)
  nanoseconds = (end.tv_sec - start.tv_sec) * 1_000_000_000 + end.tv_nsec - start.tv_nsec
}
"""
PRINTS = 'measure { for i in 0..<%d { print("line", i) } }'
TO_PIPE = (
    'let swiftlets = stdout\nlet piped = fdopen(dup(1), "w")\nsetvbuf(piped, nil, _IOLBF, 1 << 16)\nstdout = piped\n'
    + PRINTS
    + "\nfflush(stdout)\nstdout = swiftlets"
)


def report(what, **figures):
    print(json.dumps({"measure": what, **figures}), flush=True)


def nanoseconds_a_line(session, cell, count):
    times = []
    for _ in range(5):
        session.run(cell % count, silent=True)
        times.append(int(session.run("nanoseconds").result) / count)
    return round(statistics.median(times))


def arrival(session, code):
    """The seconds from the request to the first output and to `idle`, and the numbers of messages and characters."""
    began = time.perf_counter()
    first, messages, characters = None, 0, 0
    for message in session.watch(session.start(code)):
        if message["msg_type"] in ("stream", "display_data"):
            first = first or time.perf_counter() - began
            messages += 1
            characters += len(message["content"].get("text", ""))
    return {
        "first_ms": round(first * 1e3),
        "seconds": round(time.perf_counter() - began, 2),
        "messages": messages,
        "characters": characters,
    }


def main():
    with Session() as session:
        session.succeed("import Swiftlet")
        session.succeed(PREPARATION)
        for count in (1000, 1_000_000):
            report(
                "nanoseconds a line",
                lines=count,
                print=nanoseconds_a_line(session, PRINTS, count),
                line_buffered_pipe=nanoseconds_a_line(session, TO_PIPE, count),
            )
        report("1,000,000 lines", **arrival(session, 'for i in 0..<1_000_000 { print("line", i) }'))
        report("10,000 lines", **arrival(session, 'for i in 0..<10_000 { print("line", i) }'))
        report("one line", **arrival(session, 'print("line")'))
        report("5000 displays", **arrival(session, "for i in 0..<5000 { display(i) }"))
        for loop in ('print("endless")', "display(1)"):
            request = session.start(f"while true {{ {loop} }}")
            time.sleep(3)
            began = time.perf_counter()
            session.interrupt()
            session.finish(request)
            report("interrupt of an endless loop", loop=loop, seconds=round(time.perf_counter() - began, 2))


if __name__ == "__main__":
    main()
