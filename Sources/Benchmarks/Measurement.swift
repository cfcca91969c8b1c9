import Foundation
import Tensors

extension Workload {
    /// Prints the median time of the steps after the warm-up, and how far memory went up: `peak_mb` is the whole
    /// process's resident memory, `step_mb` what was added to that of the program before (network, optimizer,
    /// activations).
    func measure() throws {
        Random.seed(0)
        BufferPool.trim()
        let before = ResidentMemory.now
        ResidentMemory.forgetPeak()
        let step = try prepare()
        var loss: Tensor?
        for _ in 0..<warmUp { loss = try step() }
        var milliseconds: [Double] = []
        let clock = ContinuousClock()
        let end = clock.now + .seconds(seconds)
        while clock.now < end || milliseconds.count < 5 {
            let start = clock.now
            loss = try step()
            milliseconds.append((clock.now - start) / .milliseconds(1))
        }
        let peak = ResidentMemory.peak
        milliseconds.sort()
        let median = milliseconds[milliseconds.count / 2]
        let fields = [
            #""name": "\#(title)""#, #""unit": "\#(unit)""#, String(format: #""value": %.2f"#, perStep / median * 1000),
            String(format: #""ms_per_step": %.4f, "best_ms": %.4f"#, median, milliseconds[0]),
            #""final_loss": "# + (loss.map { String(format: "%.5f", $0.item()) } ?? "null"),
            String(format: #""peak_mb": %.1f, "step_mb": %.1f"#, peak, peak - before),
        ]
        print("{\(fields.joined(separator: ", "))}")
        fflush(nil)
    }
}

/// The memory of this process that lies in the machine's, in MB of 2²⁰ bytes; NaN where the system does not tell.
private enum ResidentMemory {
    static var now: Double { field("VmRSS") }
    /// The most there was since ``forgetPeak()``.
    static var peak: Double { field("VmHWM") }

    static func forgetPeak() { try? "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8) }

    private static func field(_ name: String) -> Double {
        let lines = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8))?.split(separator: "\n") ?? []
        let line = lines.first { $0.hasPrefix(name + ":") }
        return line.flatMap { Double($0.split(separator: " ").dropLast().last ?? "") }.map { $0 / 1024 } ?? .nan
    }
}
