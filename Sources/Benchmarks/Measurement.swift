import Foundation

/// Times a training step as the peers' scripts do: the median of the timed steps after a warm-up, one JSON object a line.
func measure(_ name: String, unit: String, perStep: Double, seconds: Double = 4, warmUp: Int = 5, _ step: () -> Double?)
{
    let clock = ContinuousClock()
    var loss: Double?
    for _ in 0..<warmUp { loss = step() }
    var times: [Double] = []
    let end = clock.now + .seconds(seconds)
    while clock.now < end || times.count < 5 {
        let start = clock.now
        loss = step()
        times.append((clock.now - start) / .milliseconds(1))
    }
    times.sort()
    let median = times[times.count / 2]
    let lossText = loss.map { String(format: "%.5f", $0) } ?? "null"
    print(
        String(
            format:
                #"{"name": "%@", "unit": "%@", "value": %.2f, "ms_per_step": %.4f, "best_ms": %.4f, "final_loss": %@}"#,
            name, unit, perStep / median * 1000, median, times[0], lossText))
    fflush(nil)
}
