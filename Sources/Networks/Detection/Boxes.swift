public import Tensors

/// Functions of boxes in images: rows `[left, top, right, bottom]` of a tensor `[n, 4]`, in pixels from the upper left
/// corner of the image.
///
/// ```swift
/// let boxes = Tensor([[10.0, 10, 50, 50], [12, 8, 48, 52], [80, 80, 99, 99]])
/// let overlaps = Boxes.intersectionOverUnion(boxes, boxes)  // [3, 3]
/// let kept = Boxes.nonMaximumSuppression(boxes, scores: Tensor([0.9, 0.8, 0.7]))  // [0, 2]
/// ```
/// An empty tensor of any shape is no boxes: an image without objects.
public enum Boxes {
    /// Boxes `[n, 4]` from centers and sizes, rows `[x, y, width, height]`.
    public static func withCenters(_ rows: Tensor) -> Tensor {
        let rows = check(rows, "Boxes.withCenters")
        let (middle, half) = (first(rows), last(rows) * 0.5)
        return .concatenate([middle - half, middle + half], axis: -1)
    }

    /// The centers and sizes of boxes, rows `[x, y, width, height]` of a tensor `[n, 4]`.
    public static func centers(_ boxes: Tensor) -> Tensor {
        let boxes = check(boxes, "Boxes.centers")
        let (start, end) = (first(boxes), last(boxes))
        return .concatenate([(start + end) * 0.5, end - start], axis: -1)
    }

    /// The areas of boxes, `[n]`; 0 where the right or bottom edge lies before the left or top one.
    public static func areas(_ boxes: Tensor) -> Tensor {
        let boxes = check(boxes, "Boxes.areas")
        let sizes = (last(boxes) - first(boxes)).relu()
        return sizes[Slice.ellipsis, 0] * sizes[Slice.ellipsis, 1]
    }

    /// The intersection over union |A ∩ B| / |A ∪ B| of each of n boxes with each of m others: `[n, m]`, between 0 and
    /// 1 (Jaccard 1912).
    public static func intersectionOverUnion(_ a: Tensor, _ b: Tensor) -> Tensor {
        let a = check(a, "Boxes.intersectionOverUnion").expanded(at: 1)
        let b = check(b, "Boxes.intersectionOverUnion").expanded(at: 0)
        let corners = [
            maximum(first(a), first(b)), minimum(last(a), last(b)),
        ]
        let shared = areas(.concatenate(corners, axis: -1))
        return shared / maximum(areas(a) + areas(b) - shared, Tensor.full([], 1e-12, dtype: shared.dtype))
    }

    /// The boxes clipped to an image.
    public static func clipped(_ boxes: Tensor, height: Int, width: Int) -> Tensor {
        let ends = Tensor([width, height, width, height].map(Double.init), dtype: boxes.dtype)
        return minimum(check(boxes, "Boxes.clipped").relu(), ends)
    }

    /// The offsets of boxes from anchors, which a detector learns: (x − xₐ) / wₐ, (y − yₐ) / hₐ, log(w / wₐ) and
    /// log(h / hₐ), divided by `deviations` (Girshick et al. 2014, appendix C).
    ///
    /// - Parameters:
    ///   - boxes: `[n, 4]`.
    ///   - anchors: `[n, 4]`.
    ///   - deviations: Standard deviations, by which offsets are scaled to variance 1.
    /// - Returns: `[n, 4]`. A `ValueError` if a box or an anchor has no width or height, since its offset would be
    ///   infinite: clipped proposals may have none, and are left out by `proposals[Boxes.areas(proposals) .> 0]`.
    public static func offsets(
        of boxes: Tensor, from anchors: Tensor, deviations: [Double] = [1, 1, 1, 1]
    ) -> Tensor {
        let (box, anchor) = (centers(boxes), centers(anchors))
        checkSizes(box, of: boxes, "boxes")
        checkSizes(anchor, of: anchors, "anchors")
        let way = (first(box) - first(anchor)) / last(anchor)
        let growth = log(last(box) / last(anchor))
        return .concatenate([way, growth], axis: -1) / Tensor(deviations, dtype: boxes.dtype)
    }

    /// The boxes at offsets from anchors, `[n, 4]`: the inverse of ``offsets(of:from:deviations:)``. Sides are at most
    /// 62.5 times as long as those of the anchor, since exp of an untrained network's output could overflow.
    public static func moved(
        _ anchors: Tensor, by offsets: Tensor, deviations: [Double] = [1, 1, 1, 1]
    ) -> Tensor {
        let anchor = centers(anchors)
        let offsets = check(offsets, "Boxes.moved") * Tensor(deviations, dtype: anchors.dtype)
        let middle = first(anchor) + first(offsets) * last(anchor)
        let longest = Tensor.full([], 4.135166556742356, dtype: offsets.dtype)  // log(1000 / 16), as usual
        let size = exp(minimum(last(offsets), longest)) * last(anchor)
        return withCenters(.concatenate([middle, size], axis: -1))
    }

    /// Non-maximum suppression: removes each box that overlaps a box with a higher score too much, so that one box
    /// remains per object. Of equal scores the first box comes first.
    ///
    /// - Parameters:
    ///   - boxes: `[n, 4]`.
    ///   - scores: `[n]`.
    ///   - overlap: The intersection over union above which the box with the lower score is removed.
    ///   - classes: The class indices of the boxes, `[n]`; boxes of different classes do not suppress each other. nil
    ///     for a single class.
    ///   - limit: The maximum number of boxes that remain.
    /// - Returns: The indices of the remaining boxes by descending scores, `[k]`, int32.
    public static func nonMaximumSuppression(
        _ boxes: Tensor, scores: Tensor, overlap: Double = 0.5, classes: Tensor? = nil, limit: Int = .max
    ) -> Tensor {
        let count = check(boxes, "Boxes.nonMaximumSuppression").shape[0]
        guard scores.shape == [count], classes.map({ $0.shape == [count] }) ?? true else {
            Failure.raise(
                ShapeError(
                    operation: "Boxes.nonMaximumSuppression", shapes: [boxes.shape, scores.shape],
                    message: "scores and classes must have one element per box, got boxes \(boxes.shape) and scores "
                        + "\(scores.shape)",
                    hint: "give one score and one class per box"))
        }
        let corners = boxes.doubles, confidences = scores.doubles
        checkFinite(corners, "boxes", "Boxes.nonMaximumSuppression")
        if let row = confidences.firstIndex(where: \.isNaN) {
            Failure.raise(
                ValueError(
                    operation: "Boxes.nonMaximumSuppression", message: "the score of box \(row) is NaN",
                    hint: "watchingForNaN { } finds the operation that made it"))
        }
        let order = confidences.indices.sorted { (-confidences[$0], $0) < (-confidences[$1], $1) }
        let labels = classes?.ints ?? Array(repeating: 0, count: count)
        // Boxes of one class, the best first, lie beside each other in memory.
        var groups: [Int: [Int]] = [:]
        for box in order { groups[labels[box], default: []].append(box) }
        var isKept = Array(repeating: false, count: count)
        for group in groups.values {
            for box in PlainBoxes(group.map { corners[4 * $0..<4 * $0 + 4] }).suppressed(overlap, limit: limit) {
                isKept[group[box]] = true
            }
        }
        return Tensor(order.filter { isKept[$0] }.prefix(Swift.max(limit, 0)).map { Int32($0) })
    }

    /// The first two elements of rows, such as left and top.
    private static func first(_ rows: Tensor) -> Tensor { rows[Slice.ellipsis, 0..<2] }
    /// The last two elements of rows, such as right and bottom.
    private static func last(_ rows: Tensor) -> Tensor { rows[Slice.ellipsis, 2..<4] }

    /// Raises an error where a box has no width or height; rows are [x, y, width, height].
    private static func checkSizes(_ centers: Tensor, of boxes: Tensor, _ name: String) {
        let sizes = last(centers).doubles
        guard let index = sizes.firstIndex(where: { !($0 > 0) }) else { return }
        let row = index / 2
        Failure.raise(
            ValueError(
                operation: "Boxes.offsets",
                message: "\(name) must be wider and higher than 0, but row \(row) is "
                    + "\(boxes.doubles[4 * row..<4 * row + 4].map { $0 })",
                hint: "leave out such rows first, as in boxes[Boxes.areas(boxes) .> 0]"))
    }

    /// Raises an error where a coordinate is infinite or NaN.
    static func checkFinite(_ corners: [Double], _ name: String, _ operation: String) {
        guard let index = corners.firstIndex(where: { !$0.isFinite }) else { return }
        let row = index / 4
        Failure.raise(
            ValueError(
                operation: operation,
                message: "\(name) must be finite, but row \(row) is \(corners[4 * row..<4 * row + 4].map { $0 })",
                hint: "watchingForNaN { } finds the operation that made it"))
    }

    /// The tensor itself, if its shape is that of boxes.
    static func check(_ boxes: Tensor, _ operation: String) -> Tensor {
        if boxes.count == 0, boxes.shape.last != 4 { return boxes.reshaped(to: [0, 4]) }
        guard boxes.rank > 0, boxes.shape[boxes.rank - 1] == 4 else {
            Failure.raise(
                ShapeError(
                    operation: operation, shapes: [boxes.shape], message: "boxes must be [n, 4], got \(boxes.shape)",
                    hint: "rows are [left, top, right, bottom]"))
        }
        return boxes
    }
}
