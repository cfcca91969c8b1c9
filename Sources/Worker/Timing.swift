import Tensors
import WorkerProtocol

/// How long a piece of code takes, from many runs of it.
package struct Timing: Sendable, CustomStringConvertible {
    /// For how long samples are taken, unless there are too few by then.
    private static let budget = Duration.seconds(1)
    /// How long a sample should take at least: the clock's own time must not count.
    private static let sampleTime = Duration.milliseconds(5)
    private static let fewestSamples = 3
    private static let mostSamples = 200

    /// The time of one run, from each sample, in ascending order.
    package private(set) var samples: [Duration]
    /// How many runs make up a sample.
    package private(set) var runsPerSample: Int

    /// Runs code as often as a good figure takes.
    ///
    /// - Parameters:
    ///   - isInterrupted: Whether to give up; asked between two samples.
    ///   - now: The clock.
    ///   - body: The code.
    package init(
        isInterrupted: () -> Bool = { false }, now: () -> ContinuousClock.Instant = { .now }, _ body: () throws -> Void
    ) rethrows {
        func sample(_ runs: Int) throws -> Duration {
            let start = now()
            for _ in 0..<runs { try body() }
            return (now() - start) / runs
        }
        let start = now()
        runsPerSample = 1
        // The first run finds nothing in the caches: it counts only where that makes no difference.
        var run = try sample(1)
        samples = run >= Self.budget ? [run] : []
        while !isInterrupted(), run * runsPerSample < Self.sampleTime {
            runsPerSample *= 2
            run = try sample(runsPerSample)
        }
        while !isInterrupted(), samples.count < Self.mostSamples,
            samples.count < Self.fewestSamples || now() - start < Self.budget
        {
            samples.append(try sample(runsPerSample))
        }
        samples.sort()
    }

    /// The sample that so many are below, as a fraction of all.
    private func quantile(_ fraction: Double) -> Duration {
        samples[min(Int(fraction * Double(samples.count)), samples.count - 1)]
    }

    /// The time of one run: half of the samples took less, half more.
    package var median: Duration { quantile(0.5) }

    /// "12.4 µs per run: the median of 48 × 512 runs; best 12.1 µs, the middle half within 310 ns".
    package var description: String {
        guard let best = samples.first else { return "interrupted before there was a figure" }
        let runs = runsPerSample == 1 ? "\(samples.count) runs" : "\(samples.count) × \(runsPerSample) runs"
        let spread = quantile(0.75) - quantile(0.25)
        return "\(median.text) per run: the median of \(runs); best \(best.text), the middle half within \(spread.text)"
    }
}

/// Runs the body of a `%timeit` cell as often as a good figure takes, and prints it. The loop cannot be merged with the body: neither
/// knows the other when it is compiled.
@_silgen_name("swiftlet_time")
public func timeRepeatedly(_ body: () throws -> Void) throws {
    let timing = try Timing(isInterrupted: { Interruption.isRequested }, body)
    if Interruption.isRequested { WorkerProcess.current?.stopHere("while it was timed") }
    print(timing)
}

/// Takes a value of a `%timeit` cell. The compiler does not see that nothing is done with it.
@_silgen_name("swiftlet_keep")
public func keep<Value: ~Copyable>(_ value: borrowing Value) {}
