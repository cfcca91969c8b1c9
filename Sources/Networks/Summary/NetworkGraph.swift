public import Tensors

extension ComputationGraph {
    /// The computation of a network's outputs for a batch of each input: parameters have their names (`conv2d.kernel`),
    /// and operations know the layers they belong to.
    ///
    /// ```swift
    /// let network = try Sequential(input: [4]) { Dense(8, activation: .relu); Dense(3) }
    /// ComputationGraph(of: network, for: .zeros([1, 4])).figure
    /// ```
    public init(of network: Layer, for inputs: Tensor...) {
        let known = (network as? Network)?.inputNames
        let inputNames = inputs.indices.map { known?[$0] ?? ($0 == 0 ? "input" : "input_\($0)") }
        let names = network.namedParameters.map { ($0.key, $0.parameter.value) } + zip(inputNames, inputs)
        self.init(
            naming: Dictionary(names, uniquingKeysWith: { first, _ in first }), ofAll: { network.outputs(of: inputs) })
    }
}
