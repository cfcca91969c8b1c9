public import Tensors

/// Functions of boxes in images: rows `[left, top, right, bottom]` of a tensor `[n, 4]`, in pixels from the upper left
/// corner of the image.
///
/// ```swift
/// let boxes = Tensor([[10.0, 10, 50, 50], [12, 8, 48, 52], [80, 80, 99, 99]])
/// let overlaps = Boxes.intersectionOverUnion(boxes, boxes)  // [3, 3]
/// let kept = Boxes.nonMaximumSuppression(boxes, scores: Tensor([0.9, 0.8, 0.7]))  // [0, 2]
/// ```
public enum Boxes {
    /// Boxes `[n, 4]` from centers and sizes, rows `[x, y, width, height]`.
    public static func withCenters(_ rows: Tensor) -> Tensor {
        let (middle, half) = (first(check(rows, "Boxes.withCenters")), last(rows) * 0.5)
        return .concatenate([middle - half, middle + half], axis: -1)
    }

    /// The centers and sizes of boxes, rows `[x, y, width, height]` of a tensor `[n, 4]`.
    public static func centers(_ boxes: Tensor) -> Tensor {
        let (start, end) = (first(check(boxes, "Boxes.centers")), last(boxes))
        return .concatenate([(start + end) * 0.5, end - start], axis: -1)
    }

    /// The areas of boxes, `[n]`; 0 where the right or bottom edge lies before the left or top one.
    public static func areas(_ boxes: Tensor) -> Tensor {
        let sizes = (last(check(boxes, "Boxes.areas")) - first(boxes)).relu()
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
    /// - Returns: `[n, 4]`.
    public static func offsets(
        of boxes: Tensor, from anchors: Tensor, deviations: [Double] = [1, 1, 1, 1]
    ) -> Tensor {
        let (box, anchor) = (centers(boxes), centers(anchors))
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
    /// remains per object.
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
        guard count > 0 else { return Tensor([Int32]()) }
        let order = scores.detached().argSort(descending: true).ints
        let shares = intersectionOverUnion(boxes.detached(), boxes.detached()).doubles
        let labels = classes?.ints ?? Array(repeating: 0, count: count)
        var kept: [Int] = []
        for box in order where kept.count < limit {
            let isFree = kept.allSatisfy { labels[$0] != labels[box] || shares[$0 * count + box] <= overlap }
            if isFree { kept.append(box) }
        }
        return Tensor(kept.map { Int32($0) })
    }

    /// The first two elements of rows, such as left and top.
    private static func first(_ rows: Tensor) -> Tensor { rows[Slice.ellipsis, 0..<2] }
    /// The last two elements of rows, such as right and bottom.
    private static func last(_ rows: Tensor) -> Tensor { rows[Slice.ellipsis, 2..<4] }

    /// The tensor itself, if its shape is that of boxes.
    private static func check(_ boxes: Tensor, _ operation: String) -> Tensor {
        guard boxes.rank > 0, boxes.shape[boxes.rank - 1] == 4 else {
            Failure.raise(
                ShapeError(
                    operation: operation, shapes: [boxes.shape], message: "boxes must be [n, 4], got \(boxes.shape)",
                    hint: "rows are [left, top, right, bottom]"))
        }
        return boxes
    }
}
