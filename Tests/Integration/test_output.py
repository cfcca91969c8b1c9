"""What a cell prints and displays, and when it appears."""

import base64
import re
import time

import pytest


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


def test_results_are_cut_to_what_a_page_can_show(kernel):
    started = time.monotonic()
    numbers = kernel.run("Array(0..<1_000_000)")
    assert time.monotonic() - started < 5 and numbers.phases["run"] < 300
    assert numbers.result == "[" + "".join(f"{n}, " for n in range(1000)) + "… and 999,000 more elements]"
    text = kernel.run('String(repeating: "x", count: 20_000_000)').result
    assert text == '"' + "x" * 20_000 + '"… and 19,980,000 more bytes'
    entries = kernel.run('Dictionary(uniqueKeysWithValues: (0..<300_000).map { ($0, "value \\($0)") })').result
    assert len(entries) < 21_000 and re.search(r": \"value \d+\", … and 299,\d\d\d more elements\]$", entries)
    nested = kernel.run("[[Int]](repeating: Array(0..<5000), count: 1000)").result
    assert nested.startswith("[[0, 1, 2, ") and "… and 4,000 more elements], [0, 1" in nested and len(nested) < 21_000
    assert nested.endswith(" more elements]")
    members = kernel.run("struct Holder { var values = Array(0..<5000); var name = \"it's\" }\nHolder()").result
    assert members.startswith("Holder(values: [0, 1") and members.endswith("""… and 4,000 more elements], name: "it's")""")
    assert kernel.run("1 + 1").result == "2"


@pytest.mark.parametrize("code, text", [
    ("[1, 2]", "[1, 2]"), ("[Int]()", "[]"), ("[String: Int]()", "[:]"), ('["a": [1.5]]', '["a": [1.5]]'),
    ('"it\'s"', '"it\'s"'), ('["it\'s", "a\\"b\\n"]', '["it\'s", "a\\"b\\n"]'), ('Character("\'")', "'"), ('[Character("a")]', '["a"]'),
    ("Optional([1])", "Optional([1])"), ("[1, nil] as [Int?]", "[Optional(1), nil]"), ("Optional<Int>.none", "nil"),
    ('(1, name: "a")', '(1, name: "a")'), ("Set([1])", "[1]"), ("[1, 2, 3][1...]", "[2, 3]"),
    ("enum Way { case left(Int), right }; [Way.left(1), .right]", "[Way.left(1), Way.right]"),
    ("Way.left(2)", "left(2)"), ("struct Spot { var x = 1 }; [Spot()]", "[Spot(x: 1)]"), ("Spot()", "Spot(x: 1)"),
    ("[Spot.self]", "[Spot]"), ("0..<3", "0..<3"), ("[0..<3]", "[Range(0..<3)]"), ("1.5", "1.5"),
])
def test_results_are_swifts_own_descriptions(kernel, code, text):
    assert kernel.run(code).result == text
    # What is displayed reads the same.
    *before, last = code.split("; ")
    assert kernel.run(f"display({last})").displays[0]["text/plain"] == text


def test_what_the_author_calls_discardable_is_not_shown(kernel):
    kernel.succeed("import Glibc\nvar stack = [1, 2, 3]\n@discardableResult func push(_ n: Int) -> Int { stack.append(n); return n }")
    for code in ("stack.removeLast()", "push(4)", 'display("once")', "stack.remove(at: 0)", "Task {}"):
        outcome = kernel.run(code)
        assert outcome.error is None and outcome.results == [], code
    shown = kernel.run('display(MimeBundle.html("<b>x</b>"))')
    assert (shown.displays, shown.results) == ([{"text/html": "<b>x</b>", "text/plain": "x"}], [])
    assert kernel.run("stack.map { $0 }").result == "[2, 4]"
    # All functions of C may be ignored.
    assert kernel.run("sqrt(4.0)").result == "2.0"


def test_bundles_of_all_kinds_have_plain_text(kernel):
    kernel.succeed("import Swiftlet")
    shown = lambda code: kernel.run(code).results[0]  # noqa: E731
    assert shown('MimeBundle.markdown("*a*")') == {"text/markdown": "*a*", "text/plain": "*a*"}
    assert shown('MimeBundle.latex("$a$")') == {"text/latex": "$a$", "text/plain": "$a$"}
    assert shown('MimeBundle.svg("<svg/>", alternative: "a circle")') == {"image/svg+xml": "<svg/>", "text/plain": "a circle"}
    assert shown('MimeBundle.html("<p>1 &lt; <b>2</b></p><p>3</p>")')["text/plain"] == "1 < 2\n3"


def test_an_array_of_displayable_values_shows_each(kernel):
    kernel.succeed('import Swiftlet\nstruct Card: Displayable { var name: String; var mimeBundle: MimeBundle { .html("<b>\\(name)</b>", text: name) } }')
    shown = kernel.run('[Card(name: "a"), Card(name: "b")]').results[0]
    assert shown["text/plain"] == "[a, b]" and re.findall(r"<div>(<b>.</b>)</div>", shown["text/html"]) == ["<b>a</b>", "<b>b</b>"]
    charts = kernel.run('[Chart { Line([1, 2], "a") }, Chart { Line([2, 1], "b") }]').results[0]
    assert charts["text/html"].count("<img src=\"data:image/png;base64,") == 2
