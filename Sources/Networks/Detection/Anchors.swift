public import Tensors

/// The anchors of a detector: boxes of several sizes and aspect ratios around every pixel of a feature map
/// (Ren et al. 2015, section 3.1.1).
///
/// ```swift
/// let anchors = Anchors(stride: 16, sizes: [64, 128])
/// let boxes = anchors.boxes(rows: 4, columns: 4)  // [96, 4]
/// let matches = Anchors.match(boxes, to: Tensor([[8.0, 8, 56, 60]]))
/// ```
public struct Anchors: Sendable {
    /// The size of a pixel of the feature map, in pixels of the image.
    public let stride: Int
    /// The sides of square anchors, in pixels of the image.
    public let sizes: [Double]
    /// The aspect ratios, height / width. Anchors of all ratios have the area of the square.
    public let ratios: [Double]

    /// Anchors of these sizes and ratios, around the pixels of a feature map with this stride.
    public init(stride: Int, sizes: [Double], ratios: [Double] = [0.5, 1, 2]) {
        guard stride > 0, !sizes.isEmpty, !ratios.isEmpty, (sizes + ratios).allSatisfy({ $0 > 0 }) else {
            Failure.raise(
                ValueError(
                    operation: "Anchors",
                    message: "stride, sizes and ratios must be positive, got \(stride), \(sizes) and \(ratios)",
                    hint: "as in Anchors(stride: 16, sizes: [64, 128])"))
        }
        self.stride = stride
        self.sizes = sizes
        self.ratios = ratios
    }

    /// The number of anchors around one pixel.
    public var countPerPixel: Int { sizes.count * ratios.count }

    /// All anchors of a feature map, `[rows · columns · countPerPixel, 4]`: in row-major order of the pixels, and of a
    /// pixel by sizes, then by ratios. That is the order of the outputs of a convolution with `countPerPixel` filters
    /// (or 4 times as many, for offsets), reshaped to rows.
    public func boxes(rows: Int, columns: Int) -> Tensor {
        let shapes = sizes.flatMap { size in
            ratios.map { ratio in (width: size / ratio.squareRoot(), height: size * ratio.squareRoot()) }
        }
        var values: [Double] = []
        values.reserveCapacity(rows * columns * shapes.count * 4)
        for row in 0..<rows {
            for column in 0..<columns {
                let (x, y) = ((Double(column) + 0.5) * Double(stride), (Double(row) + 0.5) * Double(stride))
                for (width, height) in shapes {
                    values += [x - width / 2, y - height / 2, x + width / 2, y + height / 2]
                }
            }
        }
        return Tensor(values, shape: [rows * columns * shapes.count, 4], dtype: .float32)
    }

    /// Assigns an object to each anchor or proposed region: the index of a box, −1 for background, or −2 for neither,
    /// which training ignores.
    ///
    /// An anchor is assigned the box that it overlaps most if their intersection over union is at least `positive`;
    /// besides, each box is assigned to the anchors that overlap it most. Where all overlaps are below `negative` there
    /// is background.
    /// - Parameters:
    ///   - anchors: `[n, 4]`.
    ///   - boxes: The boxes of the objects, `[m, 4]`.
    ///   - positive: The intersection over union from which on an anchor contains an object.
    ///   - negative: The intersection over union below which it is background.
    /// - Returns: `[n]`, int32.
    public static func match(
        _ anchors: Tensor, to boxes: Tensor, positive: Double = 0.7, negative: Double = 0.3
    ) -> Tensor {
        let (anchors, boxes) = (Boxes.check(anchors, "Anchors.match"), Boxes.check(boxes, "Anchors.match"))
        Boxes.checkFinite(anchors.doubles, "anchors", "Anchors.match")
        Boxes.checkFinite(boxes.doubles, "boxes", "Anchors.match")
        let (count, objects) = (anchors.shape[0], boxes.shape[0])
        guard objects > 0 else { return Tensor.full([count], -1, dtype: .int32) }
        let shares = Boxes.intersectionOverUnion(anchors.detached(), boxes.detached()).doubles
        var matches = (0..<count).map { anchor -> Int32 in
            let row = shares[anchor * objects..<(anchor + 1) * objects]
            let best = row.indices.reduce(row.startIndex) { row[$1] > row[$0] ? $1 : $0 }
            return row[best] >= positive ? Int32(best - row.startIndex) : row[best] < negative ? -1 : -2
        }
        for box in 0..<objects {
            let best = (0..<count).reduce(0.0) { max($0, shares[$1 * objects + box]) }
            for anchor in 0..<count where best > 0 && shares[anchor * objects + box] == best {
                matches[anchor] = Int32(box)
            }
        }
        return Tensor(matches)
    }
}
