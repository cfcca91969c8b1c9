import Tensors
import WorkerProtocol

/// How long code takes, measured over many runs.
package struct Timing: Sendable, CustomStringConvertible {
    /// For how long samples are taken, or longer if there are too few by then.
    private static let budget = Duration.seconds(1)
    /// The least duration of a sample, so that reading the clock does not matter.
    private static let sampleTime = Duration.milliseconds(5)
    private static let fewestSamples = 3
    private static let mostSamples = 200

    /// The time of one run, from each sample, in ascending order.
    package private(set) var samples: [Duration]
    /// The number of runs in a sample.
    package private(set) var runsPerSample: Int

    /// Runs code as often as a reliable measurement takes.
    ///
    /// - Parameters:
    ///   - isInterrupted: Whether to stop; called between samples.
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
        // The first run starts with cold caches: it counts only if it is long enough for that not to matter.
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

    /// A quantile of the samples.
    private func quantile(_ fraction: Double) -> Duration {
        samples[min(Int(fraction * Double(samples.count)), samples.count - 1)]
    }

    /// The median time of one run.
    package var median: Duration { quantile(0.5) }

    /// "12.4 µs per run: the median of 48 × 512 runs; best 12.1 µs, interquartile range 310 ns".
    package var description: String {
        guard let best = samples.first else { return "interrupted before the first measurement" }
        let runs = runsPerSample == 1 ? "\(samples.count) runs" : "\(samples.count) × \(runsPerSample) runs"
        let spread = quantile(0.75) - quantile(0.25)
        return "\(median.text) per run: the median of \(runs); best \(best.text), interquartile range \(spread.text)"
    }
}

/// Times the body of a `%timeit` cell, and prints the result. The optimizer cannot merge the loop with the body, since
/// they are compiled separately.
@_silgen_name("swiftlet_time")
public func timeRepeatedly(_ body: () throws -> Void) throws {
    let timing = try Timing(isInterrupted: { Interruption.isRequested }, body)
    if Interruption.isRequested { WorkerProcess.current?.stopHere("while it was timed") }
    print(timing)
}

/// Uses a value that a `%timeit` cell computes: the compiler, which does not see that this does nothing, keeps the
/// computation.
@_silgen_name("swiftlet_keep")
public func keep<Value: ~Copyable>(_ value: borrowing Value) {}
