public import Tensors

/// Boxes that a detector starts from: several sizes and shapes around every pixel of a feature map (Ren et al. 2015, section 3.1.1).
public struct Anchors: Sendable {
    /// How many pixels of the image a pixel of the feature map stands for.
    public let stride: Int
    /// The sides, in pixels of the image, of square anchors.
    public let sizes: [Double]
    /// Height divided by width. Anchors of all ratios have the area of the square.
    public let ratios: [Double]

    /// Anchors of these sizes and ratios, around the pixels of a feature map with this stride.
    public init(stride: Int, sizes: [Double], ratios: [Double] = [0.5, 1, 2]) {
        guard stride > 0, !sizes.isEmpty, !ratios.isEmpty, (sizes + ratios).allSatisfy({ $0 > 0 }) else {
            Failure.raise(
                ValueError(
                    operation: "Anchors",
                    message: "stride \(stride), sizes \(sizes) and ratios \(ratios) make no anchors",
                    hint: "give positive numbers, as in Anchors(stride: 16, sizes: [64, 128])"))
        }
        self.stride = stride
        self.sizes = sizes
        self.ratios = ratios
    }

    /// The anchors around one pixel.
    public var countPerPixel: Int { sizes.count * ratios.count }

    /// All anchors for a feature map, `[rows · columns · countPerPixel, 4]`: row by row, and of a pixel size by size, ratio by ratio. That is
    /// the order of a convolution's outputs with as many filters (or 4 times as many, for offsets), reshaped to rows.
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

    /// For each anchor (or proposed region) the object it is to find: the place of a box, -1 for background, -2 where it is neither and
    /// does not count.
    ///
    /// An anchor is for the box that it overlaps most, if the intersection over union is at least `positive`; and every box gets the anchors
    /// that overlap it most, however little that is. Where all overlaps are below `negative` there is background.
    /// - Returns: `[n]` of Int32 for n anchors.
    public static func match(
        _ anchors: Tensor, to boxes: Tensor, positive: Double = 0.7, negative: Double = 0.3
    ) -> Tensor {
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
