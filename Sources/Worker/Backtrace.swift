import CWorker
import WorkerProtocol

/// The call stacks of threads.
enum Backtrace {
    /// The return addresses of this function's callers, innermost first.
    static func here() -> [UInt] {
        var frames = [UInt](repeating: 0, count: Int(CW_MAX_FRAMES))
        let count = cw_backtrace(&frames, Int32(frames.count))
        return Array(frames[..<Int(count)])
    }

    /// The return addresses at which the calling thread threw an error.
    static func ofThrow(_ error: UnsafeRawPointer) -> [UInt] {
        var frames = [UInt](repeating: 0, count: Int(CW_MAX_FRAMES))
        let count = cw_throw_backtrace(error, &frames, Int32(frames.count))
        return Array(frames[..<Int(count)])
    }

    /// The call stack of the thread to which an event belongs.
    static func frames(of event: cw_event) -> [WorkerReport.Failure.Frame] {
        let addresses = withUnsafeBytes(of: event.frames) { bytes in
            Array(bytes.bindMemory(to: UInt.self).prefix(Int(event.frame_count)))
        }
        // A call that ends the process has only return addresses.
        return frames(addresses, isFirstExact: event.kind != CW_ENDING || event.signal != 0)
    }

    /// Addresses relative to their shared objects. A return address points behind the call, so the address minus 1 lies
    /// within the call.
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
