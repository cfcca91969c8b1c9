"""What a cell prints and displays, and when it appears."""

import base64
import time


def test_print_goes_to_stdout(kernel):
    outcome = kernel.run('print("hello, world")\nprint("ünïcödé 🐦", terminator: "")')
    assert outcome.stdout == "hello, world\nünïcödé 🐦" and outcome.stderr == ""


def test_stdout_and_stderr_are_apart(kernel):
    outcome = kernel.run('import Foundation\nprint("out")\nFileHandle.standardError.write(Data("err\\n".utf8))')
    assert outcome.stdout == "out\n" and outcome.stderr == "err\n"


def test_a_raw_write_is_seen(kernel):
    outcome = kernel.run('import Glibc\n_ = write(1, "raw\\n", 4)\n_ = write(2, "bad\\n", 4)')
    assert outcome.stdout == "raw\n" and outcome.stderr == "bad\n"


def test_output_is_live(kernel):
    """A line appears while the cell runs, not at its end."""
    request = kernel.start('import Glibc\nprint("first")\nsleep(3)\nprint("second")')
    kernel.wait_for_output(request, "first")
    seen = time.monotonic()
    assert "second" in kernel.finish(request).stdout
    assert time.monotonic() - seen > 1.5


def test_a_line_without_an_end_is_live_too(kernel):
    request = kernel.start('import Glibc\nprint("50 %", terminator: "")\nsleep(3)')
    kernel.wait_for_output(request, "50 %")
    seen = time.monotonic()
    kernel.finish(request)
    assert time.monotonic() - seen > 1.5


def test_much_output_arrives_whole_and_in_order(kernel):
    outcome = kernel.run('for i in 0..<50_000 { print("line", i) }')
    assert outcome.stdout.splitlines() == [f"line {i}" for i in range(50_000)]


def test_output_comes_before_the_result_and_the_result_before_idle(kernel):
    outcome = kernel.run('print("before")\n"after"')
    assert outcome.kinds == ["status", "execute_input", "stream", "execute_result", "status"]


def test_output_belongs_to_the_cell_that_prints_it(kernel):
    first, second = kernel.start('print("one")'), kernel.start('print("two")')
    assert kernel.finish(first).stdout == "one\n"
    assert kernel.finish(second).stdout == "two\n"


def test_a_chart_is_a_png(kernel):
    cell = "import Swiftlet\nChart { Line([3.0, 2.0, 1.0], \"loss\") }"
    outcome = kernel.run(cell)
    assert outcome.error is None, outcome.error
    assert base64.b64decode(outcome.results[0]["image/png"]).startswith(b"\x89PNG\r\n\x1a\n")
    assert outcome.results[0]["text/plain"]


def test_a_display_is_updated_in_place(kernel):
    outcome = kernel.run('import Swiftlet\nlet handle = display("before")\nhandle.update("after")')
    assert outcome.error is None, outcome.error
    (shown,), (updated,) = outcome.of_type("display_data"), outcome.of_type("update_display_data")
    assert shown["transient"]["display_id"] == updated["transient"]["display_id"]
    assert "before" in shown["data"]["text/plain"] and "after" in updated["data"]["text/plain"]
