internal import Tensors

/// What is wrong, and what to do about it.
typealias Problem = (message: String, hint: String)

// Checks of targets and of the last activation before a training begins.
extension Loss {
    /// The problem with the shape of targets, if there is one.
    func problem(targets: Shape, dtype: DType, outputs: Shape) -> Problem? {
        switch self.targets {
        case .classes where !dtype.isFloatingPoint: classProblem(targets, outputs)
        case .values, .classes: valueProblem(targets, dtype, outputs)
        case .groups:
            targets.rank == 1 && outputs.rank > 1 && targets[0] == outputs[0] && !dtype.isFloatingPoint
                ? nil
                : (
                    "class indices \(targets) of \(dtype) do not match outputs \(outputs)",
                    "give one integer per example: [\(outputs.first ?? 0)]"
                )
        case .sequences:
            targets.rank == 2 && outputs.rank == 3 && targets[0] == outputs[0] && !dtype.isFloatingPoint
                ? nil
                : (
                    "sequences \(targets) of \(dtype) do not match outputs \(outputs)",
                    "outputs must be [n, steps, classes], targets integers [n, length]"
                )
        case .rows:
            targets.rank > 0 && targets[0] == outputs.first
                ? nil : ("targets \(targets) do not match outputs \(outputs)", "give one row for each example")
        }
    }

    private func classProblem(_ targets: Shape, _ outputs: Shape) -> Problem? {
        guard outputs.rank > 1 else {
            return ("outputs \(outputs) have no class axis", "end the network with Dense(classes)")
        }
        let expected = outputs.removing(at: outputs.rank - 1)
        guard targets != expected else { return nil }
        let hint =
            if targets == outputs {
                "one-hot rows are probabilities: convert them with .converted(to: .float32)"
            } else if let steps = surplusSteps(targets, outputs.removing(at: outputs.rank - 1)) {
                steps
            } else if targets[0] == expected[0],
                let remedy = ShapeRemedy(from: targets.removing(at: 0), to: expected.removing(at: 0))
            {
                "give one index per output: targets\(remedy.callOnBatch)"
            } else {
                "give one index per output, in the shape \(expected)"
            }
        return ("class indices \(targets) do not match outputs \(outputs)", hint)
    }

    private func valueProblem(_ targets: Shape, _ dtype: DType, _ outputs: Shape) -> Problem? {
        if targets == outputs || Array(targets) + [1] == Array(outputs) { return nil }
        return ("targets \(targets) do not match outputs \(outputs)", valueHint(targets, dtype, outputs))
    }

    private func valueHint(_ targets: Shape, _ dtype: DType, _ outputs: Shape) -> String {
        let tooLarge = "make the last layer's output as large as a target"
        guard targets.rank > 0, outputs.rank > 0, targets[0] == outputs[0] else { return tooLarge }
        let classes = outputs[outputs.rank - 1]
        let perOutput = outputs.removing(at: outputs.rank - 1)
        if outputs.rank > 2, let steps = surplusSteps(targets, outputs) { return steps }
        if case .classes = self.targets, let steps = surplusSteps(targets, perOutput) { return steps }
        if classes > 1, targets == perOutput || Array(targets) == Array(perOutput) + [1] {
            let isColumn = targets != perOutput
            if case .classes = self.targets {
                let call = (isColumn ? ".reshaped(to: \(perOutput))" : "") + ".converted(to: .int32)"
                return "class indices must be of an integer type: convert them with \(call)"
            }
            let binary = meaning == .binaryLogits || meaning == .binaryProbabilities
            if !dtype.isFloatingPoint || binary {
                // One number for several outputs is a class, in a loss that compares number by number.
                return (classes == 2 && binary ? "end the network with Dense(1), or " : "")
                    + "for one of \(classes) classes take the loss .crossEntropy and no last activation"
                    + (binary ? "" : ", or the targets Tensor.oneHot(labels, classes: \(classes))")
            }
        }
        let remedy = ShapeRemedy(from: targets.removing(at: 0), to: outputs.removing(at: 0))
        return remedy.map { "give the targets the shape of the outputs: targets\($0.callOnBatch)" } ?? tooLarge
    }

    /// The advice for outputs that have an axis of steps more than the targets, such as those of a recurrent layer with
    /// `returnSequences`; nil for others.
    private func surplusSteps(_ targets: Shape, _ outputs: Shape) -> String? {
        guard outputs.rank > 2 || outputs.rank == 2 && targets.rank == 1, targets.rank > 0, outputs[1] > 1 else {
            return nil
        }
        let perSequence = outputs.removing(at: 1)
        guard targets == perSequence || Array(targets) + [1] == Array(perSequence), outputs.rank > 2 || isClassIndexed
        else { return nil }
        return "the outputs have \(outputs[1]) steps and the targets none: leave returnSequences: true out of the last "
            + "recurrent layer, or give a target for each step"
    }

    private var isClassIndexed: Bool { if case .classes = targets { true } else { false } }

    /// The problem with the network's last activation, if there is one: losses of logits expect none, and those of
    /// probabilities one that makes them.
    func problem(activation: ActivationFunction?) -> Problem? {
        guard let last = activation?.name else { return nil }
        let hasSwitch = !["focal", "binaryFocal", "ctc"].contains(name)
        let isSure = ["linear", "relu", "leakyRelu", "elu", "selu", "tanh", "softplus", "swish", "gelu"].contains(last)
        if meaning.isLogits, ["softmax", "sigmoid"].contains(last) {
            // Sigmoids are no distribution over classes: another loss is meant.
            let alternative =
                switch (name, last) {
                case ("crossEntropy", "sigmoid"): ", or, if several labels can be right, take .binaryCrossEntropy"
                case _ where hasSwitch: ", or pass fromLogits: false to the loss"
                default: ""
                }
            return (
                "the network ends with .\(last), but the loss .\(name) expects logits, without that activation",
                "remove it (predict(x).\(last)() gives probabilities)" + alternative
            )
        }
        guard !meaning.isLogits else { return nil }
        if name == "crossEntropy", last == "sigmoid" || isSure {
            return (
                "the network ends with .\(last), but .crossEntropy(fromLogits: false) expects probabilities that sum to 1",
                "end it with .softmax, or with no activation and the loss .crossEntropy"
            )
        }
        if name == "binaryCrossEntropy", isSure {
            return (
                "the network ends with .\(last), but .binaryCrossEntropy(fromLogits: false) expects probabilities",
                "end it with .sigmoid, or with no activation and the loss .binaryCrossEntropy"
            )
        }
        return nil
    }

    /// The problem with the values of targets, if there is one: class indices must be below the number of classes, and
    /// what is yes or no between 0 and 1.
    func problem(labels: Tensor, classes: Int) -> Problem? {
        guard labels.count > 0 else { return nil }
        if ["binaryCrossEntropy", "binaryFocal"].contains(name) { return binaryProblem(labels) }
        guard case .classes = targets, isLabel(labels.dtype) else { return nil }
        let counted = ignoredLabel.map { labels.masked(labels .!= Double($0)) } ?? labels
        guard counted.count > 0 else { return nil }
        let (least, largest) = (Int(counted.min().item()), Int(counted.max().item()))
        guard least < 0 || largest >= classes else { return nil }
        return (
            "labels range from \(least) to \(largest), but the network has \(classes) "
                + (classes == 1 ? "output, for class 0" : "outputs, for the classes 0 to \(classes - 1)"),
            least < 0
                ? "number the classes from 0"
                : "end the network with Dense(\(largest + 1))"
                    + (classes == 1 && largest == 1 ? ", or take the loss .binaryCrossEntropy" : "")
                    + ", or number the classes from 0"
        )
    }

    private func binaryProblem(_ targets: Tensor) -> Problem? {
        let (least, largest) = (targets.min().item(), targets.max().item())
        guard least < 0 || largest > 1 else { return nil }
        let values = targets.dtype.isFloatingPoint ? Extent.text(least, largest) : "\(Int(least)) to \(Int(largest))"
        let hint =
            least == -1 && largest == 1
            ? "write (targets + 1) / 2, or take the loss .hinge, which expects -1 and 1"
            : least >= 0 && largest == largest.rounded() && largest < 1000
                ? "for \(Int(largest) + 1) classes end the network with Dense(\(Int(largest) + 1)) and take .crossEntropy"
                : "for numbers take .meanSquaredError"
        return ("targets go from \(values), but .\(name) expects 0 for no and 1 for yes", hint)
    }
}
