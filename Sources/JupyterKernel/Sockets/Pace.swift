import JupyterWire

/// How much output may leave, so that the front end's server takes it all.
///
/// JupyterLab's server counts the bytes of `stream` messages and the number of all output messages over three seconds, anew after each
/// `idle`; above 1 MB/s or 1000 messages/s on average it drops output.
struct Pace {
    /// How many bytes of text leave in a second, in the long run.
    private static let bytesPerSecond = 700_000.0
    /// How many bytes may leave at once after a quiet time.
    private static let byteBurst = 500_000.0
    private static let messagesPerSecond = 700.0
    private static let messageBurst = 500.0

    private var bytes = Self.byteBurst
    private var messages = Self.messageBurst
    private var time = ContinuousClock.now

    /// Whether something may leave now.
    var allowsMore: Bool { bytes > 0 && messages > 0 }

    /// Notes that time has passed.
    mutating func advance(to now: ContinuousClock.Instant) {
        let seconds = (now - time) / .seconds(1)
        bytes = min(Self.byteBurst, bytes + seconds * Self.bytesPerSecond)
        messages = min(Self.messageBurst, messages + seconds * Self.messagesPerSecond)
        time = now
    }

    /// Notes a message that leaves.
    /// - Parameter text: How many bytes of printed text it has.
    mutating func spend(text: Int) {
        messages -= 1
        bytes -= Double(text)
    }

    /// Notes that the server begins to count anew.
    mutating func restart() { self = Pace() }
}
