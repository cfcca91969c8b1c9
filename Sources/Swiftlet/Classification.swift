public import Plots
public import Tensors

/// Counts which classes a classifier takes for which, and shows them: a row for each true class, a column for each predicted one.
///
/// - Parameters:
///   - predictions: Class indices [N], or scores [N, classes] of which the greatest counts.
///   - labels: The true class indices [N].
///   - classNames: The classes' names.
///   - cells: What each cell says.
public func confusionMatrix(
    _ predictions: Tensor, _ labels: Tensor, classNames: [String] = [], cells: ConfusionCells = .counts
) -> Figure {
    let (found, wanted) = (classIndices(predictions), labels.ints)
    checkCounts(found.count, wanted.count, operation: "confusionMatrix")
    let classes = max(classNames.count, (found.max() ?? 0) + 1, (wanted.max() ?? 0) + 1)
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
    for (prediction, label) in zip(found, wanted) { counts[label][prediction] += 1 }
    return confusionMatrix(counts: counts, classNames: classNames, cells: cells)
}

extension Examples {
    /// Which classes are taken for which: `test.confusionMatrix(lenet.predict(test.inputs))`.
    ///
    /// - Parameters:
    ///   - predictions: Class indices [N], or scores [N, classes], for these examples.
    ///   - cells: Whether the picture shows counts or shares.
    public func confusionMatrix(_ predictions: Tensor, cells: ConfusionCells = .counts) -> Figure {
        Swiftlet.confusionMatrix(predictions, targets, classNames: classNames, cells: cells)
    }

    /// Images that a classifier gets wrong: under each what it says, and what is right.
    ///
    /// - Parameters:
    ///   - predictions: Scores [N, classes] for these examples, so that those come first of which the classifier is surest; or class indices [N].
    ///   - count: How many are shown at most.
    ///   - columns: How many stand in a row.
    public func misclassified(_ predictions: Tensor, count: Int = 24, columns: Int = 8) -> Figure {
        let (found, wanted) = (classIndices(predictions), targets.ints)
        checkCounts(found.count, wanted.count, operation: "misclassified")
        var wrong = wanted.indices.filter { found[$0] != wanted[$0] }
        let total = wrong.count
        if predictions.rank == 2 {
            let sureness = predictions.softmax(axis: -1).max(axes: 1).doubles
            wrong.sort { (sureness[$0], $1) > (sureness[$1], $0) }
        }
        let chosen = Array(wrong.prefix(count))
        let share = NumberText.fixed(100 * Double(total) / Double(max(wanted.count, 1)), decimals: 1)
        let title =
            "\(NumberText.fixed(Double(total), decimals: 0)) of \(NumberText.fixed(Double(wanted.count), decimals: 0)) are wrong (\(share) %)"
        guard !chosen.isEmpty else {
            return Figure(width: 320, height: 40, description: title) {
                $0.text(
                    title, at: Canvas.Point(Style.margin, 20), size: Style.titleSize, isBold: true, vertical: .middle)
            }
        }
        return imageGrid(
            inputs.gathered(Tensor(chosen)), title: title + (predictions.rank == 2 ? ", the surest first" : ""),
            columns: columns,
            titles: chosen.map { "\(name(found[$0]))?\nis: \(name(wanted[$0]))" })
    }

    /// The first images with the names of their classes.
    ///
    /// - Parameters:
    ///   - count: How many are shown at most.
    ///   - columns: How many stand in a row.
    public func images(_ count: Int = 24, columns: Int = 8) -> Figure {
        let shown = self[0..<min(count, self.count)]
        return imageGrid(shown.inputs, columns: columns, titles: shown.targets.ints.map { name($0) })
    }

    private func name(_ index: Int) -> String { classNames.indices.contains(index) ? classNames[index] : "\(index)" }
}

/// Class indices from class indices or scores.
private func classIndices(_ predictions: Tensor) -> [Int] {
    (predictions.rank == 2 && predictions.shape[1] > 1 ? predictions.argMax(axis: 1) : predictions.flattened()).ints
}

private func checkCounts(_ predictions: Int, _ labels: Int, operation: String) {
    guard predictions == labels else {
        Failure.raise(
            ValueError(
                operation: operation, message: "there are \(predictions) predictions for \(labels) examples",
                hint: "predict on the inputs of the same examples: predict(test.inputs) for test"))
    }
}
