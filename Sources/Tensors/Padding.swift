/// What a window that slides over an image does at the borders.
public enum Padding: Sendable, Hashable {
    /// Windows stay inside of the image.
    case valid
    /// As many windows as the image has pixels, divided by the stride and rounded up; an odd zero goes to the bottom and right.
    case same
    /// So many rows and columns of zeros around the image.
    case explicit(top: Int, bottom: Int, left: Int, right: Int)

    /// The same number of rows and columns of zeros on all sides.
    public static func explicit(_ size: Int) -> Padding {
        .explicit(top: size, bottom: size, left: size, right: size)
    }

    /// Along rows (axis 0) or columns (axis 1): how many windows there are, and the zeros before and after the image. The number is 0 or
    /// less where not even one window fits.
    public func layout(
        axis: Int, size: Int, window: Int, stride: Int, dilation: Int = 1
    ) -> (
        count: Int, before: Int, after: Int
    ) {
        let extent = (window - 1) * dilation + 1
        switch self {
        case .valid: return (size < extent ? 0 : (size - extent) / stride + 1, 0, 0)
        case .same:
            let count = (size + stride - 1) / stride
            let total = max((count - 1) * stride + extent - size, 0)
            return (count, total / 2, total - total / 2)
        case .explicit(let top, let bottom, let left, let right):
            let (before, after) = axis == 0 ? (top, bottom) : (left, right)
            let padded = size + before + after
            return (padded < extent ? 0 : (padded - extent) / stride + 1, before, after)
        }
    }
}
