internal import Tensors

extension Optimizer {
    /// Writes what the optimizer remembers of each weight, and the number of its steps, to a file in the safetensors format. With the
    /// network's own file a training goes on later as if it had never stopped.
    ///
    /// ```swift
    /// try network.save(to: "network.safetensors");  try optimizer.save(to: "optimizer.safetensors")
    /// // Another day:
    /// let optimizer = Adam(for: network)
    /// try network.load(from: "network.safetensors");  try optimizer.load(from: "optimizer.safetensors")
    /// ```
    /// (L-BFGS remembers whole steps rather than weights: it begins anew.)
    public final func save(to path: String) throws {
        var tensors: [String: Tensor] = [:]
        for (index, memory) in memories.enumerated() {
            guard let storage = memory.storage else { continue }
            // A copy: the memory itself changes with the next step.
            tensors["\(index)"] = Tensor(storage: storage, shape: [storage.count]) + 0
        }
        try Safetensors.save(
            tensors, to: path, metadata: ["optimizer": "\(type(of: self))", "steps": "\(stepCount)"])
    }

    /// Reads what ``save(to:)`` wrote. The optimizer must be of the same kind, and made for a network of the same layers.
    public final func load(from path: String) throws {
        let stored = try Safetensors.load(from: path)
        let metadata = try Safetensors.metadata(of: path)
        let kind = "\(type(of: self))"
        guard metadata["optimizer"] == kind, let steps = metadata["steps"].flatMap({ Int($0) }) else {
            throw ValueError(
                operation: kind, message: "\(path) is of \(metadata["optimizer"] ?? "no optimizer")",
                hint: "load it into an optimizer of that kind")
        }
        let counts = parameters.map { startingMemory.count * $0.shape.elementCount }
        let fits = stored.allSatisfy { name, tensor in
            Int(name).map { counts.indices.contains($0) && counts[$0] == tensor.count } ?? false
        }
        guard fits else {
            throw ShapeError(
                operation: kind, shapes: parameters.map(\.shape),
                message: "\(path) is of an optimizer of other parameters or options",
                hint: "make this one as that one was, for a network of the same layers")
        }
        resume(
            after: steps,
            memories: parameters.indices.map { WeightMemory(stored["\($0)"]?.converted(to: .float32).storage) })
    }
}
