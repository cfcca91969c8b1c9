import CWorker
import WorkerProtocol

/// Return addresses, and which object each lies in.
enum Backtrace {
    /// The callers of this function, innermost first.
    static func here() -> [UInt] {
        var frames = [UInt](repeating: 0, count: Int(CW_MAX_FRAMES))
        let count = cw_backtrace(&frames, Int32(frames.count))
        return Array(frames[..<Int(count)])
    }

    /// Where the calling thread threw an error.
    static func ofThrow(_ error: UnsafeRawPointer) -> [UInt] {
        var frames = [UInt](repeating: 0, count: Int(CW_MAX_FRAMES))
        let count = cw_throw_backtrace(error, &frames, Int32(frames.count))
        return Array(frames[..<Int(count)])
    }

    /// Where the thread was that an event is about.
    static func frames(of event: cw_event) -> [WorkerReport.Failure.Frame] {
        let addresses = withUnsafeBytes(of: event.frames) { bytes in
            Array(bytes.bindMemory(to: UInt.self).prefix(Int(event.frame_count)))
        }
        // A thread that ends the process tells who called that.
        return frames(addresses, isFirstExact: event.kind != CW_ENDING)
    }

    /// The addresses as places in objects. A return address is that of the instruction after the call: one less is in the call.
    static func frames(_ addresses: [UInt], isFirstExact: Bool = false) -> [WorkerReport.Failure.Frame] {
        addresses.enumerated().compactMap { index, address in
            let address = index == 0 && isFirstExact ? address : address - 1
            var name: UnsafePointer<CChar>?
            var base: UInt = 0
            guard cw_locate(address, &name, &base), let name else { return nil }
            return .init(object: String(cString: name), offset: address - base)
        }
    }
}
