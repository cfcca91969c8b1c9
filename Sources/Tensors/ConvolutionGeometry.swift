/// How a convolution lays its filters over images: everything that does not depend on the numbers.
struct ConvolutionGeometry: Sendable {
    var images: Int
    var (rows, columns, channels): (Int, Int, Int)
    var (filterRows, filterColumns): (Int, Int)
    var (outRows, outColumns, outChannels): (Int, Int, Int)
    var stride = (rows: 1, columns: 1)
    var dilation = (rows: 1, columns: 1)
    /// Zeros before the first row and column.
    var (top, left): (Int, Int)

    /// Numbers in a patch.
    var patchSize: Int { filterRows * filterColumns * channels }
    var xShape: Shape { [images, rows, columns, channels] }
    var filterShape: Shape { [filterRows, filterColumns, channels, outChannels] }
    var yShape: Shape { [images, outRows, outColumns, outChannels] }

    /// A dense layer: each row is an image of one pixel.
    init(denseRows: Int, inputs: Int, outputs: Int) {
        images = denseRows
        (rows, columns, channels) = (1, 1, inputs)
        (filterRows, filterColumns) = (1, 1)
        (outRows, outColumns, outChannels) = (1, 1, outputs)
        (top, left) = (0, 0)
    }

    /// Raises a ``ShapeError`` where the shapes do not fit each other.
    init(
        x: Shape, filter: Shape, stride: (Int, Int), padding: Padding, dilation: (Int, Int)
    ) {
        func fail(_ message: String, _ hint: String) -> Never {
            Failure.raise(ShapeError(operation: "conv2d", shapes: [x, filter], message: message, hint: hint))
        }
        guard x.rank == 4 else {
            fail(
                "the input is \(x), not [images, rows, columns, channels]",
                x.rank == 3
                    ? "add a dimension: reshaped(to: [-1, \(x[1]), \(x[2]), 1]) for images of one channel, or expanded(at: 0) for a single one"
                    : "reshape it to four dimensions")
        }
        guard filter.rank == 4 else {
            fail("the filters are \(filter), not [rows, columns, in, out]", "reshape them to four dimensions")
        }
        guard x[3] == filter[2] else {
            fail(
                "filters \(filter) are for \(filter[2]) channels, but the input \(x) has \(x[3])",
                "dimension 2 of the filters must equal the last dimension of the input")
        }
        guard stride.0 > 0, stride.1 > 0, dilation.0 > 0, dilation.1 > 0 else {
            fail("stride \(stride) and dilation \(dilation) must be positive", "1 visits every pixel")
        }
        let vertical = padding.layout(
            axis: 0, size: x[1], window: filter[0], stride: stride.0, dilation: dilation.0)
        let horizontal = padding.layout(
            axis: 1, size: x[2], window: filter[1], stride: stride.1, dilation: dilation.1)
        guard vertical.count > 0, horizontal.count > 0, filter.elementCount > 0 else {
            fail(
                "\(filter[0])×\(filter[1]) kernel is larger than its \(x[1])×\(x[2]) input",
                "use padding: .same or pool less before it")
        }
        images = x[0]
        (rows, columns, channels) = (x[1], x[2], x[3])
        (filterRows, filterColumns) = (filter[0], filter[1])
        (outRows, outColumns, outChannels) = (vertical.count, horizontal.count, filter[3])
        self.stride = (stride.0, stride.1)
        self.dilation = (dilation.0, dilation.1)
        (top, left) = (vertical.before, horizontal.before)
    }
}
