"""Commands at the beginning of a cell: `%help`, `!ls` and others."""

import re

from session import Session


def pages(outcome):
    return [item["data"] for item in outcome.reply["payload"] if item["source"] == "page"]


def failure(outcome):
    """An error of a command: its line and its hint."""
    assert outcome.kinds == ["status", "execute_input", "error", "status"], outcome.kinds
    assert outcome.reply["status"] == "error" and outcome.error.name == "CommandError"
    return outcome.error.value, outcome.error.traceback.split("\n")[-1]


# MARK: Help


def test_help_lists_all_commands_in_a_pager(kernel):
    outcome = kernel.run("%help")
    assert outcome.kinds == ["status", "execute_input", "status"]
    (page,) = pages(outcome)
    for command in ("%help", "%who", "%time", "%timeit", "%undo", "%reset", "%package", "%save", "%load", "!"):
        assert f"    {command} " in page["text/plain"]
    assert page["text/markdown"] == page["text/plain"]


def test_help_inspection_and_completion_tell_the_same(kernel):
    (page,) = pages(kernel.run("%help timeit"))
    assert page["text/plain"].startswith("**`%timeit [Swift]`** – run the cell many times")
    assert pages(kernel.run("%timeit?")) == [page]
    for code in ("%timeit", "// why\n%timeit sqrt(2.0)"):
        found = kernel.ask("inspect", code, code.index("%") + 3)
        assert found["found"] and found["data"] == page
    completion = kernel.ask("complete", "// why\n%ti")
    assert completion["matches"] == ["%time", "%timeit"]
    assert (completion["cursor_start"], completion["cursor_end"]) == (7, 10)
    kinds = {item["text"]: (item["type"], item["signature"]) for item in completion["metadata"]["_jupyter_types_experimental"]}
    assert kinds["%time"] == ("magic", "run the cell and print how long each phase took")


def test_an_unknown_command_names_the_nearest(kernel):
    count = kernel.run("1").reply["execution_count"]
    assert failure(kernel.run("\n%tiem f()")) == (
        f"cell {count + 1}, line 2: there is no command %tiem",
        "did you mean %time?",
    )
    assert failure(kernel.run("%matplotlib inline"))[1] == "%help lists all commands"


def test_nothing_of_a_cell_runs_if_one_of_its_commands_is_unknown(kernel):
    outcome = kernel.run('!echo done\n%xyz\nprint("done")')
    assert failure(outcome)[0].endswith("line 2: there is no command %xyz") and outcome.stdout == ""


# MARK: Swift beside commands


def test_the_swift_below_commands_keeps_its_lines(kernel):
    outcome = kernel.run("// first\n! true\n\nlet a = 1\nlet b: Int = \"two\"")
    assert re.fullmatch(r"cell \d+, line 5: cannot convert value of type 'String' to specified type 'Int'", outcome.error.value)
    outcome = kernel.run("! true\nlet none: [Int] = []\nprint(none[0])")
    assert re.match(r"cell \d+, line 3: Index out of range", outcome.error.value)


def test_swift_that_looks_like_a_command_is_swift(kernel):
    kernel.succeed("let isReady = false\nfunc ls() -> Bool { true }")
    assert kernel.run("!isReady").result == "true"
    assert kernel.run("!isReady\n  && !isReady").result == "true"
    assert kernel.run("!ls()").result == "false"
    text = 'let text = """\n%who\n!ls\n"""\nlet rest = 17\n    % 5\n(text, rest)'
    assert kernel.run(text).result == '("%who\\n!ls", 2)'


def test_is_complete_with_commands(kernel):
    def status(code):
        return kernel.ask("is_complete", code)["status"]

    assert status("%who") == "complete"
    assert status("!for i in 1 2; do echo $i; done") == "complete"
    assert status("!ls\nlet x = [1,") == "incomplete"
    assert status("%time") == "incomplete"
    assert status("%time f()") == "complete"
    assert status("%unknown") == "complete"


# MARK: The shell


def test_a_shell_command_prints_while_it_runs(kernel):
    request = kernel.start("!echo first; read line; echo \"got [$line]\"; sleep 30; echo second >&2")
    kernel.wait_for_output(request, "first\ngot []\n", timeout=20)
    kernel.interrupt()
    outcome = kernel.finish(request, timeout=20)
    assert outcome.error.name == "Interrupted"
    assert "What it did until then is done. All variables are kept." in outcome.error.traceback
    assert kernel.run("1 + 1").result == "2"


def test_a_status_is_said_and_the_cell_goes_on(kernel):
    outcome = kernel.run('!echo out; echo problem >&2; exit 3\nprint("on")')
    assert outcome.reply["status"] == "ok"
    assert outcome.stdout == "out\non\n" and outcome.stderr == "problem\n(the command ended with status 3)\n"


def test_an_interrupt_ends_what_ignores_it_and_its_children(kernel):
    request = kernel.start("!trap '' INT; echo ready; sleep 1000 & wait\nprint(\"not run\")")
    kernel.wait_for_output(request, "ready", timeout=20)
    kernel.interrupt()
    outcome = kernel.finish(request, timeout=20)
    assert outcome.error.name == "Interrupted" and "not run" not in outcome.stdout


def test_what_runs_in_the_background_holds_nothing_up(kernel, tmp_path):
    assert kernel.run(f"!mkfifo {tmp_path}/pipe; cat {tmp_path}/pipe & echo started").stdout == "started\n"
    kernel.succeed(f"!echo free > {tmp_path}/pipe")


def test_the_shell_runs_in_the_notebooks_folder(tmp_path):
    with Session(cwd=str(tmp_path)) as kernel:
        assert kernel.run("!cd /; pwd\n!pwd").stdout == f"/\n{tmp_path}\n"


# MARK: Files


def test_cells_are_saved_and_loaded(fresh_kernel, tmp_path):
    file = tmp_path / "my cells.swift"
    fresh_kernel.succeed("let a = 1")
    fresh_kernel.run("let b = nonsense")
    fresh_kernel.succeed("!echo\na + 1")
    outcome = fresh_kernel.run(f"%save '{file}'")
    assert outcome.stdout == f"2 cells saved in {file}\n"
    text = "// Saved by Swiftlet.\n\n// Cell 1\nlet a = 1\n\n// Cell 3\n// !echo\na + 1\n"
    assert file.read_text() == text
    assert fresh_kernel.run(f"%save '{file}' 1").stdout == f"1 cell saved in {file}\n"
    assert fresh_kernel.run(f"%load '{file}'").reply["payload"] == [
        {"source": "set_next_input", "text": "// Saved by Swiftlet.\n\n// Cell 1\nlet a = 1\n", "replace": False}
    ]


def test_a_file_of_ones_own_is_not_overwritten(kernel, tmp_path):
    file = tmp_path / "mine.swift"
    file.write_text("let mine = 1\n")
    kernel.succeed("1")
    value, hint = failure(kernel.run(f"%save {file}"))
    assert value.endswith(f"{file} exists and was not written by %save")
    assert hint == "choose another name, or remove it first" and file.read_text() == "let mine = 1\n"
    assert f"{tmp_path}/none.swift cannot be read" in failure(kernel.run(f"%load {tmp_path}/none.swift"))[0]


# MARK: Time


def test_time_runs_the_cell_and_tells_its_phases(kernel):
    outcome = kernel.run("// first\n%time let timed = (1...10).reduce(0, +)\nprint(\"printed\")\ntimed")
    assert outcome.result == "55"
    number = r"\d[\d.]* (ns|µs|ms|s)"
    assert re.fullmatch(
        f"printed\nwall {number} · CPU {number}\nparse {number} · compile {number} · link {number}( .*)? · run {number}\n",
        outcome.stdout,
    )
    assert kernel.run("timed").result == "55"


def test_timeit_repeats_compiled_code_and_leaves_nothing(kernel):
    kernel.succeed("var calls = 0, numbers = (0..<1000).map { $0 &* 7 }")
    outcome = kernel.run("%timeit\ncalls += 1\nlet leaked = numbers.reduce(0, &+)\nleaked")
    number = r"\d[\d.]* (ns|µs|ms|s)"
    assert re.fullmatch(
        rf"{number} per run: the median of \d+ × \d+ runs; best {number}, interquartile range {number}\n", outcome.stdout
    )
    assert outcome.result is None
    assert int(kernel.run("calls").result) > 1000
    assert "leaked" in kernel.run("leaked").error.value


def test_an_error_in_timed_code_names_its_line(kernel):
    outcome = kernel.run("%timeit\nlet none: [Int] = []\nnone[1]")
    assert re.fullmatch(r"cell \d+, line 3: Index out of range", outcome.error.value)
    assert "swiftlet" not in outcome.error.traceback.lower()


def test_timeit_can_be_interrupted(kernel):
    request = kernel.start('print("begun")\n')
    kernel.finish(request)
    request = kernel.start('%timeit print("."); var i = 0; while i < 1_000_000_000_000 { i += 1 }')
    kernel.wait_for_output(request, ".")
    kernel.interrupt()
    assert kernel.finish(request, timeout=30).error.name == "Interrupted"


# MARK: Variables


def test_who_lists_what_cells_have_declared(fresh_kernel):
    assert fresh_kernel.run("%who").displays == [{"text/plain": "No cell has declared anything yet."}]
    fresh_kernel.succeed(
        "import Swiftlet\nlet weights = Tensor.zeros([100, 30])\nvar counts = [1, 2, 3]\n"
        "struct Box: ~Copyable { var content = 1 }\nlet box = Box()\n"
        "var computed: Int { get throws { print(\"computed\"); return 3 } }"
    )
    fresh_kernel.succeed("let counts = Array(0..<1000)\nfunc area(of side: Double) -> Double { side * side }")
    outcome = fresh_kernel.run("%who")
    assert outcome.kinds == ["status", "execute_input", "display_data", "status"]
    (table,) = outcome.displays
    lines = [re.split(r"   +", line) for line in table["text/plain"].split("\n")]
    assert lines[0] == ["variable", "type", "value", "size", "cell"]
    assert lines[1] == ["weights", "Tensor", "[100, 30] float32", "12.0 KB", "2"]
    assert lines[2] == ["box", "Box", "2"]
    assert lines[3][:2] == ["counts", "[Int]"] and lines[3][2].startswith("1,000 elements: [0, 1, 2, ")
    assert lines[5:] == [["struct Box", "(cell 2)"], ["func area(of: Double)", "(cell 3)"]]
    assert "<td style=\"text-align: left\">weights</td>" in table["text/html"]


def test_who_and_the_panel_show_the_variable_of_a_slider(fresh_kernel):
    fresh_kernel.succeed(
        'import Swiftlet\n@Slider("rate", 0.001...0.1) var rate = 0.01\n@Checkbox("on") var isOn = true\n'
        'let bar = ProgressBar(total: 2000, label: "drawing", unit: "samples")\nbar.advance(by: 1000)\nrate = 0.02'
    )
    (table,) = fresh_kernel.run("%who").displays
    lines = [re.split(r"   +", line.strip()) for line in table["text/plain"].split("\n")]
    assert lines[1:] == [
        ["rate", "Double", "0.02", "1"], ["isOn", "Bool", "true", "1"], ["bar", "ProgressBar", "drawing 1,000/2,000 samples", "1"],
    ]


def test_a_description_that_fails_or_never_ends_costs_only_its_own_value(fresh_kernel):
    fresh_kernel.succeed(
        "struct Bad: CustomStringConvertible { var n = 1; var description: String { fatalError(\"never\") } }\n"
        "let first = 1, bad = Bad(), last = 2"
    )
    text = fresh_kernel.run("%who").displays[0]["text/plain"]
    rows = {line.split()[0]: line.split()[1:] for line in text.split("\n")[1:4]}
    assert rows == {"first": ["Int", "1", "1"], "bad": ["Bad", "1"], "last": ["Int", "2", "1"]}
    assert fresh_kernel.run("first + last").result == "3"


# MARK: Expressions of a front end


def expressions(kernel, code="", **expressions):
    return kernel.run(code, user_expressions=expressions).reply["user_expressions"]


def test_user_expressions_are_evaluated_after_the_cell(kernel):
    answers = expressions(kernel, "var seen = 41", answer="seen + 1", text='"a" + "b"', nothing='print("printed")')
    assert answers == {
        "answer": {"status": "ok", "data": {"text/plain": "42"}, "metadata": {}},
        "text": {"status": "ok", "data": {"text/plain": '"ab"'}, "metadata": {}},
        "nothing": {"status": "ok", "data": {"text/plain": "()"}, "metadata": {}},
    }


def test_what_an_expression_changes_stays_changed(kernel):
    kernel.succeed("var list = [1]\nfunc grow() -> Int { list.append(2); return list.count }")
    count = kernel.run("0").reply["execution_count"]
    assert expressions(kernel, size="grow()")["size"]["data"]["text/plain"] == "2"
    outcome = kernel.run("list")
    assert outcome.result == "[1, 2]" and outcome.reply["execution_count"] == count + 2


def test_an_expression_that_fails_says_why_and_the_cell_is_ok(kernel):
    outcome = kernel.run(
        "let few: [Int] = []", user_expressions={"unknown": "nonsense", "trap": "few[3]", "statement": "let x = 1"}
    )
    assert outcome.reply["status"] == "ok"
    answers = outcome.reply["user_expressions"]
    assert {name: (answer["status"], answer["ename"]) for name, answer in answers.items()} == {
        "unknown": ("error", "CompileError"),
        "trap": ("error", "FatalError"),
        "statement": ("error", "NotAnExpression"),
    }
    assert answers["unknown"]["evalue"] == "expression, line 1: cannot find 'nonsense' in scope"
    assert "Index out of range" in answers["trap"]["evalue"]
    assert kernel.run("few.count").result == "0"


# MARK: The panel of variables


def debug(kernel, command, **arguments):
    """The kernel's answer to a request of JupyterLab's variables panel."""
    content = {"type": "request", "seq": 1, "command": command, "arguments": arguments}
    message = kernel.client.session.msg("debug_request", content)
    kernel.client.control_channel.send(message)
    while True:
        reply = kernel.client.get_control_msg(timeout=60)
        if reply["parent_header"].get("msg_id") == message["header"]["msg_id"]:
            return reply["content"]["body"]


def test_the_panel_of_variables_shows_values_and_their_parts(fresh_kernel):
    fresh_kernel.succeed(
        "import Swiftlet\nlet t = Tensor([1, 2, 6] as [Float]), list = [10, 20]\nstruct Point { var x = 1.5 }\nvar point = Point()"
    )

    def shown(variables):
        """What has no parts goes without its type: JupyterLab would show that in the value's place."""
        return [(variable["name"], variable.get("type"), variable["value"]) for variable in variables]

    variables = debug(fresh_kernel, "inspectVariables")["variables"]
    assert sorted(shown(variables)) == [
        ("list", "[Int]", "[10, 20]"), ("point", "Point", "Point(x: 1.5)"), ("t", "Tensor", "[1. 2. 6.], [3] float32"),
    ]
    references = {variable["name"]: variable["variablesReference"] for variable in variables}

    def parts(name):
        return shown(debug(fresh_kernel, "variables", variablesReference=references[name])["variables"])

    assert parts("list") == [("[0]", None, "10"), ("[1]", None, "20")]
    assert parts("point") == [("x", None, "1.5")]
    assert [(name, value) for name, _, value in parts("t")] == [
        ("shape", "[3]"), ("dtype", "float32"), ("mean", "3.0"), ("min", "1.0"), ("max", "6.0"),
    ]
    # A cell that changes a variable, and no list of names, is seen as well; nothing of this is in the history.
    count = fresh_kernel.run("point.x = 2").reply["execution_count"]
    assert ("point", "Point", "Point(x: 2.0)") in shown(debug(fresh_kernel, "inspectVariables")["variables"])
    assert fresh_kernel.run("1").reply["execution_count"] == count + 1


# MARK: Going back


def test_undo_takes_the_last_cell_back(fresh_kernel, tmp_path):
    fresh_kernel.succeed("var a = 1, list = [1]")
    fresh_kernel.succeed("a = 2\nlist.append(2)\nlet b = 3")
    assert fresh_kernel.run("%who\n%undo").stdout == (
        "Cell 2 is taken back: variables, functions and types are as they were before it.\n"
    )
    assert failure(fresh_kernel.run("%undo")) == (
        "cell 4, line 1: there is nothing to take back",
        "only the last cell can be taken back, and only once",
    )
    assert fresh_kernel.run("(a, list)").result == "(1, [1])"
    assert "cannot find 'b' in scope" in fresh_kernel.run("b").error.value
    fresh_kernel.succeed(f"%save {tmp_path}/session.swift")
    assert "// Cell 2\n" not in (tmp_path / "session.swift").read_text()


def test_a_cell_that_failed_can_be_taken_back(fresh_kernel):
    fresh_kernel.succeed("var list = [1]")
    assert fresh_kernel.run("list = []\nlist[7]").error.name == "FatalError"
    assert fresh_kernel.run("%undo\nlist").result == "[1]"


def test_reset_forgets_all_cells_and_keeps_their_numbers(fresh_kernel, tmp_path):
    fresh_kernel.succeed("let a = 1\nfunc f() -> Int { 2 }")
    outcome = fresh_kernel.run('%reset\nlet a = "new"\na')
    assert outcome.stdout == "All cells are forgotten.\n" and outcome.result == '"new"'
    assert outcome.reply["execution_count"] == 2
    assert "cannot find 'f' in scope" in fresh_kernel.run("f()").error.value
    fresh_kernel.succeed(f"%save {tmp_path}/session.swift 1")
    assert "func f() -> Int { 2 }" in (tmp_path / "session.swift").read_text()
    assert fresh_kernel.run("%reset\n%undo").error.value.endswith("line 2: there is nothing to take back")
