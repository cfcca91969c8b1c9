internal import Synchronization
public import Tensors

extension Layer {
    /// The outputs of all layers within, in the order in which they are computed, by their paths: `conv2d`,
    /// `residual_1.conv2d`.
    ///
    /// They stay part of the graph, so that the derivative of one with respect to another can be asked for.
    public final func layerOutputs(for inputs: Tensor...) -> [(name: String, output: Tensor)] {
        layerOutputs(for: inputs)
    }

    /// The former name of ``layerOutputs(for:)``.
    @available(*, unavailable, renamed: "layerOutputs(for:)")
    public final func outputs(for x: Tensor) -> [(name: String, output: Tensor)] { fatalError() }

    private func layerOutputs(for inputs: [Tensor]) -> [(name: String, output: Tensor)] {
        let recorder = OutputRecorder(root: LayerPath.current + [name])
        return recorder.recording {
            _ = outputs(of: inputs)
            return recorder.outputs
        }
    }

    /// The output of the layer of this name: a convolution's feature maps.
    public final func output(of layer: String, for inputs: Tensor...) -> Tensor {
        let path = path(of: layer)
        guard let found = layerOutputs(for: inputs).last(where: { $0.name == path }) else { raiseUnknown(layer) }
        return found.output
    }

    /// The layer of this name (or path, `residual_1.conv2d`): `network["conv2d"]`.
    public final subscript(layer: String) -> Layer {
        let path = path(of: layer)
        guard let found = descendants.first(where: { $0.path == path }) else { raiseUnknown(layer) }
        return found.layer
    }

    /// The path of a layer: the name itself, or the path of the only layer within that has it.
    private func path(of layer: String) -> String {
        let paths = descendants.map(\.path)
        if paths.contains(layer) { return layer }
        let deeper = paths.filter { $0.hasSuffix("." + layer) }
        return deeper.count == 1 ? deeper[0] : layer
    }

    private func raiseUnknown(_ layer: String) -> Never {
        Failure.raise(
            ValueError(
                operation: name, message: "there is no layer \"\(layer)\"",
                hint: "its layers are \(descendants.map(\.path).joined(separator: ", "))"))
    }
}

/// Keeps the output of every layer that is computed within another.
final class OutputRecorder: @unchecked Sendable {
    @TaskLocal static var current: OutputRecorder?
    private static let count = Atomic<Int>(0)
    private let root: [String]
    private(set) var outputs: [(name: String, output: Tensor)] = []

    init(root: [String]) { self.root = root }

    /// Whether any recorder is at work. Asked after every layer, which a task-local value would slow down.
    static var isWanted: Bool { count.load(ordering: .relaxed) > 0 }

    /// Runs a computation whose outputs are recorded.
    func recording<R>(_ body: () -> R) -> R {
        Self.count.wrappingAdd(1, ordering: .relaxed)
        defer { Self.count.wrappingSubtract(1, ordering: .relaxed) }
        return Self.$current.withValue(self, operation: body)
    }

    /// Keeps the output of the layer that ``LayerPath`` names. Only the computation's own thread records.
    func record(_ output: Tensor) {
        let path = LayerPath.current
        let names = path.starts(with: root) ? path.dropFirst(root.count) : path[...]
        guard !names.isEmpty else { return }
        outputs.append((names.joined(separator: "."), output))
    }
}
