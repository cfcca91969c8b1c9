/// How an input is padded at its borders for a window that slides over it: a sequence, an image or a volume.
///
/// ```swift
/// let images = Tensor.normal([8, 28, 28, 1]), filter = Tensor.normal([5, 5, 1, 6])
/// print(images.conv2d(filter: filter, padding: .valid).shape)  // [8, 24, 24, 6]
/// print(images.conv2d(filter: filter, padding: .same).shape)   // [8, 28, 28, 6]
/// ```
/// To pad a tensor without a window use `padded`.
public enum Padding: Sendable, Hashable {
    /// No padding: every window lies inside the input.
    case valid
    /// Zeros such that there are ⌈size / stride⌉ windows; of an odd number of zeros the extra one comes at the end.
    case same
    /// All zeros before the first element, so that output t depends only on inputs up to t.
    case causal
    /// These counts of zeros before and after each dimension. A single count applies to all dimensions.
    case explicit(before: [Int], after: [Int])

    /// The same count of zeros on all sides.
    public static func explicit(_ size: Int) -> Padding { .explicit(before: [size], after: [size]) }

    /// These counts of rows and columns of zeros around an image.
    public static func explicit(top: Int, bottom: Int, left: Int, right: Int) -> Padding {
        .explicit(before: [top, left], after: [bottom, right])
    }

    /// The number of windows along a dimension, and the zeros before and after.
    public typealias Layout = (count: Int, before: Int, after: Int)

    /// The number of windows along a dimension, and the zeros before and after: ⌊(before + size + after − extent) /
    /// stride⌋ + 1 windows, where extent = (window − 1) · dilation + 1. The number is 0 or less where no window fits.
    ///
    /// ```swift
    /// print(Padding.same.layout(axis: 0, size: 28, window: 3, stride: 2))  // (count: 14, before: 0, after: 1)
    /// ```
    /// For images, rows are axis 0 and columns axis 1.
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

    /// The length of a transposed convolution's result along a dimension.
    ///
    /// Several lengths have `count` windows: the result is `outputPadding` longer than the shortest of them. Without
    /// `outputPadding` it is as long as in Keras: `count` · stride, or longer where windows overlap at the end and the
    /// padding does not crop that.
    ///
    /// ```swift
    /// print(Padding.same.transposedLength(axis: 0, count: 14, window: 3, stride: 2))  // 28
    /// ```
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
