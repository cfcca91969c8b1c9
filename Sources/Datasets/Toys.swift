import Glibc
import Tensors

/// Small data sets with two features, for pictures of a network's decisions.
///
/// They are drawn at random, which `Random.seed(_:)` makes reproducible.
///
/// ```swift
/// let moons = Toys.moons(count: 100)
/// let upper = moons.inputs[moons.targets .== 0]
/// let chart = Chart("Two moons") { Points(upper, "class 0") }
/// ```
public enum Toys {
    /// The four cases of exclusive or: inputs `[4, 2]` and class indices `[4]`. No straight line separates the classes.
    public static func xor() -> Examples {
        Examples(
            inputs: Tensor([[0, 0], [0, 1], [1, 0], [1, 1]]), targets: Tensor([0, 1, 1, 0] as [Int32]),
            classNames: ["false", "true"])
    }

    /// Two interleaved half circles, one for each class: inputs `[count, 2]` and class indices `[count]`.
    ///
    /// - Parameters:
    ///   - count: The number of points of all classes.
    ///   - noise: The standard deviation of the noise in each coordinate.
    public static func moons(count: Int = 200, noise: Double = 0.1) -> Examples {
        points(count: count, classes: 2, noise: noise) { label, fraction in
            let angle = fraction * Double.pi
            return label == 0 ? (cos(angle), sin(angle)) : (1 - cos(angle), 0.5 - sin(angle))
        }
    }

    /// Interleaved spiral arms, one for each class: inputs `[count, 2]` and class indices `[count]`.
    ///
    /// - Parameters:
    ///   - count: The number of points of all classes.
    ///   - classes: The number of arms.
    ///   - turns: The number of turns of each arm around the centre.
    ///   - noise: The standard deviation of the noise in each coordinate.
    public static func spirals(
        count: Int = 300, classes: Int = 3, turns: Double = 0.75, noise: Double = 0.03
    ) -> Examples {
        points(count: count, classes: classes, noise: noise) { label, fraction in
            let angle = 2 * Double.pi * (turns * fraction + Double(label) / Double(classes))
            return (fraction * cos(angle), fraction * sin(angle))
        }
    }

    /// Normally distributed clusters, one for each class, with their means equally spaced on a circle: inputs `[count,
    /// 2]` and class indices `[count]`.
    ///
    /// - Parameters:
    ///   - count: The number of points of all classes.
    ///   - classes: The number of clusters.
    ///   - radius: The radius of the circle.
    ///   - deviation: The standard deviation of each cluster.
    public static func blobs(count: Int = 300, classes: Int = 3, radius: Double = 3, deviation: Double = 1) -> Examples
    {
        points(count: count, classes: classes, noise: deviation) { label, _ in
            let angle = 2 * Double.pi * Double(label) / Double(classes)
            return (radius * cos(angle), radius * sin(angle))
        }
    }

    /// Points of all classes in turn, so that any range of the examples has about equally many of each.
    ///
    /// - Parameter position: The point of a class without noise, by the fraction 0…1 of the way along the class.
    private static func points(
        count: Int, classes: Int, noise: Double, _ position: (_ label: Int, _ fraction: Double) -> (Double, Double)
    ) -> Examples {
        func check(_ isValid: Bool, _ message: String, _ hint: String) {
            if !isValid { Failure.raise(ValueError(operation: "Toys", message: message, hint: hint)) }
        }
        check(classes > 0, "classes must be at least 1, got \(classes)", "use 2 or 3")
        check(count >= classes, "count must be at least \(classes), the number of classes, got \(count)", "use 200")
        check(noise >= 0, "the noise must be at least 0, got \(noise)", "use 0 for points without noise")
        var coordinates: [Double] = []
        for index in 0..<count {
            let label = index % classes
            let others = (count - label + classes - 1) / classes - 1
            let (x, y) = position(label, others > 0 ? Double(index / classes) / Double(others) : 0)
            coordinates += [x, y]
        }
        let clean = Tensor(coordinates, shape: [count, 2])
        return Examples(
            inputs: noise > 0 ? clean + .normal([count, 2], deviation: noise) : clean,
            targets: Tensor((0..<count).map { Int32($0 % classes) }), classNames: (0..<classes).map { "class \($0)" })
    }
}
