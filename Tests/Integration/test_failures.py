"""Failures drawn at random, until a kernel would hang: each cell is answered in time, and nothing that a failed cell has done is left.

A run prints its seed. `SWIFTLET_FAILURES=500 SWIFTLET_SEED=7` draws 500 failures, the same ones each time; without a seed every run
draws others.
"""

import os
import random
import re
import signal
import statistics
import time
import uuid
from collections import Counter

import pytest
from session import Session

# A shell that starts the tests in the background has them, and all that they start, ignore this signal.
signal.signal(signal.SIGQUIT, signal.SIG_DFL)

COUNT = int(os.environ.get("SWIFTLET_FAILURES", 40))
SEED = int(os.environ.get("SWIFTLET_SEED", random.SystemRandom().randrange(2**32)))

# How long a cell may take to be answered, and processes to end that are no longer needed.
ANSWER, BURIAL = 10, 2

BEFORE = """
import Foundation
import Swiftlet

@_silgen_name("dl_iterate_phdr")
func eachObject(_ body: @convention(c) (UnsafeRawPointer?, Int, UnsafeRawPointer?) -> Int32, _ context: UnsafeRawPointer?) -> Int32
@_silgen_name("on_exit")
func onExit(_ body: @convention(c) (Int32, UnsafeRawPointer?) -> Void, _ context: UnsafeRawPointer?) -> Int32
final class Box { var count = 41 }
struct Noisy: CustomStringConvertible { let body: () -> String; var description: String { body() } }
var number = 41, words = ["nothing", "is", "lost"], table = ["a": 1, "b": 2]
let box = Box()
var weights = Tensor.ones([64, 64])
func state() -> String {
    let isBefore = number == 41 && words == ["nothing", "is", "lost"] && table == ["a": 1, "b": 2] && box.count == 41
        && weights.sum().item() == 4096
    let isAfter = number == -1 && words == [] && table == [:] && box.count == -1 && weights.sum().item() == 0
    return isBefore ? "before" : isAfter ? "after" : "mixed"
}
"""
SPOIL = "(number, words, table, box.count, weights) = (-1, [], [:], -1, Tensor.zeros([64, 64]))\n"
RESTORE = '(number, words, table, box.count, weights) = (41, ["nothing", "is", "lost"], ["a": 1, "b": 2], 41, Tensor.ones([64, 64]))'

RAW = "UnsafeMutablePointer<UInt8>"
BLOCK = f"let q = {RAW}.allocate(capacity: 16)\n"
BLOCKS = "let blocks = (0..<200).map { _ in malloc(SIZE)!.assumingMemoryBound(to: UInt8.self) }\n"
OBJECT = "let object = Box()\nlet head = Unmanaged.passUnretained(object).toOpaque().assumingMemoryBound(to: UInt.self)\n"

# Ways to damage the memory of a process. SIZE, FILL and COUNT are drawn.
DAMAGE = {
    "behind a block": BLOCK + "for i in 0..<COUNT { q[i] = FILL }\n",
    "before a block": BLOCK + "for i in 1..<COUNT { q[-i] = FILL }\n",
    "far behind a block": BLOCK + "for i in stride(from: 0, to: 2_000_000, by: 64) { q[i] = FILL }\n",
    "a block's size": BLOCK + "q.withMemoryRebound(to: UInt8.self, capacity: 16) { for i in 1...8 { $0[-i] = FILL } }\nfree(q)\n",
    "behind a large block": f"let q = {RAW}.allocate(capacity: 300_000)\nfor i in 0..<(300_000 + COUNT) {{ q[i] = FILL }}\n",
    "many blocks": BLOCKS + "for block in blocks { memset(block, FILL, SIZE + 64) }\n",
    "many blocks, freed": BLOCKS + "for block in blocks { memset(block, FILL, SIZE + 64) }\nfor block in blocks { free(block) }\n",
    "freed blocks": BLOCKS + "for block in blocks { free(block) }\nfor block in blocks { memset(block, FILL, min(SIZE, 64)) }\n",
    "every other block": BLOCKS + "for i in stride(from: 0, to: 200, by: 2) { free(blocks[i]) }\n"
    "for i in stride(from: 0, to: 200, by: 2) { memset(blocks[i] - 16, FILL, 48) }\nfor i in stride(from: 1, to: 200, by: 2) { free(blocks[i]) }\n",
    "freed twice": BLOCK + "free(q)\nfree(q)\n",
    "freed three times": BLOCKS + "for _ in 0..<3 { for block in blocks { free(block) } }\n",
    "freed in its middle": f"let q = {RAW}.allocate(capacity: 4096)\nfree(q + 24)\n",
    "the stack, freed": "var local = (1, 2, 3, 4)\nwithUnsafeMutablePointer(to: &local) { free($0) }\n",
    "an object's type": OBJECT + "head[0] = FILL &* 0x0101_0101\nprint(object.count)\n",
    "an object's references": OBJECT + "head[1] = FILL &* 0x0101_0101_0101\nlet others = [object, object, object]\nprint(others.count)\n",
    "an array's head": "var list = Array(1...100)\nlist.withUnsafeMutableBytes { memset($0.baseAddress! - 32, FILL, 32) }\nlist.append(7)\nprint(list.count)\n",
    "behind an array": "var list = Array(1...100)\nlist.withUnsafeMutableBytes { memset($0.baseAddress!, FILL, 800 + COUNT) }\nlist += list\n",
    "a text's storage": 'var text = String(repeating: "swift", count: 40)\ntext.withUTF8 { memset(UnsafeMutableRawPointer(mutating: $0.baseAddress! - 32), FILL, 64) }\n'
    'text += "more"\nprint(text.count)\n',
    "a dictionary": "var names = Dictionary(uniqueKeysWithValues: (0..<50).map { ($0, \"\\($0)\") })\n"
    "let storage = unsafeBitCast(names, to: UnsafeMutableRawPointer.self)\nmemset(storage + 16, FILL, 64)\nnames[51] = \"x\"\nprint(names.count)\n",
    "a closure": "var action: () -> Int = { number }\nwithUnsafeMutableBytes(of: &action) { memset($0.baseAddress!, FILL, 8) }\nprint(action())\n",
    "standard output": "memset(stdout, FILL, 216)\nprint(1)\n",
    "a thread's own data": "memset(UnsafeMutableRawPointer(bitPattern: UInt(pthread_self()))!, FILL, COUNT % 2000)\n",
    "a thread's variables": "memset(UnsafeMutableRawPointer(bitPattern: UInt(pthread_self()))! - COUNT % 4000, FILL, COUNT % 4000)\n",
    "the stack": "var local = 0\nwithUnsafeMutablePointer(to: &local) { memset($0, FILL, COUNT) }\n",
    "a lock": "let lock = NSLock()\nmemset(Unmanaged.passUnretained(lock).toOpaque() + 16, FILL, 48)\nlock.lock()\nlock.unlock()\n",
}

# What a cell does next, if it still can.
THEN = {
    "abort": "abort()",
    "exit": "exit(3)",
    "quick exit": "_exit(4)",
    "index": "print([1, 2, 3][Int(getpid())])",
    "nil": "print(Int(\"x\")!)",
    "null pointer": "UnsafeMutablePointer<Int>(bitPattern: 0x10)!.pointee = 1",
    "a failed cast": "print(([1] as Any) as! String)",
    "throw": 'throw CocoaError(.fileNoSuchFile)',
    "memory": "var kept: [[Int]] = []\nfor i in 0..<3000 { kept.append(Array(0..<(i % 500))) }\nprint(kept.count)\nabort()",
    "text": 'print((0..<2000).map { "\\($0)" }.joined(separator: ",").count)\nabort()',
    "the loader": "for name in [\"libz.so.1\", \"libutil.so.1\", \"libresolv.so.2\"] { dlclose(dlopen(name, RTLD_NOW)!) }\nabort()",
    "tensors": "for _ in 0..<20 { weights = weights.matmul(weights).tanh() }\nprint(weights.sum().item())\nabort()",
    "a task": "let sum = await Task { (0..<100).map { [$0] }.count }.value\nprint(sum)\nabort()",
    "a fork": "let copy = fork()\nif copy == 0 { _exit(0) }\nvar end: Int32 = 0\nwaitpid(copy, &end, 0)\nabort()",
    "a thread": "let thread = Thread { exit(7) }\nthread.start()\nsleep(5)",
    "a program": "let program = Process()\nprogram.executableURL = URL(filePath: \"/bin/true\")\ntry program.run()\nprogram.waitUntilExit()\nabort()",
    "nothing": "",
}

# Failures in which a thread holds a lock, or which the system's ways of ending a process bring about.
OTHER = {
    "a lock that is held": "let held = NSLock()\nheld.lock()\nprint([1][Int(getpid())])",
    "standard output's lock": "flockfile(stdout)\nprint([1][Int(getpid())])",
    "a description": "print(Noisy { [String]()[Int(getpid())] })",
    "a description with a lock": "flockfile(stderr)\nprint(Noisy { abort() })",
    "the loader's lock": "_ = eachObject({ _, _, _ in [Int32(1)][Int(getpid())] }, nil)",
    "the loader's lock, null": "_ = eachObject({ _, _, _ in UnsafeMutablePointer<Int32>(bitPattern: 0x10)!.pointee }, nil)",
    "the loader's lock, abort": "_ = eachObject({ _, _, _ in abort() }, nil)",
    "the loader's lock, exit": "_ = eachObject({ _, _, _ in exit(3) }, nil)",
    "the loader with a bad name": "_ = dlopen(UnsafePointer<CChar>(bitPattern: 0x18)!, RTLD_NOW)",
    "sorting": "var list: [Int32] = [3, 1, 2]\nqsort(&list, 3, 4) { _, _ in [Int32(1)][Int(getpid())] }",
    "a static value": "enum Broken { static let value = [1][Int(getpid())] }\nprint(Broken.value)",
    "a handler of fork": "pthread_atfork({ _ = [1][Int(getpid())] }, nil, nil)\n_ = fork()",
    "a handler of exit": "_ = onExit({ _, _ in _ = [1][Int(getpid())] }, nil)\nexit(0)",
    "a handler of exit that waits": "_ = onExit({ _, _ in sleep(100) }, nil)\nexit(0)",
    "a handler of exit that is lost": "_ = onExit({ _, _ in while true {} }, nil)\nexit(0)",
    "the end of the thread": "pthread_exit(nil)",
    "recursion": "func down(_ n: Int) -> Int { n == -1 ? 0 : 1 + down(n + 1) }\nprint(down(0))",
    "recursion with memory": "func pile(_ n: Int) -> [Int] { n == -1 ? [] : [n] + pile(n + 1) }\nprint(pile(0))",
    "recursion in descriptions": "struct Deep: CustomStringConvertible { var description: String { \"\\(Deep()) deep\" } }\nprint(Deep())",
    "recursion with a lock": "let deep = NSRecursiveLock()\nfunc down(_ n: Int) -> Int { deep.lock(); defer { deep.unlock() }; return 1 + down(n + 1) }\nprint(down(0))",
    "recursion in a task": "func down(_ n: Int) -> Int { n == -1 ? 0 : 1 + down(n + 1) }\nprint(await Task { down(0) }.value)",
    "a signal while memory is taken": "signal(SIGALRM) { _ in abort() }\nvar timer = itimerval(it_interval: timeval(tv_sec: 0, tv_usec: 500), it_value: timeval(tv_sec: 0, tv_usec: 500))\n"
    "setitimer(0, &timer, nil)\nwhile true { free(malloc(100_000)) }",
    "a signal that takes memory": "signal(SIGALRM) { _ in free(malloc(1000)); _ = [1][Int(getpid())] }\n"
    "var timer = itimerval(it_interval: timeval(tv_sec: 0, tv_usec: 500), it_value: timeval(tv_sec: 0, tv_usec: 500))\n"
    "setitimer(0, &timer, nil)\nwhile true { free(malloc(3000)) }",
    "blocked signals": "var all = sigset_t()\nsigfillset(&all)\npthread_sigmask(SIG_BLOCK, &all, nil)\nprint([1][Int(getpid())])",
    "another program": 'var words: [UnsafeMutablePointer<CChar>?] = [strdup("sleep"), strdup("1000"), nil]\nexecv("/bin/sleep", &words)',
    "no descriptors": "for descriptor in 3..<64 { close(Int32(descriptor)) }\nsleep(100)",
    "no channel": "close(3)\nprint(1)\nsleep(100)",
    "another channel": 'dup2(open("/dev/null", O_RDWR), 3)\nprint(1)\nsleep(100)',
    "no descriptors at its end": "for descriptor in 3..<64 { close(Int32(descriptor)) }",
    "no streams": "close(1)\nclose(2)\nexit(3)",
    "no stack": "var limit = rlimit(rlim_cur: 0, rlim_max: 0)\nsetrlimit(__rlimit_resource_t(3), &limit)\nabort()",
    "no memory": "var limit = rlimit(rlim_cur: 1 << 20, rlim_max: 1 << 20)\nsetrlimit(__rlimit_resource_t(9), &limit)\nvar kept: [[Int]] = []\nwhile true { kept.append(Array(0..<100_000)) }",
    "the loader's table": 'memset(dlsym(UnsafeMutableRawPointer(bitPattern: 0), "_rtld_global")!, 0xff, 4096)\n_ = dlopen("libz.so.1", RTLD_NOW)\nabort()',
}

# What a cell does while a signal from outside ends its process.
BUSY = {
    "nothing": "while true {}",
    "memory": "while true { free(malloc(Int.random(in: 1...200_000))) }",
    "arrays": "while true { number = Array(0..<Int.random(in: 1...5000)).map { $0 * 2 }.count }",
    "the loader": 'while true { dlclose(dlopen("libutil.so.1", RTLD_NOW)!) }',
    "print": 'while true { print("text", number) }',
    "OpenBLAS": "weights = Tensor.ones([300, 300])\nwhile true { weights = weights.matmul(weights).tanh() }",
    "fork": "while true { let copy = fork()\nif copy == 0 { _exit(0) }\nvar end: Int32 = 0\nwaitpid(copy, &end, 0) }",
    "tasks": "while true { number = await withTaskGroup(of: Int.self) { group in for n in 0..<8 { group.addTask { n } }; return await group.reduce(0, +) } }",
    "sleep": "sleep(100)",
}
SIGNALS = ["KILL", "SEGV", "ABRT", "BUS", "ILL", "FPE", "TRAP", "TERM", "HUP", "QUIT", "USR1"]


class Family:
    """All processes that come from one kernel, however they were started, by a mark in their environment."""

    def __init__(self):
        self.mark = f"SWIFTLET_TEST={uuid.uuid4()}"

    def environment(self):
        name, value = self.mark.split("=")
        return os.environ | {name: value}

    def members(self):
        """Names by process identifiers, without those that have ended and are not buried yet."""
        found = {}
        for process in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{process}/environ", "rb") as file:
                    if self.mark.encode() not in file.read().split(b"\0"):
                        continue
                with open(f"/proc/{process}/stat") as file:
                    name, state = re.match(r"\d+ \((.*)\) (\S)", file.read()).groups()
            except OSError:
                continue
            if state not in "ZX":
                found[int(process)] = name
        return found

    def named(self, name):
        return [process for process, other in self.members().items() if other == name]

    def settles(self, condition, seconds=BURIAL):
        end = time.monotonic() + seconds
        while not condition(self.members()):
            if time.monotonic() > end:
                return False
            time.sleep(0.02)
        return True


def is_calm(members):
    names = list(members.values())
    return names.count("swiftlet-worker") == 1 and names.count("snapshot") <= 1 and not {"sleep", "true"} & set(names)


class Draw:
    """One failure: a cell, and perhaps a signal that is sent while it runs."""

    def __init__(self, dice):
        self.signal, self.delay, self.moment = None, dice.random() * 0.05, "running"
        kind = dice.random()
        self.damages = kind < 0.55
        if self.damages:
            damage, then = dice.choice(sorted(DAMAGE)), dice.choice(sorted(THEN))
            self.name = f"{damage}, then {then}"
            values = {"FILL": dice.choice([0, 0xFF, 0x41, 0x07, 0x80]), "SIZE": dice.choice([16, 24, 200, 1100, 5000, 140_000])}
            values["COUNT"] = dice.choice([24, 64, 500, 4096, 70_000, 2_000_000])
            self.name += f" {values}"
            code = DAMAGE[damage]
            for name, value in values.items():
                code = code.replace(name, str(value))
            self.code = code + THEN[then]
        elif kind < 0.8:
            self.name = dice.choice(sorted(OTHER))
            self.code = OTHER[self.name]
        else:
            busy = dice.choice(sorted(BUSY))
            self.signal = dice.choice(SIGNALS)
            self.moment = dice.choice(["running", "running", "running", "any", "after"])
            self.name = f"SIG{self.signal} at {busy}, {self.moment}"
            self.code = f'print("running")\n{BUSY[busy] if self.moment == "running" else "usleep(20_000)"}'
        self.code = SPOIL + self.code

    def run(self, kernel, family):
        """Runs the cell; returns its outcome and how long it took to be answered."""
        worker = family.named("swiftlet-worker")
        start = time.monotonic()
        request = kernel.start(self.code)
        if self.signal:
            if self.moment == "running":
                kernel.wait_for_output(request, "running", timeout=30)
                time.sleep(self.delay)
                start = time.monotonic()
            elif self.moment == "any":
                # While it is compiled, while the snapshot is made, or while it runs.
                time.sleep(self.delay * 12)
            else:
                time.sleep(self.delay)
            if self.moment == "after":
                outcome = kernel.finish(request, ANSWER)
            for process in worker:
                try:
                    os.kill(process, getattr(signal, f"SIG{self.signal}"))
                except ProcessLookupError:
                    pass
            if self.moment == "after":
                return outcome, time.monotonic() - start
        outcome = kernel.finish(request, ANSWER)
        return outcome, time.monotonic() - start


def told(outcome):
    """What the kernel says of the state: it is as before this or an earlier cell, it is lost, or it is kept."""
    text = outcome.stderr + "".join(error.traceback for error in outcome.errors)
    if "are lost" in text:
        return "lost"
    if "Everything is as it was before this cell" in text:
        return "before this cell"
    if "Everything is as it was" in text:
        return "before a cell"
    return "kept" if outcome.errors else "ran"


@pytest.mark.timeout(60 + 12 * COUNT)
def test_no_failure_hangs_or_loses_anything():
    print(f"\n{COUNT} failures with the seed {SEED}")
    dice = random.Random(SEED)
    family, times, endings, faults = Family(), [], Counter(), []
    with Session(env=family.environment()) as kernel:
        kernel.succeed(BEFORE)
        for number in range(COUNT):
            draw = Draw(dice)
            try:
                outcome, seconds = draw.run(kernel, family)
                times.append(seconds)
                assert not any(error.name in ("CompileError", "NotLoaded") for error in outcome.errors), outcome.error
                ending = told(outcome)
                endings[ending] += 1
                # Damage that nobody has noticed is in each copy of the process as well: it may end the process under the next
                # cells, which are answered in time, but whose state is not known.
                is_damaged = draw.damages and ending in ("ran", "kept")
                for attempt in range(4):
                    start = time.monotonic()
                    check = kernel.run("state()", ANSWER)
                    times.append(time.monotonic() - start)
                    if check.result is not None:
                        break
                    ending = told(check) if ending != "lost" else ending
                found = check.result and check.result.strip('"')
                assert is_damaged or ending != "lost", "everything was lost"
                allowed = ["before"] if ending == "before this cell" and attempt == 0 else ["before", "after"]
                assert is_damaged or found in allowed, f"the state is {found}, and was said to be {ending}"
                assert family.settles(is_calm), family.members()
                if is_damaged:
                    kernel.restart()
                    kernel.succeed(BEFORE)
                else:
                    kernel.succeed(RESTORE, ANSWER)
            except Exception as error:
                faults.append(f"{number}: {draw.name}: {type(error).__name__} {error}\n{draw.code}")
                print("✗", faults[-1], flush=True)
                kernel.restart()
                kernel.succeed(BEFORE)
    assert family.settles(lambda members: not members), family.members()
    print(
        f"{COUNT} failures, {len(times)} answers: median {statistics.median(times):.2f} s, longest {max(times):.2f} s; "
        f"{dict(endings)}; {len(family.members())} processes left; {len(faults)} faults"
    )
    assert not faults, "\n".join(faults)


ORPHANS = {
    "idle": "1",
    "busy": "print(\"running\")\nwhile true {}",
    "blocked signals": 'var all = sigset_t()\nsigfillset(&all)\npthread_sigmask(SIG_BLOCK, &all, nil)\nprint("running")\nwhile true {}',
    "programs": 'for _ in 0..<3 { let program = Process()\nprogram.executableURL = URL(filePath: "/bin/sleep")\nprogram.arguments = ["1000"]\ntry program.run() }\n'
    'print("running")\nsleep(1000)',
    "copies": 'if fork() == 0 { while true { sleep(100) } }\nprint("running")\nsleep(1000)',
    "the loader": 'print("running")\n_ = eachObject({ _, _, _ in sleep(1000); return 0 }, nil)',
    "standard output": 'print("running")\nfflush(stdout)\nflockfile(stdout)\nsleep(1000)',
    "damage": 'print("running")\nusleep(200_000)\n' + BLOCK + "for i in 0..<4_000 { q[i] = 0xFF }\nsleep(1000)",
    "its end": 'print("running")\n_ = onExit({ _, _ in sleep(1000) }, nil)\nexit(0)',
    "failing": 'print("running")\nabort()',
    "ignored signals": 'for number in 1..<32 { signal(Int32(number), SIG_IGN) }\nprint("running")\nsleep(1000)',
}


@pytest.mark.parametrize("occupation", ORPHANS)
def test_nothing_outlives_a_kernel_that_is_killed(occupation):
    dice = random.Random(SEED)
    family = Family()
    session = Session(env=family.environment())
    try:
        session.succeed(BEFORE)
        request = session.start(ORPHANS[occupation])
        if occupation == "idle":
            session.finish(request)
        else:
            session.wait_for_output(request, "running")
        time.sleep(dice.random() * 0.1)
        os.kill(session.manager.provisioner.pid, signal.SIGKILL)
        assert family.settles(lambda members: not members), family.members()
    finally:
        session.client.stop_channels()
        session.manager.shutdown_kernel(now=True)
        for process in family.members():
            os.kill(process, signal.SIGKILL)


@pytest.mark.parametrize("delay", [0, 0.005, 0.02, 0.1])
def test_nothing_outlives_a_kernel_that_is_killed_while_a_snapshot_takes_over(delay):
    family = Family()
    session = Session(env=family.environment())
    try:
        session.succeed(BEFORE + 'let program = Process()\nprogram.executableURL = URL(filePath: "/bin/sleep")\nprogram.arguments = ["1000"]\ntry program.run()')
        os.kill(family.named("swiftlet-worker")[0], signal.SIGKILL)
        time.sleep(delay)
        os.kill(session.manager.provisioner.pid, signal.SIGKILL)
        assert family.settles(lambda members: not members), family.members()
    finally:
        session.client.stop_channels()
        session.manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("stopped", ["swiftlet-worker", "snapshot"])
def test_a_process_that_stands_still_is_replaced(stopped):
    """The worker cannot make a snapshot, or the snapshot cannot take over."""
    family = Family()
    with Session(env=family.environment()) as kernel:
        kernel.succeed(BEFORE)
        kernel.succeed("number = 42")
        if stopped == "snapshot":
            # The copy from before a cell takes part only when the cell ends its process.
            request = kernel.start('print("running")\nsleep(1)\nexit(1)')
            kernel.wait_for_output(request, "running")
            os.kill(family.named(stopped)[0], signal.SIGSTOP)
            outcome = kernel.finish(request, ANSWER)
            assert told(outcome) == "lost" and "its snapshot has ended too" in outcome.error.traceback
        else:
            os.kill(family.named(stopped)[0], signal.SIGSTOP)
            outcome = kernel.run("number", ANSWER)
            assert told(outcome) == "before a cell"
            assert kernel.run("number").result == "41"
        assert kernel.run("1 + 1", ANSWER).result == "2"
        assert family.settles(is_calm), family.members()
