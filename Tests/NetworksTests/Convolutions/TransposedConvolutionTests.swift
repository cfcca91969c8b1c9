import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct TransposedConvolutionTests {
        /// The lengths that Keras makes of them: rows and columns with the same numbers.
        @Test(arguments: [
            (7, 4, 2, Padding.same, nil, 14), (7, 3, 2, .same, nil, 14), (5, 2, 2, .valid, nil, 10),
            (5, 4, 2, .valid, nil, 12), (4, 2, 3, .valid, nil, 12), (4, 3, 2, .same, 0, 7), (4, 3, 2, .same, 1, 8),
            (4, 3, 2, .valid, 1, 10), (6, 4, 2, .explicit(1), nil, 12), (6, 3, 2, .explicit(1), 1, 12),
        ])
        func outputLength(n: Int, kernel: Int, stride: Int, padding: Padding, extra: Int?, expected: Int) throws {
            let layer = Conv2DTranspose(2, kernel: kernel, stride: stride, padding: padding, outputPadding: extra)
            #expect(try layer.prepare([n, n, 3]) == [expected, expected, 2])
            #expect(layer.kernel.shape == [kernel, kernel, 2, 3])
            #expect(layer(.zeros([1, n, n, 3])).shape == [1, expected, expected, 2])
        }

        /// A stride-2 convolution and its transpose are each other's adjoint: ⟨conv x, y⟩ = ⟨x, convᵀ y⟩.
        @Test func adjointOfTheConvolution() throws {
            Random.seed(2)
            let down = Conv2D(4, kernel: 3, stride: 2, padding: .same, bias: false)
            let up = Conv2DTranspose(2, kernel: 3, stride: 2, padding: .same, bias: false)
            let x = Tensor.normal([3, 8, 6, 2]), y = Tensor.normal([3, 4, 3, 4])
            _ = (down(x), up(y))
            up.kernel = down.kernel
            #expect((down(x) * y).sum().isClose(to: (x * up(y)).sum(), relative: 1e-4))
        }

        @Test func unfusedActivationGivesTheSame() {
            let x = Tensor.normal([2, 3, 3, 2])
            let (plain, activated) = (
                Conv2DTranspose(3, kernel: 3, stride: 2), Conv2DTranspose(3, kernel: 3, stride: 2, activation: .elu)
            )
            _ = (plain(x), activated(x))
            activated.kernel = plain.kernel
            #expect(activated(x).isClose(to: plain(x).elu(), relative: 1e-5, absolute: 1e-6))
        }

        @Test func impossibleOutputs() {
            #expect(
                text { _ = try Sequential("g", input: [4, 4, 1]) { Conv2DTranspose(1, kernel: 3, outputPadding: 1) } }
                    .contains(
                        "g › conv2d_transpose (")
            )
            #expect(
                text { _ = try Conv2DTranspose(1, kernel: 3, outputPadding: 1).outputShape(of: [4, 4, 1]) }.contains(
                    "an output of 7×7 does not have 4×4 positions for a 3×3 kernel with stride 1×1; an output padding must be smaller than the stride"
                ))
            #expect(
                text { _ = try Conv1DTranspose(1, kernel: 3, padding: .causal).outputShape(of: [4, 1]) }.contains(
                    "would look ahead"))
            #expect(
                text { _ = try Conv2DTranspose(1, kernel: [1, 2, 3]).outputShape(of: [4, 4, 1]) }.contains(
                    "kernel must be one number, or one for each of height and width, got [1, 2, 3]; give one number, or two as in [3, 5]"
                ))
        }
    }
}
