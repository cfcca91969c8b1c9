"""Cells mean what they say: names, types and imports across cells, and mistakes that are told at once."""

import subprocess
import time

import pytest


def test_what_a_guard_binds_is_known_to_later_cells(kernel):
    guard = 'guard let count = Int("42") else { fatalError("no number") }\nprint(count)'
    assert kernel.succeed(guard).stdout == "42\n"
    assert kernel.succeed("count + 1").result == "43"
    pair = "guard case let (low, high)? = Optional((1, 9)), low < high else { fatalError() }\nprint(high - low)"
    assert kernel.succeed(pair).stdout == "8\n"
    assert kernel.succeed("high").result == "9"
    kernel.succeed("guard var list = Optional([1]), let first = list.first, first == 1 else { fatalError() }\nlist.append(2)")
    assert kernel.succeed("list + [first]").result == "[1, 2, 1]"
    kernel.succeed("let maybe: Int? = 7")
    assert kernel.succeed("guard let maybe else { fatalError() }\nmaybe + 1").result == "8"
    assert kernel.succeed("maybe * 2").result == "14"
    kernel.succeed("func later() async throws -> String? { \"done\" }")
    kernel.succeed("guard let word = try await later() else { fatalError() }")
    assert kernel.succeed("word").result == '"done"'


def test_what_stands_within_if_is_known_to_later_cells(kernel):
    first = (
        "import Foundation\n#if canImport(FoundationNetworking)\nimport FoundationNetworking\n#endif\n"
        'print(URLRequest(url: URL(string: "http://127.0.0.1/x")!).httpMethod ?? "none")'
    )
    assert kernel.succeed(first).stdout == "GET\n"
    assert kernel.succeed('let request = URLRequest(url: URL(string: "http://127.0.0.1/x")!)\nprint(request.url!.path)').stdout == "/x\n"
    second = (
        '#if os(Linux)\nfunc platform() -> String { "linux" }\n#else\nfunc platform() -> String { "other" }\n#endif\n'
        "print(platform())"
    )
    assert kernel.succeed(second).stdout == "linux\n"
    assert kernel.succeed("platform()").result == '"linux"'
    kernel.succeed("#if swift(>=5)\n#if os(macOS)\nlet place = 1\n#else\nlet place = 2\nstruct Inner {}\n#endif\n#endif")
    assert kernel.succeed("_ = Inner()\nplace").result == "2"


@pytest.mark.parametrize(
    "cell, lines",
    [
        ("let total = rate * 2\nlet rate = 0.1\nprint(total)", (1, 2)),
        ("import Swiftlet\nprint(early.shape)\nlet early = Tensor.zeros([2])", (2, 3)),
        ("print(low)\nlet (low, high) = (1, 2)", (1, 2)),
        ("func area() -> Double { side * side }\nprint(area())\nlet side = 2.0", (2, 3)),
    ],
)
def test_a_name_that_is_used_too_early_is_told_with_both_lines(fresh_kernel, cell, lines):
    error = fresh_kernel.run(cell).error
    assert f"in line {lines[0]}" in error.value and f"line {lines[1]}" in error.value.split("only in")[1]


def test_an_earlier_cells_value_is_used_before_a_new_declaration(fresh_kernel):
    fresh_kernel.succeed("let rate = 0.5")
    assert fresh_kernel.succeed("let total = rate * 2\nlet rate = 0.1\ntotal").result == "1.0"


@pytest.mark.parametrize(
    "loop",
    [
        "var i = 0\nwhile i < 10 { let j = i + 1; _ = j }",
        "func f(_ n: Int) { var i = n; while i < 10 { let j = i + 1; _ = j }; i += 1 }\nf(3)",
        "var k = 0\nrepeat { let m = [1, 2].count; _ = m } while k < 3",
        "func f(_ n: Int) -> Int { var i = n; while true { let j = i &* 3; if j == 10 { break }; if j == 7 { i = 3 } }; return 4 }\n_ = f(3)",
    ],
)
def test_a_loop_without_an_end_is_not_dropped(kernel, loop):
    request = kernel.start(loop + '\nprint("after the loop")')
    time.sleep(1.5)
    kernel.interrupt()
    outcome = kernel.finish(request)
    assert outcome.error.name == "Interrupted" and outcome.stdout == ""


def test_names_of_a_cell_that_failed_are_explained(fresh_kernel):
    fresh_kernel.succeed("import Swiftlet")
    assert fresh_kernel.run("let a = Tensor.ones([2, 3])\nlet model = a.matmul(Tensor.ones([4, 5]))\nlet never = 1").error
    for name in ("model", "never"):
        error = fresh_kernel.run(f"print({name})").error
        assert f"'{name}' would come from cell 2, which stopped at line 2 (ShapeError): mend it and run it again" in error.value
    assert fresh_kernel.run("let b = 1\nlet c: Int = \"\"").error.name == "CompileError"
    assert "'b' would come from cell 5, which does not compile (line 2)" in fresh_kernel.run("b").error.value
    request = fresh_kernel.start("let d = 1\nwhile true {}\nlet e = 2")
    time.sleep(1.5)
    fresh_kernel.interrupt()
    fresh_kernel.finish(request)
    assert "'e' would come from cell 7, which was interrupted at line 2: run it again" in fresh_kernel.run("e").error.value
    # Cells in the queue that were given up.
    requests = [fresh_kernel.start(code) for code in ("import Foundation\nThread.sleep(forTimeInterval: 1)\nlet x: [Int] = []; x[1]", "let y = 1")]
    for request in requests:
        fresh_kernel.finish(request)
    assert "'y' would come from another cell, which has not run" in fresh_kernel.run("y").error.value


def test_imports_of_a_cell_that_does_not_compile_hold(fresh_kernel):
    assert fresh_kernel.run("import Swiftlet\nimport Nothing\nlet t = Tensor.ones([2])").error
    assert fresh_kernel.succeed("Tensor.ones([2]).shape").result == "[2]"


SLOW = [
    ("", "let a = 0.3, b = 0.4; let n = 5; let m = (a - b) * (a - b) / n + 0.5 * a", ["'n' is an Int", "write Double(n)"]),
    ("", 'let shown = imageGrid(.stack([(photo + 0.2).clipped(to: 0...1), ((photo - 0.5) * 1.6 + 0.5).clipped(to: 0...1), photo.flipped(1)]), columns: 3, titles: ["a"], size: 200)', ["imageGrid"]),
    ("", 'Chart("entropy") { Line(over: 0.001...0.999) { -$0 * log2($0) - (1 - $0) * log2(1 - $0) } }', ["Chart"]),
    ("import Swiftlet\nlet k = 3, w1 = Tensor([1.0]), w2 = Tensor([2.0])", "let e = k * (w1 - 2.5) * (w2 - 1.5) + k * (w1 - 1) * (w2 + 3) - k * w1", ["k"]),
    ("import Swiftlet", "(0..<30).map { exp(-(Double($0) - 14.5) * (Double($0) - 14.5) / 8) }", ["exp", "import Foundation"]),
    ("", "let l = w.map { abs($0) }.reduce(0, +) * 0.1 + (w * w).sum() * 0.5 - 2 * (w - 1).sum() / 3", ["w"]),
]


@pytest.mark.parametrize("before, cell, words", SLOW)
def test_what_cannot_be_type_checked_is_told_within_a_moment(fresh_kernel, before, cell, words):
    fresh_kernel.succeed(before or "0")
    start = time.monotonic()
    outcome = fresh_kernel.run(cell)
    duration = time.monotonic() - start
    assert outcome.error is not None and all(word in outcome.error.value for word in words), outcome.error
    assert "reasonable time" not in outcome.error.traceback
    assert duration < 1.5, duration


def test_formulas_in_closures_compile(fresh_kernel):
    """The compiler alone takes 3 s for the first, and gives up on the second."""
    fresh_kernel.succeed("import Foundation\nimport Swiftlet\nlet side = Tensor.ones([60])")
    grid = "let g = Tensor((0..<3600).flatMap { [side.doubles[$0 % 60], side.doubles[$0 / 60]] }, shape: [3600, 2])\ng.shape"
    assert fresh_kernel.succeed(grid).result == "[3600, 2]"
    bell = "(0..<30).map { exp(-(Double($0) - 14.5) * (Double($0) - 14.5) / 8) }.max()!"
    assert 0.9 < float(fresh_kernel.succeed(bell).result) < 1


Q = "struct Q { var x = 1 }"
NET = """import Swiftlet
class Scaled: Layer {
    @Parameter var factor
    override func build(_ input: Shape) { $factor.initialize([1]) }
    override func forward(_ x: Tensor) -> Tensor { x * factor }
}
let inputs = Tensor.ones([1, 2])"""


def test_a_type_whose_cell_runs_again_unchanged_is_the_same_type(fresh_kernel):
    for cell in (Q, "var qv = Q()", "func fq(_ q: Q) -> Int { q.x }", "extension Q { var twice: Int { x * 2 } }"):
        fresh_kernel.succeed(cell)
    assert fresh_kernel.succeed(Q).displays == []
    assert fresh_kernel.succeed("fq(qv) + Q().twice").result == "3"
    assert "the earlier one" not in fresh_kernel.succeed("%who").displays[0]["text/plain"]


def test_a_layer_whose_cell_runs_again_unchanged_is_the_same_class(fresh_kernel):
    for cell in (NET, "let scaled = Scaled()", "func twice(_ layer: Scaled) -> Tensor { layer(layer(inputs)) }"):
        fresh_kernel.succeed(cell)
    assert fresh_kernel.succeed(NET).notes == []
    assert fresh_kernel.succeed("twice(scaled).shape").result == "[1, 2]"


def test_a_changed_type_is_told_each_time_and_marked(fresh_kernel):
    for cell in ("struct A { var x = 1 }", "let v = A()"):
        fresh_kernel.succeed(cell)
    for members in ("var x = 1; var y = 2", "var x = 1; var y = 2; var z = 3"):
        note = fresh_kernel.succeed(f"struct A {{ {members} }}").displays[0]["text/plain"]
        assert note == "`v` is still of the earlier type `A`: run cell 2 again."
    assert "A (the earlier one, of cell 1)" in fresh_kernel.succeed("%who").displays[0]["text/plain"]


@pytest.mark.parametrize(
    "code, status",
    [
        ('let text = """', "incomplete"), ('let text = """\nabc', "incomplete"), ('let text = """\nabc\n"""', "complete"),
        ("let x =", "incomplete"), ("[1, 2].map {", "incomplete"), ("struct P {\n    var x: Int", "incomplete"),
        ('print("/*")', "complete"), ("// see src/*", "complete"), ("/* not ended", "incomplete"),
        ('print("src/*"))', "invalid"), ("let = 5 // src/*", "invalid"), ("}", "invalid"),
        ("#if os(Linux)\nlet a = 1", "incomplete"), ("", "complete"),
    ],
)
def test_whether_a_text_is_complete(kernel, code, status):
    reply = kernel.ask("is_complete", code)
    assert reply["status"] == status
    if code == "[1, 2].map {":
        assert reply["indent"] == "    "


@pytest.mark.parametrize("line, name", [("%who", "%who"), ("%time 1 + 1", "%time"), ("!ls -l", "!ls")])
def test_a_command_below_swift_says_where_it_belongs(kernel, line, name):
    error = kernel.run(f"let first = 1\n{line}").error
    assert error.name == "CommandError" and f"line 2: {name} stands below Swift" in error.value
    assert "move the line to the beginning of the cell" in error.traceback


@pytest.mark.parametrize("cell, place", [("import Swiftlet\nlet t = Tensor.ones([2, 3]\nprint(t.shape)", "line 2, column 20"), ("[1, 2, 3", "line 1, column 1"), ("for i in 0..<3 {\n    print(i)", "line 1, column 16")])
def test_a_forgotten_bracket_is_one_mistake(kernel, cell, place):
    error = kernel.run(cell).error
    assert place in error.traceback and "is not closed" in error.value
    assert error.traceback.count("error: ") == 1
