internal import Tensors

/// The height and width of a window: `5` is 5 × 5, `[3, 5]` is 3 high and 5 wide.
public protocol WindowSize {
    /// Height and width.
    var window: [Int] { get }
}

extension Int: WindowSize {
    /// As high as wide.
    public var window: [Int] { [self, self] }
}

extension [Int]: WindowSize {
    /// Height and width.
    public var window: [Int] { self }
}

/// A window that slides over images: a convolution's kernel, what a pooling layer looks at.
struct Window {
    let size: (height: Int, width: Int)
    let stride: (Int, Int)
    let dilation: (Int, Int)
    let padding: Padding

    init(_ size: any WindowSize, stride: any WindowSize, dilation: any WindowSize = 1, padding: Padding) {
        func pair(_ size: any WindowSize, _ name: String) -> (height: Int, width: Int) {
            let lengths = size.window
            guard lengths.count == 2, lengths.allSatisfy({ $0 > 0 }) else {
                Failure.raise(
                    ValueError(
                        operation: name, message: "\(lengths) is no height and width",
                        hint: "write one positive number, or two as in [3, 5]"))
            }
            return (lengths[0], lengths[1])
        }
        self.size = pair(size, "window")
        self.stride = pair(stride, "stride")
        self.dilation = pair(dilation, "dilation")
        self.padding = padding
    }

    /// The shape `[height, width, channels]` of what the window's places make.
    func outputShape(of input: Shape, channels: Int? = nil, in layer: Layer, called name: String) throws -> Shape {
        guard input.rank == 3 else {
            throw layer.shapeError(
                [input], "\(layer.typeName) takes images of shape [height, width, channels], not \(input)",
                hint: input.rank == 2
                    ? "a picture in shades of grey has one channel: [\(input[0]), \(input[1]), 1]"
                    : "put Reshape([height, width, channels]) before it")
        }
        let rows = padding.layout(axis: 0, size: input[0], window: size.height, stride: stride.0, dilation: dilation.0)
            .count
        let columns = padding.layout(
            axis: 1, size: input[1], window: size.width, stride: stride.1, dilation: dilation.1
        ).count
        guard rows > 0 && columns > 0 else {
            let reach = ((size.height - 1) * dilation.0 + 1, (size.width - 1) * dilation.1 + 1)
            let dilated = dilation == (1, 1) ? "" : ", dilated to \(reach.0)×\(reach.1),"
            throw layer.shapeError(
                [input],
                "\(size.height)×\(size.width) \(name)\(dilated) is larger than its \(input[0])×\(input[1]) input",
                hint: "use padding: .same or pool less before it")
        }
        return [rows, columns, channels ?? input[2]]
    }
}
