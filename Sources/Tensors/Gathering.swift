internal import CKernels

extension Tensor {
    /// The parts at these indices along an axis: from a table of word vectors, those of a sentence. The indices' shape takes the axis's place.
    public func gathered(_ indices: Tensor, axis: Int = 0) -> Tensor {
        let axis = shape.axis(axis, in: "gathered")
        let places = Tensor.checkedIndices(indices, below: shape[axis], "gathered")
        let (outer, inner) = shape.around(axis)
        let result = Shape(Array(shape[..<axis]) + Array(indices.shape) + Array(shape[(axis + 1)...]))
        let out = Storage(count: result.elementCount, dtype: dtype)
        withExtendedLifetime((storage, places.storage)) {
            ck_gather(
                dtype.size, outer, shape[axis], inner, places.storage.ints, places.count, storage.address, out.address)
        }
        return .recorded(out, result, from: self) { [places, axis] dy, x, _ in
            dy.scatteredSum(places, axis: axis, in: x.shape)
        }
    }

    /// The transpose of ``gathered(_:axis:)``: zeros of a shape, with each part of this tensor added at its index.
    func scatteredSum(_ places: Tensor, axis: Int, in shape: Shape) -> Tensor {
        let (outer, inner) = shape.around(axis)
        let out = Storage(count: shape.elementCount, dtype: dtype)
        out.address.initializeMemory(as: UInt8.self, repeating: 0, count: out.count * dtype.size)
        withExtendedLifetime((storage, places.storage)) {
            if dtype == .float32 {
                ck_scatter_add_float(
                    outer, shape[axis], inner, places.storage.ints, places.count, storage.floats, out.floats)
            } else {
                ck_scatter_add_double(
                    outer, shape[axis], inner, places.storage.ints, places.count, storage.doubles, out.doubles)
            }
        }
        return .recorded(out, shape, from: self) { [places, axis] dy, _, _ in dy.gathered(places, axis: axis) }
    }

    /// Ones at these indices and zeros elsewhere: labels [n] become rows [n, classes].
    public static func oneHot(_ indices: Tensor, classes: Int, dtype: DType = .float32) -> Tensor {
        let places = checkedIndices(indices, below: classes, "oneHot")
        return eye(classes, dtype: dtype).gathered(places)
    }

    private static func checkedIndices(_ indices: Tensor, below limit: Int, _ name: StaticString) -> Tensor {
        let places = indices.detached().converted(to: .int32)
        withExtendedLifetime(places.storage) {
            for i in 0..<places.count where places.storage.ints[i] < 0 || places.storage.ints[i] >= limit {
                Failure.raise(
                    ValueError(
                        operation: "\(name)", message: "index \(places.storage.ints[i]) is outside of 0..<\(limit)",
                        hint: "indices count from 0"))
            }
        }
        return places
    }
}
