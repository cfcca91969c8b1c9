/// How a window that slides over a sequence, an image or a volume is padded at the borders.
public enum Padding: Sendable, Hashable {
    /// No padding: windows stay inside.
    case valid
    /// Zeros such that there are ⌈size / stride⌉ windows; an odd one goes to the end.
    case same
    /// All zeros before the first element, so that output t depends only on the inputs up to t.
    case causal
    /// These numbers of zeros before and after each dimension. A single number is for all dimensions.
    case explicit(before: [Int], after: [Int])

    /// The same number of zeros on all sides.
    public static func explicit(_ size: Int) -> Padding { .explicit(before: [size], after: [size]) }

    /// These numbers of rows and columns of zeros around an image.
    public static func explicit(top: Int, bottom: Int, left: Int, right: Int) -> Padding {
        .explicit(before: [top, left], after: [bottom, right])
    }

    /// Where the windows lie along a dimension.
    public typealias Layout = (count: Int, before: Int, after: Int)

    /// Along a dimension (for images, rows are axis 0 and columns axis 1): how many windows there are, and the zeros
    /// before and after. The number is 0 or less where not even one window fits.
    public func layout(axis: Int, size: Int, window: Int, stride: Int, dilation: Int = 1) -> Layout {
        let extent = (window - 1) * dilation + 1
        switch self {
        case .same:
            let count = (size + stride - 1) / stride
            let total = max((count - 1) * stride + extent - size, 0)
            return (count, total / 2, total - total / 2)
        case .valid, .causal, .explicit:
            let (before, after) = zeros(axis: axis, extent: extent)
            let padded = size + before + after
            return (padded < extent ? 0 : (padded - extent) / stride + 1, before, after)
        }
    }

    /// The length of a transposed convolution's result along a dimension: of the lengths over which a window has
    /// `count` places, the one that is `outputPadding` longer than the shortest. Without that it is Keras's: `count` ·
    /// stride, or longer where windows overlap at the end and the padding does not cut that off.
    public func transposedLength(
        axis: Int, count: Int, window: Int, stride: Int, dilation: Int = 1, outputPadding: Int? = nil
    ) -> Int {
        let extent = (window - 1) * dilation + 1
        if self == .same, outputPadding == nil { return count * stride }
        let (before, after) = self == .same ? (extent / 2, extent / 2) : zeros(axis: axis, extent: extent)
        let overhang = self == .valid ? max(stride - extent, 0) : 0
        return (count - 1) * stride + extent - before - after + (outputPadding ?? overhang)
    }

    /// The zeros that do not depend on a dimension's length.
    private func zeros(axis: Int, extent: Int) -> (before: Int, after: Int) {
        switch self {
        case .valid, .same: (0, 0)
        case .causal: (extent - 1, 0)
        case .explicit(let before, let after):
            (before.count == 1 ? before[0] : before[axis], after.count == 1 ? after[0] : after[axis])
        }
    }
}
