import Glibc
import Testing

extension Trait where Self == ConditionTrait {
    /// Not with ThreadSanitizer: Swift then takes a lock whenever it comes by a global variable that is made on first
    /// use. A fork finds such a lock taken by another thread, which the child does not have, so the child would wait
    /// for it forever.
    static var forks: Self {
        .disabled(
            if: dlsym(UnsafeMutableRawPointer(bitPattern: 0), "__tsan_acquire") != nil, "forks while others use globals"
        )
    }
}

/// The status that a child of this process ends with: 0 if the body, which it runs on its only thread, answers true.
func statusOfForkedChild(_ body: () -> Bool) throws -> Int32 {
    // Swift hides fork, for a child has only one of its parent's threads: that is the point here.
    let symbol = try #require(dlsym(UnsafeMutableRawPointer(bitPattern: 0), "fork"))
    let fork = unsafeBitCast(symbol, to: (@convention(c) () -> pid_t).self)
    let child = fork()
    if child == 0 {
        alarm(20)  // ends a child that waits for threads it does not have
        _exit(body() ? 0 : 1)
    }
    var status: Int32 = -1
    waitpid(child, &status, 0)
    return status
}
