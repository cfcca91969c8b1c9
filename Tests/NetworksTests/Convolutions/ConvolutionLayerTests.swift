import Networks
import Tensors
import TestSupport
import Testing

extension NetworksTests {
    /// Convolutions of every kind, against PyTorch (Tests/Fixtures/spatial_layers.py).
    @Suite struct ConvolutionLayerTests {
        static let layers: LayerTable = [
            "conv1d": .init(Conv1D(3, kernel: 3)),
            "conv1d causal": .init(Conv1D(3, kernel: 2, padding: .causal, dilation: 2, activation: .tanh)),
            "conv1d stride": .init(Conv1D(2, kernel: 3, stride: 2, padding: .same)),
            "conv2d": .init(Conv2D(2, kernel: 3, padding: .same, activation: .elu)),
            "conv2d groups": .init(Conv2D(4, kernel: [2, 3], groups: 2, activation: .sigmoid)),
            "conv2d dilated": .init(Conv2D(2, kernel: 3, padding: .same, dilation: 2, bias: false)),
            "conv3d": .init(Conv3D(2, kernel: [2, 3, 2], stride: 2, padding: .same, activation: .tanh)),
            "conv1d transpose": .init(Conv1DTranspose(2, kernel: 3, stride: 2, activation: .tanh)),
            "conv2d transpose": .init(Conv2DTranspose(3, kernel: 4, stride: 2, padding: .same, activation: .tanh)),
            "conv2d transpose output padding": .init(
                Conv2DTranspose(1, kernel: 3, stride: 2, padding: .explicit(1), outputPadding: 1, bias: false)),
            "conv3d transpose": .init(Conv3DTranspose(2, kernel: 2, stride: 2, activation: .sigmoid)),
            "depthwise 1d": .init(DepthwiseConv1D(kernel: 3, padding: .causal, multiplier: 2, activation: .tanh)),
            "depthwise 2d": .init(DepthwiseConv2D(kernel: 3, padding: .same, activation: .sigmoid)),
            "depthwise 2d multiplier": .init(DepthwiseConv2D(kernel: 2, stride: 2, multiplier: 3, bias: false)),
            "separable 1d": .init(SeparableConv1D(3, kernel: 3, activation: .tanh)),
            "separable 2d": .init(
                SeparableConv2D(3, kernel: [3, 2], padding: .same, multiplier: 2, activation: .tanh)),
            "locally connected 1d": .init(
                LocallyConnected1D(2, kernel: 3, stride: 2, padding: .same, activation: .tanh)),
            "locally connected 1d dilated": .init(LocallyConnected1D(2, kernel: 2, dilation: 2, bias: false)),
            "locally connected 2d": .init(LocallyConnected2D(2, kernel: [3, 2], activation: .sigmoid)),
        ]

        @Test(arguments: try layers.fixtures("convolution_layers"))
        func agrees(_ fixture: LayerFixture) throws { try Self.layers.check(fixture) }

        /// With the same weights at every place, it is a convolution.
        @Test func weightsThatAreAlikeEverywhereConvolve() {
            let x = Tensor.normal([2, 7, 6, 3])
            let convolution = Conv2D(4, kernel: 3, stride: 2, padding: .same)
            let local = LocallyConnected2D(4, kernel: 3, stride: 2, padding: .same)
            let expected = convolution(x)
            #expect(local(x).shape == expected.shape && local.parameterCount == 12 * (27 * 4 + 4))
            local.kernel = convolution.kernel.reshaped(to: [1, 27, 4]).broadcast(to: [12, 27, 4])
            #expect(local(x).isClose(to: expected, absolute: 1e-5))
        }
    }
}
