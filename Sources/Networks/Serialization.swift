internal import Tensors

extension Layer {
    /// Writes all parameters to a file in the safetensors format, under the names of their layers: `conv2d.kernel`, `conv2d.bias`.
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
    /// If anything does not fit, this throws and the network stays as it was.
    public final func load(from path: String) throws {
        let stored = try Safetensors.load(from: path)
        let named = namedParameters
        let known = Set(named.map(\.key))
        let missing = named.filter { stored[$0.key] == nil }.map { "\($0.key) \($0.parameter.shape)" }
        let surplus = stored.filter { !known.contains($0.key) }.map { "\($0.key) \($0.value.shape)" }.sorted()
        var problems: [String] = []
        if !missing.isEmpty { problems.append("the file lacks \(missing.joined(separator: ", "))") }
        if !surplus.isEmpty { problems.append("the network lacks \(surplus.joined(separator: ", "))") }
        for (key, parameter) in named {
            if let tensor = stored[key], tensor.shape != parameter.shape {
                problems.append("\(key) is \(tensor.shape) in the file and \(parameter.shape) in the network")
            }
        }
        guard problems.isEmpty else {
            throw ShapeError(
                operation: "load", message: "\(path) does not fit: \(problems.joined(separator: "; "))",
                hint: "build the network as it was when it was saved", path: [name])
        }
        for (key, parameter) in named {
            if let tensor = stored[key] { parameter.value = tensor.converted(to: .float32) }
        }
    }
}
