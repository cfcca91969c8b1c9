internal import Tensors

extension Optimizer {
    /// Writes the state of all parameters and the number of steps to a file in the safetensors format. With the
    /// network's own file a training can be resumed later as if it had never stopped.
    ///
    /// ```swift
    /// let network = try Sequential(input: [2]) { Dense(1) }
    /// let optimizer = Adam(for: network)
    /// try network.save(to: "network.safetensors")
    /// try optimizer.save(to: "optimizer.safetensors")
    /// // Another day, after making both anew:
    /// try network.load(from: "network.safetensors")
    /// try optimizer.load(from: "optimizer.safetensors")
    /// ```
    /// The tensor "2.0" is the first state tensor of parameter 2. (The curvature that L-BFGS collects is not saved.)
    public final func save(to path: String) throws {
        var tensors: [String: Tensor] = [:]
        for (i, state) in states.enumerated() {
            for (j, tensor) in (state ?? []).enumerated() { tensors["\(i).\(j)"] = tensor }
        }
        try Safetensors.save(
            tensors, to: path, metadata: ["optimizer": "\(type(of: self))", "steps": "\(stepCount)"])
    }

    /// Reads what ``save(to:)`` wrote. The optimizer must be of the same class, made for a network of the same layers.
    public final func load(from path: String) throws {
        var stored = try Safetensors.load(from: path)
        let metadata = try Safetensors.metadata(of: path)
        let name = "\(type(of: self))"
        guard metadata["optimizer"] == name, let steps = metadata["steps"].flatMap({ Int($0) }) else {
            throw ValueError(
                operation: name,
                message:
                    "\(path) is the state of \(metadata["optimizer"].map { "an optimizer \($0)" } ?? "no optimizer")",
                hint: "load it into an optimizer of that class")
        }
        let states = parameters.enumerated().map { i, parameter in
            Self.takeState(i, from: &stored, like: initialState(for: parameter.value.detached()))
        }
        guard stored.isEmpty else {
            throw ShapeError(
                operation: name, shapes: parameters.map(\.shape),
                message: "\(path) is the state of an optimizer with other parameters or options",
                hint: "make this one with the options of that one, for a network of the same layers")
        }
        resume(after: steps, states: states)
    }

    /// The state of a parameter, which is taken out of a file's tensors; nil if it is missing or does not fit.
    private static func takeState(
        _ index: Int, from stored: inout [String: Tensor], like initial: [Tensor]
    ) -> [Tensor]? {
        // Version 0.1.0 wrote all numbers of a parameter in one row.
        if let row = stored["\(index)"], let first = initial.first, row.count == initial.count * first.count {
            stored["\(index)"] = nil
            return row.reshaped(to: [initial.count] + Array(first.shape)).unstacked(axis: 0)
        }
        let names = initial.indices.map { "\(index).\($0)" }
        let state = names.compactMap { stored[$0] }
        guard !state.isEmpty, state.map(\.shape) == initial.map(\.shape), state.map(\.dtype) == initial.map(\.dtype)
        else { return nil }
        for name in names { stored[name] = nil }
        return state
    }
}
