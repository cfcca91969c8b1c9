/// How the values of classes are averaged.
public enum ClassAverage: Sendable, Hashable {
    /// The mean over classes, rare or frequent.
    case macro
    /// The mean over classes, weighted by how often each occurs.
    case weighted
    /// The value of one class.
    case ofClass(Int)

    /// The prefix of the metric's name in a history.
    var prefix: String {
        switch self {
        case .macro: "macro_"
        case .weighted: "weighted_"
        case .ofClass(let index): "class_\(index)_"
        }
    }
}

extension Metric {
    /// A custom metric that is computed from the ``ConfusionMatrix`` of all examples.
    ///
    /// ```swift
    /// let f2 = Metric.confusion("f2") { $0.fScore(beta: 2)[1] }
    /// ```
    /// - Parameters:
    ///   - name: The name in the history.
    ///   - isLargerBetter: Whether larger values are better.
    ///   - read: Returns the metric of the matrix.
    public static func confusion(
        _ name: String, isLargerBetter: Bool = true, read: @escaping @Sendable (ConfusionMatrix) -> Double
    ) -> Metric {
        Metric(name, .decisions, isLargerBetter: isLargerBetter) { batch in
            DerivedState(ConfusionMatrix(batch), read: read)
        }
    }

    private static func ofClasses(
        _ name: String, _ average: ClassAverage?, _ values: @escaping @Sendable (ConfusionMatrix) -> [Double]
    ) -> Metric {
        Metric((average?.prefix ?? "") + name, .decisions, isLargerBetter: true) { batch in
            let usual: ClassAverage = batch.decidesYesOrNo ? .ofClass(1) : .macro
            return DerivedState(ConfusionMatrix(batch)) { $0.average(values($0), average ?? usual) }
        }
    }

    /// ``precision(_:)`` with the usual average.
    public static let precision = precision(nil)

    /// Precision: of the examples predicted as a class, the share that is right, TP / (TP + FP).
    ///
    /// Outputs: `[n, …, classes]` with class indices; or yes and no of any shape, with 0 and 1.
    /// ```swift
    /// let value = Metric.precision(Tensor([[0.9], [0.8], [0.3]]), Tensor([1, 0, 1]))  // 0.5
    /// ```
    /// If false alarms matter; if missed examples do take ``recall(_:)``, for both ``f1(_:)``.
    /// - Parameter average: How classes are averaged; nil for the value of yes, or the mean over classes.
    public static func precision(_ average: ClassAverage?) -> Metric { ofClasses("precision", average, \.precision) }

    /// ``recall(_:)`` with the usual average.
    public static let recall = recall(nil)

    /// Recall: of the examples of a class, the share that was found, TP / (TP + FN).
    ///
    /// Outputs: `[n, …, classes]` with class indices; or yes and no of any shape, with 0 and 1.
    /// ```swift
    /// let value = Metric.recall(Tensor([[0.9], [0.8], [0.3]]), Tensor([1, 0, 1]))  // 0.5
    /// ```
    /// If missed examples matter; if false alarms do take ``precision(_:)``, for both ``f1(_:)``.
    /// - Parameter average: How classes are averaged; nil for the value of yes, or the mean over classes.
    public static func recall(_ average: ClassAverage?) -> Metric { ofClasses("recall", average, \.recall) }

    /// ``f1(_:)`` with the usual average.
    public static let f1 = f1(nil)

    /// The harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN) (van Rijsbergen 1979).
    ///
    /// Outputs: `[n, …, classes]` with class indices; or yes and no of any shape, with 0 and 1.
    /// ```swift
    /// let value = Metric.f1(.macro)(Tensor([[0.9, 0.1], [0.4, 0.6]]), Tensor([0, 0]))
    /// ```
    /// For rare classes, where ``accuracy`` says little; without a threshold ``averagePrecision``.
    /// - Parameter average: How classes are averaged; nil for the value of yes, or the mean over classes.
    public static func f1(_ average: ClassAverage?) -> Metric { ofClasses("f1", average, \.f1) }

    /// ``dice(_:)`` with the usual average.
    public static let dice = dice(nil)

    /// The Dice coefficient of regions: 2 |A ∩ B| / (|A| + |B|) over all pixels of all examples (Dice 1945). It equals
    /// ``f1(_:)``.
    ///
    /// Outputs: `[n, height, width, classes]` with class indices; or yes and no of any shape, with 0 and 1.
    /// ```swift
    /// let value = Metric.dice(.normal([2, 8, 8, 1]), .ones([2, 8, 8, 1]), loss: .dice)
    /// ```
    /// For medical images; ``iou(_:)`` is usual elsewhere.
    /// - Parameter average: How classes are averaged; nil for the value of yes, or the mean over classes.
    public static func dice(_ average: ClassAverage?) -> Metric { ofClasses("dice", average, \.f1) }

    /// ``iou(_:)`` with the usual average.
    public static let iou = iou(nil)

    /// The intersection over union of regions: |A ∩ B| / |A ∪ B| over all pixels of all examples (Jaccard 1912),
    /// averaged over classes: the mean IoU.
    ///
    /// Outputs: `[n, height, width, classes]` with class indices; or yes and no of any shape, with 0 and 1.
    /// ```swift
    /// let value = Metric.iou(.normal([2, 8, 8, 3]), .zeros([2, 8, 8], dtype: .int32))
    /// ```
    /// For segmentation; for boxes take ``MeanAveragePrecision``.
    /// - Parameter average: How classes are averaged; nil for the value of yes, or the mean over classes.
    public static func iou(_ average: ClassAverage?) -> Metric { ofClasses("iou", average, \.intersectionOverUnion) }

    /// Cohen's κ, the agreement of predictions and labels corrected for chance: (p − pₑ) / (1 − pₑ), where p is the
    /// accuracy and pₑ that expected by chance (Cohen 1960).
    ///
    /// Outputs: `[n, …, classes]` with class indices; or yes and no of any shape, with 0 and 1.
    /// ```swift
    /// let value = Metric.kappa(Tensor([[0.9, 0.1], [0.4, 0.6]]), Tensor([0, 1]))  // 1
    /// ```
    /// For classes of different frequencies; if they are alike ``accuracy`` will do.
    public static let kappa = confusion("kappa") { $0.kappa }

    /// The correlation of labels and predictions: (TP · TN − FP · FN) / √((TP + FP) (TP + FN) (TN + FP) (TN + FN)),
    /// from −1 to 1 (Matthews 1975; for several classes Gorodkin 2004).
    ///
    /// Outputs: `[n, …, classes]` with class indices; or yes and no of any shape, with 0 and 1.
    /// ```swift
    /// let value = Metric.matthewsCorrelation(Tensor([[0.9, 0.1], [0.4, 0.6]]), Tensor([0, 1]))  // 1
    /// ```
    /// Unlike ``f1(_:)`` it counts true negatives.
    public static let matthewsCorrelation = confusion("matthews_correlation") { $0.matthewsCorrelation }
}
