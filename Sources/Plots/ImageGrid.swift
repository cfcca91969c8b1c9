public import Tensors

/// Shows a batch of images as a grid. The parameters have the meaning of those of torchvision's `make_grid`.
///
/// ```swift
/// let noise = Tensor.uniform([16, 28, 28])
/// let picture = imageGrid(noise, title: "Noise", columns: 8)
/// ```
///
/// - Parameters:
///   - images: `[N, height, width]`, or `[N, height, width, channels]` with 1 channel or 3 (red, green, blue), or one
///     image without N; a `ShapeError` for any other shape. Flat images `[N, pixels]` are squares if the number of
///     pixels is a square of at least 8², as 784 is. Of more images than one picture can hold, the first are shown.
///   - title: The title; empty for none.
///   - columns: The number of images in a row.
///   - titles: The captions below the images; a line break begins a second line.
///   - padding: The space between images, in points.
///   - normalize: Whether the least value becomes black and the greatest white. Otherwise values are taken to be from 0
///     to 1, or from 0 to 255 for tensors of type `uint8`.
///   - range: The values at the ends of the colormap, instead of the least and the greatest. It implies `normalize`.
///   - scaleEach: Whether each image is normalised by its own least and greatest value, and not by those of the batch.
///   - colormap: The colours of images with one channel. ``Colormap/diverging`` has zero in the middle; it and
///     ``Colormap/viridis`` always normalise.
///   - size: The width of each image, in points; `nil` for one that fits a notebook.
///   - shape: The shape of each image, for images that are flat or have other axes: `[28, 28]`, `[32, 32, 3]`.
public func imageGrid(
    _ images: Tensor, title: String = "", columns: Int = 8, titles: [String] = [], padding: Double = 4,
    normalize: Bool = false, range: ClosedRange<Double>? = nil, scaleEach: Bool = false, colormap: Colormap = .gray,
    size: Double? = nil, shape: Shape? = nil
) -> Figure {
    var batch = images
    if let shape {
        batch = images.reshaped(to: [-1] + Array(shape))
    } else if images.rank == 2, let side = flatSide(images.shape) {
        batch = images.reshaped(to: [-1, side, side])
    }
    guard (size ?? 1) > 0, (size ?? 1).isFinite, padding >= 0, padding.isFinite else {
        Failure.raise(
            ValueError(
                operation: "imageGrid",
                message: "size must be above 0 and padding at least 0, got \(size ?? 0) and \(padding)",
                hint: "leave them out for images that fit a notebook"))
    }
    let pixels = ImagePixels(batch, normalize: normalize, range: range, scaleEach: scaleEach, colormap: colormap)
    return ImageGrid(
        pixels: pixels, title: title, columns: max(columns, 1), captions: titles, padding: padding, size: size
    ).figure
}

/// The side of square images that are rows of a matrix; `nil` for a matrix that is an image itself.
private func flatSide(_ shape: Shape) -> Int? {
    let side = Int(Double(shape[1]).squareRoot().rounded())
    return side >= 8 && side * side == shape[1] && shape[0] != shape[1] ? side : nil
}

/// Shows one image of shape `[height, width]` or `[height, width, channels]`; the parameters are those of
/// ``imageGrid(_:title:columns:titles:padding:normalize:range:scaleEach:colormap:size:shape:)``.
public func image(
    _ pixels: Tensor, title: String = "", normalize: Bool = false, range: ClosedRange<Double>? = nil,
    colormap: Colormap = .gray, size: Double? = nil
) -> Figure {
    imageGrid(
        pixels.rank == 2 ? pixels.expanded(at: 0) : pixels, title: title, columns: 1, normalize: normalize,
        range: range, colormap: colormap,
        size: size
            ?? min(
                max(Double(pixels.shape.count > 1 ? pixels.shape[pixels.rank == 2 ? 1 : pixels.rank - 2] : 1), 168), 640
            ))
}

/// A batch of images, of which some are made bitmaps.
struct ImagePixels {
    let count: Int
    let height: Int
    let width: Int
    private let channels: Int
    private let images: Tensor
    private let normalize: Bool
    private let range: ClosedRange<Double>?
    private let scaleEach: Bool
    private let colormap: Colormap

    init(_ images: Tensor, normalize: Bool, range: ClosedRange<Double>?, scaleEach: Bool, colormap: Colormap) {
        (count, height, width, channels) = Self.dimensions(images)
        (self.images, self.normalize, self.range) = (images, normalize, range)
        (self.scaleEach, self.colormap) = (scaleEach, colormap)
    }

    /// The first images. Normalisation is by these alone.
    func bitmaps(first shown: Int) -> [Bitmap] {
        var bitmaps: [Bitmap] = []
        let size = height * width * channels
        let values = (shown < count ? images[0..<shown] : images).doubles
        let isSigned = colormap == .diverging
        func limits(_ part: ArraySlice<Double>) -> (Double, Double) {
            if let range { return (range.lowerBound, range.upperBound) }
            guard normalize || scaleEach || isSigned || colormap == .viridis else {
                return (0, images.dtype == .uint8 ? 255 : 1)
            }
            let finite = part.lazy.filter(\.isFinite)
            let (low, high) = (finite.min() ?? 0, finite.max() ?? 1)
            let reach = max(abs(low), abs(high))
            return isSigned ? (-reach, reach) : (low, high)
        }
        let table = colormap.table
        let whole = limits(values[...])
        for index in 0..<min(shown, count) {
            let start = index * size
            let (low, high) = scaleEach ? limits(values[start..<start + size]) : whole
            func level(_ offset: Int) -> Int {
                let value = values[start + offset]
                guard !value.isNaN, high > low else { return value.isNaN ? 128 : 0 }
                return Int((min(max(share(of: value, from: low, to: high), 0), 1) * 255).rounded())
            }
            bitmaps.append(
                Bitmap(width: width, height: height) { column, row in
                    let offset = (row * width + column) * channels
                    guard channels == 3 else { return table[level(offset)] }
                    return (UInt8(level(offset)), UInt8(level(offset + 1)), UInt8(level(offset + 2)))
                })
        }
        return bitmaps
    }

    /// The dimensions of a batch of images, channels last.
    private static func dimensions(_ images: Tensor) -> (count: Int, height: Int, width: Int, channels: Int) {
        let dims = Array(images.shape)
        switch dims.count {
        case 2: return (1, dims[0], dims[1], 1)
        // Three dimensions are a batch of grey images, unless they can only be one image: 28×28×1, 64×64×3.
        case 3 where (dims[2] == 1 || dims[2] == 3) && dims[0] > 1 && dims[1] > 3: return (1, dims[0], dims[1], dims[2])
        case 3: return (dims[0], dims[1], dims[2], 1)
        case 4 where dims[3] == 1 || dims[3] == 3: return (dims[0], dims[1], dims[2], dims[3])
        default:
            Failure.raise(
                ShapeError(
                    operation: "imageGrid", shapes: [images.shape],
                    message: "images must have shape [N, height, width] or [N, height, width, channels], "
                        + "got \(images.shape)",
                    hint: "use 1 or 3 channels; transposed(0, 3, 1, 2) makes images of a feature map's channels"))
        }
    }
}

/// Images in rows and columns, with captions.
struct ImageGrid {
    let pixels: ImagePixels
    let title: String
    let columns: Int
    let captions: [String]
    let padding: Double
    let size: Double?

    private static let captionSize = 10.0
    private static let captionLine = 13.0
    private static let widest = 640.0

    /// More would be hard to scroll through, and reach the limits of a PNG's drawing surface.
    private static let tallest = 16_000.0

    var figure: Figure {
        let (count, captions, padding) = (pixels.count, captions, padding)
        let columns = min(columns, max(count, 1))
        let cellWidth = size ?? automaticWidth(pixels.width, columns)
        let cellHeight = cellWidth * Double(pixels.height) / Double(max(pixels.width, 1))
        let lines = captions.map { $0.drawnLines.count }.max() ?? 0
        let captionHeight = lines > 0 ? Double(lines) * Self.captionLine + 7 : 0
        let rowHeight = cellHeight + captionHeight + padding
        let rows = min((count + columns - 1) / columns, max(Int(Self.tallest / max(rowHeight, 1)), 1))
        let shown = pixels.bitmaps(first: min(rows * columns, count))
        let heading = heading(shown.count)
        let ruler = Canvas(width: 1, height: 1)
        let titleHeight = heading.isEmpty ? 0 : Canvas.textHeight(heading, size: Style.titleSize) + 12
        let margin = Style.margin
        let content = Double(columns) * (cellWidth + padding) - padding
        let titleWidth = heading.isEmpty ? 0 : ruler.textWidth(heading, size: Style.titleSize, isBold: true)
        let width = max(content, min(titleWidth, Self.widest)) + 2 * margin
        let height = max(Double(rows) * rowHeight - padding, 0) + titleHeight + 2 * margin
        let description =
            (title.isEmpty ? "" : title.onOneLine + ": ")
            + (count == 0
                ? "no images" : "\(count) image\(count == 1 ? "" : "s") of \(pixels.width)×\(pixels.height) pixels")
        return Figure(width: width, height: height, description: description) { canvas in
            canvas.text(
                canvas.shortened(heading, toWidth: width - 2 * margin, size: Style.titleSize, isBold: true),
                at: Canvas.Point(margin, margin), size: Style.titleSize, isBold: true, vertical: .top)
            for (index, bitmap) in shown.enumerated() {
                let cell = Canvas.Rect(
                    x: margin + Double(index % columns) * (cellWidth + padding),
                    y: margin + titleHeight + Double(index / columns) * (cellHeight + captionHeight + padding),
                    width: cellWidth, height: cellHeight)
                // Enlarged pixels stay sharp; reduced ones are interpolated.
                canvas.image(bitmap, in: cell, isSmooth: Double(bitmap.width) > cellWidth * canvas.density)
                canvas.stroke(cell, Style.outline, width: 0.5)
                guard index < captions.count else { continue }
                for (line, text) in captions[index].drawnLines.enumerated() {
                    canvas.text(
                        canvas.shortened(text, toWidth: cellWidth + padding - 4, size: Self.captionSize),
                        at: Canvas.Point(cell.center.x, cell.bottom + 5 + Double(line) * Self.captionLine),
                        size: Self.captionSize,
                        color: line == 0 ? Style.text : Style.secondaryText, align: .center, vertical: .top)
                }
            }
        }
    }

    /// The title, and how many of the images are shown if not all are.
    private func heading(_ shown: Int) -> String {
        func number(_ count: Int) -> String { NumberText.fixed(Double(count), decimals: 0) }
        let part =
            pixels.count == 0
            ? "no images" : shown < pixels.count ? "first \(number(shown)) of \(number(pixels.count)) images" : ""
        return [title.firstLines(3), part].filter { !$0.isEmpty }.joined(separator: " · ")
    }

    /// An integral number of half points for each pixel, so that all pixels have the same size on a screen of double
    /// density.
    private func automaticWidth(_ pixels: Int, _ columns: Int) -> Double {
        let room = max((Self.widest - Double(columns - 1) * padding) / Double(columns), 4)
        let wanted = min(room, captions.isEmpty ? 72 : 84)
        let factor = (wanted / Double(max(pixels, 1)) * 2).rounded(.down) / 2
        return factor > 0 ? factor * Double(pixels) : room
    }
}
