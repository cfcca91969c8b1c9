/// A window that slides over sequences, images or volumes: the kernel of a convolution, or what pooling looks at.
///
/// Its shape functions are the only ones: layers build, summarize and draw themselves with them, and operations compute
/// with them.
package struct Window: Sendable {
    /// The lengths of the window along each dimension, the distances between neighboring positions, and those between
    /// the taps.
    package let size: [Int]
    package let stride: [Int]
    package let dilation: [Int]
    package let padding: Padding
    /// The number of dimensions that the window slides along.
    package let rank: Int
    /// What errors call it: `kernel`, or `window` if it pools.
    let noun: String

    /// A window over `rank` dimensions. A single number holds for all of them. Its numbers are checked once it meets an
    /// input.
    package init(
        _ size: [Int], rank: Int, stride: [Int], dilation: [Int] = [1], padding: Padding, noun: String = "kernel"
    ) {
        (self.rank, self.padding, self.noun) = (rank, padding, noun)
        self.size = Window.spread(size, rank)
        self.stride = Window.spread(stride, rank)
        self.dilation = Window.spread(dilation, rank)
    }

    /// One number for each dimension.
    package static func spread(_ numbers: [Int], _ rank: Int) -> [Int] {
        numbers.count == 1 ? Array(repeating: numbers[0], count: rank) : numbers
    }

    /// Where the window lies over inputs, dimension by dimension. `batched` inputs have a batch axis before the
    /// example's.
    package func layouts(over x: Shape, batched: Bool) throws(WindowError) -> [Padding.Layout] {
        try check(x, batched: batched)
        let lengths = Array(x.dropLast().suffix(rank))
        let layouts = (0..<rank).map {
            padding.layout(axis: $0, size: lengths[$0], window: size[$0], stride: stride[$0], dilation: dilation[$0])
        }
        guard layouts.allSatisfy({ $0.count > 0 }) else {
            let reach = zip(size, dilation).map { ($0 - 1) * $1 + 1 }
            let dilated = reach == size ? "" : ", dilated to \(Window.text(reach)),"
            let (window, input) =
                rank == 1
                ? ("a \(noun) of length \(size[0])", "input of length \(lengths[0])")
                : ("\(Window.text(size)) \(noun)", "\(Window.text(lengths)) input")
            throw WindowError(
                shapes: [x], message: "\(window)\(dilated) is larger than its \(input)",
                hint: Window.looksChannelsFirst(x, rank)
                    ? "channels come last, as .transposed(0, 2, 3, 1) of the images puts them"
                    : "use padding: .same or pool less before it")
        }
        let isInside = (0..<rank).allSatisfy { axis in
            let (count, before, _) = layouts[axis]
            let last: Int = (count - 1) * stride[axis] - before
            return before < size[axis] && last < lengths[axis]
        }
        guard noun == "kernel" || isInside else {
            throw WindowError(
                shapes: [x], message: "padding \(padding) leaves windows of \(Window.text(size)) outside of the input",
                hint: "use a padding smaller than the window")
        }
        return layouts
    }

    /// Whether images seem to have their channels before their pixels: a few rows of pixels with many channels.
    private static func looksChannelsFirst(_ x: Shape, _ rank: Int) -> Bool {
        let image = x.suffix(3).map { $0 }
        return rank == 2 && image.count == 3 && [1, 3, 4].contains(image[0]) && image[1] >= 16 && image[2] >= 16
    }

    /// The shape of what the window makes of an example: its positions, then the channels (the input's if nil).
    package func outputShape(of example: Shape, channels: Int? = nil) throws(WindowError) -> Shape {
        return Shape(try layouts(over: example, batched: false).map(\.count) + [channels ?? example[rank]])
    }

    /// The shape in which the window has as many positions as the input has elements: what a transposed convolution
    /// makes.
    package func transposedShape(
        of x: Shape, channels: Int, outputPadding: [Int]?, batched: Bool
    ) throws(WindowError) -> Shape {
        try check(x, batched: batched)
        if let outputPadding { try Window.check(outputPadding, rank: rank, atLeast: 0, called: "output padding") }
        let counts = Array(x.dropLast().suffix(rank))
        let lengths = (0..<rank).map {
            padding.transposedLength(
                axis: $0, count: counts[$0], window: size[$0], stride: stride[$0], dilation: dilation[$0],
                outputPadding: outputPadding?[$0])
        }
        let fits = (0..<rank).allSatisfy {
            lengths[$0] > 0
                && padding.layout(
                    axis: $0, size: lengths[$0], window: size[$0], stride: stride[$0], dilation: dilation[$0]
                ).count == counts[$0]
        }
        guard fits else {
            let (size, stride) = (Window.text(size), Window.text(stride))
            throw WindowError(
                shapes: [x],
                message:
                    "an output of \(Window.text(lengths)) does not have \(Window.text(counts)) positions for a \(size)"
                    + " kernel with stride \(stride)",
                hint: "an output padding must be smaller than the stride, and a padding smaller than the kernel")
        }
        return Shape(x.prefix(batched ? 1 : 0) + lengths + [channels])
    }

    /// Throws unless the groups divide both the input's channels and the filters.
    package static func checkGroups(_ groups: Int, channels: Int, filters: Int) throws(WindowError) {
        guard groups < 1 || channels % groups != 0 || filters % groups != 0 else { return }
        throw WindowError(
            message: "groups must divide the channels and the filters, got \(groups) groups of \(channels) channels"
                + " and \(filters) filters",
            hint: "use a common divisor of both")
    }

    /// Throws unless the window's numbers make sense, and the input has its dimensions.
    private func check(_ x: Shape, batched: Bool) throws(WindowError) {
        try Window.check(size, rank: rank, called: noun)
        try Window.check(stride, rank: rank, called: "stride")
        try Window.check(dilation, rank: rank, called: "dilation")
        if case .explicit(let before, let after) = padding {
            try Window.check(Window.spread(before, rank), rank: rank, atLeast: 0, called: "padding")
            try Window.check(Window.spread(after, rank), rank: rank, atLeast: 0, called: "padding")
        }
        try Window.check(x, rank: rank, batched: batched)
    }

    /// Throws unless the input has `rank` dimensions, and channels.
    package static func check(_ x: Shape, rank: Int, batched: Bool) throws(WindowError) {
        let missing = rank + (batched ? 2 : 1) - x.rank
        guard missing != 0 else { return }
        let (inputs, axes) = [
            ("sequences", "steps, channels"), ("images", "height, width, channels"),
            ("volumes", "depth, height, width, channels"),
        ][rank - 1]
        let lengths = x.map(String.init)
        let hint =
            switch (missing, batched) {
            case (1, false):
                (rank == 2 ? "a grayscale image has" : "with a single channel, it has")
                    + " one channel: [\((lengths + ["1"]).joined(separator: ", "))]"
            case (1, true) where rank > 1 && [1, 3, 4].contains(x[x.rank - 1]):
                "make a single example a batch with expanded(at: 0)"
            case (1, true):
                // A last length of 1 to 4 is that of channels: grey, RGB, RGBA.
                (x.last ?? 0) <= 4
                    ? "make a single example a batch with expanded(at: 0)"
                    : "give a batch of one channel its last axis with expanded(at: -1), or a single example its batch axis"
                        + " with expanded(at: 0)"
            case (_, false):
                x.rank == 1 ? "move Flatten() behind it, or put Reshape(…) before it" : "put Reshape(…) before it"
            case (_, true): "reshape it to \(rank + 2) dimensions"
            }
        throw WindowError(
            shapes: [x], message: "\(inputs) must have shape [\(batched ? "batch, " : "")\(axes)], got \(x)", hint: hint
        )
    }

    /// Throws unless there is a number for each dimension, none below `least`.
    package static func check(
        _ numbers: [Int], rank: Int, atLeast least: Int = 1, called name: String
    ) throws(WindowError) {
        let axes = ["", "height and width", "depth, height and width"][rank - 1]
        let hint = "give one number" + ["", ", or two as in [3, 5]", ", or three as in [3, 5, 5]"][rank - 1]
        guard numbers.count == rank else {
            let count = rank == 1 ? "one number" : "one number, or one for each of \(axes)"
            throw WindowError(message: "\(name) must be \(count), got \(numbers)", hint: hint)
        }
        guard numbers.contains(where: { $0 < least }) else { return }
        let along = rank == 1 ? "" : " along \(axes)", number = numbers[0]
        let got = numbers.allSatisfy { $0 == number } ? "\(number)" : "\(numbers)"
        throw WindowError(message: "\(name) must be at least \(least)\(along), got \(got)", hint: hint)
    }

    /// `3×5`
    private static func text(_ lengths: [Int]) -> String { lengths.map(String.init).joined(separator: "×") }
}

/// What is wrong with a window, or with the input that it is to slide over. Operations and layers raise it under their
/// own names.
package struct WindowError: Error {
    /// The shapes at fault; empty if it is a number.
    package var shapes: [Shape] = []
    package let message: String
    package let hint: String
}

/// The body's result. An error in it ends the computation, in the operation's name.
func checkingWindow<Result>(
    _ operation: StaticString, _ shapes: [Shape], _ body: () throws(WindowError) -> Result
) -> Result {
    do { return try body() } catch {
        let name = "\(operation)"
        Failure.raise(
            error.shapes.isEmpty
                ? ValueError(operation: name, message: error.message, hint: error.hint)
                : ShapeError(operation: name, shapes: shapes, message: error.message, hint: error.hint))
    }
}
