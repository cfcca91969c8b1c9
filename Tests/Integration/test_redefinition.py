"""The notes about a cell that redeclares what other cells have used."""


def run(kernel, code, cell=None):
    """Runs code as the cell with an id, as JupyterLab does; returns the outcome and its note."""
    content = dict(
        code=code, silent=False, store_history=True, user_expressions={}, allow_stdin=False, stop_on_error=True
    )
    message = kernel.client.session.msg("execute_request", content, metadata={"cellId": cell} if cell else {})
    kernel.client.shell_channel.send(message)
    outcome = kernel.finish(message["header"]["msg_id"])
    assert outcome.error is None, outcome.error.traceback
    assert len(outcome.displays) <= 1, outcome.displays
    return outcome, outcome.displays[0] if outcome.displays else None


def test_a_changed_value_names_the_cells_that_used_it(fresh_kernel):
    assert run(fresh_kernel, "let learningRate = 0.1", "a")[1] is None
    assert run(fresh_kernel, "let step = learningRate * 2\nstep", "b")[1] is None
    outcome, note = run(fresh_kernel, "let learningRate = 0.5", "a")
    assert note["text/plain"] == "Cell 2 used the previous `learningRate`."
    assert "<code>learningRate</code>" in note["text/html"]
    assert outcome.kinds == ["status", "execute_input", "display_data", "status"]
    # Running the cell again settles it.
    outcome, note = run(fresh_kernel, "let step = learningRate * 2\nstep", "b")
    assert outcome.result == "1.0" and note is None
    assert run(fresh_kernel, "let learningRate = 0.5", "a")[1] is None
    _, note = run(fresh_kernel, "let learningRate = 0.7", "a")
    assert note["text/plain"] == "Cell 4 used the previous `learningRate`."


def test_a_changed_type_names_the_values_that_are_still_of_the_earlier_one(fresh_kernel):
    run(fresh_kernel, "struct Dog { var age = 1 }", "a")
    run(fresh_kernel, "let rex = Dog()\nfunc older(_ dog: Dog) -> Int { dog.age + 1 }", "b")
    run(fresh_kernel, "let pack = [rex, Dog()]", "c")
    _, note = run(fresh_kernel, 'struct Dog { var age = 1; var name = "Rex" }', "a")
    assert note["text/plain"] == (
        "`rex` and `pack` are still of the earlier type `Dog`: run cells 2 and 3 again, in this order."
    )
    # What is there still works with itself.
    assert run(fresh_kernel, "older(rex) + pack.count")[0].result == "4"
    for code, cell in [("let rex = Dog()\nfunc older(_ dog: Dog) -> Int { dog.age + 1 }", "b"), ("let pack = [rex, Dog()]", "c")]:
        run(fresh_kernel, code, cell)
    assert run(fresh_kernel, "pack[0].name")[0].result == '"Rex"'


def test_a_notebook_run_again_from_top_to_bottom_brings_no_notes(fresh_kernel):
    cells = [("import Foundation\nThread.sleep(forTimeInterval: 1)\nstruct Point { var x = 1 }", "a"), ("let point = Point()", "b"), ("let twice = point.x * 2\ntwice", "c")]
    for code, cell in cells:
        assert run(fresh_kernel, code, cell)[1] is None
    requests = [fresh_kernel.start(code) for code, _ in cells]
    outcomes = [fresh_kernel.finish(request) for request in requests]
    assert [outcome.displays for outcome in outcomes] == [[], [], []]
    assert outcomes[2].result == "2"


def test_a_value_of_an_earlier_type_is_called_that(fresh_kernel):
    for code in ("struct Dog { var age = 1 }", "let rex = Dog()", "struct Dog { var age = 1; var owner = 2 }\nfunc pet(_ dog: Dog) {}"):
        fresh_kernel.succeed(code)
    error = fresh_kernel.run("pet(rex)").error
    assert "value of type 'Dog' (the earlier one, of cell 1) to expected argument type 'Dog'" in error.value
    assert "run cell 2 again" in error.traceback and "Cell" not in error.traceback.replace("CompileError", "")
    fresh_kernel.succeed("let rex = Dog()")
    fresh_kernel.succeed("pet(rex)")


def test_a_misspelt_name_of_an_earlier_cell_is_corrected(fresh_kernel):
    fresh_kernel.succeed("let learningRate = 0.1")
    assert fresh_kernel.run("learningrate * 2").error.value.endswith("did you mean 'learningRate'?")


def test_a_failed_check_tells_its_message(fresh_kernel):
    fresh_kernel.succeed("let limit = 3")
    for check, message in [
        ('precondition(limit > 5, "limit is \\(limit)")', "Precondition failed: limit is 3"),
        ('assert(limit > 5, "too small")', "Assertion failed: too small"),
        ('preconditionFailure("never here")', "Precondition failed: never here"),
    ]:
        error = fresh_kernel.run(f"let before = 1\n{check}").error
        assert error.value.endswith(message) and "line 2" in error.traceback
    fresh_kernel.succeed('precondition(limit == 3, "not told")\nassert(limit == 3)')
