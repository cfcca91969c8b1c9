import Networks
import Testing

extension NetworksTests {
    @Suite struct FormattingTests {
        /// The names that Keras 3 gives.
        @Test func namesAreKeras() {
            #expect(MaxPooling2D().name == "max_pooling2d")
            #expect(GlobalAveragePooling2D().name == "global_average_pooling2d")
            #expect(BatchNormalization().name == "batch_normalization")
            #expect(Conv2D(1, kernel: 1).name == "conv2d")
            #expect(Flatten().name == "flatten")
        }
    }
}
