public import Networks
public import Plots
public import Tensors

extension Layer {
    /// The filters of a convolution as small images: blue is negative, white zero, red positive.
    ///
    /// There is a column for each filter and a row for each channel of the layer's input; filters of one channel are
    /// arranged in rows of 16.
    ///
    /// ```swift
    /// let cnn = try Sequential(input: [28, 28, 1]) { Conv2D(8, kernel: 5); Flatten(); Dense(10) }
    /// let picture = cnn.filters("conv2d")
    /// ```
    ///
    /// - Parameters:
    ///   - layer: The name of the convolution in `summary()`; a `ValueError` if that layer is not a
    ///     `Conv2D`.
    ///   - limit: The greatest number of filters, and of channels of each; the first ones are shown.
    public final func filters(_ layer: String, limit: Int = 32) -> Figure {
        guard let convolution = self[layer] as? Conv2D else {
            Failure.raise(
                ValueError(
                    operation: "filters",
                    message: "the layer must be a Conv2D, got \"\(layer)\", a \(self[layer].typeName)",
                    hint: "summary() lists the names of the layers"))
        }
        let kernel = convolution.kernel
        let (height, width, channels, count) = (kernel.shape[0], kernel.shape[1], kernel.shape[2], kernel.shape[3])
        let (rows, columns) = (min(channels, limit), min(count, limit))
        let shown = rows < channels || columns < count ? " (\(columns) filters, \(rows) channels shown)" : ""
        let images = kernel.transposed(2, 3, 0, 1)[0..<rows, 0..<columns].reshaped(
            to: [rows * columns, height, width, 1])
        let inputs = channels == 1 ? "1 channel" : "\(channels) channels"
        let across = channels == 1 ? min(columns, 16) : columns
        return imageGrid(
            images, title: "\(layer): \(count) filters of \(height)×\(width), \(inputs)\(shown)", columns: across,
            padding: 6,
            colormap: .diverging, size: min(52, max(18, 640 / Double(across) - 6)))
    }

    /// The output of every layer for one image: feature maps as images, vectors as strips. The least value of each
    /// layer is dark blue, the greatest yellow.
    ///
    /// ```swift
    /// let cnn = try Sequential(input: [28, 28, 1]) { Conv2D(8, kernel: 5); Flatten(); Dense(10) }
    /// let picture = cnn.featureMaps(of: .uniform([28, 28]))
    /// ```
    ///
    /// - Parameters:
    ///   - image: The image, `[height, width, channels]`, or `[height, width]` for a network with one input channel.
    ///   - limit: The greatest number of feature maps of each layer.
    public final func featureMaps(of image: Tensor, limit: Int = 16) -> Figure {
        let input = image.rank == 2 ? image.expanded(at: 2) : image
        let outputs = withoutGradients { self.layerOutputs(for: input.expanded(at: 0)) }
        let pictures = outputs.filter { $0.output.rank == 4 || $0.output.rank == 2 }.map { name, output in
            output.rank == 4 ? Self.maps(name, output, limit: limit) : Self.strip(name, output)
        }
        return .column(
            [imageGrid(input.expanded(at: 0), title: "input \(input.shape)", normalize: true, size: 84)] + pictures)
    }

    private static func maps(_ name: String, _ output: Tensor, limit: Int) -> Figure {
        let count = output.shape[3]
        let images = output.transposed(0, 3, 1, 2).reshaped(
            to: [count, output.shape[1], output.shape[2], 1])[0..<min(count, limit)]
        let shown = count > limit ? ", \(limit) shown" : ""
        return imageGrid(
            images, title: "\(name) \(output[0].shape)\(shown)", columns: 8, colormap: .viridis, size: 72)
    }

    /// The elements of a vector in rows of equal length.
    private static func strip(_ name: String, _ output: Tensor) -> Figure {
        let count = output.shape[1]
        let columns = count <= 50 ? count : (8...50).last { count.isMultiple(of: $0) } ?? count
        let cell = min(24, 600 / Double(columns))
        return imageGrid(
            output.reshaped(to: [1, count / columns, columns, 1]), title: "\(name) \(output[0].shape)",
            colormap: .viridis,
            size: cell * Double(columns))
    }
}
