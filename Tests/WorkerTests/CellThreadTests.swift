import CWorker
import Glibc
import Testing
import Worker

/// Threads fail for real in this process, which must live on.
@Suite(.serialized) struct CellThreadTests {
    /// Where the reports are read.
    static let reports: Int32 = {
        var ends: [Int32] = [-1, -1]
        guard cw_pipe(&ends) == 0 else { fatalError("no pipe") }
        cw_install_handlers(ends[1])
        // The tests' own code is what a cell's would be.
        let own: @convention(c) () -> Void = {}
        cw_add_code(unsafeBitCast(own, to: UInt.self))
        return ends[0]
    }()

    /// Runs code on a cell's thread and waits for the report about its failure.
    func event(of serial: Int64, _ body: @convention(c) (UnsafeMutableRawPointer?) -> Void) -> cw_event? {
        let reports = Self.reports
        var thread = pthread_t()
        guard cw_start_thread(&thread, serial, 1 << 20, body, nil) == 0 else { return nil }
        return nextEvent(reports)
    }

    func nextEvent(_ reports: Int32) -> cw_event? {
        var event = cw_event()
        let size = MemoryLayout<cw_event>.size
        return read(reports, &event, size) == size ? event : nil
    }

    @Test func aTrapEndsItsThreadOnly() throws {
        let event = try #require(event(of: 1) { _ in _ = [1, 2, 3][Int(getpid()) + 3] })
        #expect(event.kind == CW_TRAPPED)
        #expect(event.signal == SIGILL || event.signal == SIGTRAP)
        #expect(event.serial == 1)
        #expect(event.frame_count > 1)
    }

    @Test func aWildPointerIsReportedWithItsAddress() throws {
        let event = try #require(event(of: 2) { _ in UnsafeMutablePointer<UInt8>(bitPattern: 0x18)!.pointee = 1 })
        #expect(event.kind == CW_TRAPPED)
        #expect(event.signal == SIGSEGV)
        #expect(event.fault_address == 0x18)
    }

    @Test func endlessRecursionIsAStackOverflow() throws {
        let event = try #require(
            event(of: 3) { _ in
                func deepen(_ n: Int) -> Int { n == getpid() * -1 ? 0 : deepen(n + 1) + Int(getppid()) }
                _ = deepen(0)
            })
        #expect(event.kind == CW_STACK_OVERFLOW)
    }

    @Test func aThreadThatPrintsLetsGoOfStandardOutput() throws {
        struct Bomb: CustomStringConvertible {
            var description: String { [String]()[Int(getpid())] }
        }
        let event = try #require(event(of: 4) { _ in print(Bomb()) })
        #expect(event.kind == CW_TRAPPED)
        print("standard output is free")
    }

    /// Otherwise the next use would wait for ever for the thread that began.
    @Test func aStaticValueThatFailsFailsAgain() throws {
        enum Broken { static let value = [1, 2, 3][Int(getpid()) + 3] }
        for serial in [6, 7] as [Int64] {
            let event = try #require(event(of: serial) { _ in _ = Broken.value })
            #expect(event.kind == CW_TRAPPED && event.serial == serial)
        }
    }

    @Test func aStaticValueThatDependsOnItselfIsAFailure() throws {
        enum Circle {
            static let first: Int = second + 1
            static let second: Int = first + 1
        }
        let event = try #require(event(of: 8) { _ in _ = Circle.first })
        #expect(event.kind == CW_TRAPPED)
    }

    /// Whether a failure ends the process: each in a process of its own, in which the test's code counts as a cell's.
    @Test func aFailureOutsideTheCellEndsTheProcess() async {
        await #expect(processExitsWith: .signal(SIGSEGV)) {
            Self.failOnACellsThread { _ in
                // In the loader, on behalf of the cell.
                _ = dlopen(UnsafePointer(bitPattern: 0x18)!, RTLD_NOW)
            }
        }
        await #expect(processExitsWith: .signal(SIGSEGV)) {
            Self.failOnACellsThread { _ in
                cw_begin_critical()
                UnsafeMutablePointer<UInt8>(bitPattern: 0x18)!.pointee = 1
            }
        }
        await #expect(processExitsWith: .signal(SIGSEGV)) {
            // In the allocator.
            Self.failOnACellsThread { _ in free(UnsafeMutableRawPointer(bitPattern: 0x10018)) }
        }
        await #expect(processExitsWith: .signal(SIGSEGV)) {
            // In the runtime.
            Self.failOnACellsThread { _ in _ = String(cString: UnsafePointer<CChar>(bitPattern: 0x18)!) }
        }
        await #expect(processExitsWith: .signal(SIGABRT)) { Self.failOnACellsThread { _ in raise(SIGABRT) } }
        await #expect(processExitsWith: .signal(SIGBUS)) { Self.failOnACellsThread { _ in raise(SIGBUS) } }
        // The worker's own threads do what the process lives by.
        await #expect(processExitsWith: .signal(SIGSEGV)) {
            _ = Self.reports
            UnsafeMutablePointer<UInt8>(bitPattern: 0x18)!.pointee = 1
        }
    }

    private static func failOnACellsThread(_ body: @convention(c) (UnsafeMutableRawPointer?) -> Void) {
        _ = reports
        var thread = pthread_t()
        cw_start_thread(&thread, 1, 1 << 20, body, nil)
        sleep(5)
    }

    /// `memcpy` holds no locks.
    @Test func aFaultInASimpleFunctionThatTheCellCallsIsItsOwn() throws {
        let event = try #require(
            event(of: 9) { _ in
                let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: 4096)
                memcpy(bytes, UnsafeRawPointer(bitPattern: 0x18)!, 1 + Int(getpid()) % 4000)
                // Without it the optimizer would leave the copy out.
                write(-1, bytes, 1)
            })
        #expect(event.kind == CW_TRAPPED && event.signal == SIGSEGV)
    }

    @Test func aThreadThatWaitsIsStopped() throws {
        let reports = Self.reports
        var thread = pthread_t()
        #expect(cw_start_thread(&thread, 5, 1 << 20, { _ in while true { sleep(100) } }, nil) == 0)
        // It may not have come to wait yet: ask until it reports.
        var report = pollfd(fd: reports, events: Int16(POLLIN), revents: 0)
        repeat { cw_request_stop(thread, true) } while poll(&report, 1, 10) == 0
        let event = try #require(nextEvent(reports))
        #expect(event.kind == CW_STOPPED)
        #expect(event.serial == 5)
    }
}
