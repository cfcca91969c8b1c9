import JupyterWire
import Testing

@testable import JupyterKernel

@Suite struct PaceTests {
    private let start = ContinuousClock.now

    /// How many messages with this much text leave before the pace refuses one.
    private func burst(_ pace: inout Pace, text: Int = 0) -> Int {
        var count = 0
        while pace.allowsMore, count < 10_000 {
            pace.spend(text: text)
            count += 1
        }
        return count
    }

    @Test func aBurstOfMessagesLeavesAtOnce() {
        var pace = Pace(at: start)
        #expect(burst(&pace) == 500)
        pace.advance(to: start)
        #expect(!pace.allowsMore)
    }

    @Test func aBurstOfTextLeavesAtOnce() {
        var pace = Pace(at: start)
        #expect(burst(&pace, text: 125_000) == 4)
    }

    /// A message that is allowed leaves whole; the next one waits for the debt.
    @Test func aLargeMessageIsPaidForAfterwards() {
        var pace = Pace(at: start)
        pace.spend(text: 1_200_000)
        pace.advance(to: start + .milliseconds(999))
        #expect(!pace.allowsMore)
        pace.advance(to: start + .milliseconds(1001))
        #expect(pace.allowsMore)
    }

    @Test(arguments: [10: 7, 100: 70, 500: 350])
    func theAllowanceGrowsWithTime(milliseconds: Int, messages: Int) {
        var pace = Pace(at: start)
        _ = burst(&pace)
        pace.advance(to: start + .milliseconds(milliseconds))
        #expect(burst(&pace) == messages)
    }

    @Test func aQuietTimeAllowsNoMoreThanABurst() {
        var pace = Pace(at: start)
        _ = burst(&pace)
        pace.advance(to: start + .seconds(3600))
        #expect(burst(&pace) == 500)
    }

    @Test func aRestartAllowsABurstAgain() {
        var pace = Pace(at: start)
        _ = burst(&pace)
        pace.restart()
        #expect(burst(&pace) == 500)
    }

    /// Jupyter Server's defaults: 1000 messages/s and 1 MB/s, on average over a window of three seconds.
    @Test(arguments: [0, 1000, 66_000])
    func noWindowExceedsTheServersLimits(text: Int) {
        var pace = Pace(at: start)
        var sent: [(time: Int, count: Int)] = []
        for time in 0..<10_000 {
            pace.advance(to: start + .milliseconds(time))
            sent.append((time, burst(&pace, text: text)))
        }
        for end in stride(from: 0, to: 10_000, by: 50) {
            let messages = sent.filter { $0.time <= end && $0.time > end - 3000 }.reduce(0) { $0 + $1.count }
            #expect(messages <= 3000)
            #expect(messages * text <= 3_000_000)
        }
        #expect(sent.reduce(0) { $0 + $1.count } * max(text, 1000) > 6_900_000)
    }
}
