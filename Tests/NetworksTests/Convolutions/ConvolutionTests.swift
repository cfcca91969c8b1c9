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

        @Test func numbersOfAWindow() {
            #expect(
                text { _ = try Conv2D(0, kernel: 3).outputShape(of: [9, 9, 1]) }.contains(
                    "filters must be at least 1, got 0"))
            #expect(
                text { _ = try Conv2D(1, kernel: [3, 0]).outputShape(of: [9, 9, 1]) }.contains(
                    "kernel must be at least 1 along height and width, got [3, 0]; give one number, or two as in [3, 5]"
                ))
            #expect(
                text { _ = try Conv1D(1, kernel: 3, stride: 0).outputShape(of: [9, 1]) }.contains(
                    "stride must be at least 1, got 0; give one number"))
            #expect(
                text { _ = try Conv2D(1, kernel: 3, padding: .explicit(-1)).outputShape(of: [9, 9, 1]) }.contains(
                    "padding must be at least 0 along height and width, got -1"))
            #expect(
                text { _ = try Conv3D(1, kernel: [3, 3]).outputShape(of: [9, 9, 9, 1]) }.contains(
                    "kernel must be one number, or one for each of depth, height and width, got [3, 3]"))
            #expect(
                text { _ = try MaxPooling2D(2, padding: .explicit(2)).outputShape(of: [9, 9, 1]) }.contains(
                    "leaves windows of 2×2 outside of the input; use a padding smaller than the window"))
            #expect(
                text { _ = try Conv2D(6, kernel: 3, groups: 3).outputShape(of: [9, 9, 4]) }.contains(
                    "groups must divide the channels and the filters, got 3 groups of 4 channels and 6 filters"))
        }

        /// Filters that are kept transformed for inference are recognized as changed.
        @Test func weightsThatChangeBetweenInferences() throws {
            Random.seed(3)
            let x = Tensor.normal([1, 30, 30, 16]), layer = Conv2D(16, kernel: 3, bias: false)
            func output() -> Tensor { withoutGradients { layer(x) } }
            func expected() -> Tensor {
                x.converted(to: .float64).conv2d(filter: layer.kernel.converted(to: .float64)).converted(to: .float32)
            }
            let first = output()
            #expect(first.isClose(to: expected(), absolute: 1e-4))
            #expect(output().scalars == first.scalars)
            let optimizer = SGD(learningRate: 0.5)
            try optimizer.own([layer])
            for _ in 0..<2 {
                // The optimizer writes the weights anew, and the next step changes them in place.
                let before = layer.kernel.scalars
                optimizer.minimize { layer(x).squared().mean() }
                optimizer.minimize { layer(x).squared().mean() }
                #expect(layer.kernel.scalars != before)
                #expect(output().isClose(to: expected(), absolute: 1e-4))
            }
            layer.kernel = layer.kernel * 2
            #expect(output().isClose(to: expected(), absolute: 1e-4))
        }

        @Test func picturesWithoutChannels() {
            #expect(
                text { _ = try Conv2D(1, kernel: 3).outputShape(of: [28, 28]) }.hasSuffix(
                    "images must have shape [height, width, channels], got [28, 28]; a grayscale image has one channel: [28, 28, 1]"
                ))
        }
    }
}
