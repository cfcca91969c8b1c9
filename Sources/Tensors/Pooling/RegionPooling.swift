internal import CKernels

// Parts of feature maps, made equally large: what a detector's second stage looks at. Regions are rows [left, top, right, bottom] in pixels of
// the image; the scale leads from those to the pixels of the map.

extension Tensor {
    /// The largest numbers of so many parts of each region, for every channel on its own (Girshick 2015, "Fast R-CNN", section 2.1).
    ///
    /// - Parameters:
    ///   - regions: `[n, 4]`; corners are rounded to pixels of the map, and what lies outside is left out.
    ///   - images: for each region the place of its image in this batch `[images, rows, columns, channels]`.
    ///   - size: how many parts along rows and columns.
    ///   - scale: pixels of the map for one of the image, such as 1.0 / 16.
    /// - Returns: `[n, size.rows, size.columns, channels]`.
    public func regionMaxPool(
        _ regions: Tensor, images: [Int], size: (rows: Int, columns: Int), scale: Double = 1
    ) -> Tensor {
        let corners = checkRegions(regions, images, size, "regionMaxPool")
        let shape: Shape = [images.count, size.rows, size.columns, shape[3]]
        let image = Shape([1] + self.shape.dropFirst())
        let maps = detached(), length = image.elementCount, part = shape.elementCount / Swift.max(1, images.count)
        var places: [Int32] = []
        places.reserveCapacity(shape.elementCount)
        for (region, index) in images.enumerated() {
            let corner = (0..<4).map { (corners[4 * region + $0] * scale).rounded() }
            // The pixels from the first corner's to the last one's, which belongs to the region.
            func ranges(_ first: Double, _ last: Double, _ count: Int, _ length: Int) -> [Range<Int>] {
                let start = Int(Swift.min(Swift.max(first, 0), Double(length - 1)))
                let end = Int(Swift.min(Swift.max(last + 1, Double(start + 1)), Double(length)))
                return Windows.adaptive(count, over: end - start).map { start + $0.lowerBound..<start + $0.upperBound }
            }
            let geometry = PoolingGeometry(
                image,
                [
                    ranges(corner[1], corner[3], size.rows, self.shape[1]),
                    ranges(corner[0], corner[2], size.columns, self.shape[2]),
                ])
            let found = maps[index..<index + 1].largest(geometry).places
            withExtendedLifetime(found) {
                places += UnsafeBufferPointer(start: found.ints, count: part).lazy.map { $0 + Int32(index * length) }
            }
        }
        return reshaped(to: [count]).gathered(Tensor(places)).reshaped(to: shape)
    }

    /// The means of so many parts of each region, taken from between the pixels without rounding (He et al. 2017, "Mask R-CNN", section 3).
    ///
    /// - Parameters:
    ///   - regions: `[n, 4]`.
    ///   - images: for each region the place of its image in this batch `[images, rows, columns, channels]`.
    ///   - size: how many parts along rows and columns.
    ///   - scale: pixels of the map for one of the image, such as 1.0 / 16.
    ///   - samples: into how many points along each side a part is divided; each is a mean of its four neighbours.
    /// - Returns: `[n, size.rows, size.columns, channels]`.
    public func regionAlign(
        _ regions: Tensor, images: [Int], size: (rows: Int, columns: Int), scale: Double = 1, samples: Int = 2
    ) -> Tensor {
        let corners = checkRegions(regions, images, size, "regionAlign")
        let points = (rows: size.rows * samples, columns: size.columns * samples)
        // Of each point, the four neighbours' places in the rows of pixels, and their shares.
        var places = Array(repeating: [Int32](), count: 4), shares = Array(repeating: [Double](), count: 4)
        for (region, image) in images.enumerated() {
            let corner = (0..<4).map { corners[4 * region + $0] * scale - 0.5 }
            let rows = Tensor.samples(points.rows, from: corner[1], to: corner[3], length: shape[1])
            let columns = Tensor.samples(points.columns, from: corner[0], to: corner[2], length: shape[2])
            for row in rows {
                for column in columns {
                    for neighbour in 0..<4 {
                        let (y, x) = (row[neighbour / 2], column[neighbour % 2])
                        places[neighbour].append(Int32((image * shape[1] + y.place) * shape[2] + x.place))
                        shares[neighbour].append(y.share * x.share)
                    }
                }
            }
        }
        let pixels = reshaped(to: [shape[0] * shape[1] * shape[2], shape[3]])
        let terms = zip(places, shares).map { places, shares in
            pixels.gathered(Tensor(places)) * Tensor(shares, shape: [shares.count, 1], dtype: dtype)
        }
        return (terms[0] + terms[1] + (terms[2] + terms[3]))
            .reshaped(to: [images.count, size.rows, samples, size.columns, samples, shape[3]])
            .mean(axes: 2, 4)
    }

    /// Points spread evenly over a part of a line of pixels: each between two pixels, with their shares. Beyond the line there are zeros.
    private static func samples(
        _ count: Int, from start: Double, to end: Double, length: Int
    ) -> [[(place: Int, share: Double)]] {
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

    /// The regions' numbers, if they and the images fit the feature maps.
    private func checkRegions(
        _ regions: Tensor, _ images: [Int], _ size: (rows: Int, columns: Int), _ name: String
    ) -> [Double] {
        guard rank == 4, !shape.contains(0), dtype.isFloatingPoint, regions.shape == [images.count, 4],
            images.allSatisfy({ (0..<shape[0]).contains($0) }), size.rows > 0, size.columns > 0
        else {
            Failure.raise(
                ShapeError(
                    operation: name, shapes: [shape, regions.shape],
                    message:
                        "regions \(regions.shape) of \(images.count) images do not go with maps \(shape) and a size of \(size.rows) × \(size.columns)",
                    hint:
                        "maps are [images, rows, columns, channels]; give each region four numbers and the place of its image"
                ))
        }
        return regions.doubles
    }
}
