import Testing
import Worker

/// How often code is run, by a clock that only the code moves on.
@Suite struct TimingTests {
    private final class Clock {
        var now = ContinuousClock.now
        var runs = 0
    }

    private func timing(
        _ durations: @escaping (Int) -> Duration, interruptedAfter limit: Int = .max
    ) -> (Timing, runs: Int) {
        let clock = Clock()
        let timing = Timing(isInterrupted: { clock.runs >= limit }, now: { clock.now }) {
            clock.now += durations(clock.runs)
            clock.runs += 1
        }
        return (timing, clock.runs)
    }

    @Test func aFastBodyIsRunInSamplesThatTheClockCanTell() {
        let (timing, runs) = timing { _ in .microseconds(10) }
        #expect(timing.runsPerSample == 512 && timing.median == .microseconds(10))
        #expect(timing.samples.count == 194 && runs > 512 * 194)
        #expect(
            timing.description
                == "10.0 µs per run: the median of 194 × 512 runs; best 10.0 µs, interquartile range 0.00 ns")
    }

    @Test func aSlowBodyIsRunThreeTimes() {
        let (timing, runs) = timing { _ in .seconds(20) }
        #expect(runs == 3 && timing.samples.count == 3 && timing.runsPerSample == 1)
    }

    @Test func theFirstRunIsNoSampleWhereItIsSlowerThanTheOthers() {
        let (timing, _) = timing { $0 == 0 ? .milliseconds(500) : .milliseconds(20) }
        #expect(timing.samples.last == .milliseconds(20))
    }

    @Test func theFiguresAreThoseOfTheSamples() {
        // 10, 11, …, 19, 10, 11, … milliseconds
        let (timing, _) = timing { .milliseconds(10 + $0 % 10) }
        #expect(timing.samples.first == .milliseconds(10) && timing.samples.last == .milliseconds(19))
        #expect(timing.description.contains("best 10.0 ms, interquartile range 5.00 ms"))
    }

    @Test func anInterruptEndsTheRuns() {
        let (timing, runs) = timing({ _ in .milliseconds(20) }, interruptedAfter: 5)
        #expect(runs == 5 && timing.samples.count == 4)
    }

    @Test func anErrorOfTheBodyEndsTheRuns() {
        struct Trouble: Error {}
        #expect(throws: Trouble.self) { try Timing { throw Trouble() } }
    }
}
