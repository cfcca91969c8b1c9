public import Tensors

/// A data set: inputs and the targets that a network should predict from them. Row i of both is one example.
///
/// ```swift
/// let examples = Examples(inputs: .normal([100, 4]), targets: Tensor.zeros([100, 1]))
/// let (train, test) = examples.shuffled().split(at: 0.8)
/// for (x, y) in train.batches(16, shuffled: true) { print(x.shape, y.shape) }
/// ```
public struct Examples: Sendable {
    /// The inputs, one example in each row of the first axis: `[60000, 28, 28, 1]`.
    public var inputs: Tensor
    /// The targets: class indices `[60000]` of an integer type, or values `[60000, …]`.
    public var targets: Tensor
    /// The names of the classes, by their indices; empty if there are none.
    public var classNames: [String]
    /// The weight of each example in losses and metrics: `[60000]`, or `[60000, steps]` for the positions of sequences;
    /// a Boolean mask leaves some out. `nil` if all have equal weights.
    public var weights: Tensor?

    /// A data set. A `ShapeError` unless inputs, targets and weights have the same number of rows.
    ///
    /// - Parameters:
    ///   - inputs: The inputs, one example in each row of the first axis.
    ///   - targets: The targets, one row for each input.
    ///   - classNames: The names of the classes, by their indices.
    ///   - weights: The weight of each example in losses and metrics; `nil` for equal weights.
    public init(inputs: Tensor, targets: Tensor, classNames: [String] = [], weights: Tensor? = nil) {
        guard inputs.rank > 0, targets.rank > 0, inputs.shape[0] == targets.shape[0] else {
            Failure.raise(
                ShapeError(
                    operation: "Examples", shapes: [inputs.shape, targets.shape],
                    message: "inputs and targets must have equally many rows, got \(inputs.shape) and \(targets.shape)",
                    hint: "give one target for each input, along the first axis"))
        }
        if let weights, weights.rank == 0 || weights.shape[0] != inputs.shape[0] {
            Failure.raise(
                ShapeError(
                    operation: "Examples", shapes: [inputs.shape, weights.shape],
                    message: "weights must have \(inputs.shape[0]) rows, one for each example, got \(weights.shape)",
                    hint: "give one weight for each example, along the first axis"))
        }
        self.inputs = inputs
        self.targets = targets
        self.classNames = classNames
        self.weights = weights
    }

    /// The number of examples.
    public var count: Int { inputs.shape[0] }

    /// A range of the examples: `train[0..<1000]`, `train[..<1000]`. A `ValueError` if it is not within `0..<count`.
    public subscript(range: some RangeExpression<Int>) -> Examples {
        let range = range.relative(to: 0..<count)
        guard range.lowerBound >= 0 && range.upperBound <= count else {
            Failure.raise(
                ValueError(
                    operation: "Examples", message: "the range must be within 0..<\(count), got \(range)",
                    hint: "clamp it: examples[..<Swift.min(1000, examples.count)]"))
        }
        return Examples(
            inputs: inputs[range], targets: targets[range], classNames: classNames, weights: weights?[range])
    }

    /// The examples at these indices `[M]`, in this order.
    public func gathered(_ indices: Tensor) -> Examples {
        Examples(
            inputs: inputs.gathered(indices), targets: targets.gathered(indices), classNames: classNames,
            weights: weights?.gathered(indices))
    }

    /// The same examples in random order, which `Random.seed(_:)` makes reproducible.
    public func shuffled() -> Examples { gathered(.permutation(count)) }

    /// The first part and the rest; a fraction of 0.8 gives the first four fifths and the last fifth.
    ///
    /// Shuffle examples that are sorted by class first. A `ValueError` unless the fraction is from 0 to 1.
    public func split(at fraction: Double) -> (Examples, Examples) {
        guard (0...1).contains(fraction) else {
            Failure.raise(
                ValueError(
                    operation: "split", message: "fraction must be from 0 to 1, got \(fraction)",
                    hint: "use 0.8 for four fifths of the examples"))
        }
        let middle = Int((Double(count) * fraction).rounded())
        return (self[0..<middle], self[middle..<count])
    }

    /// The examples in batches, for a custom training loop: `for (x, y) in train.batches(64, shuffled: true)`.
    ///
    /// The last batch is smaller if `size` does not divide ``count``. Each loop over shuffled batches draws a new
    /// order.
    ///
    /// - Parameters:
    ///   - size: The number of examples in a batch; a `ValueError` if it is less than 1.
    ///   - shuffled: Whether the examples come in random order.
    public func batches(_ size: Int, shuffled: Bool = false) -> Batches {
        guard size > 0 else {
            Failure.raise(
                ValueError(
                    operation: "batches", message: "size must be at least 1, got \(size)",
                    hint: "use 32 or 64 examples in a batch"))
        }
        return Batches(examples: self, size: size, isShuffled: shuffled)
    }
}

/// The batches of a data set. See ``Examples/batches(_:shuffled:)``.
public struct Batches: Sequence, Sendable {
    let examples: Examples
    let size: Int
    let isShuffled: Bool

    /// The number of batches.
    public var count: Int { (examples.count + size - 1) / size }

    /// One pass over all batches.
    public func makeIterator() -> Iterator { Iterator(parts: parts) }

    /// The batches with their weights and class names.
    package var parts: Parts {
        Parts(examples: examples, size: size, order: isShuffled ? .permutation(examples.count) : nil)
    }

    /// One pass over a data set, batch by batch.
    public struct Iterator: IteratorProtocol {
        var parts: Parts

        /// The inputs and targets of the next batch.
        public mutating func next() -> (inputs: Tensor, targets: Tensor)? {
            parts.next().map { ($0.inputs, $0.targets) }
        }
    }

    /// One pass over a data set, in smaller data sets.
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
