import Networks
import Tensors
import Testing

extension NetworksTests {
    @Suite struct ConvolutionTests {
        /// ⌊(n + 2p − f) / s⌋ + 1, worked by hand.
        @Test(arguments: [
            (28, 5, 1, Padding.valid, 1, 24), (28, 5, 1, .same, 1, 28), (28, 3, 2, .valid, 1, 13),
            (28, 3, 2, .same, 1, 14),
            (227, 11, 4, .valid, 1, 55), (7, 3, 1, .valid, 2, 3), (7, 3, 2, .explicit(1), 1, 4),
            (224, 7, 2, .explicit(3), 1, 112),
        ])
        func outputLength(n: Int, kernel: Int, stride: Int, padding: Padding, dilation: Int, expected: Int) throws {
            let layer = Conv2D(1, kernel: kernel, stride: stride, padding: padding, dilation: dilation)
            #expect(try layer.outputShape(of: [n, n, 3]) == [expected, expected, 1])
            let network = try Sequential(input: [n, n, 3]) { layer }
            #expect(network(.zeros([1, n, n, 3])).shape == [1, expected, expected, 1])
        }

        @Test func kernelsNeedNotBeSquare() throws {
            let layer = Conv2D(2, kernel: [3, 5], bias: false)
            #expect(try layer.prepare([9, 9, 4]) == [7, 5, 2])
            #expect(layer.namedParameters.map(\.key) == ["kernel"])
            #expect(layer.kernel.shape == [3, 5, 4, 2])
        }

        @Test func unfusedActivationGivesTheSame() {
            Random.seed(5)
            let x = Tensor.normal([2, 6, 6, 1])
            let (plain, activated) = (Conv2D(3, kernel: 3), Conv2D(3, kernel: 3, activation: .elu))
            _ = (plain(x), activated(x))
            activated.kernel = plain.kernel
            #expect(activated(x).isClose(to: plain(x).elu(), relative: 1e-5, absolute: 1e-6))
        }

        @Test func dilatedKernelThatIsTooLarge() {
            #expect(
                text { _ = try Conv2D(1, kernel: 3, dilation: 2).outputShape(of: [4, 9, 1]) }.contains(
                    "3×3 kernel, dilated to 5×5, is larger than its 4×9 input"))
        }

        @Test func picturesWithoutChannels() {
            #expect(
                text { _ = try Conv2D(1, kernel: 3).outputShape(of: [28, 28]) }.hasSuffix(
                    "Conv2D takes images of shape [height, width, channels], not [28, 28]; a picture in shades of grey has one channel: [28, 28, 1]"
                ))
        }
    }
}
