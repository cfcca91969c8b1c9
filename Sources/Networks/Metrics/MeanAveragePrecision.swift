public import Tensors

/// How well objects are found in images: the mean over classes of the average precision of their boxes, those with the highest scores
/// first (Everingham et al. 2010; Lin et al. 2014).
///
/// ```swift
/// var score = MeanAveragePrecision()
/// for image in test { score.add(boxes: found, scores: scores, labels: classes, trueBoxes: image.boxes, trueLabels: image.classes) }
/// print(score.value)
/// ```
/// A box finds an object of its class if they overlap by a threshold or more and no box with a higher score found it before.
public struct MeanAveragePrecision: MetricState {
    /// How the area under a precision-recall curve is taken. Precision counts as the highest at that recall or above.
    public enum Interpolation: Sendable {
        /// The area itself (PASCAL VOC since 2010).
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
        /// The boxes' scores, and for each threshold whether a box found an object.
        var scores: [Double] = []
        var isRight: [[Bool]]
    }

    /// A score of no images yet. Several thresholds of overlap are averaged; COCO takes 0.5, 0.55, …, 0.95.
    public init(iou thresholds: [Double] = [0.5], interpolation: Interpolation = .everyPoint) {
        self.thresholds = thresholds
        self.interpolation = interpolation
    }

    /// Adds an image.
    ///
    /// - Parameters:
    ///   - boxes: The boxes found, `[k, 4]`: left, top, right, bottom.
    ///   - scores: How sure each is, `[k]`.
    ///   - labels: Their classes, `[k]`.
    ///   - trueBoxes: The objects' boxes, `[m, 4]`.
    ///   - trueLabels: Their classes, `[m]`.
    public mutating func add(boxes: Tensor, scores: Tensor, labels: Tensor, trueBoxes: Tensor, trueLabels: Tensor) {
        let found = Self.rows(boxes, labels), objects = Self.rows(trueBoxes, trueLabels)
        let labels = labels.ints, trueLabels = trueLabels.ints, sureness = scores.doubles
        guard sureness.count == labels.count else {
            Failure.raise(
                ShapeError(
                    operation: "MeanAveragePrecision", shapes: [boxes.shape, scores.shape],
                    message: "\(sureness.count) scores do not go with \(labels.count) boxes",
                    hint: "give one score for each box"))
        }
        let shares = Boxes.intersectionOverUnion(found, objects).doubles
        for label in Set(labels + trueLabels) {
            // The surest first; equal ones in their order.
            let order = labels.indices.filter { labels[$0] == label }
                .sorted { (-sureness[$0], $0) < (-sureness[$1], $1) }
            let targets = trueLabels.indices.filter { trueLabels[$0] == label }
            let overlaps = order.map { box in targets.map { shares[box * trueLabels.count + $0] } }
            let right = thresholds.map { Self.matches(overlaps, threshold: $0) }
            add(Found(objectCount: targets.count, scores: order.map { sureness[$0] }, isRight: right), to: label)
        }
    }

    private mutating func add(_ found: Found, to label: Int) {
        var sum = classes[label] ?? Found(isRight: thresholds.map { _ in [] })
        sum.objectCount += found.objectCount
        sum.scores += found.scores
        for place in thresholds.indices { sum.isRight[place] += found.isRight[place] }
        classes[label] = sum
    }

    /// Adds other images.
    public mutating func add(_ other: MeanAveragePrecision) {
        guard thresholds == other.thresholds else {
            Failure.raise(
                ValueError(
                    operation: "MeanAveragePrecision",
                    message: "scores with the thresholds \(thresholds) and \(other.thresholds) do not add up",
                    hint: "make both with the same iou:"))
        }
        for (label, found) in other.classes { add(found, to: label) }
    }

    /// Which boxes find an object: each the one that it covers best of those that are left. A row of overlaps for each box.
    private static func matches(_ overlaps: [[Double]], threshold: Double) -> [Bool] {
        var taken: Set<Int> = []
        return overlaps.map { overlaps in
            let best = overlaps.indices.filter { !taken.contains($0) && overlaps[$0] >= threshold }
                .max { overlaps[$0] < overlaps[$1] }
            if let best { taken.insert(best) }
            return best != nil
        }
    }

    /// Boxes as `[k, 4]` in double precision: what lies at a threshold stays there.
    private static func rows(_ boxes: Tensor, _ labels: Tensor) -> Tensor {
        guard boxes.count == 4 * labels.count else {
            Failure.raise(
                ShapeError(
                    operation: "MeanAveragePrecision", shapes: [boxes.shape, labels.shape],
                    message: "boxes \(boxes.shape) do not go with labels \(labels.shape)",
                    hint: "give boxes [k, 4] and one label for each"))
        }
        return boxes.converted(to: .float64).reshaped(to: [labels.count, 4])
    }

    /// The average precision of each class that occurs in the images: the mean over the thresholds.
    public var averagePrecision: [Int: Double] {
        classes.filter { $0.value.objectCount > 0 }.mapValues { found in
            let order = found.scores.indices.sorted { (-found.scores[$0], $0) < (-found.scores[$1], $1) }
            let areas = found.isRight.map { right in area(order.map { right[$0] }, of: found.objectCount) }
            return areas.reduce(0, +) / Double(areas.count)
        }
    }

    /// The area under the precision-recall curve of boxes, the surest first.
    private func area(_ isRight: [Bool], of objectCount: Int) -> Double {
        var count = 0.0
        var points = isRight.enumerated().map { place, isRight in
            if isRight { count += 1 }
            return (recall: count / Double(objectCount), precision: count / Double(place + 1))
        }
        for place in points.indices.dropLast().reversed() {
            points[place].precision = max(points[place].precision, points[place + 1].precision)
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

    /// The mean over the classes that occur; 0 if none does.
    public var value: Double {
        let values = averagePrecision.values
        return values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    /// Reading the score sorts all boxes.
    public static var isCostly: Bool { true }
}
