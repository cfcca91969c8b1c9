import Glibc

/// A call to the operating system that failed.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    /// The call: `socketpair`.
    package var call: String
    /// The system's explanation: `Too many open files`.
    package var message: String

    /// The failure of a call, from its error number.
    package init(_ call: String, code: Int32 = errno) {
        self.call = call
        message = String(cString: strerror(code))
    }

    package var description: String { "\(call) failed: \(message)" }
}
