import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct NetworkGraphTests {
        @Test func parametersStandInTheirLayers() throws {
            let network = try Sequential("net", input: [3]) {
                Dense(4, activation: .tanh)
                Residual("block") { Dense(4) }
            }
            let graph = ComputationGraph(of: network, for: .ones([2, 3]))
            let places = Dictionary(
                graph.vertices.compactMap { vertex in vertex.name.map { ($0, vertex.layers) } },
                uniquingKeysWith: { first, _ in first })
            #expect(
                places == [
                    "input": [], "dense.kernel": ["net", "dense"], "dense.bias": ["net", "dense"],
                    "block.body.dense.kernel": ["net", "block", "body", "dense"],
                    "block.body.dense.bias": ["net", "block", "body", "dense"],
                ])
            #expect(graph.vertices.last?.operation == "+" && graph.vertices.last?.layers == ["net", "block"])
            #expect(graph.vertices.last?.shape == [2, 4])
        }
    }
}
