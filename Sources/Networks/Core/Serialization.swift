public import Tensors

extension Layer {
    /// Writes all parameters to a file in the safetensors format, under the names of their layers: `conv2d.kernel`,
    /// `conv2d.bias`.
    public final func save(to path: String) throws {
        let named = namedParameters
        guard !named.isEmpty else {
            throw ValueError(
                operation: "save", message: "there are no parameters to save",
                hint: "build the network first: give it an input: shape",
                path: [name])
        }
        try Safetensors.save(
            Dictionary(uniqueKeysWithValues: named.map { ($0.key, $0.parameter.value.detached()) }), to: path,
            metadata: ["network": name])
    }

    /// Reads all parameters from a file that ``save(to:)`` wrote, or another program under the same names.
    ///
    /// If anything does not fit, this throws and the network stays as it was. With `partially` it takes what has the
    /// same name and shape in both, and throws only if that is nothing: a network with a new last layer begins with the
    /// others' trained values.
    /// - Returns: The names of the parameters that were read.
    @discardableResult
    public final func load(from path: String, partially: Bool = false) throws -> [String] {
        try take(try Safetensors.load(from: path), from: "the file", partially: partially) {
            "\(path) does not fit: \($0)"
        }
    }

    /// Takes over the parameters that have the same name and shape in another network, and leaves the others as they
    /// are.
    ///
    /// ```swift
    /// func encoder() throws -> Sequential { try Sequential("encoder", input: [784]) { Dense(32, activation: .relu) } }
    /// let autoencoder = try Sequential(input: [784]) { try encoder(); Dense(784) }
    /// let classifier = try Sequential(input: [784]) { try encoder(); Dense(10) }
    /// try classifier.copyParameters(from: autoencoder)
    /// classifier["encoder"].freeze()
    /// ```
    /// - Returns: The names of the parameters that were copied.
    /// - Throws: A `ShapeError` if there is none.
    @discardableResult
    public final func copyParameters(from other: Layer) throws -> [String] {
        let values = other.namedParameters.map { ($0.key, $0.parameter.value.detached()) }
        return try take(Dictionary(uniqueKeysWithValues: values), from: other.name, partially: true) {
            "nothing of \(other.name) fits: \($0)"
        }
    }

    /// The values of all parameters, in the order of ``parameters``: what puts a network back to where it was. Others
    /// of the same shapes can be set.
    public final var parameterValues: [Tensor] {
        get { parameters.map { $0.value.detached() } }
        set {
            let parameters = self.parameters
            guard newValue.map(\.shape) == parameters.map(\.shape) else {
                Failure.raise(
                    ShapeError(
                        operation: "parameterValues", shapes: newValue.map(\.shape),
                        message:
                            "\(newValue.count) values for the \(parameters.count) parameters of \(name)",
                        hint: "use those of a network of the same layers"))
            }
            for (parameter, value) in zip(parameters, newValue) { parameter.value = value }
        }
    }

    private func take(
        _ stored: [String: Tensor], from source: String, partially: Bool, complaint: (_ problems: String) -> String
    ) throws -> [String] {
        let named = namedParameters
        guard !named.isEmpty || stored.isEmpty else {
            throw ValueError(
                operation: "load",
                message: inputShapes == nil
                    ? "the network is not built yet: its parameters have no shapes" : "the network has no parameters",
                hint: inputShapes == nil
                    ? "give it an input: shape, call prepare with the shape of an example, or call it once, before"
                    : "add layers with weights", path: [name])
        }
        let known = Set(named.map(\.key))
        let missing = named.filter { stored[$0.key] == nil }.map { "\($0.key) \($0.parameter.shape)" }
        let surplus = stored.filter { !known.contains($0.key) }.map { "\($0.key) \($0.value.shape)" }.sorted()
        var problems: [String] = []
        if !missing.isEmpty { problems.append("\(source) lacks \(missing.joined(separator: ", "))") }
        if !surplus.isEmpty { problems.append("the network lacks \(surplus.joined(separator: ", "))") }
        var fitting: [(key: String, parameter: Parameter, value: Tensor)] = []
        for (key, parameter) in named {
            guard let tensor = stored[key] else { continue }
            if tensor.shape == parameter.shape {
                fitting.append((key, parameter, tensor))
            } else {
                problems.append("\(key) is \(tensor.shape) in \(source) and \(parameter.shape) in the network")
            }
        }
        guard problems.isEmpty || partially && !fitting.isEmpty else {
            throw ShapeError(
                operation: "load", message: complaint(problems.joined(separator: "; ")),
                hint: partially
                    ? "give the layers that should agree the same names"
                    : inputShapes == nil
                        ? "build all layers first: give the network an input: shape, or call it once"
                        : "build the network as it was when it was saved",
                path: [name])
        }
        for (_, parameter, value) in fitting { parameter.value = value.converted(to: .float32) }
        return fitting.map(\.key)
    }
}
