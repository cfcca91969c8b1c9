"""Failures of cells: one clear error each, and nothing is lost."""

import gzip
import os
import shutil
import signal
import subprocess
import time

import pytest
from session import Session


def test_a_compile_error_is_one_error_with_its_place_and_a_caret(kernel):
    outcome = kernel.run('let fine = 1\nlet text: Int = "wrong"\nprint(fine)')
    error = outcome.error
    assert outcome.reply["status"] == "error" and outcome.stdout == ""
    assert [kind for kind in outcome.kinds if kind not in ("status", "execute_input")] == ["error"]
    number = outcome.reply["execution_count"]
    assert f"cell {number}" in error.traceback and "line 2" in error.traceback and "column 17" in error.traceback
    source, caret = next(
        pair for pair in zip(error.traceback.splitlines(), error.traceback.splitlines()[1:]) if "^" in pair[1]
    )
    assert source[caret.index("^") :].startswith('"wrong"')


def test_a_misspelt_name_is_answered_with_did_you_mean(kernel):
    assert "did you mean 'uppercased'" in kernel.run('print("a".upercased())').error.traceback
    error = kernel.run("func decay() -> Double { let learningRate = 0.1; return learningrate / 2 }").error
    assert "did you mean 'learningRate'" in error.traceback


def test_a_fix_it_is_offered(kernel):
    error = kernel.run("func half(of number: Int) -> Int { number / 2 }\nhalf(4)").error
    assert "needs its label, 'of:'" in error.traceback and "write: half(of: 4)" in error.traceback


def test_a_syntax_error_names_its_line(kernel):
    error = kernel.run("let a = 1\nlet = 2").error
    assert "line 2" in error.traceback


def test_a_cell_that_does_not_compile_changes_nothing(kernel):
    kernel.succeed("let kept = 11")
    assert kernel.run('let kept: Int = "no"').error
    assert kernel.run("kept").result == "11"


def test_a_thrown_error_names_its_line(kernel):
    outcome = kernel.run('struct Oven: Error, CustomStringConvertible { var description: String { "too hot" } }\nprint("on")\nthrow Oven()')
    assert outcome.stdout == "on\n"
    assert "too hot" in outcome.error.traceback and "line 3" in outcome.error.traceback
    assert "Oven" in outcome.error.name


@pytest.mark.parametrize(
    "mistake, message",
    [
        ("let list = [1, 2, 3]\nlet index = list.count + 4\nprint(list[index])", "ndex out of range"),
        ("let nothing: String? = nil\nlet unused = 0\nprint(nothing!)", "nil"),
        ("var big = Int8.max\nlet step = Int8(big / 127)\nbig += step", "overflow"),
        ('let a = 1\nlet b = 2\nfatalError("so" + "on")', "soon"),
        ("let a = 1\nlet b = 2\nprecondition(a > b)", "recondition fail"),
    ],
    ids=["index", "nil", "overflow", "fatalError", "precondition"],
)
def test_a_trap_names_its_line_and_keeps_every_variable(kernel, mistake, message):
    kernel.succeed("var survivor = 1")
    outcome = kernel.run("survivor = 2\n" + mistake)
    assert message in outcome.error.traceback + outcome.stderr
    assert "line 4" in outcome.error.traceback
    assert kernel.run("survivor").result == "2"


MERGED = {
    "two preconditions": ("let two = [1, 2, 3].shuffled()\nprecondition(two.count == 3)\nprecondition(two[0] == 9)", 3),
    "two asserts": ("let two = [1, 2, 3].shuffled()\nassert(two.count == 4)\nassert(two[0] == 9)", 2),
    "ten preconditions": (
        "let two = [1, 2, 3].shuffled()\n" + "\n".join(f"precondition(two.count != {n})" for n in (9, 8, 7, 6, 3, 5, 4, 2, 1, 0)),
        6,
    ),
    "if and fatalError": (
        'let two = [1, 2, 3].shuffled()\nif two.count == 2 { fatalError("2") }\nif two.count == 3 { fatalError("3") }',
        3,
    ),
    "both branches": (
        'let two = [1, 2, 3].shuffled()\nif two.count == 2 {\n    fatalError("2")\n} else {\n    fatalError("other")\n}',
        5,
    ),
    "guards": (
        "let two = [1, 2, 3].shuffled()\nguard two.count == 3 else { fatalError() }\nguard two[0] == 9 else { fatalError() }",
        3,
    ),
    "in a loop": (
        "let two = [1, 2, 3].shuffled()\nfor value in two {\n    precondition(value < 9)\n    precondition(value < 3)\n}",
        4,
    ),
    "failures": (
        "let two = [1, 2, 3].shuffled()\nif two[0] == 9 { preconditionFailure() }\nif two[0] < 9 { assertionFailure() }",
        3,
    ),
    "forced tries": (
        "struct Bad: Error {}; func f(_ n: Int) throws -> Int { if n == 3 { throw Bad() }; return n }\n"
        "let two = [1, 2, 3].shuffled()\nlet a = try! f(two[0] + 9)\nlet b = try! f(two.count)",
        4,
    ),
    "forced casts": (
        "let two = [1, 2, 3].shuffled(), any = two as Any\nlet a = any as! [Int]\nlet b = any as! String\nlet c = any as! Int",
        3,
    ),
    "nil": (
        'let two = [1, 2, 3].shuffled()\nlet a = Int("\\(two.count)")!\nlet b = Int("x\\(two.count)")!\nlet c = Int("y\\(a + b)")!',
        3,
    ),
    "overflows": (
        "let two = [1, 2, 3].shuffled()\nlet a = Int8(two.count) * 42\nlet b = a * Int8(two.count)\nlet c = a * b",
        3,
    ),
    "indices": ("let two = [1, 2, 3].shuffled()\nlet a = two[two[0] - 1]\nlet b = two[two.count]\nlet c = two[a + b]", 3),
}


@pytest.mark.parametrize("cell, line", MERGED.values(), ids=MERGED.keys())
def test_failures_whose_calls_the_optimiser_merges_keep_their_lines(kernel, cell, line):
    """The optimiser merges calls that never return, and the merged call has no line."""
    outcome = kernel.run(cell)
    assert outcome.error.value.startswith(f"cell {outcome.reply['execution_count']}, line {line}: ")
    assert f"    {line} | {cell.splitlines()[line - 1]}" in outcome.error.traceback.splitlines()
    assert kernel.run("two.sorted()").result == "[1, 2, 3]"


def test_a_function_that_fails_is_followed_by_the_statement_that_called_it(kernel):
    cell = """func stop(_ text: String) -> Never {
    if text.isEmpty { fatalError("empty") }
    fatalError(text)
}
let kept = [1, 2, 3].shuffled()
if kept.count == 2 { stop("two") }
if kept.count == 3 { stop("three") }
let lost = 1"""
    outcome = kernel.run(cell)
    number = outcome.reply["execution_count"]
    assert outcome.error.value == f"cell {number}, line 3: three"
    assert f"  called from cell {number}, line 7" in outcome.error.traceback.splitlines()
    assert kernel.run("kept.count").result == "3"
    assert "cannot find 'lost' in scope" in kernel.run("lost").error.traceback
    # The function of an earlier cell, called twice.
    outcome = kernel.run('let more = kept\nif more.count == 2 { stop("two") }\nif more.count == 3 { stop("") }')
    assert outcome.error.value == f"cell {number}, line 2: empty"
    assert f"  called from cell {outcome.reply['execution_count']}, line 3" in outcome.error.traceback.splitlines()
    assert kernel.run("more.count").result == "3"


def test_every_caller_of_a_failure_is_named(kernel):
    cell = """@inline(never) func inner(_ list: [Int]) -> Int { list[list.count] + 1 }
@inline(never) func middle(_ list: [Int]) -> Int { inner(list) + inner(list + [1]) }
@inline(never) func outer(_ list: [Int]) -> Int { 2 * middle(list) }
let start = 1
let end = outer([start])"""
    outcome = kernel.run(cell)
    number = outcome.reply["execution_count"]
    calls = [line for line in outcome.error.traceback.splitlines() if line.startswith(("  at", "  called"))]
    assert [line.split(" in ")[0].split(", line ")[1] for line in calls] == ["1", "2", "3", "5"], calls
    assert calls[-1] == f"  called from cell {number}, line 5"


def test_variables_of_the_same_line_are_kept_up_to_the_statement_that_failed(kernel):
    kernel.run("let here = [4].shuffled(); precondition(here.count == 2); let there = here")
    assert kernel.run("here").result == "[4]"
    assert kernel.run("there").error


@pytest.mark.parametrize(
    "function, printed",
    [
        ("func f(_ l: [Int]) { for i in 0..<l.count { print(l[i] + l[i + 1]) } }", "3\n5\n"),
        ("func f(_ l: [Int]) { for i in 0...l.count { print(l[i]) } }", "1\n2\n3\n"),
        ("func f(_ l: [Int]) { var s = 0; for i in 0..<l.count { let d = l[i + 1] - l[i]; s += d * d }; print(s) }", ""),
        ("func f(_ l: [Int]) { var m = l; for i in 0..<l.count { m[i + 1] = l[i] }; print(m) }", ""),
    ],
    ids=["neighbours", "closed range", "differences", "assignment"],
)
def test_every_index_is_checked_in_its_turn(kernel, function, printed):
    outcome = kernel.run(function + "\nf([1, 2, 3])")
    assert "Index out of range" in outcome.error.value
    assert outcome.stdout == printed


def test_endless_recursion_is_an_error(kernel):
    kernel.succeed("let survivor2 = 5\nfunc down(_ n: Int) -> Int { n == -1 ? 0 : 1 + down(n + 1) }")
    assert "tack" in kernel.run("print(down(0))").error.traceback
    assert kernel.run("survivor2").result == "5"


def test_a_shape_mismatch_names_operation_and_shapes(kernel):
    kernel.succeed("import Swiftlet\nlet wide = Tensor.zeros([2, 3])")
    error = kernel.run("let before = 1\nlet product = wide.matmul(Tensor.zeros([4, 5]))").error
    assert "matmul" in error.traceback and "[2, 3]" in error.traceback and "[4, 5]" in error.traceback
    assert "line 2" in error.traceback
    assert kernel.run("wide.shape").result == "[2, 3]"


def test_a_wrong_network_names_its_layer_and_line(kernel):
    kernel.succeed("import Swiftlet")
    cell = 'let small = try Sequential("small", input: [2, 2, 1]) {\n    Conv2D(4, kernel: 5)\n}'
    outcome = kernel.run(cell)
    number = outcome.reply["execution_count"]
    first, *rest = outcome.error.traceback.splitlines()
    assert f"small › conv2d (cell {number}, line 2)" in first
    assert rest[:3] == [
        "    2 |     Conv2D(4, kernel: 5)",
        f"  called from cell {number}, line 1",
        '    1 | let small = try Sequential("small", input: [2, 2, 1]) {',
    ]


def test_a_layer_that_is_called_with_something_else_names_the_call(kernel):
    kernel.succeed("import Swiftlet")
    kernel.succeed('let wide = try Sequential("wide", input: [8, 8, 1]) {\n    Conv2D(4, kernel: 5)\n}')
    outcome = kernel.run("let images = Tensor.zeros([3, 8, 8, 2])\nlet maps = wide(images)")
    first, *rest = outcome.error.traceback.splitlines()
    assert f"wide › conv2d (cell {outcome.reply['execution_count']}, line 2)" in first
    assert rest[0] == "    2 | let maps = wide(images)"


def test_a_queued_cell_is_not_run_after_an_error(kernel):
    first = kernel.start('import Glibc\nsleep(1)\nfatalError("stop here")')
    second = kernel.start('print("must not run")')
    assert kernel.finish(first).error
    outcome = kernel.finish(second)
    # As python3's kernel replies: a count would number the cell as if it had run.
    assert outcome.reply == {"status": "aborted"} and outcome.kinds == ["status", "status"]
    assert kernel.run("1").result == "1"


def test_a_full_disk_is_named_and_passes(small_disk):
    """The cells' build folder is full: an error says so, and the session continues once there is space again."""
    folder, through = small_disk
    with Session(through=through, env={**os.environ, "TMPDIR": str(folder)}) as session:
        session.succeed("let before = 1")
        disk = session.fill_disk(folder)
        error = session.run("let during = 2\nprint(during)").error
        assert error and "space" in error.traceback and str(folder) in error.traceback
        assert session.run("let again = 3\nprint(again)").error
        os.remove(f"{disk}/filler")
        assert session.run("before + 41").result == "42"


def test_a_missing_data_set_names_its_package(kernel, tmp_path):
    kernel.succeed("import Swiftlet")
    error = kernel.run(f'let images = try FashionMNIST.load(from: "{tmp_path}")').error
    assert "dataset-fashion-mnist" in error.traceback


def test_a_truncated_data_file_is_named(kernel, tmp_path):
    source = "/usr/share/datasets/fashion-mnist"
    if not os.path.isdir(source):
        pytest.skip("Debian's dataset-fashion-mnist is not installed")
    for name in os.listdir(source):
        shutil.copy(f"{source}/{name}", tmp_path)
    victim = tmp_path / "train-images-idx3-ubyte.gz"
    victim.write_bytes(victim.read_bytes()[:100_000])
    kernel.succeed("import Swiftlet")
    error = kernel.run(f'let images = try FashionMNIST.load(from: "{tmp_path}")').error
    assert "train-images-idx3-ubyte.gz" in error.traceback
    # A valid gzip file, but with fewer images than its header says.
    with gzip.open(f"{source}/train-images-idx3-ubyte.gz") as whole, gzip.open(victim, "wb", 1) as short:
        short.write(whole.read(16 + 784 * 10))
    error = kernel.run(f'let images = try FashionMNIST.load(from: "{tmp_path}")').error
    assert "train-images-idx3-ubyte.gz" in error.traceback


def test_what_was_done_before_a_trap_is_kept(kernel):
    """Also if the compiler can tell that the code will trap and that no other code reads the values before."""
    kernel.succeed("struct Pair { var x = 1; var y = 2 }\nvar scores = [3, 1, 4], pair = Pair(), sum = 0\nlet fixed = [1, 2, 3]")
    assert "Index out of range" in kernel.run("scores[0] = 2\nscores[7] = 0").error.value
    assert "Index out of range" in kernel.run("pair.x = 10; pair.y = 20; pair.x = fixed[5]").error.value
    assert "Index out of range" in kernel.run("for value in fixed { sum += value }\nsum += fixed[3]").error.value
    assert kernel.run("(scores, pair.x, pair.y, sum)").result == "([2, 1, 4], 10, 20, 6)"


def test_an_error_that_nobody_catches_ends_a_file(swiftlet, tmp_path):
    """`swiftlet run` prints the error and ends without a crash."""
    file = tmp_path / "mistake.swift"
    file.write_text('struct Mistake: Error {}\nprint("before")\nthrow Mistake()\nprint("after")\n')
    ended = subprocess.run([swiftlet, "run", file], capture_output=True, text=True, timeout=300)
    assert (ended.returncode, ended.stdout) == (1, "before\n")
    assert ended.stderr == "Mistake (mistake.swift, line 3): Mistake()\n    3 | throw Mistake()\n"


SENTENCES = {
    'struct Missing: LocalizedError {\n    let file: String\n    var errorDescription: String? { "The file \\(file) is missing." }\n}\nthrow Missing(file: "train.csv")':
        "Missing (cell #, line 5): The file train.csv is missing.",
    'struct Lost: LocalizedError {\n    var errorDescription: String? { "It is lost." }\n    var recoverySuggestion: String? { "Look again." }\n}\nlet lost = try! { throw Lost() }()':
        "Lost (cell #, line 5): It is lost. Look again.",
    'try String(contentsOfFile: "/nowhere/train.csv", encoding: .utf8)':
        "CocoaError (cell #, line 1): there is no file /nowhere/train.csv: the folder /nowhere does not exist",
    'try Data(contentsOf: URL(filePath: "/etc/train.csv"))': "CocoaError (cell #, line 1): there is no file /etc/train.csv",
    'try FileHandle(forReadingFrom: URL(filePath: "/etc/train.csv"))': "NSError (cell #, line 1): there is no file /etc/train.csv",
    'try FileManager.default.copyItem(atPath: "/etc/hosts", toPath: "/etc/passwd")':
        "CocoaError (cell #, line 1): /etc/passwd exists already",
    'try JSONDecoder().decode([Int].self, from: Data("[1, \\"a\\"]".utf8))':
        "DecodingError (cell #, line 1): expected Int, found a string, at index 1",
    'struct Row: Codable { var width: [String: Int] }\nlet row = try JSONDecoder().decode(Row.self, from: Data("{\\"width\\": {\\"left\\": true}}".utf8))':
        'DecodingError (cell #, line 2): expected Int, found bool, at key "width", key "left"',
    'let rows = try JSONDecoder().decode([Row].self, from: Data("[{}]".utf8))':
        'DecodingError (cell #, line 1): there is no key "width", at index 0',
    "throw POSIXError(.EACCES)": "POSIXError (cell #, line 1): permission denied",
    'throw NSError(domain: "Printer", code: 3, userInfo: [NSLocalizedDescriptionKey: "It is out of paper."])':
        "NSError (cell #, line 1): It is out of paper.",
    "struct Plain: Error { let name = 1 }\nthrow Plain()": "Plain (cell #, line 2): Plain(name: 1)",
}


@pytest.mark.parametrize("code, sentence", SENTENCES.items(), ids=range(len(SENTENCES)))
def test_errors_that_explain_themselves_are_shown_with_their_sentence(kernel, code, sentence):
    kernel.succeed("import Foundation")
    outcome = kernel.run(code)
    number = str(outcome.reply["execution_count"])
    assert outcome.error.traceback.splitlines()[0] == sentence.replace("#", number)
    assert outcome.error.value == sentence.split(" (", 1)[1].replace("#", number).replace("): ", ": ", 1)


def test_a_file_that_is_missing_is_sought_in_a_folder(tmp_path):
    with Session(cwd=str(tmp_path)) as session:
        error = session.run('import Foundation\nlet text = try String(contentsOfFile: "train.csv", encoding: .utf8)').error
    assert error.value == f"cell 1, line 2: there is no file train.csv in {tmp_path}"


def test_an_index_out_of_range_tells_the_arrays_sizes(kernel):
    kernel.succeed("var list = [1, 2, 3], others = [Int](), part = [1, 2, 3, 4, 5][3...]")
    error = lambda code: kernel.run(code).error.value.split(": ", 1)[1]  # noqa: E731
    assert error("let a = 1\nlist[list.count + a]") == "Index out of range: list has 3 elements: 0..<3"
    assert error("others[0]") == "Index out of range: others is empty"
    assert error("let row = [0]; row[1]") == "Index out of range: row has 1 element: 0..<1"
    # The parameter is not the session's variable.
    assert error("func last(_ list: [Int]) -> Int { list[list.count] }\nlast(list)") == "Index out of range"


def test_a_script_that_traps_says_where_and_has_printed(swiftlet, tmp_path):
    """As JupyterLab exports notebooks: with the commands of cells, and started as a script."""
    file = tmp_path / "script.swift"
    file.write_text('#!/usr/bin/env -S swiftlet run\n%who\nlet list = [1, 2, 3].shuffled()\nprint("before")\nprint(list[list.count])\nprint("after")\n')
    ended = subprocess.run([swiftlet, "run", file], capture_output=True, text=True, timeout=300)
    assert (ended.returncode, ended.stdout) == (1, "before\n")
    assert ended.stderr == (
        "note: line 2 is left out, since commands are for notebooks: %who\n"
        "FatalError (script.swift, line 5): Index out of range\n    5 | print(list[list.count])\n"
    )
