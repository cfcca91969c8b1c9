public import Plots
public import Tensors

/// A confusion matrix: how often each class is predicted as each class, with a row for each true class and a column for
/// each predicted one.
///
/// ```swift
/// let scores = Tensor([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4]])
/// let picture = confusionMatrix(scores, Tensor([0, 1, 1] as [Int32]), classNames: ["cat", "dog"])
/// ```
///
/// - Parameters:
///   - predictions: Class indices `[N]`, or scores `[N, classes]`, of which the greatest decides.
///   - labels: The true class indices `[N]`, or a row for each, `[N, classes]`, with 1 for the class; a `ValueError` if
///     there are not as many as predictions, or if one is negative.
///   - classNames: The names of the classes, by their indices; without them the indices are shown.
///   - cells: The contents of the cells.
public func confusionMatrix(
    _ predictions: Tensor, _ labels: Tensor, classNames: [String] = [], cells: ConfusionCells = .counts
) -> Figure {
    let (found, wanted) = (classIndices(predictions), classIndices(labels))
    checkCounts(found.count, wanted.count, operation: "confusionMatrix")
    if let index = (found + wanted).first(where: { $0 < 0 }) {
        Failure.raise(
            ValueError(
                operation: "confusionMatrix", message: "class indices must be at least 0, got \(index)",
                hint: "leave out what has no class: labels[labels .>= 0], and the same rows of the predictions"))
    }
    let classes = max(classNames.count, (found.max() ?? 0) + 1, (wanted.max() ?? 0) + 1)
    var counts = [[Int]](repeating: [Int](repeating: 0, count: classes), count: classes)
    for (prediction, label) in zip(found, wanted) { counts[label][prediction] += 1 }
    return confusionMatrix(counts: counts, classNames: classNames, cells: cells)
}

extension Examples {
    /// The confusion matrix of a classifier: `test.confusionMatrix(lenet.predict(test.inputs))`.
    ///
    /// - Parameters:
    ///   - predictions: Class indices `[N]`, or scores `[N, classes]`, for these examples.
    ///   - cells: The contents of the cells.
    public func confusionMatrix(_ predictions: Tensor, cells: ConfusionCells = .counts) -> Figure {
        Swiftlet.confusionMatrix(predictions, targets, classNames: classNames, cells: cells)
    }

    /// The images that a classifier gets wrong, each with the predicted and the true class.
    ///
    /// - Parameters:
    ///   - predictions: Scores `[N, classes]` for these examples, which sort the images by confidence, the most
    ///     confident first; or class indices `[N]`.
    ///   - count: The greatest number of images.
    ///   - columns: The number of images in a row.
    public func misclassified(_ predictions: Tensor, count: Int = 24, columns: Int = 8) -> Figure {
        let (found, wanted) = (classIndices(predictions), classIndices(targets))
        checkCounts(found.count, wanted.count, operation: "misclassified")
        var wrong = wanted.indices.filter { found[$0] != wanted[$0] }
        let total = wrong.count
        if predictions.rank == 2 {
            let confidence = predictions.softmax(axis: -1).max(axes: 1).doubles
            wrong.sort { (confidence[$0], $1) > (confidence[$1], $0) }
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
            inputs.gathered(Tensor(chosen)), title: title + (predictions.rank == 2 ? ", the most confident first" : ""),
            columns: columns,
            titles: chosen.map { "\(name(found[$0]))?\nis: \(name(wanted[$0]))" })
    }

    /// The first images, with the names of their classes.
    ///
    /// - Parameters:
    ///   - count: The greatest number of images.
    ///   - columns: The number of images in a row.
    public func images(_ count: Int = 24, columns: Int = 8) -> Figure {
        let shown = self[0..<min(count, self.count)]
        return imageGrid(shown.inputs, columns: columns, titles: classIndices(shown.targets).map { name($0) })
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
                operation: operation,
                message: "there must be \(labels) predictions, one for each example, got \(predictions)",
                hint: "predict from the inputs of the same examples: predict(test.inputs) for test"))
    }
}
