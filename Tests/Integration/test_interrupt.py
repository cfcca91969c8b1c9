"""Interrupting a cell ends it and keeps what it has done."""

import os
import time

import pytest

TRAINING = """
import Swiftlet
Random.seed(1)
let inputs = Tensor.normal([20_000, 64]), targets = Tensor((0..<20_000).map { Int32($0 % 4) })
let examples = Examples(inputs: inputs, targets: targets, classNames: ["a", "b", "c", "d"])
let model = try Sequential("model", input: [64]) { Dense(256, activation: .relu); Dense(4) }
"""


def test_a_loop_is_ended(kernel):
    kernel.succeed("var rounds = 0")
    request = kernel.start('print("going")\nwhile true { rounds &+= 1 }')
    kernel.wait_for_output(request, "going")
    time.sleep(0.5)
    kernel.interrupt()
    error = kernel.finish(request, timeout=30).error
    assert error and "nterrupt" in error.name + error.value + error.traceback
    assert kernel.run("40 + 2").result == "42"


def test_a_sleeping_cell_is_woken(kernel):
    """As any program is by a signal: its sleep ends early."""
    request = kernel.start('import Glibc\nprint("sleeping")\nsleep(600)')
    kernel.wait_for_output(request, "sleeping")
    kernel.interrupt()
    kernel.finish(request, timeout=30)
    assert kernel.run("1").result == "1"


def test_training_stops_and_keeps_the_model_and_its_history(kernel):
    kernel.succeed(TRAINING)
    before = kernel.run("model(Tensor.ones([1, 64])).sum().item()").result
    request = kernel.start(
        'print("training")\n'
        "let history = try model.fit(examples, epochs: 10_000, batchSize: 64, optimizer: .adam(1e-3), loss: .crossEntropy)\n"
    )
    kernel.wait_for_output(request, "training")
    time.sleep(4)
    kernel.interrupt()
    outcome = kernel.finish(request, timeout=30)
    number = outcome.reply["execution_count"]
    assert outcome.error.name == "Interrupted"
    assert outcome.error.value == (
        f"cell {number}, line 2: the training was stopped after its current step, and the rest of the cell ran"
    )
    assert "a network keeps what it has learned" in outcome.error.traceback
    assert kernel.run("history.wasInterrupted").result == "true"
    assert int(kernel.run("history.steps.count").result) > 10
    assert kernel.run("model(Tensor.ones([1, 64])).sum().item()").result != before


FIT = "model.fit(examples, epochs: 10_000, batchSize: 64, loss: .crossEntropy, showsProgress: false)"


def test_an_interrupted_training_stops_the_queue(kernel):
    """As an error does: Run all with five trainings needs one interrupt."""
    kernel.succeed(TRAINING)
    request = kernel.start(f'print("training")\nlet first = try {FIT}\nprint("behind it")')
    queued = [kernel.start(f'print("must not run {n}")') for n in range(2)]
    kernel.wait_for_output(request, "training")
    time.sleep(1)
    kernel.interrupt()
    outcome = kernel.finish(request, timeout=30)
    assert outcome.reply["status"] == "error" and outcome.error.name == "Interrupted"
    assert "behind it" in outcome.stdout
    for request in queued:
        outcome = kernel.finish(request, timeout=30)
        assert outcome.reply == {"status": "aborted"} and outcome.stdout == ""
    assert kernel.run("first.wasInterrupted").result == "true"


def test_an_interrupted_training_is_the_cells_last(kernel):
    kernel.succeed(TRAINING + "var rounds = 0")
    request = kernel.start(f'print("training")\nfor _ in 0..<5 {{\n    try {FIT}\n    rounds += 1\n}}')
    kernel.wait_for_output(request, "training")
    time.sleep(1)
    kernel.interrupt()
    error = kernel.finish(request, timeout=30).error
    assert error.name == "Interrupted" and error.value.endswith("line 3: the cell was stopped when it was about to train again")
    assert kernel.run("rounds").result == "1"


def test_an_interrupted_await_names_its_line(kernel):
    request = kernel.start('print("waiting")\nfor k in 0..<100 {\n    try await Task.sleep(for: .milliseconds(100))\n}')
    kernel.wait_for_output(request, "waiting")
    time.sleep(0.3)
    kernel.interrupt()
    outcome = kernel.finish(request, timeout=30)
    number = outcome.reply["execution_count"]
    assert outcome.error.name == "Interrupted"
    assert outcome.error.value == f"cell {number}, line 3: the cell was stopped while it awaited a task"


BUSY = {
    "a task": "let busy = Task { while true { ticks.add(1, ordering: .relaxed) } }\nawait busy.value",
    "a task that asks": "await Task { while !Task.isCancelled { ticks.add(1, ordering: .relaxed) } }.value\nsleep(600)",
    "a group": """await withTaskGroup(of: Void.self) { group in
        for _ in 0..<2 { group.addTask { while true { ticks.add(1, ordering: .relaxed) } } }
    }""",
    "concurrentPerform": "DispatchQueue.concurrentPerform(iterations: 2) { _ in while true { ticks.add(1, ordering: .relaxed) } }",
    "a queue": "DispatchQueue.global().async { while true { ticks.add(1, ordering: .relaxed) } }\nsleep(600)",
    "a thread": "Thread.detachNewThread { while true { ticks.add(1, ordering: .relaxed) } }\nsleep(600)",
}


@pytest.mark.parametrize("code", BUSY.values(), ids=BUSY)
def test_what_a_cell_has_started_is_stopped_with_it(kernel, code):
    kernel.succeed("import Dispatch\nimport Foundation\nimport Glibc\nimport Synchronization\nlet ticks = Atomic<Int>(0)")
    request = kernel.start('print("going")\n' + code)
    kernel.wait_for_output(request, "going")
    time.sleep(0.5)
    kernel.interrupt()
    outcome = kernel.finish(request, timeout=30)
    assert outcome.error.name == "Interrupted" and outcome.stderr == ""
    time.sleep(1)
    counts = [int(kernel.run("ticks.load(ordering: .relaxed)").result) for _ in range(2)]
    assert counts[0] > 0 and counts[0] == counts[1]
    # Tasks and queues work on.
    assert kernel.run("await Task { 6 * 7 }.value").result == "42"
    assert kernel.run("DispatchQueue.global().sync { 6 * 7 }").result == "42"


def test_a_program_that_a_cell_waits_for_ends_with_it(kernel):
    kernel.succeed("import Foundation")
    request = kernel.start(
        'let sleeper = Process()\nsleeper.executableURL = URL(filePath: "/bin/sleep")\nsleeper.arguments = ["600"]\n'
        "try sleeper.run()\nprint(sleeper.processIdentifier)\nsleeper.waitUntilExit()\nprint(\"on\")"
    )
    process = int(kernel.wait_for_output(request, "\n"))
    kernel.interrupt()
    outcome = kernel.finish(request, timeout=30)
    assert outcome.error.name == "Interrupted"
    deadline = time.monotonic() + 3
    while os.path.exists(f"/proc/{process}") and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not os.path.exists(f"/proc/{process}")
    # Programs can be started and waited for as before.
    code = 'let quick = Process()\nquick.executableURL = URL(filePath: "/bin/true")\ntry quick.run()\nquick.waitUntilExit()\nquick.terminationStatus'
    assert kernel.run(code).result == "0"


def test_a_background_task_is_stopped_while_no_cell_runs(kernel):
    kernel.succeed("import Synchronization\nlet beats = Atomic<Int>(0)\nlet beating = Task { while true { beats.add(1, ordering: .relaxed) } }")
    kernel.interrupt()
    time.sleep(1.5)
    counts = [int(kernel.run("beats.load(ordering: .relaxed)").result) for _ in range(2)]
    assert counts[0] > 0 and counts[0] == counts[1]


def test_an_interrupt_while_idle_does_not_touch_the_next_cell(kernel):
    kernel.run("1")
    kernel.interrupt()
    time.sleep(0.5)
    assert kernel.run("7 * 6").result == "42"


def test_control_answers_while_a_cell_runs(kernel):
    request = kernel.start('import Glibc\nprint("busy")\nsleep(5)')
    kernel.wait_for_output(request, "busy")
    began = time.monotonic()
    message = kernel.client.session.msg("kernel_info_request", {})
    kernel.client.control_channel.send(message)
    while kernel.client.get_control_msg(timeout=10)["parent_header"]["msg_id"] != message["header"]["msg_id"]:
        pass
    assert time.monotonic() - began < 3
    kernel.finish(request)


def test_a_loop_of_tensor_operations_stops_at_an_operation(kernel):
    kernel.succeed("import Swiftlet\nvar product = Tensor.normal([64, 64]), rounds = 0")
    request = kernel.start('print("going")\nwhile true { product = product.matmul(product).tanh(); rounds += 1 }')
    kernel.wait_for_output(request, "going")
    time.sleep(0.5)
    kernel.interrupt()
    error = kernel.finish(request, timeout=10).error
    assert error.name == "Interrupted" and "line 2" in error.value and "compute tensors" in error.value
    # What the loop has made is there, and tensors work on.
    assert kernel.run("rounds > 0 && product.matmul(product).shape == [64, 64]").result == "true"


def test_a_cell_that_waits_for_input_is_ended(kernel):
    request = kernel.start('print("asking")\nlet answer = readLine()', allow_stdin=True)
    kernel.wait_for_output(request, "asking")
    time.sleep(0.5)
    kernel.interrupt()
    error = kernel.finish(request, timeout=10).error
    assert error.name == "Interrupted" and "while it waited for input" in error.value
    assert kernel.run("3 * 3").result == "9"


def test_a_loop_that_lets_nobody_in_is_ended_through_the_snapshot(kernel):
    """No signal reaches the cell's thread: its process is ended, and the state before the cell is back."""
    kernel.succeed("import Glibc\nvar untouched = 1")
    request = kernel.start(
        "untouched = 2\nvar all = sigset_t()\nsigfillset(&all)\npthread_sigmask(SIG_BLOCK, &all, nil)\n"
        'print("going")\nwhile true { untouched &+= 1 }'
    )
    kernel.wait_for_output(request, "going")
    kernel.interrupt()
    error = kernel.finish(request, timeout=30).error
    assert error.name == "Interrupted" and "could not be stopped otherwise, so its process was ended" in error.value
    assert "Everything is as it was before this cell" in error.traceback
    assert kernel.run("untouched").result == "1"


def test_an_empty_loop_is_stopped_where_it_stands(kernel):
    kernel.succeed("var reached = 0")
    request = kernel.start('reached = 1\nprint("going")\nwhile true {}')
    kernel.wait_for_output(request, "going")
    kernel.interrupt()
    error = kernel.finish(request, timeout=30).error
    assert error.name == "Interrupted" and "in the middle of its code" in error.value
    assert "what it changed until then is kept" in error.traceback
    assert kernel.run("reached").result == "1"


def test_a_cell_that_is_being_compiled_does_not_run(kernel):
    kernel.succeed("var ran = false")
    # Enough work for the compiler to be interrupted in it.
    lines = "\n".join(f"func busy{n}(_ a: [Int]) -> [Int] {{ a.map {{ $0 * {n} }}.filter {{ $0 > {n} }}.sorted() }}" for n in range(600))
    request = kernel.start(lines + "\nran = true")
    time.sleep(0.5)
    kernel.interrupt()
    error = kernel.finish(request, timeout=30).error
    assert error.name == "Interrupted" and "before it ran" in error.value and "kept" in error.traceback
    assert kernel.run("ran").result == "false"


def test_tasks_that_are_awaited_are_stopped(kernel):
    kernel.succeed("import Swiftlet\nvar squared = Tensor.normal([64, 64])")
    request = kernel.start(
        'print("going")\nlet endless = await Task { while true { _ = Tensor.ones([64, 64]).matmul(.ones([64, 64])) }; return 1 }.value'
    )
    kernel.wait_for_output(request, "going")
    kernel.interrupt()
    error = kernel.finish(request, timeout=30).error
    assert error.name == "Interrupted" and "compute tensors" in error.value
    assert kernel.run("await Task { 6 * 7 }.value").result == "42"
