internal import Tensors

/// The lengths of a window: `5` is 5 along every dimension, `[3, 5]` is 3 high and 5 wide.
public protocol WindowSize {
    /// One length for all dimensions, or one for each.
    var lengths: [Int] { get }
}

extension Int: WindowSize {
    /// As long along every dimension.
    public var lengths: [Int] { [self] }
}

extension [Int]: WindowSize {
    /// A length for each dimension: height and width, for images.
    public var lengths: [Int] { self }
}

/// A window that slides over sequences, images or volumes: a convolution's kernel, what a pooling layer looks at.
struct Window {
    let size: [Int]
    let stride: [Int]
    let dilation: [Int]
    let padding: Padding

    /// The number of dimensions that it slides along.
    let rank: Int

    /// A window over so many dimensions. Whether its numbers make sense is checked when a layer is built.
    init(
        _ size: any WindowSize, rank: Int, stride: any WindowSize, dilation: any WindowSize = 1, padding: Padding
    ) {
        self.rank = rank
        self.size = Window.lengths(size, rank: rank)
        self.stride = Window.lengths(stride, rank: rank)
        self.dilation = Window.lengths(dilation, rank: rank)
        self.padding = padding
    }

    /// A length for each of so many dimensions.
    static func lengths(_ size: any WindowSize, rank: Int) -> [Int] {
        size.lengths.count == 1 ? Array(repeating: size.lengths[0], count: rank) : size.lengths
    }

    /// Throws an error unless there is a length for each dimension, none below a least one.
    static func check(_ lengths: [Int], rank: Int, atLeast least: Int = 1, called name: String, in layer: Layer) throws
    {
        guard lengths.count != rank || lengths.contains(where: { $0 < least }) else { return }
        let names = ["length", "height and width", "depth, height and width"][rank - 1]
        let example = ["", ", or two as in [3, 5]", ", or three as in [3, 5, 5]"][rank - 1]
        throw ValueError(
            operation: layer.typeName, message: "a \(name) of \(lengths) is no \(names)",
            hint: "write one \(least > 0 ? "positive number" : "number from \(least)")\(example)",
            location: layer.location)
    }

    /// What a layer over so many dimensions takes.
    static func inputs(_ rank: Int) -> String {
        [
            "sequences of shape [steps, channels]", "images of shape [height, width, channels]",
            "volumes of shape [depth, height, width, channels]",
        ][rank - 1]
    }

    /// Throws an error unless the window's numbers make sense, and the input has its dimensions.
    private func check(_ input: Shape, called name: String, in layer: Layer) throws {
        for (lengths, name) in [(size, name), (stride, "stride"), (dilation, "dilation")] {
            try Window.check(lengths, rank: rank, called: name, in: layer)
        }
        if case .explicit(let before, let after) = padding {
            for zeros in [before, after] {
                try Window.check(
                    Window.lengths(zeros, rank: rank), rank: rank, atLeast: 0, called: "padding", in: layer)
            }
        }
        try Window.check(input, rank: rank, in: layer)
    }

    /// Throws an error unless the input has so many dimensions, and channels.
    static func check(_ input: Shape, rank: Int, in layer: Layer) throws {
        guard input.rank != rank + 1 else { return }
        let lengths = input.map(String.init).joined(separator: ", ")
        throw layer.shapeError(
            [input], "\(layer.typeName) takes \(inputs(rank)), not \(input)",
            hint: input.rank == rank
                ? (rank == 2 ? "a picture in shades of grey has" : "with a single channel, it has")
                    + " one channel: [\(lengths), 1]"
                : "put Reshape(…) before it")
    }

    /// The shape of what the window's places make.
    func outputShape(of input: Shape, channels: Int? = nil, in layer: Layer, called name: String) throws -> Shape {
        try check(input, called: name, in: layer)
        let counts = (0..<rank).map {
            padding.layout(axis: $0, size: input[$0], window: size[$0], stride: stride[$0], dilation: dilation[$0])
                .count
        }
        guard counts.allSatisfy({ $0 > 0 }) else {
            let reach = zip(size, dilation).map { ($0 - 1) * $1 + 1 }
            let dilated = reach == size ? "" : ", dilated to \(Window.text(reach)),"
            throw layer.shapeError(
                [input],
                "\(Window.text(size)) \(name)\(dilated) is larger than its \(Window.text(input.dropLast())) input",
                hint: "use padding: .same or pool less before it")
        }
        return Shape(counts + [channels ?? input[rank]])
    }

    /// The shape whose windows are the input's places.
    func transposedShape(of input: Shape, channels: Int, outputPadding: [Int]?, in layer: Layer) throws -> Shape {
        try check(input, called: "kernel", in: layer)
        try outputPadding.map {
            try Window.check($0, rank: rank, atLeast: 0, called: "output padding", in: layer)
        }
        let lengths = (0..<rank).map {
            padding.transposedLength(
                axis: $0, count: input[$0], window: size[$0], stride: stride[$0], dilation: dilation[$0],
                outputPadding: outputPadding?[$0])
        }
        let fits = (0..<rank).allSatisfy {
            lengths[$0] > 0
                && padding.layout(
                    axis: $0, size: lengths[$0], window: size[$0], stride: stride[$0], dilation: dilation[$0]
                ).count == input[$0]
        }
        guard fits else {
            throw layer.shapeError(
                [input],
                "an output of \(Window.text(lengths)) does not have \(Window.text(input.dropLast())) places for a \(Window.text(size)) kernel with stride \(Window.text(stride))",
                hint: "an output padding must be smaller than the stride, a padding smaller than the kernel")
        }
        return Shape(lengths + [channels])
    }

    /// `3×5`
    private static func text(_ lengths: some Sequence<Int>) -> String {
        lengths.map(String.init).joined(separator: "×")
    }
}
