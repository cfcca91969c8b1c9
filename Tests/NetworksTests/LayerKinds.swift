import Networks
import Tensors
import Testing

/// A kind of layer, and the shape of an example that it takes.
struct Kind: Sendable, CustomTestStringConvertible {
    let input: Shape
    let make: @Sendable () -> Layer
    var testDescription: String { make().typeName }

    init(_ input: Shape, _ make: @autoclosure @escaping @Sendable () -> Layer) {
        self.input = input
        self.make = make
    }
}

private let vector: Shape = [4]
private let sequence: Shape = [6, 4]
private let image: Shape = [6, 6, 4]
private let volume: Shape = [4, 4, 4, 2]

let layerKinds: [Kind] = [
    Kind(vector, Dense(3)), Kind(vector, Maxout(3)), Kind(vector, Embedding(5, 3, maskZero: true)),
    // Normalizations of one element.
    Kind([1], LayerNormalization()), Kind([1], BatchNormalization()), Kind([1, 1, 2], InstanceNormalization()),
    Kind([1, 2], GroupNormalization(groups: 2)),
    Kind(vector, BatchNormalization(activation: .relu)), Kind(vector, LayerNormalization()),
    Kind(vector, SpectralNormalization(Dense(3))), Kind(vector, Dropout(0.5)), Kind(vector, Activation(.softmax)),
    Kind(vector, RepeatVector(2)), Kind(vector, WeightNormalization(Dense(3))),
    Kind(sequence, Conv1D(3, kernel: 3)), Kind(sequence, Conv1DTranspose(3, kernel: 3, stride: 2)),
    Kind(sequence, DepthwiseConv1D(kernel: 3)), Kind(sequence, SeparableConv1D(3, kernel: 3)),
    Kind(sequence, LocallyConnected1D(3, kernel: 3)), Kind(sequence, SimpleRNN(3)),
    Kind(sequence, LSTM(3, peepholes: true, returnSequences: true)), Kind(sequence, GRU(3, resetAfter: false)),
    Kind(sequence, GRU(3, activation: .relu, recurrentActivation: .hardSigmoid)),
    Kind(sequence, Bidirectional(LSTM(3))), Kind(sequence, Masking()),
    Kind(sequence, Attention(scale: .learned)), Kind(sequence, AdditiveAttention()),
    Kind(sequence, MultiHeadAttention(heads: 2, size: 3)), Kind(sequence, LayerNormalization()),
    Kind(sequence, SpatialDropout1D(0.5)), Kind(sequence, UpSampling1D(2)), Kind(sequence, MaxPooling1D(2)),
    Kind(sequence, GlobalAveragePooling1D()),
    Kind(sequence, GlobalMaxPooling1D()), Kind(sequence, AveragePooling1D(2)), Kind(sequence, ZeroPadding1D(1)),
    Kind(sequence, Cropping1D(1)), Kind(sequence, GroupNormalization(groups: 4)), Kind(sequence, BatchNormalization()),
    Kind(sequence, GRU(3, returnSequences: true, goBackwards: true, truncation: 2)),
    Kind(sequence, Bidirectional(GRU(3, returnSequences: true), merge: .multiply)),
    Kind(image, Conv2D(3, kernel: 3)), Kind(image, Conv2DTranspose(3, kernel: 3, stride: 2)),
    Kind(image, DepthwiseConv2D(kernel: 3)), Kind(image, SeparableConv2D(3, kernel: 3)),
    Kind(image, LocallyConnected2D(3, kernel: 3)), Kind(image, SpectralNormalization(Conv2D(3, kernel: 3))),
    Kind(image, PReLU(sharedAxes: [1, 2])), Kind(image, BatchNormalization()),
    Kind(image, GroupNormalization(groups: 2)), Kind(image, InstanceNormalization()),
    Kind(image, LocalResponseNormalization()), Kind(image, LocalResponseNormalization(.withinChannels)),
    Kind(image, Flatten()), Kind(image, Reshape([12, -1])), Kind(image, Permute([3, 1, 2])), Kind(image, Identity()),
    Kind(image, Lambda { $0 * 2 }), Kind(image, Dropout(0.5)), Kind(image, SpatialDropout2D(0.5)),
    Kind(image, AlphaDropout(0.5)), Kind(image, GaussianDropout(0.5)), Kind(image, GaussianNoise(0.5)),
    Kind(image, ActivityRegularization(.l1())), Kind(image, ReLU()), Kind(image, Softmax()),
    Kind(image, UpSampling2D(2)), Kind(image, UpSampling2D(2, interpolation: .bilinear)), Kind(image, PixelShuffle(2)),
    Kind(image, ZeroPadding2D(1)), Kind(image, ReflectionPadding2D(1)), Kind(image, Cropping2D(1)),
    Kind(image, MaxPooling2D(2)), Kind(image, AveragePooling2D(2)), Kind(image, GlobalMaxPooling2D()),
    Kind(image, AdaptiveAveragePooling2D(2)), Kind(image, AdaptiveMaxPooling2D(2)),
    Kind(
        image,
        Residual(shortcut: Conv2D(5, kernel: 1), activation: .relu) { Conv2D(5, kernel: 3, padding: .same) }),
    Kind(
        image,
        Parallel {
            Conv2D(5, kernel: 1)
            MaxPooling2D(3, stride: 1, padding: .same)
        }),
    Kind(
        image,
        Skip {
            MaxPooling2D(2)
            UpSampling2D(2)
        }),
    Kind(
        image,
        Skip(merge: .multiply) {
            GlobalAveragePooling2D()
            Reshape([1, 1, 4])
            Conv2D(4, kernel: 1, activation: .sigmoid)
        }),
    Kind(image, MaxUnpooling2D(2) { Conv2D(4, kernel: 3, padding: .same) }),
    Kind(volume, Conv3D(3, kernel: 3)), Kind(volume, Conv3DTranspose(3, kernel: 3, stride: 2)),
    Kind(volume, SpatialDropout3D(0.5)), Kind(volume, MaxPooling3D(2)), Kind(volume, ZeroPadding3D(1)),
    Kind([3, 6, 6, 2], ConvLSTM2D(3, kernel: 3, peepholes: true)),
    Kind([3, 6, 6, 2], TimeDistributed(Conv2D(2, kernel: 3))),
]
