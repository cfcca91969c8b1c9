internal import Foundation
internal import Tensors

/// Learning rates that change from step to step, numbered from 1.
///
/// ```swift
/// try network.fit(train, epochs: 10, optimizer: .sgd(momentum: 0.9).scheduled(.cosine(0.1, steps: 10 * 938)), loss: .crossEntropy)
/// let rate = Schedule.exponential(0.1, decay: 0.96, every: 100)(250)
/// ```
public struct Schedule: Sendable {
    /// The name, as in `.cosine`.
    public let name: String
    private let rate: @Sendable (_ step: Int) -> Double

    /// A schedule of one's own.
    public init(_ name: String, rate: @escaping @Sendable (_ step: Int) -> Double) {
        self.name = name
        self.rate = rate
    }

    /// The learning rate of a step, numbered from 1.
    public func callAsFunction(_ step: Int) -> Double { rate(step) }

    /// The same rate always.
    public static func constant(_ rate: Double) -> Schedule { Schedule("constant") { _ in rate } }

    /// The rate is multiplied by a factor after every so many steps.
    public static func step(_ rate: Double, every steps: Int, factor: Double = 0.1) -> Schedule {
        Schedule("step") { rate * pow(factor, Double(($0 - 1) / max(steps, 1))) }
    }

    /// The first rate holds up to and including the first of the steps named, the second from there to the next, and so on: one rate more
    /// than there are steps.
    public static func piecewise(_ rates: [Double], until steps: [Int]) -> Schedule {
        guard rates.count == steps.count + 1, steps == steps.sorted() else {
            Failure.raise(
                ValueError(
                    operation: "Schedule", message: "\(rates.count) rates do not go with changes after steps \(steps)",
                    hint: "give one rate more than steps, and those in order"))
        }
        return Schedule("piecewise") { step in rates[steps.firstIndex { step <= $0 } ?? steps.count] }
    }

    /// rate · decayᵗ, where t counts `steps` as one; by leaps of whole ones if `staircase`.
    public static func exponential(
        _ rate: Double, decay: Double = 0.96, every steps: Int = 1, staircase: Bool = false
    )
        -> Schedule
    {
        Schedule("exponential") { rate * pow(decay, time($0, steps, staircase)) }
    }

    /// rate / (1 + decay · t), where t counts `steps` as one: what the convergence of stochastic gradient descent asks for
    /// (Robbins and Monro 1951).
    public static func inverseTime(
        _ rate: Double, decay: Double = 1, every steps: Int = 1, staircase: Bool = false
    )
        -> Schedule
    {
        Schedule("inverseTime") { rate / (1 + decay * time($0, steps, staircase)) }
    }

    /// Half a period of the cosine, from the rate down to `final` in `steps` steps (Loshchilov and Hutter 2017, eq. 5), and `final` from
    /// then on.
    public static func cosine(_ rate: Double, steps: Int, final: Double = 0) -> Schedule {
        Schedule("cosine") { between(rate, final, cosine: Double($0 - 1) / Double(max(steps, 1))) }
    }

    /// The cosine anew after every `steps` steps, each period being `growth` times as long as the one before (the same paper's warm
    /// restarts).
    public static func cosineRestarts(_ rate: Double, steps: Int, growth: Double = 1, final: Double = 0) -> Schedule {
        Schedule("cosineRestarts") { step in
            var (place, length) = (Double(step - 1), Double(max(steps, 1)))
            while place >= length {
                place -= length
                length = max(length * growth, 1)
            }
            return between(rate, final, cosine: place / length)
        }
    }

    /// From the rate to `final` along a power of what is left of `steps` steps: a straight line with power 1.
    public static func polynomial(_ rate: Double, steps: Int, power: Double = 1, final: Double = 0) -> Schedule {
        Schedule("polynomial") { step in
            final + (rate - final) * pow(max(0, 1 - Double(step - 1) / Double(max(steps, 1))), power)
        }
    }

    /// Up to the peak and down again, both along a cosine, in one cycle of `steps` steps (Smith and Topin 2018): it begins at
    /// peak / startDivisor, rises for the share `rise` of the steps, and ends at that beginning / endDivisor. PyTorch's numbers.
    public static func oneCycle(
        _ peak: Double, steps: Int, rise: Double = 0.3, startDivisor: Double = 25, endDivisor: Double = 1e4
    ) -> Schedule {
        Schedule("oneCycle") { step in
            let (start, top, end) = (peak / startDivisor, rise * Double(steps) - 1, Double(steps) - 1)
            let place = Double(step - 1)
            return place <= top
                ? between(start, peak, cosine: place / max(top, 1e-9))
                : between(peak, start / endDivisor, cosine: (place - top) / max(end - top, 1e-9))
        }
    }

    /// The same schedule, after so many steps in which the rate rises in a straight line to where it begins (Goyal et al. 2017).
    public func warmedUp(over steps: Int) -> Schedule {
        Schedule("\(name), warmed up") { [rate] step in
            step <= steps ? rate(1) * Double(step) / Double(steps) : rate(step - steps)
        }
    }

    private static func time(_ step: Int, _ steps: Int, _ staircase: Bool) -> Double {
        let time = Double(step - 1) / Double(max(steps, 1))
        return staircase ? time.rounded(.down) : time
    }

    /// A value between two, as the cosine goes from 1 at place 0 to −1 at place 1.
    private static func between(_ from: Double, _ to: Double, cosine place: Double) -> Double {
        to + (from - to) * (1 + cos(.pi * min(max(place, 0), 1))) / 2
    }
}

extension Optimizer {
    /// Gives the optimizer a ``schedule``, and answers with it: `.sgd().scheduled(.cosine(0.1, steps: 1000))`.
    public final func scheduled(_ schedule: Schedule) -> Optimizer { scheduled { schedule($0) } }
}
