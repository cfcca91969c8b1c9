internal import Tensors

/// A layer made of layers.
open class Container: Layer {
    /// The layers, in the order of the listing.
    public final let layers: [Layer]

    /// A container of layers, which get names that are unique in it: `conv2d`, `conv2d_1`.
    public init(name: String? = nil, layers: [Layer]) {
        self.layers = layers
        super.init(name: name)
        nameLayers()
    }

    private func nameLayers() {
        var taken = Set(layers.compactMap { $0.givenName ?? $0.assignedName })
        var counts: [String: Int] = [:]
        for layer in layers where layer.givenName == nil && layer.assignedName == nil {
            let stem = layer.typeName.snakeCased
            var name: String
            repeat {
                let number = counts[stem, default: 0]
                counts[stem] = number + 1
                name = number == 0 ? stem : "\(stem)_\(number)"
            } while !taken.insert(name).inserted
            layer.assignedName = name
        }
    }

    /// Checks that an input is a batch of examples. A single one without its batch axis is the commonest mistake,
    /// better explained here than by the operation that it would fail in.
    final func checkBatch(_ x: Tensor, of inputShape: Shape) {
        guard x.rank != inputShape.rank + 1 else { return }
        Failure.raise(
            shapeError(
                [inputShape, x.shape],
                "takes batches of examples of shape \(inputShape), not a tensor of shape \(x.shape)",
                hint: batchHint(x.shape, inputShape)))
    }

    private func batchHint(_ given: Shape, _ wanted: Shape) -> String {
        if given == wanted { return "add the batch axis with x.expanded(at: 0)" }
        guard given.rank > 0, let remedy = ShapeRemedy(from: given.removing(at: 0), to: wanted) else {
            return "the batch is the first axis"
        }
        return "write x\(remedy.callOnBatch)"
            + (given.rank > wanted.rank + 1 ? ", or begin the network with Flatten()" : "")
    }

    override func findComponents() -> [Component] {
        super.findComponents().filter { if case .parameter = $0 { true } else { false } }
            + layers.map { .child($0.name, $0) }
    }
}
