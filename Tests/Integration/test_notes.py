"""Notes: one line beside the output where code runs but may not do what was meant."""


def test_operands_that_stretch_each_other_are_noted_once_for_each_line(kernel):
    kernel.succeed("import Swiftlet\nlet outputs = Tensor.zeros([50, 1]), targets = Tensor.zeros([50])")
    outcome = kernel.succeed(
        "for _ in 1...3 {\n    _ = (outputs - targets).squared()\n    _ = outputs .== targets\n}\nprint(1)"
    )
    first, second = outcome.notes
    assert first.startswith("Line 2: [50, 1] - [50] stretches both operands and makes [50, 50]; ")
    assert second.startswith("Line 3: [50, 1] .== [50] ")
    assert outcome.stdout == "1\n" and outcome.stderr == ""
    assert kernel.succeed("_ = outputs - targets").notes, "each cell is told"


def test_a_note_names_the_line_of_another_cell(kernel):
    kernel.succeed("import Swiftlet\nfunc compare(_ a: Tensor) -> Tensor {\n    a - .zeros([4])\n}")
    number = kernel.succeed("compare(.zeros([4, 1])).shape")
    (note,) = number.notes
    assert note.startswith("Cell ") and ", line 3: [4, 1] - [4]" in note


def test_warnings_that_teach_are_notes(kernel):
    outcome = kernel.succeed("let data = [3, 1, 2]\ndata.sorted()\nlet best = data.max()\nprint(\"best: \\(best)\")")
    first, second = outcome.notes
    assert first.startswith("Line 2: result of call to 'sorted()' is unused; ") and "`sort()`" in first
    assert second.startswith("Line 4: an optional value prints as `Optional(…)`")
    # They are shown before what the cell shows, and again from the cache.
    assert outcome.kinds[:4] == ["status", "execute_input", "display_data", "display_data"]
    kernel.succeed("struct Empty {}")
    assert kernel.succeed("45 / 50").notes == [] and kernel.succeed("let share = 45 / 50").notes != []


def test_a_training_that_diverges_ends_and_says_so(kernel):
    outcome = kernel.succeed(
        """import Swiftlet
let houses = Examples(inputs: .normal([64, 3]), targets: .uniform([64, 1], in: 100_000...900_000))
let net = try Sequential("net", input: [3]) { Dense(16, activation: .relu); Dense(1) }
let history = try net.fit(houses, epochs: 5, optimizer: .sgd(0.1), loss: .meanSquaredError)
print(history.divergence != nil, history.perStep("loss").allSatisfy(\\.isFinite))"""
    )
    assert outcome.stdout == "true true\n"
    last = outcome.notes[-1]
    assert last.startswith("Line 4: net: the loss became ") and "the learning rate 0.1 is too large for targets from" in last
    assert "nan" not in kernel.succeed("net.predict(.zeros([1, 3])).item()").result


def test_data_are_looked_at_before_the_first_step(kernel):
    outcome = kernel.succeed(
        """import Swiftlet
let pixels = (Tensor.uniform([64, 28, 28, 1]) * 255).floor()
let train = Examples(inputs: pixels, targets: Tensor((0..<64).map { $0 % 10 }))
let lenet = try Sequential("lenet", input: [28, 28, 1]) { Flatten(); Dense(10) }
_ = try lenet.fit(train, validation: train, epochs: 1, optimizer: .sgd(1e-6), loss: .crossEntropy)"""
    )
    first, second = outcome.notes
    assert first.startswith("Line 5: lenet: the training inputs go from 0 to 25") and "divide them by 255" in first
    assert second.startswith("Line 5: lenet: the validation examples are the training examples; ")


def test_notes_can_be_switched_off(fresh_kernel):
    fresh_kernel.succeed("import Swiftlet\nNotes.isEnabled = false")
    assert fresh_kernel.succeed("[2, 1].sorted()\n_ = Tensor.zeros([2, 1]) - .zeros([2])").displays == []
    fresh_kernel.succeed("Notes.isEnabled = true")
    assert len(fresh_kernel.succeed("[2, 1].sorted()\n_ = Tensor.zeros([2, 1]) - .zeros([2])").displays) == 2
