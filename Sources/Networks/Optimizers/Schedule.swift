internal import Foundation
internal import Tensors

/// A learning rate as a function of the step s, counted from 1.
///
/// ```swift
/// let optimizer: Optimizer = .sgd(momentum: 0.9).scheduled(.cosine(0.1, steps: 10 * 938))
/// let rate = Schedule.exponential(0.1, decay: 0.96, every: 100)(250)
/// ```
/// A custom schedule is a closure: `Schedule("root") { 0.1 / Double($0).squareRoot() }`. To change the rate once per
/// epoch there is ``LearningRateScheduler``.
public struct Schedule: Sendable {
    /// The name, as in `.cosine`.
    public let name: String
    private let rate: @Sendable (_ step: Int) -> Double

    /// A custom schedule, a function of the step, counted from 1.
    public init(_ name: String, rate: @escaping @Sendable (_ step: Int) -> Double) {
        self.name = name
        self.rate = rate
    }

    /// The learning rate of a step, counted from 1.
    public func callAsFunction(_ step: Int) -> Double { rate(step) }

    /// The same rate η at every step.
    ///
    /// ```swift
    /// let optimizer: Optimizer = .sgd().scheduled(.constant(0.1).warmedUp(over: 500))
    /// ```
    public static func constant(_ rate: Double) -> Schedule { Schedule("constant") { _ in rate } }

    /// Steps down: η · factor^⌊(s − 1) / steps⌋.
    ///
    /// ```swift
    /// let optimizer: Optimizer = .sgd(momentum: 0.9).scheduled(.step(0.1, every: 30 * 938))
    /// ```
    /// The classical schedule of image classification (Krizhevsky et al. 2012); ``cosine(_:steps:final:)`` has fewer
    /// options.
    public static func step(_ rate: Double, every steps: Int, factor: Double = 0.1) -> Schedule {
        Schedule("step") { rate * pow(factor, Double(($0 - 1) / max(steps, 1))) }
    }

    /// The first rate up to and including the first of the given steps, the second up to the next, and so on.
    ///
    /// ```swift
    /// let optimizer: Optimizer = .sgd().scheduled(.piecewise([0.1, 0.01, 0.001], until: [1000, 2000]))
    /// ```
    /// If all steps are equally long take ``step(_:every:factor:)``.
    /// - Parameters:
    ///   - rates: The rates.
    ///   - steps: The last step of each rate but the last, in ascending order.
    public static func piecewise(_ rates: [Double], until steps: [Int]) -> Schedule {
        guard rates.count == steps.count + 1, steps == steps.sorted() else {
            Failure.raise(
                ValueError(
                    operation: "Schedule",
                    message: "piecewise needs ascending steps and one more rate, got \(rates.count) rates for \(steps)",
                    hint: "as in .piecewise([0.1, 0.01], until: [1000])"))
        }
        return Schedule("piecewise") { step in rates[steps.firstIndex { step <= $0 } ?? steps.count] }
    }

    /// Exponential decay: η · decayᵗ with t = (s − 1) / steps, rounded down if `staircase`.
    ///
    /// ```swift
    /// let optimizer: Optimizer = .adam().scheduled(.exponential(1e-3, decay: 0.96, every: 1000))
    /// ```
    /// If the number of steps is known ``cosine(_:steps:final:)`` is the usual choice.
    public static func exponential(
        _ rate: Double, decay: Double = 0.96, every steps: Int = 1, staircase: Bool = false
    )
        -> Schedule
    {
        Schedule("exponential") { rate * pow(decay, time($0, steps, staircase)) }
    }

    /// Decay with the inverse of time: η / (1 + decay · t) with t = (s − 1) / steps, rounded down if `staircase`. With
    /// it, stochastic gradient descent converges (Robbins and Monro 1951).
    ///
    /// ```swift
    /// let optimizer: Optimizer = .sgd().scheduled(.inverseTime(0.1, decay: 0.5, every: 1000))
    /// ```
    /// Deep networks are trained faster with ``cosine(_:steps:final:)``.
    public static func inverseTime(
        _ rate: Double, decay: Double = 1, every steps: Int = 1, staircase: Bool = false
    )
        -> Schedule
    {
        Schedule("inverseTime") { rate / (1 + decay * time($0, steps, staircase)) }
    }

    /// Cosine annealing: final + ½ (η − final) (1 + cos(π t)) with t = min((s − 1) / steps, 1)
    /// (Loshchilov and Hutter 2017, equation 5).
    ///
    /// ```swift
    /// let optimizer: Optimizer = .sgd(momentum: 0.9).scheduled(.cosine(0.1, steps: 10 * 938).warmedUp(over: 500))
    /// ```
    /// A good first choice when the number of steps is known; if not, ``exponential(_:decay:every:staircase:)`` or
    /// ``ReduceLearningRateOnPlateau``.
    public static func cosine(_ rate: Double, steps: Int, final: Double = 0) -> Schedule {
        Schedule("cosine") { between(rate, final, cosine: Double($0 - 1) / Double(max(steps, 1))) }
    }

    /// ``cosine(_:steps:final:)`` with warm restarts: it starts again after `steps` steps, and each period is `growth`
    /// times as long as the previous one (Loshchilov and Hutter 2017).
    ///
    /// ```swift
    /// let optimizer: Optimizer = .sgd(momentum: 0.9).scheduled(.cosineRestarts(0.1, steps: 938, growth: 2))
    /// ```
    /// For several good networks from one training, at the ends of the periods; else ``cosine(_:steps:final:)``.
    public static func cosineRestarts(_ rate: Double, steps: Int, growth: Double = 1, final: Double = 0) -> Schedule {
        Schedule("cosineRestarts") { step in
            var (elapsed, length) = (Double(step - 1), Double(max(steps, 1)))
            while elapsed >= length {
                elapsed -= length
                length = max(length * growth, 1)
            }
            return between(rate, final, cosine: elapsed / length)
        }
    }

    /// Polynomial decay: final + (η − final) (1 − t)^power with t = min((s − 1) / steps, 1); linear with power 1.
    ///
    /// ```swift
    /// let optimizer: Optimizer = .sgd(momentum: 0.9).scheduled(.polynomial(0.01, steps: 30_000, power: 0.9))
    /// ```
    /// The schedule of DeepLab's segmentation (Chen et al. 2018); else ``cosine(_:steps:final:)``.
    public static func polynomial(_ rate: Double, steps: Int, power: Double = 1, final: Double = 0) -> Schedule {
        Schedule("polynomial") { step in
            final + (rate - final) * pow(max(0, 1 - Double(step - 1) / Double(max(steps, 1))), power)
        }
    }

    /// The one-cycle policy: up to the peak and down again, both along a cosine (Smith and Topin 2018), with PyTorch's
    /// defaults.
    ///
    /// ```swift
    /// let optimizer: Optimizer = .sgd(momentum: 0.9).scheduled(.oneCycle(0.5, steps: 5 * 938))
    /// ```
    /// For short trainings with a large rate, which `LearningRateFinder` helps to find; for long ones
    /// ``cosine(_:steps:final:)``.
    /// - Parameters:
    ///   - peak: The largest rate.
    ///   - steps: The number of steps of the cycle.
    ///   - rise: The share of the steps that lead to the peak.
    ///   - startDivisor: The first rate is peak / startDivisor.
    ///   - endDivisor: The last rate is the first / endDivisor.
    public static func oneCycle(
        _ peak: Double, steps: Int, rise: Double = 0.3, startDivisor: Double = 25, endDivisor: Double = 1e4
    ) -> Schedule {
        Schedule("oneCycle") { step in
            let (start, top, end) = (peak / startDivisor, rise * Double(steps) - 1, Double(steps) - 1)
            let elapsed = Double(step - 1)
            return elapsed <= top
                ? between(start, peak, cosine: elapsed / max(top, 1e-9))
                : between(peak, start / endDivisor, cosine: (elapsed - top) / max(end - top, 1e-9))
        }
    }

    /// This schedule after a linear warmup: during the first `steps` steps the rate is η · s / steps, where η is the
    /// first rate of the schedule (Goyal et al. 2017).
    ///
    /// ```swift
    /// let optimizer: Optimizer = .adamW().scheduled(.cosine(1e-3, steps: 10_000).warmedUp(over: 500))
    /// ```
    public func warmedUp(over steps: Int) -> Schedule {
        Schedule("\(name), warmed up") { [rate] step in
            step <= steps ? rate(1) * Double(step) / Double(steps) : rate(step - steps)
        }
    }

    private static func time(_ step: Int, _ steps: Int, _ staircase: Bool) -> Double {
        let time = Double(step - 1) / Double(max(steps, 1))
        return staircase ? time.rounded(.down) : time
    }

    /// From one value at time 0 to another at time 1, along half a period of the cosine.
    private static func between(_ from: Double, _ to: Double, cosine time: Double) -> Double {
        to + (from - to) * (1 + cos(.pi * min(max(time, 0), 1))) / 2
    }
}

extension Optimizer {
    /// Sets the ``schedule`` and returns the optimizer: `.sgd().scheduled(.cosine(0.1, steps: 1000))`.
    public final func scheduled(_ schedule: Schedule) -> Optimizer { scheduled { schedule($0) } }
}
