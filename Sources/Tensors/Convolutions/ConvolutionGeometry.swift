/// The three tensors of a convolution, output = input ∗ filter.
///
/// Any two of them give the third in a bilinear operation: the derivative of Σ output · (input ∗ filter) with respect
/// to it. Its operands are the other two in the order of this cycle: the output is made of input and filter (the
/// convolution), the input of filter and output (its gradient, which is also the transposed convolution), and the
/// filter of output and input (its gradient).
enum ConvolutionRole: Int32 {
    case input, filter, output

    /// The first operand of the operation that results in this role; the second is the one after that.
    var next: ConvolutionRole { ConvolutionRole(rawValue: (rawValue + 1) % 3)! }
}

/// How a convolution lays its filters over images: everything that does not depend on the elements.
struct ConvolutionGeometry: Sendable {
    var images: Int
    var (rows, columns, channels): (Int, Int, Int)
    var (filterRows, filterColumns): (Int, Int)
    var (outRows, outColumns, outChannels): (Int, Int, Int)
    var stride = (rows: 1, columns: 1)
    var dilation = (rows: 1, columns: 1)
    /// Zeros before the first row and column.
    var (top, left): (Int, Int)
    /// Whether every channel has one filter of its own.
    var isDepthwise: Bool

    /// Filters `[rows, columns, in, out]` at the positions of a window over images `[images, rows, columns, in]`.
    init(input: Shape, filter: Shape, _ window: Window, _ layouts: [Padding.Layout], isDepthwise: Bool = false) {
        images = input[0]
        (rows, columns, channels) = (input[1], input[2], input[3])
        (filterRows, filterColumns) = (filter[0], filter[1])
        (outRows, outColumns, outChannels) = (layouts[0].count, layouts[1].count, filter[3])
        stride = (window.stride[0], window.stride[1])
        dilation = (window.dilation[0], window.dilation[1])
        (top, left) = (layouts[0].before, layouts[1].before)
        self.isDepthwise = isDepthwise
    }

    /// The shape of a role's tensor.
    func shape(of role: ConvolutionRole) -> Shape {
        switch role {
        case .input: [images, rows, columns, channels]
        case .filter: [filterRows, filterColumns, isDepthwise ? 1 : channels, outChannels]
        case .output: [images, outRows, outColumns, outChannels]
        }
    }

    /// Elements of a patch.
    var patchSize: Int { filterRows * filterColumns * channels }

    /// The result of a role's operation: see ``ConvolutionRole``.
    func product(_ role: ConvolutionRole, _ a: Storage, _ b: Storage, keeping kept: TransformedFilter? = nil) -> Storage
    {
        if isDepthwise { return depthwiseProduct(role, a, b) }
        if a.dtype == .float64 { return referenceProduct(role, a, b) }
        return switch role {
        case .output: sums(.output, of: a, b, keeping: kept)
        case .input: sums(.input, of: b, a)
        case .filter: filterGradient(b, a, withBias: false).filter
        }
    }
}
