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
