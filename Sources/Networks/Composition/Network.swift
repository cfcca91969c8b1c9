internal import Synchronization
public import Tensors

/// A network of any shape: several inputs, several outputs, branches, and layers that are used more than once.
///
/// Layers are called on symbols instead of tensors, as in Keras's functional API: ``Input`` begins, and the network is
/// what leads from its inputs to its outputs.
/// ```swift
/// let image = Input([28, 28, 1])
/// let hidden = Dense(256, activation: .relu)(Flatten()(image))
/// let mean = Dense(2, name: "mean")(hidden), logVariance = Dense(2, name: "log_variance")(hidden)
/// let encoder = try Network("encoder", inputs: image, outputs: mean, logVariance)
/// let code = encoder.outputs(of: .zeros([16, 28, 28, 1]))        // [mean, logVariance], each [16, 2]
///
/// let noise = Input([64]), label = Input([10])
/// let sample = Dense(784, activation: .sigmoid)(Concatenate()(noise, label))
/// let generator = try Network("generator", inputs: noise, label, outputs: sample)
/// let samples = generator(.normal([16, 64]), .zeros([16, 10]))
/// ```
/// Layers with one input and one output that follow each other are a ``Sequential``, which is shorter.
public final class Network: Container {
    /// A layer's call: where its inputs are found among the values computed so far, inputs first.
    private struct Step {
        let layer: Layer
        let inputs: [Slot]
        /// The values that nothing needs after this step.
        var finished: [Int] = []
    }
    private struct Slot {
        let value: Int
        let output: Int
    }
    private let inputs: [Input]
    private let steps: [Step]
    private let results: [Slot]

    /// The network that leads from inputs to outputs. The shapes of all layers follow from the inputs'.
    ///
    /// - Throws: A `ShapeError` that names the layer and its line where shapes do not fit, a `ValueError` if an output
    ///   needs an input that is not listed.
    public init(
        _ name: String? = nil, inputs: Input..., outputs: SymbolicTensor..., file: String = #filePath, line: Int = #line
    ) throws {
        let location = SourceLocation(path: file, line: line)
        var known: [ObjectIdentifier: Int] = [:]
        for input in inputs { known[ObjectIdentifier(input.origin)] = known.count }
        let calls = try Self.calls(before: outputs, inputs: inputs, of: name ?? "network", location)
        for call in calls { known[ObjectIdentifier(call)] = known.count }
        let slot = { (symbol: SymbolicTensor) in
            Slot(value: known[ObjectIdentifier(symbol.origin)]!, output: symbol.output)
        }
        var steps = calls.map { Step(layer: $0.layer!, inputs: $0.inputs.map(slot)) }
        let results = outputs.map(slot)
        var needed = Set(results.map(\.value))
        for index in steps.indices.reversed() {
            for slot in steps[index].inputs where needed.insert(slot.value).inserted {
                steps[index].finished.append(slot.value)
            }
        }
        self.inputs = inputs
        self.steps = steps
        self.results = results
        var seen: Set<ObjectIdentifier> = []
        super.init(name: name, layers: calls.map { $0.layer! }.filter { seen.insert(ObjectIdentifier($0)).inserted })
        self.location = location
        _ = try prepare(inputs.map(\.shape))
    }

    /// The calls that outputs depend on, in the order in which they were written.
    private static func calls(
        before outputs: [SymbolicTensor], inputs: [Input], of name: String, _ location: SourceLocation
    ) throws -> [SymbolicTensor.Origin] {
        var seen = Set(inputs.map { ObjectIdentifier($0.origin) })
        var calls: [SymbolicTensor.Origin] = []
        var waiting = outputs.map(\.origin)
        while let origin = waiting.popLast() {
            guard seen.insert(ObjectIdentifier(origin)).inserted else { continue }
            guard origin.layer != nil else {
                throw ValueError(
                    operation: name, message: "an output depends on an Input that is not among the network's inputs",
                    hint: "list it, as in Network(inputs: noise, label, outputs: image)", location: location)
            }
            calls.append(origin)
            waiting += origin.inputs.map(\.origin)
        }
        return calls.sorted { $0.number < $1.number }
    }

    /// The shapes of the outputs.
    public override func outputShapes(of shapes: [Shape]) throws -> [Shape] {
        try check(shapes)
        var values = shapes.map { [$0] }
        for step in steps {
            let shapes = try step.inputs.map { try value(of: $0, in: values, for: step.layer) }
            values.append(try step.layer.prepare(shapes))
        }
        return try results.map { try value(of: $0, in: values, for: self) }
    }

    /// The output for one input of this shape.
    public override func outputShape(of input: Shape) throws -> Shape { try outputShapes(of: [input])[0] }

    private func check(_ shapes: [Shape]) throws {
        guard shapes != inputs.map(\.shape) else { return }
        let expected = inputs.map { "\($0.shape)" }.joined(separator: " and ")
        throw shapeError(
            shapes,
            shapes.count == inputs.count
                ? "takes examples of shape \(expected), not \(shapes.map { "\($0)" }.joined(separator: " and "))"
                : "takes \(inputs.count) inputs (\(expected)), got \(shapes.count)",
            hint: "call it with one batch for each input, in their order")
    }

    private func value<T>(of slot: Slot, in values: [[T]], for layer: Layer) throws -> T {
        guard values[slot.value].indices.contains(slot.output) else {
            throw ValueError(
                operation: layer.name,
                message: "output \(slot.output) was asked for, of a layer with \(values[slot.value].count)",
                hint: "outputs are counted from 0", location: layer.location)
        }
        return values[slot.value][slot.output]
    }

    /// The output for one input.
    public override func forward(_ x: Tensor) -> Tensor { single(forward([x])) }

    /// The outputs for batches of all inputs.
    public override func forward(_ tensors: [Tensor]) -> [Tensor] {
        guard tensors.count == inputs.count else {
            do { try check(tensors.map { $0.shape.removing(at: 0) }) } catch { Failure.raise(error) }
            return []
        }
        for (input, tensor) in zip(inputs, tensors) { checkBatch(tensor, of: input.shape) }
        var values = tensors.map { [$0] }
        for step in steps {
            values.append(step.layer.outputs(of: step.inputs.map { values[$0.value][$0.output] }))
            for index in step.finished { values[index] = [] }
        }
        return results.map { values[$0.value][$0.output] }
    }

    /// The last layers have said what is padding.
    override func outputMask(of inputs: [Tensor]) -> Tensor? { nil }

    /// For each layer, the names of those whose outputs it takes.
    var connections: [(layer: Layer, sources: [String])] {
        let names = inputNames + steps.map(\.layer.name)
        return steps.map { step in
            (
                step.layer,
                step.inputs.map { slot in
                    let outputs =
                        slot.value < inputs.count ? 1 : steps[slot.value - inputs.count].layer.outputShapes?.count ?? 1
                    return outputs > 1 ? "\(names[slot.value])[\(slot.output)]" : names[slot.value]
                }
            )
        }
    }

    /// The inputs' names: `input`, `input_1`, unless they were given others.
    var inputNames: [String] {
        inputs.enumerated().map { $1.name ?? ($0 == 0 ? "input" : "input_\($0)") }
    }
}

/// A tensor in the description of a ``Network``: what an ``Input`` or the output of a layer stands for until the
/// network is called.
public class SymbolicTensor {
    /// Where symbols come from: an input, or a layer's call.
    final class Origin {
        let layer: Layer?
        let inputs: [SymbolicTensor]
        /// Origins are numbered in the order in which they were written.
        let number: Int

        init(layer: Layer? = nil, inputs: [SymbolicTensor] = []) {
            self.layer = layer
            self.inputs = inputs
            self.number = Self.count.withLock {
                $0 += 1
                return $0
            }
        }

        private static let count = Mutex(0)
    }
    final let origin: Origin
    final let output: Int

    init(_ origin: Origin, output: Int = 0) {
        self.origin = origin
        self.output = output
    }

    /// One of the outputs of a layer that has several, counted from 0; the symbol itself stands for the first.
    public final subscript(output: Int) -> SymbolicTensor { SymbolicTensor(origin, output: output) }
}

/// An input of a ``Network``.
public final class Input: SymbolicTensor {
    /// The shape of one example.
    public let shape: Shape
    /// The name in the summary; nil for `input`, `input_1`.
    public let name: String?

    /// An input for examples of this shape.
    public init(_ shape: Shape, name: String? = nil) {
        self.shape = shape
        self.name = name
        super.init(Origin())
    }
}

extension Layer {
    /// The layer's output for inputs that are still symbols: a step in the description of a ``Network``. A layer that
    /// is called several times is shared, with its weights.
    public final func callAsFunction(
        _ inputs: SymbolicTensor..., file: String = #filePath, line: Int = #line
    ) -> SymbolicTensor {
        if location == nil { location = SourceLocation(path: file, line: line) }
        return SymbolicTensor(.init(layer: self, inputs: inputs))
    }
}
