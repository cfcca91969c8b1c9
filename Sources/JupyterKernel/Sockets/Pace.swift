import JupyterWire

/// A rate limit that keeps output below the limits of the front end's server: a token bucket for bytes, one for
/// messages.
///
/// Jupyter Server counts the bytes of `stream` messages and the number of all output messages over three seconds, and
/// starts again after each `idle`; above 1 MB/s or 1000 messages/s on average it drops output (`iopub_data_rate_limit`,
/// `iopub_msg_rate_limit`, `rate_limit_window`).
struct Pace {
    /// The sustained rate of text.
    private static let bytesPerSecond = 700_000.0
    /// How much text may leave at once after a quiet period.
    private static let byteBurst = 500_000.0
    private static let messagesPerSecond = 700.0
    private static let messageBurst = 500.0

    private var bytes = Self.byteBurst
    private var messages = Self.messageBurst
    private var time: ContinuousClock.Instant

    /// A full allowance at a point in time.
    init(at time: ContinuousClock.Instant) { self.time = time }

    /// Whether another message may leave now.
    var allowsMore: Bool { bytes > 0 && messages > 0 }

    /// Refills the allowance for the time that has passed.
    mutating func advance(to now: ContinuousClock.Instant) {
        let seconds = (now - time) / .seconds(1)
        bytes = min(Self.byteBurst, bytes + seconds * Self.bytesPerSecond)
        messages = min(Self.messageBurst, messages + seconds * Self.messagesPerSecond)
        time = now
    }

    /// Charges a message that leaves.
    ///
    /// - Parameter text: The number of bytes of printed text in it.
    mutating func spend(text: Int) {
        messages -= 1
        bytes -= Double(text)
    }

    /// Refills the allowance: the server has started to count again.
    mutating func restart() { (bytes, messages) = (Self.byteBurst, Self.messageBurst) }
}
