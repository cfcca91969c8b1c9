public import Tensors

/// Mean average precision (mAP) of object detection: the area under the precision-recall curve of each class's boxes,
/// sorted by score, averaged over classes (Everingham et al. 2010; Lin et al. 2014).
///
/// A box is right if its intersection over union with an object of its class is at least a threshold, and no box with a
/// higher score found that object.
/// ```swift
/// var score = MeanAveragePrecision()
/// score.add(
///     boxes: Tensor([[10.0, 10, 50, 50]]), scores: Tensor([0.9]), labels: Tensor([1]),
///     trueBoxes: Tensor([[12.0, 8, 48, 52]]), trueLabels: Tensor([1]))
/// print(score.value)
/// ```
/// For masks instead of boxes take ``Metric/iou``.
public struct MeanAveragePrecision: MetricState {
    /// How the area under a precision-recall curve is computed, whose precision is the highest at that recall or above.
    public enum Interpolation: Sendable {
        /// The exact area (PASCAL VOC since 2010).
        case everyPoint
        /// The mean at the recalls 0, 0.1, …, 1 (PASCAL VOC 2007).
        case elevenPoints
        /// The mean at the recalls 0, 0.01, …, 1 (COCO).
        case hundredAndOnePoints
    }

    private let thresholds: [Double]
    private let interpolation: Interpolation
    private var classes: [Int: Found] = [:]

    /// The boxes of one class.
    private struct Found: Sendable {
        /// The number of objects in the images.
        var objectCount = 0
        /// The scores of the boxes, and for each threshold whether each box is right.
        var scores: [Double] = []
        var isRight: [[Bool]]
    }

    /// A score without images.
    ///
    /// - Parameters:
    ///   - thresholds: The thresholds of the intersection over union, over which the score is averaged: 0.5 for PASCAL
    ///     VOC, 0.5, 0.55, …, 0.95 for COCO.
    ///   - interpolation: How areas are computed.
    public init(iou thresholds: [Double] = [0.5], interpolation: Interpolation = .everyPoint) {
        self.thresholds = thresholds
        self.interpolation = interpolation
    }

    /// Adds an image.
    ///
    /// - Parameters:
    ///   - boxes: The predicted boxes, `[k, 4]`: left, top, right, bottom.
    ///   - scores: Their scores, `[k]`.
    ///   - labels: Their classes, `[k]`.
    ///   - trueBoxes: The boxes of the objects, `[m, 4]`.
    ///   - trueLabels: Their classes, `[m]`.
    public mutating func add(boxes: Tensor, scores: Tensor, labels: Tensor, trueBoxes: Tensor, trueLabels: Tensor) {
        let found = Self.rows(boxes, labels), objects = Self.rows(trueBoxes, trueLabels)
        let labels = labels.ints, trueLabels = trueLabels.ints, confidences = scores.doubles
        guard confidences.count == labels.count else {
            Failure.raise(
                ShapeError(
                    operation: "MeanAveragePrecision", shapes: [boxes.shape, scores.shape],
                    message: "scores must have one element per box: got \(confidences.count) for \(labels.count) boxes",
                    hint: "give one score and one label per box"))
        }
        Boxes.checkFinite(found.doubles, "boxes", "MeanAveragePrecision")
        Boxes.checkFinite(objects.doubles, "trueBoxes", "MeanAveragePrecision")
        if let box = confidences.firstIndex(where: \.isNaN) {
            Failure.raise(
                ValueError(
                    operation: "MeanAveragePrecision", message: "the score of box \(box) is NaN",
                    hint: "watchingForNaN { } finds the operation that made it"))
        }
        let shares = Boxes.intersectionOverUnion(found, objects).doubles
        for label in Set(labels + trueLabels) {
            // The highest score first; equal ones in their order.
            let order = labels.indices.filter { labels[$0] == label }
                .sorted { (-confidences[$0], $0) < (-confidences[$1], $1) }
            let targets = trueLabels.indices.filter { trueLabels[$0] == label }
            let overlaps = order.map { box in targets.map { shares[box * trueLabels.count + $0] } }
            let right = thresholds.map { Self.matches(overlaps, threshold: $0) }
            add(Found(objectCount: targets.count, scores: order.map { confidences[$0] }, isRight: right), to: label)
        }
    }

    private mutating func add(_ found: Found, to label: Int) {
        var sum = classes[label] ?? Found(isRight: thresholds.map { _ in [] })
        sum.objectCount += found.objectCount
        sum.scores += found.scores
        for i in thresholds.indices { sum.isRight[i] += found.isRight[i] }
        classes[label] = sum
    }

    /// Adds other images.
    public mutating func add(_ other: MeanAveragePrecision) {
        guard thresholds == other.thresholds else {
            Failure.raise(
                ValueError(
                    operation: "MeanAveragePrecision",
                    message: "scores must have the same thresholds, got \(thresholds) and \(other.thresholds)",
                    hint: "make both with the same iou:"))
        }
        for (label, found) in other.classes { add(found, to: label) }
    }

    /// Which boxes are right, given a row of overlaps for each: a box takes the object left that it overlaps most.
    private static func matches(_ overlaps: [[Double]], threshold: Double) -> [Bool] {
        var taken: Set<Int> = []
        return overlaps.map { overlaps in
            let best = overlaps.indices.filter { !taken.contains($0) && overlaps[$0] >= threshold }
                .max { overlaps[$0] < overlaps[$1] }
            if let best { taken.insert(best) }
            return best != nil
        }
    }

    /// Boxes as `[k, 4]` in double precision: an overlap equal to a threshold stays equal.
    private static func rows(_ boxes: Tensor, _ labels: Tensor) -> Tensor {
        guard boxes.count == 4 * labels.count else {
            Failure.raise(
                ShapeError(
                    operation: "MeanAveragePrecision", shapes: [boxes.shape, labels.shape],
                    message: "boxes \(boxes.shape) do not match labels \(labels.shape)",
                    hint: "give boxes [k, 4] and labels [k]"))
        }
        return boxes.converted(to: .float64).reshaped(to: [labels.count, 4])
    }

    /// The average precision of each class that occurs in the images, averaged over thresholds.
    public var averagePrecision: [Int: Double] {
        classes.filter { $0.value.objectCount > 0 }.mapValues { found in
            let order = found.scores.indices.sorted { (-found.scores[$0], $0) < (-found.scores[$1], $1) }
            let areas = found.isRight.map { right in area(order.map { right[$0] }, of: found.objectCount) }
            return areas.reduce(0, +) / Double(areas.count)
        }
    }

    /// The area under the precision-recall curve of boxes, the highest score first.
    private func area(_ isRight: [Bool], of objectCount: Int) -> Double {
        var count = 0.0
        var points = isRight.enumerated().map { index, isRight in
            if isRight { count += 1 }
            return (recall: count / Double(objectCount), precision: count / Double(index + 1))
        }
        for i in points.indices.dropLast().reversed() {
            points[i].precision = max(points[i].precision, points[i + 1].precision)
        }
        if case .everyPoint = interpolation {
            let before = [0] + points.map(\.recall)
            return zip(points, before).reduce(0) { $0 + ($1.0.recall - $1.1) * $1.0.precision }
        }
        let steps = if case .elevenPoints = interpolation { 10 } else { 100 }
        let precisions = (0...steps).map { step in
            points.first { $0.recall >= Double(step) / Double(steps) - 1e-12 }?.precision ?? 0
        }
        return precisions.reduce(0, +) / Double(steps + 1)
    }

    /// The mean over the classes that occur in the images; 0 if none does.
    public var value: Double {
        let values = averagePrecision.values
        return values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    /// True: reading the score sorts all boxes.
    public static var isCostly: Bool { true }
}
