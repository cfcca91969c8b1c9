import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct GradientCheckTests {
        private func network() throws -> Sequential {
            try Sequential(input: [2]) {
                Dense(3, activation: .tanh)
                BatchNormalization()
                Dense(1)
            }
        }

        @Test func aNetworksDerivatives() throws {
            let network = try network(), (x, y) = (Tensor.normal([5, 2]), Tensor.normal([5, 1]))
            let before = network.parameters.map(\.value.doubles)
            for isTraining in [false, true] {
                let report = gradCheck(network) {
                    isTraining
                        ? training { Loss.meanSquaredError(network(x), y) } : Loss.meanSquaredError(network(x), y)
                }
                #expect(report.passed, "\(report)")
                // 2 · 3 + 3, γ and β, 3 + 1
                #expect(report.entries.count == 19)
                #expect(report.entries[0].name == "dense.kernel" && report.entries[18].name == "dense_1.bias")
                #expect(report.entries.contains { abs($0.computed) > 0.01 })
            }
            #expect(network.parameters.map(\.value.doubles) == before)
        }

        /// A derivative that is wrong is found.
        @Test func aWrongDerivativeIsFound() throws {
            let network = try Sequential(input: [2]) {
                Dense(2)
                Lambda {
                    Tensor.custom($0, name: "wrong") {
                        $0[0].squared()
                    } pullback: { dy, x, _ in
                        [3 * dy * x[0]]
                    }
                }
            }
            let report = gradCheck(network) { network(.ones([1, 2])).sum() }
            #expect(!report.passed)
            #expect("\(report)".contains("6 of 6 derivatives disagree") && "\(report)".contains("dense.kernel"))
        }

        @Test func valuesThatAreAssignedLeaveTheGraph() async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let network = try Sequential(input: [2]) { Dense(1) }
                _ = gradCheck(at: network.parameters.map(\.value)) { values in
                    for (parameter, value) in zip(network.parameters, values) { parameter.value = value }
                    return network(.ones([3, 2])).squared().mean()
                }
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(
                message.contains(
                    "the result changes with input 0, but its graph does not lead there; compute it from the tensors"),
                "\(message)")
        }

        /// A function that does not depend on an input has derivatives of 0 there.
        @Test func inputsWithoutInfluence() {
            #expect(gradCheck(at: [Tensor([1.0, 2]), Tensor([3.0])]) { $0[0].squared() }.passed)
            #expect(gradCheck(at: Tensor([1.0, 2])) { _ in Tensor(7) }.passed)
        }

        @Test func whereGradientsAreNotRecorded() {
            let report = withoutGradients { gradCheck(at: Tensor([1.0, 2])) { $0.squared() } }
            #expect(report.passed && report.entries[1].measured != 0)
        }

        @Test func nothingToCheck() async {
            let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
                let network = try Sequential(input: [2]) { Dense(1) }
                network.freeze()
                _ = gradCheck(network) { network(.ones([3, 2])).sum() }
            }
            let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
            #expect(
                message.contains("sequential has no trainable parameters; unfreeze() those to be checked"), "\(message)"
            )
        }
    }
}
