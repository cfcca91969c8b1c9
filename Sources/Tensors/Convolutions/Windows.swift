/// Windows that slide over sequences `[examples, steps, channels]`, images `[examples, rows, columns, channels]` or volumes: a
/// convolution's kernel, what pooling looks at.
struct Windows: Sendable {
    /// The operation that errors name.
    var operation: StaticString
    /// What the operation calls its windows.
    var noun: String
    /// The lengths along each dimension, the distances between neighbours, and those between the pixels of a window.
    var (sizes, strides, dilations): ([Int], [Int], [Int])
    var padding: Padding

    init(
        _ operation: StaticString, _ noun: String, _ sizes: [Int], stride: [Int], padding: Padding,
        dilation: [Int]? = nil
    ) {
        self.operation = operation
        self.noun = noun
        (self.sizes, strides, dilations) = (sizes, stride, dilation ?? sizes.map { _ in 1 })
        self.padding = padding
    }

    /// The number of dimensions.
    var rank: Int { sizes.count }

    /// How the input of an operation over so many dimensions is laid out.
    static func axes(_ rank: Int) -> String {
        [
            "[examples, steps, channels]", "[images, rows, columns, channels]",
            "[volumes, depth, rows, columns, channels]",
        ][
            rank - 1]
    }

    /// Ends with an error about these shapes.
    func fail(_ shapes: [Shape], _ message: String, _ hint: String) -> Never {
        Failure.raise(ShapeError(operation: "\(operation)", shapes: shapes, message: message, hint: hint))
    }

    /// Raises an error unless the input has the right number of dimensions, and the windows' numbers make sense.
    func check(_ x: Shape, _ others: Shape...) {
        let shapes = [x] + others
        guard x.rank == rank + 2 else {
            let lengths = ["-1"] + x.dropFirst().map(String.init) + ["1"]
            fail(
                shapes, "the input is \(x), not \(Windows.axes(rank))",
                x.rank == rank + 1
                    ? "add a dimension: reshaped(to: [\(lengths.joined(separator: ", "))]) for one channel, or expanded(at: 0) for a single example"
                    : "reshape it to \(rank + 2) dimensions")
        }
        guard (sizes + strides + dilations).allSatisfy({ $0 > 0 }) else {
            let dilated = dilations.allSatisfy { $0 == 1 } ? "" : ", dilation \(dilations)"
            fail(
                shapes, "\(noun) \(sizes), stride \(strides)\(dilated) must be positive",
                "a stride of 1 visits every pixel")
        }
        if case .explicit(let before, let after) = padding {
            guard [1, rank].contains(before.count), [1, rank].contains(after.count),
                (before + after).allSatisfy({ $0 >= 0 })
            else {
                fail(
                    shapes, "\(padding) does not say the zeros around \(rank) dimensions",
                    "give one number for all or one for each, none negative")
            }
        }
    }

    /// Where the windows lie over an input, dimension by dimension.
    func layouts(over x: Shape, _ others: Shape...) -> [Padding.Layout] {
        let layouts = (0..<rank).map { axis in
            padding.layout(
                axis: axis, size: x[axis + 1], window: sizes[axis], stride: strides[axis], dilation: dilations[axis])
        }
        guard layouts.allSatisfy({ $0.count > 0 }) else {
            let times = { (lengths: [Int]) in lengths.map(String.init).joined(separator: "×") }
            fail(
                [x] + others, "\(times(sizes)) \(noun) is larger than its \(times(Array(x[1...rank]))) input",
                "use padding: .same or pool less before it")
        }
        return layouts
    }
}
