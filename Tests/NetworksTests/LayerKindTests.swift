import Foundation
import Networks
import Tensors
import Testing

extension NetworksTests {
    /// What every kind of layer can do in a network: all that follows from its description alone.
    @Suite struct LayerKindTests {
        private func network(_ kind: Kind) throws -> Sequential {
            try Sequential("net", input: kind.input) { kind.make() }
        }

        /// Inputs that word numbers and real ones can be.
        private func inputs(_ kind: Kind, count: Int, _ dtype: DType = .float32) -> Tensor {
            Tensor.bernoulli(kind.input.inserting(count, at: 0), p: 0.5).converted(to: dtype)
        }

        @Test(arguments: layerKinds) func shapesAreAsPromised(_ kind: Kind) throws {
            let network = try network(kind)
            let output = try #require(network.outputShape)
            for count in [0, 1, 3] {
                let x = inputs(kind, count: count)
                #expect(network(x).shape == output.inserting(count, at: 0))
                #expect(training { network(x) }.shape == output.inserting(count, at: 0))
            }
            #expect("\(network.summary())".contains("Total params"))
            #expect("\(network)".contains("→ \(output)"))
        }

        @Test(arguments: layerKinds) func doublePrecisionIsKept(_ kind: Kind) throws {
            let network = try network(kind)
            let isTable = network.parameters.first?.shape == [5, 3]
            #expect(network(inputs(kind, count: 2, .float64)).dtype == (isTable ? .float32 : .float64))
        }

        @Test(arguments: layerKinds) func whatIsSavedComesBack(_ kind: Kind) throws {
            let (first, second) = (try network(kind), try network(kind))
            guard first.parameterCount > 0 else { return }
            let path = temporaryPath("layer.safetensors")
            defer { try? FileManager.default.removeItem(atPath: path) }
            let x = inputs(kind, count: 2)
            let optimizer = Adam(for: first, learningRate: 0.1)
            for _ in 0..<2 { optimizer.minimize { first(x).squared().mean() } }
            try first.save(to: path)
            #expect(try second.load(from: path) == first.namedParameters.map(\.key))
            #expect(second(x).doubles == first(x).doubles)
            try optimizer.save(to: path)
            try Adam(for: second).load(from: path)
        }

        @Test(arguments: layerKinds) func frozenItStaysAsItIs(_ kind: Kind) throws {
            let network = try Sequential(input: kind.input) {
                kind.make()
                Flatten()
                Dense(1)
            }
            let learned = network.layers[0].parameters.filter(\.isTrainable)
            network.layers[0].freeze()
            let before = learned.map(\.value.scalars)
            SGD(for: network, learningRate: 0.1).minimize { network(inputs(kind, count: 2)).squared().mean() }
            #expect(learned.map(\.value.scalars) == before)
            network.unfreeze()
            #expect(learned.allSatisfy { $0.isTrainable })
        }
    }
}
