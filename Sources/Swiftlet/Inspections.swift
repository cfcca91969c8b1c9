import Datasets
package import Networks
package import Notebook
package import Tensors

extension Tensor: Inspectable {
    /// The elements of small tensors, shape and type of all others.
    package var inspection: Inspection {
        let kind = "\(shape) \(dtype)"
        let text = count <= 8 && rank <= 1 ? "\(self), \(kind)" : kind
        return Inspection(text, bytes: count * dtype.size) {
            guard count > 0 else { return [("shape", shape), ("dtype", dtype)] }
            let numbers = detached().converted(to: dtype == .float64 ? .float64 : .float32)
            return [
                ("shape", shape), ("dtype", dtype), ("mean", numbers.mean().item()), ("min", numbers.min().item()),
                ("max", numbers.max().item()),
            ]
        }
    }
}

extension Shape: Inspectable {
    /// The shape as it is written in Swift.
    package var inspection: Inspection { Inspection(description) }
}

extension Parameter: Inspectable {
    /// The inspection of its value.
    package var inspection: Inspection { isShaped ? value.inspection : Inspection("not built") }
}

extension Layer: Inspectable {
    /// The first line of the layer's description, and its parameters.
    package var inspection: Inspection {
        let parameters = namedParameters
        let bytes = parameters.reduce(0) { $0 + $1.parameter.value.count * $1.parameter.value.dtype.size }
        let first = description.prefix { $0 != "\n" }
        return Inspection(String(first), bytes: bytes) { parameters.map { ($0.key, $0.parameter.value) } }
    }
}

extension Examples: Inspectable {
    /// The shapes of inputs and targets.
    package var inspection: Inspection {
        let bytes = inputs.inspection.bytes.flatMap { own in targets.inspection.bytes.map { own + $0 } }
        return Inspection("\(inputs.shape) → \(targets.shape)", bytes: bytes) {
            [("inputs", inputs), ("targets", targets), ("classNames", classNames)]
        }
    }
}
