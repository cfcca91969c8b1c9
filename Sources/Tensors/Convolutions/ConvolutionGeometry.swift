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

    /// Filters `[rows, columns, in, out]` at the places of windows over images `[images, rows, columns, in]`.
    init(x: Shape, filter: Shape, stride: [Int], dilation: [Int], layouts: [Padding.Layout]) {
        images = x[0]
        (rows, columns, channels) = (x[1], x[2], x[3])
        (filterRows, filterColumns) = (filter[0], filter[1])
        (outRows, outColumns, outChannels) = (layouts[0].count, layouts[1].count, filter[3])
        self.stride = (stride[0], stride[1])
        self.dilation = (dilation[0], dilation[1])
        (top, left) = (layouts[0].before, layouts[1].before)
    }
}
