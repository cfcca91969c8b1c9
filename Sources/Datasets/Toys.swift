import Glibc
import Tensors

/// Small data sets of two numbers an example, for pictures that show what a network does with them.
///
/// They are drawn at random: `Random.seed` repeats them.
public enum Toys {
    /// The four cases of exclusive or: [4, 2] inputs, and labels 0 and 1. No straight line separates them.
    public static func xor() -> Examples {
        Examples(
            inputs: Tensor([[0, 0], [0, 1], [1, 0], [1, 1]]), targets: Tensor([0, 1, 1, 0] as [Int32]),
            classNames: ["false", "true"])
    }

    /// Two half circles that reach into each other, one for each class.
    ///
    /// - Parameters:
    ///   - count: How many points there are in all.
    ///   - noise: The standard deviation of what is added to each coordinate.
    public static func moons(count: Int = 200, noise: Double = 0.1) -> Examples {
        points(count: count, classes: 2, noise: noise) { label, share in
            let angle = share * Double.pi
            return label == 0 ? (cos(angle), sin(angle)) : (1 - cos(angle), 0.5 - sin(angle))
        }
    }

    /// Arms that wind around each other, one for each class.
    ///
    /// - Parameters:
    ///   - count: How many points there are in all.
    ///   - classes: How many arms there are.
    ///   - turns: How often each winds around the middle.
    ///   - noise: The standard deviation of what is added to each coordinate.
    public static func spirals(
        count: Int = 300, classes: Int = 3, turns: Double = 0.75, noise: Double = 0.03
    ) -> Examples {
        points(count: count, classes: classes, noise: noise) { label, share in
            let angle = 2 * Double.pi * (turns * share + Double(label) / Double(classes))
            return (share * cos(angle), share * sin(angle))
        }
    }

    /// Normally distributed clouds, one for each class, evenly placed on a circle.
    ///
    /// - Parameters:
    ///   - count: How many points there are in all.
    ///   - classes: How many clouds there are.
    ///   - radius: The circle's radius.
    ///   - deviation: The clouds' standard deviation.
    public static func blobs(count: Int = 300, classes: Int = 3, radius: Double = 3, deviation: Double = 1) -> Examples
    {
        points(count: count, classes: classes, noise: deviation) { label, _ in
            let angle = 2 * Double.pi * Double(label) / Double(classes)
            return (radius * cos(angle), radius * sin(angle))
        }
    }

    /// Points of all classes in turn, so that any part of the examples has about equally many of each.
    ///
    /// - Parameter place: Where a class's point lies without noise, by the share 0…1 of the way along the class.
    private static func points(
        count: Int, classes: Int, noise: Double, _ place: (_ label: Int, _ share: Double) -> (Double, Double)
    ) -> Examples {
        guard count >= classes, classes > 0, noise >= 0 else {
            Failure.raise(
                ValueError(
                    operation: "Toys",
                    message: "\(count) points in \(classes) classes with noise \(noise) cannot be drawn",
                    hint: "use at least one class, a point for each, and noise of 0 or more"))
        }
        var coordinates: [Double] = []
        for index in 0..<count {
            let label = index % classes
            let others = (count - label + classes - 1) / classes - 1
            let (x, y) = place(label, others > 0 ? Double(index / classes) / Double(others) : 0)
            coordinates += [x, y]
        }
        let clean = Tensor(coordinates, shape: [count, 2])
        return Examples(
            inputs: noise > 0 ? clean + .normal([count, 2], deviation: noise) : clean,
            targets: Tensor((0..<count).map { Int32($0 % classes) }), classNames: (0..<classes).map { "class \($0)" })
    }
}
