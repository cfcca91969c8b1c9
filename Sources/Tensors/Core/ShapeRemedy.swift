/// How a tensor of one shape becomes one of another, worked out from the two: the advice of errors about shapes.
package enum ShapeRemedy: Equatable {
    /// The same lengths in another order: channels before pixels, features before steps. The order of the axes.
    case transpose([Int])
    /// Axes of length 1 are missing, the first of them here.
    case expand([Int])
    /// Axes of length 1 are too many.
    case squeeze([Int])
    /// As many elements, in other dimensions.
    case reshape(Shape)

    /// The remedy for a shape that should be another; nil if there is none.
    package init?(from given: Shape, to wanted: Shape) {
        guard given != wanted, given.elementCount == wanted.elementCount else { return nil }
        let (lengths, others) = (given.filter { $0 != 1 }, wanted.filter { $0 != 1 })
        if lengths == others, given.rank != wanted.rank {
            // Only lengths of 1 differ, which leaves all elements in their places.
            if let axes = Self.surplus(of: wanted, over: given) {
                self = .expand(axes)
            } else if let axes = Self.surplus(of: given, over: wanted) {
                self = .squeeze(axes)
            } else {
                self = .reshape(wanted)
            }
        } else if given.sorted() == wanted.sorted() {
            var free = Array(given.indices)
            self = .transpose(
                wanted.map { length in free.remove(at: free.firstIndex { given[$0] == length }!) })
        } else {
            self = .reshape(wanted)
        }
    }

    /// The axes of length 1 that one shape has beyond another; nil if they differ in more.
    private static func surplus(of larger: Shape, over smaller: Shape) -> [Int]? {
        var axes: [Int] = []
        var rest = Array(smaller)[...]
        for (axis, length) in larger.enumerated() {
            if rest.first == length {
                rest.removeFirst()
            } else if length == 1 {
                axes.append(axis)
            } else {
                return nil
            }
        }
        return rest.isEmpty ? axes : nil
    }

    /// The call that does it, as it is written behind a batch, whose first axis counts the examples:
    /// `.transposed(0, 2, 3, 1)`.
    package var callOnBatch: String {
        switch self {
        case .transpose(let axes): ".transposed(\(([0] + axes.map { $0 + 1 }).map { "\($0)" }.joined(separator: ", ")))"
        case .expand(let axes): axes.map { ".expanded(at: \($0 + 1))" }.joined()
        case .squeeze(let axes): ".squeezed(axes: \(axes.map { "\($0 + 1)" }.joined(separator: ", ")))"
        case .reshape(let shape): ".reshaped(to: \([-1] + Array(shape)))"
        }
    }
}
