"""What a cell can contain, and what later cells see of it."""


def test_the_last_expression_is_the_result(kernel):
    assert kernel.run("6 * 7").result == "42"


def test_a_result_keeps_the_prompt_number_of_its_request(kernel):
    outcome = kernel.run("1 + 1")
    (content,) = outcome.of_type("execute_result")
    assert content["execution_count"] == outcome.reply["execution_count"]


def test_an_assignment_or_a_void_call_has_no_result(kernel):
    assert kernel.succeed("var quiet = 1\nquiet = 2").result is None
    assert kernel.succeed('print("said")').result is None


def test_variables_persist_and_change(kernel):
    kernel.succeed("var counter = 1\nlet names = [\"a\", \"b\"]")
    kernel.succeed("counter += names.count")
    assert kernel.run("counter").result == "3"


def test_functions_types_and_extensions_persist(kernel):
    kernel.succeed("struct Point { var x = 0.0, y = 0.0 }\nfunc double(_ point: Point) -> Point { Point(x: 2 * point.x, y: 2 * point.y) }")
    kernel.succeed("extension Point { var length: Double { (x * x + y * y).squareRoot() } }")
    assert kernel.run("double(Point(x: 3, y: 4)).length").result == "10.0"


def test_a_variable_can_be_redefined_with_another_type(kernel):
    kernel.succeed("let answer = 42")
    kernel.succeed('let answer = "forty-two"')
    assert kernel.run("answer.count").result == "9"


def test_a_value_can_be_redefined_from_itself(kernel):
    kernel.succeed("let history = [1, 2]")
    kernel.succeed("let history = history + [3]")
    kernel.succeed("let history = history.map { Double($0) / 2 }")
    assert kernel.run("history").result == "[0.5, 1.0, 1.5]"


def test_a_function_can_be_redefined(kernel):
    kernel.succeed("func area(_ side: Double) -> Double { side }")
    kernel.succeed("func area(_ side: Double) -> Double { side * side }")
    assert kernel.run("area(3)").result == "9.0"


def test_a_type_can_be_redefined(kernel):
    kernel.succeed("struct Animal { let legs: Int }")
    kernel.succeed("struct Animal { let name: String }")
    assert kernel.run('Animal(name: "cat").name.count').result == "3"


def test_an_extension_can_be_redefined(kernel):
    kernel.succeed("extension Int { var twice: Int { self + self + 1 } }")
    kernel.succeed("extension Int { var twice: Int { self + self } }")
    assert kernel.run("21.twice").result == "42"


def test_the_same_cell_can_run_again(kernel):
    cell = "struct Box { var content = 5 }\nvar box = Box()\nfunc open() -> Int { box.content }\nbox.content += 1\nopen()"
    assert [kernel.run(cell).result for _ in range(3)] == ["6", "6", "6"]


def test_a_conformance_given_in_a_later_cell_holds(kernel):
    kernel.succeed("struct Card { let rank: Int }")
    kernel.succeed('extension Card: CustomStringConvertible { var description: String { "♠\\(rank)" } }')
    assert kernel.run("[Card(rank: 9), Card(rank: 2)]").result == "[♠9, ♠2]"


def test_foundation_and_the_library_can_be_imported(kernel):
    kernel.succeed("import Foundation\nimport Swiftlet")
    assert kernel.run("sqrt(2.0) > 1.41 && Date().timeIntervalSince1970 > 0").result == "true"
    assert kernel.run("Tensor([1, 2, 3]).sum().item()").result == "6.0"


def test_an_import_holds_for_later_cells(kernel):
    kernel.succeed("import Foundation")
    assert kernel.run('"a,b".components(separatedBy: ",").count').result == "2"


def test_try_throws_and_await_at_top_level(kernel):
    kernel.succeed(
        "enum Trouble: Error { case late }\n"
        "func risky(_ fail: Bool) throws -> Int { if fail { throw Trouble.late }; return 7 }\n"
        "func slow() async throws -> Int { try await Task.sleep(nanoseconds: 1_000_000); return 35 }"
    )
    assert kernel.run("let safe = try risky(false)\nlet waited = try await slow()\nsafe + waited").result == "42"


def test_concurrency_in_a_cell(kernel):
    cell = (
        "let total = await withTaskGroup(of: Int.self) { group in\n"
        "    for i in 1...10 { group.addTask { i * i } }\n"
        "    return await group.reduce(0, +)\n"
        "}\ntotal"
    )
    assert kernel.run(cell).result == "385"


def test_a_cell_is_compiled_with_optimisation(kernel):
    """A loop of 200 million steps would take minutes in unoptimised code."""
    cell = "var sum: UInt64 = 0\nfor i in 0..<200_000_000 as Range<UInt64> { sum = sum &+ (i ^ (i >> 3)) }\nsum != 0"
    assert kernel.run(cell, timeout=20).result == "true"


def test_is_complete(kernel):
    def status(code):
        return kernel.ask("is_complete", code)["status"]

    assert status("let x = 1") == "complete"
    assert status("func f() {\n    print(1)") == "incomplete"
    assert status("let x = [1,") == "incomplete"
    assert status("}") == "invalid"


def test_an_empty_cell_does_nothing(kernel):
    outcome = kernel.run("// nothing here\n")
    assert outcome.reply["status"] == "ok" and outcome.result is None


def test_a_silent_request_is_not_counted(kernel):
    before = kernel.run("1").reply["execution_count"]
    kernel.run("2", silent=True)
    assert kernel.run("3").reply["execution_count"] == before + 1


def test_a_restart_forgets_everything(fresh_kernel):
    fresh_kernel.succeed("let remembered = 1")
    fresh_kernel.restart()
    assert "remembered" in fresh_kernel.run("remembered").error.traceback
    assert fresh_kernel.run("2").result == "2"


def test_a_conformance_made_again_takes_the_place_of_the_first(kernel):
    """The runtime caches the first conformance that it finds, also if it has been used before."""
    kernel.succeed("struct Coin { var value = 5 }\nlet coins = [Coin(), Coin()]")
    extension = "extension Coin: CustomStringConvertible { var description: String { \"%s\\(value)\" } }"
    for mark in ("c", "cent ", "¢"):
        kernel.succeed(extension % mark)
        assert kernel.run("coins[0]").result == f"{mark}5"
        assert kernel.run("print(coins)").stdout == f"[{mark}5, {mark}5]\n"
