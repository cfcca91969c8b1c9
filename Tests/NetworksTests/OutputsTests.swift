import Architectures
import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct OutputsTests {
        @Test func outputsByName() throws {
            let network = try Sequential.leNet5()
            let x = Tensor.uniform([2, 28, 28, 1])
            let outputs = network.layerOutputs(for: x)
            #expect(
                outputs.map(\.name) == [
                    "conv2d", "average_pooling2d", "conv2d_1", "average_pooling2d_1", "flatten", "dense", "dense_1",
                    "dense_2",
                ])
            #expect(outputs.map(\.output.shape)[2] == [2, 10, 10, 16])
            let maps = network.output(of: "conv2d", for: x)
            let filters = network["conv2d"].namedParameters[0].parameter.value
            #expect(maps.isClose(to: x.conv2d(filter: filters, padding: .same).tanh(), relative: 1e-4, absolute: 1e-5))
            #expect(network.output(of: "dense_2", for: x).scalars == network(x).scalars)
        }

        @Test func derivativeWithRespectToAnOutput() throws {
            let network = try Sequential.leNet5()
            let outputs = network.layerOutputs(for: .uniform([1, 28, 28, 1]))
            let slope = grad(outputs[7].output[0, 3], of: outputs[2].output)
            #expect(slope.shape == [1, 10, 10, 16])
            #expect((slope .!= 0).any())
        }

        @Test func onlyLayerOfANameNeedsNoPath() throws {
            let network = try Sequential(input: [2]) { Residual { Dense(2) } }
            #expect(network["dense"] === network["residual.body.dense"])
        }

        @Test func unknownName() async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                _ = try Sequential("net", input: [2]) { Dense(2) }["conv2d"]
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(message.contains("there is no layer \"conv2d\"; its layers are dense"))
        }
    }
}
