"""The cell, the order and the completeness of output: exact messages and parents."""

import time
from collections import defaultdict

import pytest


def collect(kernel, requests, is_complete, timeout=60):
    """The text and displays of several requests, in order, until all have ended and the condition holds."""
    seen = {request: [] for request in requests}
    running = set(requests)
    end = time.monotonic() + timeout
    while running or not is_complete(seen):
        message = kernel.client.get_iopub_msg(timeout=max(0.01, end - time.monotonic()))
        parent, content = message["parent_header"].get("msg_id"), message["content"]
        if message["msg_type"] == "stream":
            seen[parent] += [(content["name"], line) for line in content["text"].splitlines()]
        elif message["msg_type"] in ("display_data", "update_display_data", "execute_result"):
            seen[parent].append((message["msg_type"], content["data"]["text/plain"]))
        elif message["msg_type"] == "clear_output":
            seen[parent].append(("clear_output", content["wait"]))
        elif content.get("execution_state") == "idle":
            running.discard(parent)
    return seen


def start_after(kernel, first, *others):
    """Sends several cells at once: the ones behind the first run while what it has started goes on."""
    return [kernel.start(code) for code in (first, *others)]


LATE = {
    "a thread": "Thread.detachNewThread { %s }",
    "a pthread": "var thread = pthread_t()\npthread_create(&thread, nil, { _ in %s; return nil }, nil)",
    "a block": "DispatchQueue.global().async { %s }",
    "a later block": "DispatchQueue.global().asyncAfter(deadline: .now() + 0.1) { %s }",
    "a block on the main queue": "DispatchQueue.main.async { %s }",
    "a barrier": 'let queue = DispatchQueue(label: "q", attributes: .concurrent)\nqueue.async(flags: .barrier) { %s }',
    "a work item": "let item = DispatchWorkItem { %s }\nDispatchQueue.global().async(execute: item)",
    "blocks side by side": "DispatchQueue.global().async { DispatchQueue.concurrentPerform(iterations: 1) { _ in %s } }",
    "a thread of a thread": "Thread.detachNewThread { Thread.detachNewThread { %s } }",
    "an operation": "OperationQueue().addOperation { %s }",
    "a timer": "let timer = DispatchSource.makeTimerSource()\ntimer.setEventHandler { %s }\n"
    "timer.schedule(deadline: .now() + 0.1)\ntimer.resume()",
    "a task": "Task { %s }",
    "a detached task": "Task.detached { %s }",
    "a task on the main actor": "Task { @MainActor in %s }",
    "a child task": "Task { await withTaskGroup(of: Void.self) { group in group.addTask { %s } } }",
}


@pytest.mark.parametrize("kind", LATE)
def test_what_outlives_its_cell_prints_to_its_cell(kernel, kind):
    """Printed, shown and changed while another cell runs: all of it appears under the cell that started it."""
    is_task = "task" in kind
    pause = "try? await Task.sleep(for: .milliseconds(700))" if is_task else "usleep(700_000)"
    late = f'{pause}; print("late"); fputs("bad\\n", stderr); display("shown").update("changed"); print("last")'
    kernel.succeed("import Foundation\nimport Swiftlet")
    first, other = start_after(
        kernel,
        LATE[kind] % late + '\nprint("started")',
        'print("other")\nsleep(2)\nprint("done")',
    )
    seen = collect(kernel, [first, other], lambda seen: ("stdout", "last") in seen[first])
    assert seen[first] == [
        ("stdout", "started"),
        ("stdout", "late"),
        ("stderr", "bad"),
        ("display_data", '"shown"'),
        ("update_display_data", '"changed"'),
        ("stdout", "last"),
    ]
    assert [entry for entry in seen[other] if entry[0] == "stdout"] == [("stdout", "other"), ("stdout", "done")]


def test_a_task_that_is_woken_by_a_later_cell_stays_with_its_own(kernel):
    """Output belongs to the cell of the task, not to that of the thread that runs or resumes it."""
    first = kernel.start(
        "let (stream, continuation) = AsyncStream.makeStream(of: Int.self)\n"
        'Task { for await value in stream { print("value", value) } }\nprint("waiting")'
    )
    second = kernel.start('continuation.yield(1)\nprint("sent")')
    seen = collect(kernel, [first, second], lambda seen: ("stdout", "value 1") in seen[first])
    assert seen[first] == [("stdout", "waiting"), ("stdout", "value 1")]
    assert ("stdout", "sent") in seen[second] and ("stdout", "value 1") not in seen[second]


def test_an_actor_prints_to_the_cell_that_calls_it(kernel):
    kernel.succeed('actor Greeter { func greet(_ name: String) { print("hello,", name) } }\nlet greeter = Greeter()')
    first = kernel.start('Task { try? await Task.sleep(for: .milliseconds(500)); await greeter.greet("first") }\nprint(1)')
    second = kernel.start('await greeter.greet("second")\nimport Glibc\nsleep(1)\nprint(2)')
    seen = collect(kernel, [first, second], lambda seen: ("stdout", "hello, first") in seen[first])
    assert seen[first] == [("stdout", "1"), ("stdout", "hello, first")]
    assert [text for name, text in seen[second] if name == "stdout"] == ["hello, second", "2"]


def test_clearing_and_progress_of_a_thread_stay_with_its_cell(kernel):
    kernel.succeed("import Foundation\nimport Swiftlet")
    first, other = start_after(
        kernel,
        "Thread.detachNewThread {\n  usleep(500_000)\n  clearOutput(wait: true)\n"
        '  let bar = ProgressBar(total: 2, label: "late"); bar.advance(); bar.finish(); print("end")\n}\nprint("started")',
        'print("other")\nsleep(1)',
    )
    seen = collect(kernel, [first, other], lambda seen: ("stdout", "end") in seen[first])
    assert [kind for kind, _ in seen[first]] == [
        "stdout", "clear_output", "display_data", "update_display_data", "stdout",
    ]  # fmt: skip
    assert [entry for entry in seen[other] if entry[0] != "execute_result"] == [("stdout", "other")]


def test_a_trap_in_an_earlier_cells_thread_does_not_end_the_running_cell(kernel):
    kernel.succeed("import Foundation")
    first, other = start_after(
        kernel,
        'Thread.detachNewThread { usleep(500_000); print([1, 2][Int.random(in: 5...6)]) }\nprint("started")',
        'sleep(1)\nprint("unharmed")',
    )
    seen = collect(kernel, [first, other], lambda seen: any(kind == "stderr" for kind, _ in seen[first]))
    assert ("stdout", "unharmed") in seen[other]
    assert not any(kind == "stderr" for kind, _ in seen[other])


def test_print_and_c_keep_their_order(kernel):
    outcome = kernel.run('import Glibc\nfor i in 0..<100 { print("swift", i); puts("c \\(i)") }')
    assert outcome.stdout.splitlines() == [line for i in range(100) for line in (f"swift {i}", f"c {i}")]


def test_stdout_and_stderr_keep_their_order_towards_each_other(kernel):
    outcome = kernel.run('import Glibc\nprint("1"); fputs("2\\n", stderr); print("3"); fputs("4\\n", stderr)')
    assert [(c["name"], c["text"]) for c in outcome.of_type("stream")] == [
        ("stdout", "1\n"), ("stderr", "2\n"), ("stdout", "3\n"), ("stderr", "4\n"),
    ]  # fmt: skip


def test_what_foundation_writes_keeps_its_order_too(kernel):
    outcome = kernel.run(
        'import Foundation\nfunc write(_ handle: FileHandle, _ text: String) { handle.write(Data(text.utf8)) }\n'
        'print("1"); write(.standardError, "2\\n"); print("3"); fputs("4\\n", stderr); write(.standardOutput, "5\\n"); print("6")'
    )
    assert [(c["name"], c["text"]) for c in outcome.of_type("stream")] == [
        ("stdout", "1\n"), ("stderr", "2\n"), ("stdout", "3\n"), ("stderr", "4\n"), ("stdout", "5\n6\n"),
    ]  # fmt: skip


def test_a_program_prints_between_what_is_printed_before_and_after_it(kernel):
    outcome = kernel.run(
        "import Foundation\n"
        "func shell(_ command: String) throws {\n"
        '  let process = Process(); process.executableURL = URL(filePath: "/bin/sh"); process.arguments = ["-c", command]\n'
        "  try process.run(); process.waitUntilExit()\n}\n"
        'print("before")\ntry shell("echo from the program; echo careful >&2")\nusleep(100_000)\nprint("after")'
    )
    assert outcome.error is None, outcome.error
    assert outcome.stdout == "before\nfrom the program\nafter\n" and outcome.stderr == "careful\n"


def test_all_that_is_printed_comes_before_what_ends_the_cell(kernel):
    outcome = kernel.run(
        'import Glibc\nprint("a", terminator: "")\n_ = write(1, "b", 1)\nfputs("c", stderr)\n[1][Int.random(in: 5...6)]'
    )
    assert outcome.kinds[-2:] == ["error", "status"]
    assert sorted(outcome.stdout) == ["a", "b"] and outcome.stderr == "c"


def test_a_stream_that_a_cell_buffers_is_flushed_when_it_ends(kernel):
    outcome = kernel.run('import Glibc\nsetvbuf(stdout, nil, _IOFBF, 4096)\nprint("held back")')
    assert outcome.stdout == "held back\n"
    kernel.succeed("setvbuf(stdout, nil, _IONBF, 0)")


@pytest.mark.parametrize("end", ["exit(3)", "abort()"])
def test_what_is_printed_before_the_process_ends_is_not_lost(fresh_kernel, end):
    outcome = fresh_kernel.run(f'import Glibc\nfor i in 0..<1000 {{ print("line", i) }}\n{end}')
    assert outcome.stdout.splitlines() == [f"line {i}" for i in range(1000)]
    assert outcome.kinds[-2:] == ["error", "status"]


def test_characters_are_whole_wherever_the_text_is_cut(kernel):
    outcome = kernel.run('for i in 0..<60_000 { print("🐦", terminator: i % 100 == 99 ? "\\n" : "") }')
    assert outcome.stdout == ("🐦" * 100 + "\n") * 600
    assert all("\ufffd" not in content["text"] for content in outcome.of_type("stream"))


class RateLimit:
    """What JupyterLab's server counts (jupyter_server, ZMQChannelsWebsocketConnection), by the time of arrival."""

    window, bytes_per_second, messages_per_second = 3, 1_000_000, 1000

    def __init__(self):
        self.queue, self.exceeded = [], False

    def add(self, message, size):
        now = time.monotonic()
        if message["content"].get("execution_state") == "idle":
            self.queue = []
        if message["msg_type"] in ("status", "comm_open", "execute_input"):
            return
        self.queue = [entry for entry in self.queue if entry[0] > now]
        self.queue.append((now + self.window, size if message["msg_type"] == "stream" else 0))
        self.exceeded |= len(self.queue) / self.window > self.messages_per_second
        self.exceeded |= sum(size for _, size in self.queue) / self.window > self.bytes_per_second


def within_limits(kernel, request, timeout=120):
    """The request's messages, counted as the server would."""
    limit, messages = RateLimit(), []
    for message in kernel.watch(request, timeout):
        limit.add(message, len(kernel.client.session.pack(message["content"])) + 600)
        messages.append(message)
    assert not limit.exceeded
    return messages


def test_a_million_lines_arrive_in_order_and_within_the_servers_limits(kernel):
    request = kernel.start('for i in 0..<1_000_000 { print("line", i) }')
    messages = within_limits(kernel, request)
    text = "".join(message["content"].get("text", "") for message in messages)
    assert text == "".join(f"line {i}\n" for i in range(1_000_000))


def test_displays_arrive_in_order_and_within_the_servers_limits(kernel):
    kernel.succeed("import Swiftlet")
    messages = within_limits(kernel, kernel.start('for i in 0..<4000 { display(i); if i % 10 == 0 { print("line", i) } }'))
    shown = [m["content"]["data"]["text/plain"] for m in messages if m["msg_type"] == "display_data"]
    assert shown == [str(i) for i in range(4000)]


def test_an_animation_ends_with_its_last_frame(kernel):
    """Frames that would be too short to see may be left out, but not the last one."""
    kernel.succeed("import Swiftlet")
    messages = within_limits(
        kernel, kernel.start('for i in 0..<20_000 { clearOutput(wait: true); print("frame", i) }')
    )
    visible, clears = "", False
    for message in messages:
        if message["msg_type"] == "clear_output":
            clears = True
        elif message["msg_type"] == "stream":
            visible = message["content"]["text"] if clears else visible + message["content"]["text"]
            clears = False
    assert visible == "frame 19999\n" and not clears


def test_the_last_of_many_updates_is_shown(kernel):
    kernel.succeed("import Swiftlet")
    messages = within_limits(kernel, kernel.start('let handle = display(-1)\nfor i in 0..<20_000 { handle.update(i) }'))
    values = [int(m["content"]["data"]["text/plain"]) for m in messages if m["msg_type"] == "update_display_data"]
    assert values == sorted(values) and values[-1] == 19_999


@pytest.mark.parametrize(
    "loop",
    ['print("endless")', 'print("x", terminator: "")', 'fputs("e\\n", stderr); print("o")', "display(1)"],
)
def test_an_endless_loop_of_output_is_interrupted(kernel, loop):
    kernel.succeed("import Swiftlet\nimport Glibc")
    request = kernel.start(f"while true {{ {loop} }}")
    time.sleep(2)
    kernel.interrupt()
    outcome = kernel.finish(request, timeout=30)
    assert outcome.error.name == "Interrupted" and outcome.kinds[-2:] == ["error", "status"]
    assert kernel.run("6 * 7").result == "42"


def test_other_cells_run_beside_a_thread_that_prints_without_an_end(kernel):
    kernel.succeed("import Foundation\nvar isPrinting = true")
    first = kernel.start('Thread.detachNewThread { while isPrinting { print("on and on") } }\nprint("started")')
    second = kernel.start('print("a cell of its own")\nisPrinting = false')
    by_parent = defaultdict(str)
    running = {first, second}
    while running:
        message = kernel.client.get_iopub_msg(timeout=60)
        parent, content = message["parent_header"].get("msg_id"), message["content"]
        by_parent[parent] += content.get("text", "")
        if content.get("execution_state") == "idle":
            running.discard(parent)
    assert by_parent[second] == "a cell of its own\n"


def test_what_was_printed_a_moment_before_the_process_is_killed_is_not_lost(fresh_kernel):
    outcome = fresh_kernel.run(
        'import Glibc\nfor i in 0..<1000 { print("line", i) }\nusleep(100_000)\nkill(getpid(), SIGKILL)'
    )
    assert outcome.stdout.splitlines() == [f"line {i}" for i in range(1000)]
    assert outcome.kinds[-2:] == ["error", "status"]
