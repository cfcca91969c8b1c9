public import Tensors

/// A data set: inputs, what a network should answer to them, and what the answers mean. Row i of both belongs together.
public struct Examples: Sendable {
    /// The inputs, one example along the first axis: `[60000, 28, 28, 1]`.
    public var inputs: Tensor
    /// The targets: class indices `[60000]` of an integer type, or values `[60000, …]`.
    public var targets: Tensor
    /// The names of the classes, in the order of their indices; empty if there are none.
    public var classNames: [String]
    /// What each example counts in losses and metrics: `[60000]`, or `[60000, steps]` for the positions of sequences; a mask of truth
    /// values leaves some out. nil if all count alike.
    public var weights: Tensor?

    /// A data set. Inputs, targets and weights must have as many rows as each other.
    public init(inputs: Tensor, targets: Tensor, classNames: [String] = [], weights: Tensor? = nil) {
        guard inputs.rank > 0, targets.rank > 0, inputs.shape[0] == targets.shape[0] else {
            Failure.raise(
                ShapeError(
                    operation: "Examples", shapes: [inputs.shape, targets.shape],
                    message: "inputs \(inputs.shape) and targets \(targets.shape) differ in their number of rows",
                    hint: "give one target for every input, along the first axis"))
        }
        if let weights, weights.rank == 0 || weights.shape[0] != inputs.shape[0] {
            Failure.raise(
                ShapeError(
                    operation: "Examples", shapes: [inputs.shape, weights.shape],
                    message: "weights \(weights.shape) do not go with \(inputs.shape[0]) examples",
                    hint: "give one weight for every example, along the first axis"))
        }
        self.inputs = inputs
        self.targets = targets
        self.classNames = classNames
        self.weights = weights
    }

    /// The number of examples.
    public var count: Int { inputs.shape[0] }

    /// Some of the examples that follow each other: `train[0..<1000]`, `train[..<1000]`.
    public subscript(range: some RangeExpression<Int>) -> Examples {
        let range = range.relative(to: 0..<count)
        guard range.lowerBound >= 0 && range.upperBound <= count else {
            Failure.raise(
                ValueError(
                    operation: "Examples", message: "examples \(range) were asked for, and there are \(count)",
                    hint: "use a range within 0..<\(count)"))
        }
        return Examples(
            inputs: inputs[range], targets: targets[range], classNames: classNames, weights: weights?[range])
    }

    /// The examples at these positions, in this order.
    public func gathered(_ positions: Tensor) -> Examples {
        Examples(
            inputs: inputs.gathered(positions), targets: targets.gathered(positions), classNames: classNames,
            weights: weights?.gathered(positions))
    }

    /// The same examples in random order. ``/Tensors/Random/seed(_:)`` repeats it.
    public func shuffled() -> Examples { gathered(.permutation(count)) }

    /// The first part and the rest: a fraction of 0.8 is the first four fifths.
    public func split(at fraction: Double) -> (Examples, Examples) {
        guard (0...1).contains(fraction) else {
            Failure.raise(
                ValueError(
                    operation: "split", message: "\(fraction) is no fraction of the examples",
                    hint: "use a number from 0 to 1, such as 0.8"))
        }
        let middle = Int((Double(count) * fraction).rounded())
        return (self[0..<middle], self[middle..<count])
    }

    /// The examples in batches, for a loop of one's own: `for (x, y) in train.batches(64, shuffled: true)`.
    ///
    /// The last batch is smaller if the size does not divide the count. Each loop over shuffled batches draws a new order.
    public func batches(_ size: Int, shuffled: Bool = false) -> Batches {
        guard size > 0 else {
            Failure.raise(
                ValueError(
                    operation: "batches", message: "a batch of \(size) examples has none",
                    hint: "use a size of 1 or more"))
        }
        return Batches(examples: self, size: size, isShuffled: shuffled)
    }
}

/// A data set cut into batches.
public struct Batches: Sequence, Sendable {
    let examples: Examples
    let size: Int
    let isShuffled: Bool

    /// The number of batches.
    public var count: Int { (examples.count + size - 1) / size }

    /// A pass through all batches.
    public func makeIterator() -> Iterator { Iterator(parts: parts) }

    /// The batches with their weights and names.
    package var parts: Parts {
        Parts(examples: examples, size: size, order: isShuffled ? .permutation(examples.count) : nil)
    }

    /// A pass through a data set, batch by batch.
    public struct Iterator: IteratorProtocol {
        var parts: Parts

        /// The next batch's inputs and targets.
        public mutating func next() -> (inputs: Tensor, targets: Tensor)? {
            parts.next().map { ($0.inputs, $0.targets) }
        }
    }

    /// A pass through a data set, in smaller sets.
    package struct Parts: Sequence, IteratorProtocol {
        let examples: Examples
        let size: Int
        let order: Tensor?
        var position = 0

        package mutating func next() -> Examples? {
            guard position < examples.count else { return nil }
            let range = position..<Swift.min(position + size, examples.count)
            position = range.upperBound
            return order.map { examples.gathered($0[range]) } ?? examples[range]
        }
    }
}
