internal import Tensors

extension Metric {
    /// What would make the metric a number without meaning, if anything.
    func problem(targets: Tensor, outputs: Shape, loss: Loss?) -> Problem? {
        guard let width = outputs.last, targets.count > 0 else { return nil }
        let meaning = loss?.meaning ?? .values
        switch need {
        case .custom: return nil
        case .loss(let other):
            return other.problem(targets: targets.shape, dtype: targets.dtype, outputs: outputs).map {
                ("\(name): \($0.message)", "measure what fits the targets, such as .accuracy for classes")
            }
        case .numbers:
            if targets.shape == outputs || Array(targets.shape) + [1] == Array(outputs) { return nil }
            return (
                "\(name) compares numbers, but targets \(targets.shape) do not match outputs \(outputs)",
                "for classes measure .accuracy"
            )
        case .topK(let k):
            guard meaning.threshold(width: width) == nil else {
                return (
                    "\(name) needs the outputs of several classes, got \(outputs) for yes or no", "measure .accuracy"
                )
            }
            guard k < width else {
                return ("\(name) of \(width) classes is always 1", "take a k below \(width), or .accuracy")
            }
            return nil
        case .decisions:
            return decisionProblem(targets, outputs, meaning)
        }
    }

    private func decisionProblem(_ targets: Tensor, _ outputs: Shape, _ meaning: OutputMeaning) -> Problem? {
        let width = outputs[outputs.rank - 1]
        guard let extent = Extent(of: targets.rank == 0 ? targets.reshaped(to: [1]) : targets), extent.isFinite else {
            return nil
        }
        let isRegression = "measure .meanAbsoluteError or .rSquared"
        guard meaning.threshold(width: width) != nil else {
            // Numbers in the outputs' shape are one-hot rows, or other codes of classes; what is larger is measured.
            guard targets.shape == outputs, extent.magnitude > 1 else { return nil }
            return ("\(name) needs classes, but the targets \(targets.shape) go from \(extent.text)", isRegression)
        }
        let largest = extent.largest, isInteger = extent.sample.dtype.isFloatingPoint ? extent.isOfIntegers : true
        if extent.least >= -1, largest <= 1, meaning != .values || extent.hasTwoValues { return nil }
        let count = width == 1 ? "one output" : "\(width) outputs of yes or no"
        let isClasses = isInteger && extent.least >= 0 && largest > 1 && largest < 1000
        return (
            "\(name) needs decisions, but \(count) against "
                + (isClasses ? "labels from \(extent.text) makes none" : "numbers from \(extent.text) makes none"),
            isClasses
                ? "end the network with Dense(\(Int(largest) + 1)) and take the loss .crossEntropy, or measure .meanAbsoluteError"
                : isRegression
        )
    }
}

extension Extent {
    /// Whether the sample has two values at most, as yes and no are coded.
    fileprivate var hasTwoValues: Bool {
        (sample .== least).converted(to: .int32).sum().item() + (sample .== largest).converted(to: .int32).sum().item()
            >= Double(sample.count)
    }

    /// Whether all numbers of the sample are integers.
    fileprivate var isOfIntegers: Bool { (sample .== sample.floor()).all() }
}
