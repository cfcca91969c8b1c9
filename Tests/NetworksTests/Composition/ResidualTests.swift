import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct ResidualTests {
        @Test func addsItsInput() throws {
            let network = try Sequential(input: [3]) { Residual(activation: .relu) { Lambda { $0 * -3 } } }
            #expect(network(Tensor([[1, -1, 2]])).doubles == [0, 2, 0])
        }

        @Test func shortcutChangesTheShape() throws {
            let network = try Sequential(input: [8, 8, 3]) {
                Residual(shortcut: Conv2D(4, kernel: 1, stride: 2)) { Conv2D(4, kernel: 3, stride: 2, padding: .same) }
            }
            #expect(network.outputShape == [4, 4, 4])
            #expect(network.parameterCount == 3 * 3 * 3 * 4 + 4 + 3 * 4 + 4)
        }

        @Test func shapesThatCannotBeAdded() {
            let message = text {
                _ = try Sequential("net", input: [8, 8, 3]) { Residual { Conv2D(8, kernel: 3, padding: .same) } }
            }
            #expect(
                message.hasSuffix(
                    "output [8, 8, 8] must equal its input [8, 8, 3] to be added; give its last layer 3 filters, or use shortcut: Conv2D(8, kernel: 1)"
                ))
        }
    }
}
