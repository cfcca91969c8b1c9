public import Tensors

extension ComputationGraph {
    /// The computation of a network's output for a batch of inputs: parameters have their names (`conv2d.kernel`), and operations know
    /// the layers they stand in.
    ///
    /// ```swift
    /// ComputationGraph(of: lenet, for: .zeros([1, 28, 28, 1])).figure
    /// ```
    public init(of network: Layer, for x: Tensor) {
        let names = network.namedParameters.map { ($0.key, $0.parameter.value) }
        self.init(naming: Dictionary(names + [("input", x)], uniquingKeysWith: { first, _ in first })) {
            LayerPath.within(network.name) { network(x) }
        }
    }
}
