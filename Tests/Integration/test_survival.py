"""The process that runs the cells ends in many ways, and only the effect of the running cell is lost."""

import os
import re
import signal
import time

import pytest
from session import Session

BEFORE = """
import Glibc
import Swiftlet

final class Counter { var count = 41 }
struct Point: Equatable { var x = 1, y = 2 }
var number = 41
var words = ["nothing", "is", "lost"]
let counter = Counter(), alias = counter, point = Point()
func describe(_ n: Int) -> String { "\\(n) " + words.joined(separator: " ") }
"""

TRAINING = """
Random.seed(1)
let inputs = Tensor.normal([2_000, 16])
let targets = Tensor((0..<2_000).map { Int32(inputs[$0, 0].item() > 0 ? 1 : 0) })
let examples = Examples(inputs: inputs, targets: targets, classNames: ["negative", "positive"])
let model = try Sequential("model", input: [16]) { Dense(64, activation: .relu); Dense(2) }
let history = try model.fit(examples, epochs: 3, batchSize: 50, optimizer: .adam(1e-3), loss: .crossEntropy)
let weights = model(Tensor.ones([1, 16]))
func accuracy() throws -> Double { Double(try model.evaluate(examples, loss: .crossEntropy, metrics: [.accuracy])["accuracy"]!) }
let reached = try accuracy()
"""

ASYNC = """
actor Sum { var total = 0; func add(_ n: Int) { total += n } }
@MainActor var mainCount = 0
@MainActor func onMain() -> Int { MainActor.assertIsolated(); mainCount += 1; return mainCount }
func parallelSum() async -> Int {
    let sum = Sum()
    await withTaskGroup(of: Int.self) { group in
        for n in 1...100 { group.addTask { await sum.add(n); return n } }
        for await n in group { await sum.add(-n) }
    }
    async let first = sum.total, second = onMain()
    try? await Task.sleep(for: .milliseconds(20))
    return await first + (second > 0 ? 42 : 0)
}
"""

# The cell, what its error says, and whether it says the line.
DEATHS = {
    "exit": ("exit(0)", "`exit(0)`", True),
    "exit-status": ("exit(3)", "`exit(3)`", True),
    "exit-in-function": ("func leave() { exit(4) }\nleave()", "`exit(4)`", True),
    "quick-exit": ("_exit(5)", "`exit(5)`", False),
    "abort": ("abort()", "`abort()`", True),
    "kill": ("raise(SIGKILL)", "killed", False),
    "terminate": ("raise(SIGTERM)", "signal 15", False),
    "damaged-heap": (
        "let blocks = (0..<64).map { _ in malloc(2000)! }\nfor block in blocks { memset(block, 0xff, 4000) }\n"
        "for block in blocks { free(block) }",
        "memory damaged",
        False,
    ),
    "thread": (
        "var thread = pthread_t()\npthread_create(&thread, nil, { _ in exit(6) }, nil)\nsleep(100)",
        "`exit(6)`",
        None,
    ),
}

SPOIL = 'number = -1\ncounter.count = -1\nwords = []\nlet extra = 1\n'


def assert_as_before(kernel):
    assert kernel.run("number + counter.count + alias.count").result == "123"
    assert kernel.run("describe(point.y)").result == '"2 nothing is lost"'
    assert "cannot find 'extra'" in kernel.run("extra").error.value


def worker_of(kernel):
    return int(kernel.run("getpid()").result)


def descriptors(process):
    return {int(n): os.readlink(f"/proc/{process}/fd/{n}") for n in os.listdir(f"/proc/{process}/fd")}


def family(kernel):
    """The descendants of the kernel's process: their names by process identifier."""
    parents = {}
    for process in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{process}/stat") as file:
                number, name, _, parent = re.match(r"(\d+) \((.*)\) (\S) (\d+)", file.read()).groups()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(number)] = (name, int(parent))
    found, generation = {}, {kernel.manager.provisioner.pid}
    while generation:
        generation = {number for number, (_, parent) in parents.items() if parent in generation}
        found |= {number: parents[number][0] for number in generation}
    return found


@pytest.fixture(scope="module")
def prepared():
    """One kernel for many tests: its types are declared once."""
    with Session() as session:
        session.succeed(BEFORE)
        yield session


@pytest.fixture
def kernel(prepared):
    prepared.succeed("(number, counter.count, words) = (41, 41, [\"nothing\", \"is\", \"lost\"])")
    return prepared


@pytest.mark.parametrize("death", DEATHS)
def test_the_state_before_the_cell_is_back(kernel, death):
    code, reason, names_line = DEATHS[death]
    outcome = kernel.run(SPOIL + code)
    error = outcome.error
    assert error.name == "ProcessEnded" and reason in error.value
    assert "Everything is as it was before this cell" in error.traceback
    if names_line is not None:
        # `exit` stands on the fifth line.
        assert ("line 5" in error.value) == names_line
        assert (f"5 | {code.splitlines()[0]}" in error.traceback) == names_line
    assert_as_before(kernel)


def test_twice_in_a_row_and_again(kernel):
    for n in range(3):
        assert kernel.run(SPOIL + "exit(1)").error.name == "ProcessEnded"
    assert_as_before(kernel)
    for n in range(3):
        kernel.succeed("number += 1")
        assert kernel.run("number += 100\nabort()").error.name == "ProcessEnded"
    assert kernel.run("number").result == "44"


def test_killed_from_outside_while_it_runs(kernel):
    for n in range(2):
        worker = worker_of(kernel)
        request = kernel.start(SPOIL + 'print("running")\nwhile true { number &-= 1 }')
        kernel.wait_for_output(request, "running")
        os.kill(worker, signal.SIGKILL)
        error = kernel.finish(request).error
        assert error.name == "ProcessEnded" and "killed" in error.value
        assert "Everything is as it was before this cell" in error.traceback
    assert_as_before(kernel)


def test_killed_from_outside_while_idle(kernel):
    worker = worker_of(kernel)
    kernel.succeed("number = 7")
    undone = kernel.run("number += 1").reply["execution_count"]
    for n in range(2):
        os.kill(worker, signal.SIGKILL)
        time.sleep(0.5)
        outcome = kernel.run("number")
        assert outcome.result == "7"
        assert outcome.stderr.startswith("Between two cells, the process that runs the cells was killed.")
        assert f"Everything is as it was before cell {undone}: run that again" in outcome.stderr
        assert not kernel.run("1").stderr
        worker = worker_of(kernel)
        undone = kernel.run("number += 1").reply["execution_count"]
    # At once, before the kernel has seen it.
    os.kill(worker, signal.SIGKILL)
    outcome = kernel.run("number")
    assert outcome.result == "7" and f"before cell {undone}:" in outcome.stderr


def test_killed_twice_while_idle(kernel):
    number = kernel.run("number += 1").reply["execution_count"]
    for n in range(3):
        worker = next(process for process, name in family(kernel).items() if name == "swiftlet-worker")
        os.kill(worker, signal.SIGKILL)
        time.sleep(0.5)
    outcome = kernel.run("number")
    assert outcome.result == "41" and f"before cell {number}:" in outcome.stderr


def test_a_thread_that_ends_the_process_between_two_cells(kernel):
    kernel.succeed("number = 50")
    number = kernel.run(
        "var late = pthread_t()\npthread_create(&late, nil, { _ in usleep(300_000); exit(9) }, nil)\nnumber = 60"
    ).reply["execution_count"]
    time.sleep(1)
    outcome = kernel.run("number")
    assert outcome.result == "50"
    assert "`exit(9)`" in outcome.stderr and f"before cell {number}:" in outcome.stderr


def test_worker_and_snapshot_gone_is_said(fresh_kernel):
    kernel = fresh_kernel
    kernel.succeed(BEFORE)
    os.killpg(os.getpgid(worker_of(kernel)), signal.SIGKILL)
    time.sleep(0.5)
    outcome = kernel.run("1 + 1")
    assert outcome.result == "2"
    assert "All variables, functions and types are lost (its snapshot has ended too)" in outcome.stderr
    assert "cannot find 'number'" in kernel.run("number").error.value
    kernel.succeed(BEFORE)
    assert kernel.run(SPOIL + "exit(0)").error
    assert_as_before(kernel)


def test_networks_train_on(fresh_kernel):
    kernel = fresh_kernel
    kernel.succeed(BEFORE + TRAINING)
    for death in ("exit(0)", "raise(SIGKILL)"):
        cell = "_ = try model.fit(examples, epochs: 1, batchSize: 50, optimizer: .sgd(10), loss: .crossEntropy)\n" + death
        assert kernel.run(cell).error.name == "ProcessEnded"
        # The same weights to the last bit, computed with the thread pool and the BLAS of another process.
        assert kernel.run("model(Tensor.ones([1, 16])).scalars == weights.scalars").result == "true"
        assert kernel.run("try accuracy() == reached").result == "true"
        assert kernel.run("Tensor.ones([300, 300]).matmul(Tensor.ones([300, 300])).sum().item()").result == "27000000.0"
    more = "let more = try model.fit(examples, epochs: 5, batchSize: 50, optimizer: .adam(1e-3), loss: .crossEntropy)"
    kernel.succeed(more)
    assert kernel.run("more.steps.count").result == "200"
    assert kernel.run("try accuracy() > reached").result == "true"


def test_tasks_and_actors_work_on(fresh_kernel):
    kernel = fresh_kernel
    kernel.succeed(BEFORE + ASYNC)
    assert kernel.run("await parallelSum()").result == "42"
    for death in ("exit(0)", "raise(SIGKILL)", "abort()"):
        assert kernel.run("let dying = await parallelSum()\n" + death).error.name == "ProcessEnded"
        assert kernel.run("await parallelSum()").result == "42"
        assert kernel.run("await onMain() == mainCount").error is None
        assert kernel.run("await Task { @MainActor in try await Task.sleep(for: .milliseconds(5)); return 5 }.result").error is None
        kernel.succeed(
            "let sleeper = Task { try await Task.sleep(for: .seconds(60)) }\nsleeper.cancel()\n"
            "if case .success = await sleeper.result { fatalError() }"
        )


def test_a_sleeping_task_wakes_in_the_next_process(fresh_kernel):
    kernel = fresh_kernel
    kernel.succeed(BEFORE + 'let sleeper = Task { try await Task.sleep(for: .seconds(1)); return number + 1 }')
    assert kernel.run("exit(0)").error
    assert kernel.run("try await sleeper.value").result == "42"


def test_dispatch_queues_are_said_to_be_lost(fresh_kernel):
    kernel = fresh_kernel
    use = "import Dispatch\nDispatchQueue.global().sync { }\nlet group = DispatchGroup()\nDispatchQueue.global().async(group: group) { }\ngroup.wait()"
    kernel.succeed(BEFORE)
    # Queues that nobody has used before work in the next process.
    assert "Dispatch" not in kernel.run("exit(0)").error.traceback
    kernel.succeed(use)
    assert "Dispatch queues, which an earlier cell has used, no longer work" in kernel.run("exit(0)").error.traceback
    assert kernel.run(use).error is not None
    assert_as_before(kernel)


def test_the_main_queue_is_served(fresh_kernel):
    cell = "import Dispatch\nlet done = DispatchSemaphore(value: 0)\nDispatchQueue.main.async { done.signal() }\ndone.wait(timeout: .now() + 5) == .success"
    fresh_kernel.succeed("import Glibc")
    assert fresh_kernel.run("exit(0)").error
    assert fresh_kernel.run(cell).result == "true"


def test_a_failure_in_a_task_leaves_tasks_working(kernel):
    kernel.succeed(ASYNC)
    for n in range(6):
        error = kernel.run("await Task { words[99] }.value").error
        assert "ndex out of range" in error.value
    assert "ndex out of range" in kernel.run("await Task { @MainActor in words[99] }.value").error.value
    assert kernel.run("await parallelSum()").result == "42"


def test_undefined_memory_is_a_failure_that_keeps_everything(kernel):
    error = kernel.run("number += 1\nUnsafeMutablePointer<Int>(bitPattern: 0x10)!.pointee = 1").error
    assert "0x10" in error.value and "kept" in error.traceback
    assert kernel.run("number").result == "42"
    error = kernel.run("func down(_ n: Int) -> Int { n == -1 ? 0 : 1 + down(n + 1) }\nnumber = down(0)").error
    assert error.name == "StackOverflow"
    assert kernel.run("number").result == "42"


def test_out_of_memory(fresh_kernel):
    kernel = fresh_kernel
    kernel.succeed(BEFORE)
    size = os.sysconf("SC_PAGESIZE") * int(open(f"/proc/{worker_of(kernel)}/statm").read().split()[0]) + (1 << 30)
    kernel.succeed(f"var limit = rlimit(rlim_cur: {size}, rlim_max: {size})\nsetrlimit(__rlimit_resource_t(9), &limit)")
    cell = "func hoard() { var hoard: [[UInt8]] = []; while true { hoard.append([UInt8](repeating: 1, count: 1 << 27)) } }\nhoard()"
    error = kernel.run(cell).error
    assert "memory ran out: failed to allocate" in error.value and "as it was before this cell" in error.traceback
    assert_as_before(kernel)


def test_the_process_that_runs_cells_has_no_sockets_of_the_kernel(kernel):
    worker = worker_of(kernel)
    channel = [target for target in descriptors(worker).values() if target.startswith("socket:")]
    assert len(channel) == 1
    snapshot = next(process for process, name in family(kernel).items() if name == "snapshot")
    line = [target for target in descriptors(snapshot).values() if target.startswith("socket:")]
    assert len(line) == 1 and line != channel
    kernel_sockets = set(descriptors(kernel.manager.provisioner.pid).values())
    assert not (set(channel) | set(line)) & kernel_sockets
    assert descriptors(snapshot)[1] == descriptors(snapshot)[2] == "/dev/null"


def eventually(condition, patience=10):
    """Whether something that another process brings about becomes true."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_programs_that_cells_start_hold_nothing_open(fresh_kernel):
    kernel = fresh_kernel
    kernel.succeed(BEFORE)
    kernel.succeed("import Foundation\nlet program = Process()\nprogram.executableURL = URL(filePath: \"/bin/sleep\")\n"
                   "program.arguments = [\"60\"]\ntry program.run()")
    child = int(kernel.run("program.processIdentifier").result)
    channel = descriptors(worker_of(kernel))[3]
    assert channel.startswith("socket:")
    assert channel not in descriptors(child).values()
    copy = int(kernel.run("let copy = fork()\nif copy == 0 { while true { sleep(60) } }\ncopy").result)
    # The cell goes on while its copy has yet to take its first step.
    assert eventually(lambda: channel not in descriptors(copy).values())
    # Though the copy holds the worker's output open, the worker's end is seen at once.
    assert kernel.run(SPOIL + "exit(0)", timeout=10).error.name == "ProcessEnded"
    assert_as_before(kernel)
    kernel.restart()
    assert copy not in family(kernel)
    # It is gone when the system has buried it.
    assert eventually(lambda: not os.path.exists(f"/proc/{copy}"))


def test_one_snapshot_at_a_time(kernel):
    for n in range(5):
        kernel.succeed("1")
    time.sleep(0.3)
    names = list(family(kernel).values())
    assert names.count("swiftlet-worker") == names.count("snapshot") == 1


def test_a_program_that_stops_does_not_stop_its_cell(kernel):
    """A cell may fork; the copy's behaviour and end do not affect the cell."""
    assert kernel.run("let twin = fork()\nif twin == 0 { abort() }\nvar end: Int32 = 0\nwaitpid(twin, &end, 0) == twin").result == "true"
    assert kernel.run("end & 127").result == "6"
    assert_as_before(kernel)
