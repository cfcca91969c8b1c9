public import Tensors

/// Boxes in images, as networks for detection use them: rows `[left, top, right, bottom]` of a tensor `[n, 4]`, in pixels from the upper left
/// corner of the image.
public enum Boxes {
    /// The boxes with these centres and sizes, rows `[x, y, width, height]`.
    public static func withCentres(_ rows: Tensor) -> Tensor {
        let (middle, half) = (first(check(rows, "Boxes.withCentres")), last(rows) * 0.5)
        return .concatenate([middle - half, middle + half], axis: -1)
    }

    /// The centres and sizes of boxes, rows `[x, y, width, height]`.
    public static func centres(_ boxes: Tensor) -> Tensor {
        let (start, end) = (first(check(boxes, "Boxes.centres")), last(boxes))
        return .concatenate([(start + end) * 0.5, end - start], axis: -1)
    }

    /// The areas `[n]`; those of boxes that end before they begin are 0.
    public static func areas(_ boxes: Tensor) -> Tensor {
        let sizes = (last(check(boxes, "Boxes.areas")) - first(boxes)).relu()
        return sizes[Slice.ellipsis, 0] * sizes[Slice.ellipsis, 1]
    }

    /// For each of n boxes and each of m others, the area that they share divided by the area that they cover: `[n, m]`, between 0 and 1.
    /// Boxes without area share nothing.
    public static func intersectionOverUnion(_ a: Tensor, _ b: Tensor) -> Tensor {
        let a = check(a, "Boxes.intersectionOverUnion").expanded(at: 1)
        let b = check(b, "Boxes.intersectionOverUnion").expanded(at: 0)
        let corners = [
            maximum(first(a), first(b)), minimum(last(a), last(b)),
        ]
        let shared = areas(.concatenate(corners, axis: -1))
        return shared / maximum(areas(a) + areas(b) - shared, Tensor.full([], 1e-12, dtype: shared.dtype))
    }

    /// The boxes without what lies outside of an image.
    public static func clipped(_ boxes: Tensor, height: Int, width: Int) -> Tensor {
        let ends = Tensor([width, height, width, height].map(Double.init), dtype: boxes.dtype)
        return minimum(check(boxes, "Boxes.clipped").relu(), ends)
    }

    /// What a network learns to say of boxes `[n, 4]`, as seen from anchors `[n, 4]`: the way of their centres in widths and heights of the
    /// anchor, and the logarithms of the sizes' ratios (Girshick et al. 2014, appendix C). Deviations scale them, so that all vary alike.
    public static func offsets(
        of boxes: Tensor, from anchors: Tensor, deviations: [Double] = [1, 1, 1, 1]
    ) -> Tensor {
        let (box, anchor) = (centres(boxes), centres(anchors))
        let way = (first(box) - first(anchor)) / last(anchor)
        let growth = log(last(box) / last(anchor))
        return .concatenate([way, growth], axis: -1) / Tensor(deviations, dtype: boxes.dtype)
    }

    /// The boxes that lie at these offsets from anchors: the inverse of ``offsets(of:from:deviations:)``. No box becomes more than 62 times as
    /// long as its anchor, whatever an untrained network says.
    public static func moved(
        _ anchors: Tensor, by offsets: Tensor, deviations: [Double] = [1, 1, 1, 1]
    ) -> Tensor {
        let anchor = centres(anchors)
        let offsets = check(offsets, "Boxes.moved") * Tensor(deviations, dtype: anchors.dtype)
        let middle = first(anchor) + first(offsets) * last(anchor)
        let longest = Tensor.full([], 4.135166556742356, dtype: offsets.dtype)  // log(1000 / 16), as usual
        let size = exp(minimum(last(offsets), longest)) * last(anchor)
        return withCentres(.concatenate([middle, size], axis: -1))
    }

    /// Which boxes remain where several lie on one object: the best by their scores, without those that overlap a better one by more than a
    /// share of the area that both cover (non-maximum suppression).
    ///
    /// - Parameters:
    ///   - boxes: `[n, 4]`.
    ///   - scores: `[n]`.
    ///   - overlap: the intersection over union above which the worse of two boxes goes.
    ///   - classes: `[n]` integers; boxes of different classes leave each other alone. nil if there is but one.
    ///   - limit: how many remain at most.
    /// - Returns: The places of those that remain, the best first: `[k]` of Int32.
    public static func nonMaximumSuppression(
        _ boxes: Tensor, scores: Tensor, overlap: Double = 0.5, classes: Tensor? = nil, limit: Int = .max
    ) -> Tensor {
        let count = check(boxes, "Boxes.nonMaximumSuppression").shape[0]
        guard scores.shape == [count], classes.map({ $0.shape == [count] }) ?? true else {
            Failure.raise(
                ShapeError(
                    operation: "Boxes.nonMaximumSuppression", shapes: [boxes.shape, scores.shape],
                    message: "boxes \(boxes.shape) do not go with scores \(scores.shape)",
                    hint: "give one score (and one class) for each box"))
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

    /// Left and top of boxes, or what else stands in the first two places of rows.
    private static func first(_ rows: Tensor) -> Tensor { rows[Slice.ellipsis, 0..<2] }
    /// Right and bottom of boxes.
    private static func last(_ rows: Tensor) -> Tensor { rows[Slice.ellipsis, 2..<4] }

    /// The tensor itself, if it is one of boxes.
    private static func check(_ boxes: Tensor, _ operation: String) -> Tensor {
        guard boxes.rank > 0, boxes.shape[boxes.rank - 1] == 4 else {
            Failure.raise(
                ShapeError(
                    operation: operation, shapes: [boxes.shape], message: "\(boxes.shape) are no boxes",
                    hint: "boxes are rows of four numbers: [left, top, right, bottom]"))
        }
        return boxes
    }
}
