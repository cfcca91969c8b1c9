import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct ParallelTests {
        @Test func inceptionBlock() throws {
            func inception(_ a: Int, _ b: (Int, Int)) -> some Layer {
                Parallel(merge: .concatenate) {
                    Conv2D(a, kernel: 1, activation: .relu)
                    Sequential {
                        Conv2D(b.0, kernel: 1, activation: .relu)
                        Conv2D(b.1, kernel: 3, padding: .same, activation: .relu)
                    }
                }
            }
            let network = try Sequential(input: [5, 5, 2]) { inception(4, (3, 6)) }
            #expect(network.outputShape == [5, 5, 10])
            let x = Tensor.uniform([1, 5, 5, 2])
            let outputs = network.layerOutputs(for: x)
            #expect(
                outputs.map(\.name) == [
                    "parallel.conv2d", "parallel.sequential.conv2d", "parallel.sequential.conv2d_1",
                    "parallel.sequential", "parallel",
                ])
            #expect(network(x)[0..<1, 0..<5, 0..<5, 0..<4].isClose(to: outputs[0].output))
        }

        @Test(arguments: [(Merge.add, 5.0), (.multiply, 6.0), (.maximum, 3.0)])
        func mergesElementByElement(merge: Merge, expected: Double) throws {
            let network = try Sequential(input: [2]) {
                Parallel(merge: merge) {
                    Lambda { $0 * 2 }
                    Lambda { $0 * 3 }
                }
            }
            #expect(network(.ones([1, 2])).doubles == [expected, expected])
        }

        @Test func branchesThatDoNotFit() {
            let message = text {
                _ = try Sequential("net", input: [6, 6, 1]) {
                    Parallel {
                        Conv2D(2, kernel: 1)
                        Conv2D(2, kernel: 3)
                    }
                }
            }
            #expect(
                message.hasSuffix(
                    "branches conv2d → [6, 6, 2] and conv2d_1 → [4, 4, 2] cannot be merged by .concatenate; give both the same height and width, with padding: .same and equal strides"
                ))
            #expect(message.contains("net › parallel ("))
        }

        @Test func emptyBraces() {
            #expect(text { _ = try Sequential(input: [2]) { Parallel {} } }.contains("has no branches"))
        }
    }
}
