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

    /// Builds one of the layers for examples of this shape. Its errors name it, and the line it stands in.
    final func prepare(_ layer: Layer, for input: Shape) throws -> Shape {
        try LayerPath.within(layer.name) {
            do { return try layer.prepare(input) } catch var error as any OperationError {
                if error.location == nil { error.location = layer.location }
                throw error
            }
        }
    }

    /// The output of one of the layers. Errors in it name it.
    final func output(of layer: Layer, for x: Tensor) -> Tensor {
        LayerPath.within(layer.name) {
            var y = layer(x)
            // What is padding in a sequence stays so, unless the layer knows better.
            if let mask = x.sequenceMask, y.sequenceMask == nil { y = y.withSequenceMask(mask) }
            OutputRecorder.current?.record(y)
            return y
        }
    }

    override func findComponents() -> [Component] {
        super.findComponents().filter { if case .parameter = $0 { true } else { false } }
            + layers.map { .child($0.name, $0) }
    }
}

/// Checks that no two layers of a container share a name, which would make them one when the network is saved.
func checkNames(of container: Container) throws {
    var known: [String: Layer] = [:]
    for layer in container.layers {
        if let other = known.updateValue(layer, forKey: layer.name), other !== layer {
            throw ValueError(
                operation: container.name, message: "two layers are called \"\(layer.name)\"",
                hint: "give one of them another name:",
                location: layer.location)
        }
    }
}
