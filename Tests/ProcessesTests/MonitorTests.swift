import Foundation
import Glibc
import Processes
import Synchronization
import Testing

@Suite struct MonitorTests {
    @Test func whoWaitsSeesTheChange() {
        let monitor = Monitor(0)
        Thread.detachNewThread { for _ in 0..<3 { monitor.withLock { $0 += 1 } } }
        #expect(monitor.wait { $0 == 3 ? "three" : nil } == "three")
    }

    @Test func aWaitEndsWhenItsTimeHasCome() {
        let start = ContinuousClock.now
        #expect(Monitor(0).wait(seconds: 0.05) { $0 == 1 ? 1 : nil } == nil)
        #expect(.now - start >= .milliseconds(50))
    }

    @Test func aWaitLooksAgainAsOftenAsItAsks() {
        let looks = Monitor(0).wait(lookingAgainAfter: { _ in .milliseconds(1) }) { looks -> Int? in
            looks += 1
            return looks == 5 ? looks : nil
        }
        #expect(looks == 5)
    }

    @Test func aQuietChangeWakesNobodyUnlessAsked() {
        let monitor = Monitor((value: 0, looks: 0))
        let thread = Thread {
            monitor.wait(quietly: true) { state -> Void? in
                state.looks += 1
                return state.value == 2 ? () : nil
            }
        }
        thread.start()
        // The thread waits: it has looked once, and it holds the lock until it does.
        while monitor.withLock(quietly: true, { $0.looks }) == 0 { usleep(1000) }
        monitor.withLock(quietly: true) { $0.value = 1 }
        usleep(20_000)
        #expect(monitor.withLock(quietly: true) { $0.looks } == 1)
        monitor.withLock(quietly: true) { state in
            state.value = 2
            monitor.wakeOne()
        }
        while !thread.isFinished { usleep(1000) }
        #expect(monitor.withLock { $0.looks } == 2)
    }

    @Test func aCopyOfTheProcessIsFree() {
        let monitor = Monitor(7)
        let (holds, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let thread = Thread {
            monitor.withLock { _ in
                holds.signal()
                release.wait()
            }
        }
        thread.start()
        holds.wait()
        let child = forkProcess()
        if child == 0 {
            monitor.makeFree()
            _exit(monitor.withLock { Int32($0) })
        }
        release.signal()
        var status: Int32 = 0
        #expect(waitpid(child, &status, 0) == child && (status >> 8) & 0xff == 7)
    }
}

@_silgen_name("fork") private func forkProcess() -> pid_t
