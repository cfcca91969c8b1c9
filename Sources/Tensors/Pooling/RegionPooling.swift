internal import CKernels

// Regions of feature maps, resampled to one size: what the second stage of a detector looks at. Regions are rows [left,
// top, right, bottom] in pixels of the image; the scale leads from those to the pixels of the map.

extension Tensor {
    /// The largest element of each cell of each region, channel by channel: "RoI pooling" (Girshick 2015, "Fast R-CNN",
    /// section 2.1).
    ///
    /// The corners of a region are multiplied by the scale and rounded to pixels of the map; the region, its last row
    /// and column included, is divided into `size.rows` × `size.columns` cells, and y[r, i, j, c] is the maximum over
    /// the pixels of the map in cell (i, j) of region r. A cell that lies outside of the map is 0. This is the division
    /// of Girshick's and torchvision's code, which clips cells, not regions.
    /// ```swift
    /// let maps = Tensor.normal([1, 16, 16, 8])
    /// let region = Tensor([[32.0, 32, 128, 96]])
    /// let features = maps.regionMaxPool(region, images: [0], size: (7, 7), scale: 1.0 / 16)  // [1, 7, 7, 8]
    /// ```
    /// Where the rounding matters, as for masks, use ``regionAlign(_:images:size:scale:samples:)``.
    ///
    /// - Parameters:
    ///   - regions: `[n, 4]`, finite numbers.
    ///   - images: For each region the index of its image in this batch `[batch, height, width, channels]`.
    ///   - size: The number of cells along height and width.
    ///   - scale: Pixels of the map for one of the image, such as 1.0 / 16.
    /// - Returns: `[n, size.rows, size.columns, channels]`.
    public func regionMaxPool(
        _ regions: Tensor, images: [Int], size: (rows: Int, columns: Int), scale: Double = 1
    ) -> Tensor {
        let corners = checkRegions(regions, images, size, "regionMaxPool")
        let shape: Shape = [images.count, size.rows, size.columns, shape[3]]
        let image = Shape([1] + self.shape.dropFirst())
        let maps = detached(), length = image.elementCount, part = shape.elementCount / Swift.max(1, images.count)
        var positions: [Int32] = [], empty: [Bool] = []
        positions.reserveCapacity(shape.elementCount)
        for (region, index) in images.enumerated() {
            let corner = (0..<4).map { (corners[4 * region + $0] * scale).rounded() }
            // The pixels from the first corner to the last one, which belongs to the region, cell by cell.
            func ranges(_ first: Double, _ last: Double, _ count: Int, _ length: Int) -> [Range<Int>] {
                // Far outside, one place is like another.
                let far = 1e9, start = Int(Swift.min(Swift.max(first, -far), far))
                let extent = Swift.max(Int(Swift.min(Swift.max(last, -far), far)) - start + 1, 1)
                return Window.adaptive(count, over: extent).map {
                    (start + $0.lowerBound..<start + $0.upperBound).clamped(to: 0..<length)
                }
            }
            let rows = ranges(corner[1], corner[3], size.rows, self.shape[1])
            let columns = ranges(corner[0], corner[2], size.columns, self.shape[2])
            empty += rows.flatMap { row in columns.map { row.isEmpty || $0.isEmpty } }
            // The kernel looks at one pixel at least.
            let geometry = PoolingGeometry(image, [rows, columns].map { $0.map { $0.isEmpty ? 0..<1 : $0 } })
            let found = maps[index..<index + 1].largest(geometry).positions
            withExtendedLifetime(found) {
                positions += UnsafeBufferPointer(start: found.ints, count: part).lazy.map { $0 + Int32(index * length) }
            }
        }
        let largest = reshaped(to: [count]).gathered(Tensor(positions)).reshaped(to: shape)
        guard empty.contains(true) else { return largest }
        return largest.masked(Tensor(empty, shape: [images.count, size.rows, size.columns, 1]), with: 0)
    }

    /// The mean of sampled points in each cell of each region, without rounding: "RoIAlign" (He et al. 2017, "Mask
    /// R-CNN", section 3).
    ///
    /// y[r, i, j, c] is the mean of `samples` × `samples` points spread evenly over cell (i, j) of region r; each point
    /// is interpolated bilinearly between its four neighboring pixels.
    /// ```swift
    /// let maps = Tensor.normal([1, 16, 16, 8])
    /// let region = Tensor([[32.0, 32, 128, 96]])
    /// let features = maps.regionAlign(region, images: [0], size: (7, 7), scale: 1.0 / 16)  // [1, 7, 7, 8]
    /// ```
    /// ``regionMaxPool(_:images:size:scale:)`` is cheaper, but rounds regions to whole pixels.
    ///
    /// - Parameters:
    ///   - regions: `[n, 4]`, finite numbers.
    ///   - images: For each region the index of its image in this batch `[batch, height, width, channels]`.
    ///   - size: The number of cells along height and width.
    ///   - scale: Pixels of the map for one of the image, such as 1.0 / 16.
    ///   - samples: The number of points along each side of a cell.
    /// - Returns: `[n, size.rows, size.columns, channels]`.
    public func regionAlign(
        _ regions: Tensor, images: [Int], size: (rows: Int, columns: Int), scale: Double = 1, samples: Int = 2
    ) -> Tensor {
        let corners = checkRegions(regions, images, size, "regionAlign")
        guard samples > 0 else {
            Failure.raise(
                ValueError(
                    operation: "regionAlign", message: "samples must be at least 1, got \(samples)",
                    hint: "2 is usual: four points in each cell"))
        }
        let points = (rows: size.rows * samples, columns: size.columns * samples)
        // For each point, the indices of its four neighbors in the rows of pixels, and their weights.
        var positions = Array(repeating: [Int32](), count: 4), weights = Array(repeating: [Double](), count: 4)
        var outside: [Bool] = []
        for (region, image) in images.enumerated() {
            let corner = (0..<4).map { corners[4 * region + $0] * scale - 0.5 }
            let rows = Tensor.samples(points.rows, from: corner[1], to: corner[3], length: shape[1])
            let columns = Tensor.samples(points.columns, from: corner[0], to: corner[2], length: shape[2])
            for row in rows {
                for column in columns {
                    outside.append([row, column].contains { $0.allSatisfy { $0.weight == 0 } })
                    for neighbor in 0..<4 {
                        let (y, x) = (row[neighbor / 2], column[neighbor % 2])
                        positions[neighbor].append(Int32((image * shape[1] + y.position) * shape[2] + x.position))
                        weights[neighbor].append(y.weight * x.weight)
                    }
                }
            }
        }
        let pixels = reshaped(to: [shape[0] * shape[1] * shape[2], shape[3]])
        let terms = zip(positions, weights).map { positions, weights in
            pixels.gathered(Tensor(positions)) * Tensor(weights, shape: [weights.count, 1], dtype: dtype)
        }
        let values = terms[0] + terms[1] + (terms[2] + terms[3])
        // Whatever the pixel is that an outer point names: 0 times infinity would be NaN.
        return (outside.contains(true) ? values.masked(Tensor(outside, shape: [outside.count, 1]), with: 0) : values)
            .reshaped(to: [images.count, size.rows, samples, size.columns, samples, shape[3]])
            .mean(axes: 2, 4)
    }

    /// Points spread evenly over a part of a line of pixels: each lies between two pixels, with their weights. Beyond
    /// the line there are zeros.
    private static func samples(
        _ count: Int, from start: Double, to end: Double, length: Int
    ) -> [[(position: Int, weight: Double)]] {
        (0..<count).map { index in
            let point = start + (Double(index) + 0.5) * (end - start) / Double(count)
            guard point >= -1, point <= Double(length) else { return [(0, 0), (0, 0)] }
            let inside = Swift.min(Swift.max(point, 0), Double(length - 1))
            let lower = Int(inside)
            return [
                (lower, 1 - (inside - Double(lower))), (Swift.min(lower + 1, length - 1), inside - Double(lower)),
            ]
        }
    }

    /// The coordinates of the regions, if these and the images fit the feature maps.
    private func checkRegions(
        _ regions: Tensor, _ images: [Int], _ size: (rows: Int, columns: Int), _ name: String
    ) -> [Double] {
        // Of no regions no shape is wrong.
        let regions = regions.count == 0 ? regions.reshaped(to: [0, 4]) : regions
        guard rank == 4, !shape.contains(0), dtype.isFloatingPoint, regions.shape == [images.count, 4],
            images.allSatisfy({ (0..<shape[0]).contains($0) }), size.rows > 0, size.columns > 0
        else {
            Failure.raise(
                ShapeError(
                    operation: name, shapes: [shape, regions.shape],
                    message:
                        "regions \(regions.shape) in \(images.count) images do not fit maps \(shape) and a size of"
                        + " \(size.rows) × \(size.columns)",
                    hint:
                        "maps are [batch, height, width, channels]; give each region 4 numbers and an index of its image"
                ))
        }
        let corners = regions.doubles
        if let index = corners.firstIndex(where: { !$0.isFinite }) {
            let row = index / 4
            Failure.raise(
                ValueError(
                    operation: name,
                    message: "regions must be finite, but row \(row) is \(corners[4 * row..<4 * row + 4].map { $0 })",
                    hint: "offsets from anchors without width or height are infinite; leave out such anchors first"))
        }
        return corners
    }
}
