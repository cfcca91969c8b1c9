import CWorker
import Glibc
import Testing

/// What ends a worker's process, each in a process of its own.
@Suite struct GuardTests {
    /// A socket, and the end of it that a kernel would have.
    private static func sockets() -> (own: Int32, kernel: Int32) {
        var ends: [Int32] = [-1, -1]
        precondition(cw_socket_pair(&ends) == 0)
        return (ends[0], ends[1])
    }

    /// Keeps the process busy, without a signal that could reach it.
    private static func holdOut(seconds: Double = 10) -> Never {
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_SETMASK, &all, nil)
        let start = ContinuousClock.now
        while ContinuousClock.now - start < .seconds(seconds) {}
        _exit(77)
    }

    @Test func aProcessEndsWithItsKernel() async {
        await #expect(processExitsWith: .signal(SIGKILL)) {
            setpgid(0, 0)
            let (own, kernel) = Self.sockets()
            cw_start_guard(own)
            close(kernel)
            Self.holdOut()
        }
    }

    @Test func aProcessThatIsNotLeaderOfItsGroupEndsAlone() async {
        await #expect(processExitsWith: .exitCode(5)) {
            setpgid(0, 0)
            let child = fork()
            if child == 0 {
                let (own, kernel) = Self.sockets()
                cw_start_guard(own)
                close(kernel)
                Self.holdOut()
            }
            var status: Int32 = 1
            waitpid(child, &status, 0)
            _exit(status == 0 ? 5 : 1)
        }
    }

    @Test func aSnapshotThatIsNoLongerNeededEndsAlone() async {
        await #expect(processExitsWith: .exitCode(5)) {
            setpgid(0, 0)
            let (own, kernel) = Self.sockets()
            cw_start_guard(own)
            let child = fork()
            if child == 0 {
                let (line, other) = Self.sockets()
                cw_send(other, [0], 1, nil, 0)
                close(other)
                var descriptors = [Int32](repeating: -1, count: Int(TAKE_OVER_DESCRIPTORS))
                cw_await_take_over(line, &descriptors)
            }
            var status: Int32 = 1
            waitpid(child, &status, 0)
            _ = kernel
            _exit(status == 0 ? 5 : 1)
        }
    }

    @Test func aSnapshotWhoseKernelIsGoneTakesItsGroupWithIt() async {
        await #expect(processExitsWith: .signal(SIGKILL)) {
            setpgid(0, 0)
            let (own, kernel) = Self.sockets()
            cw_start_guard(own)
            let child = fork()
            if child == 0 {
                let (line, other) = Self.sockets()
                close(other)
                var descriptors = [Int32](repeating: -1, count: Int(TAKE_OVER_DESCRIPTORS))
                cw_await_take_over(line, &descriptors)
            }
            _ = kernel
            Self.holdOut()
        }
    }

    @Test func aProcessLivesAsLongAsItsKernel() async {
        await #expect(processExitsWith: .exitCode(77)) {
            let (own, kernel) = Self.sockets()
            cw_start_guard(own)
            _ = kernel
            Self.holdOut(seconds: 1.5)
        }
    }

    @Test func aProcessThatIsCutOffEnds() async {
        await #expect(processExitsWith: .signal(SIGKILL)) {
            let (own, kernel) = Self.sockets()
            cw_start_guard(own)
            cw_guard_descriptors([own, kernel], 2)
            close(kernel + 1)
            dup2(STDOUT_FILENO, own)
            Self.holdOut()
        }
        await #expect(processExitsWith: .signal(SIGKILL)) {
            let (own, kernel) = Self.sockets()
            let (other, _) = Self.sockets()
            _ = kernel
            cw_start_guard(own)
            cw_guard_descriptors([other], 1)
            close(other)
            Self.holdOut()
        }
    }
}
