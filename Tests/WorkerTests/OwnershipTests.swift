import CWorker
import Dispatch
import Foundation
import Testing

/// Work that code starts belongs to the cell for which the code runs.
@Suite(.serialized) struct OwnershipTests {
    /// Runs code as a thread of cell 7 would, and waits for what it hands over.
    func owner(_ start: (@escaping @Sendable () -> Void) -> Void) -> Int64 {
        nonisolated(unsafe) var seen: Int64 = -1
        let isSeen = DispatchSemaphore(value: 0)
        let before = cw_set_owner(7)
        start {
            seen = cw_owner()
            isSeen.signal()
        }
        cw_set_owner(before)
        isSeen.wait()
        return seen
    }

    @Test func aThreadWorksForNoCellAtFirst() {
        #expect(cw_owner() == 0)
        #expect(owner { $0() } == 7)
        #expect(cw_owner() == 0)
    }

    @Test func threadsAreHandedTheCell() {
        #expect(owner { body in Thread.detachNewThread { body() } } == 7)
        #expect(owner { body in Thread.detachNewThread { Thread.detachNewThread { body() } } } == 7)
    }

    @Test func blocksAreHandedTheCell() {
        let queue = DispatchQueue(label: "test", attributes: .concurrent)
        #expect(owner { queue.async(execute: $0) } == 7)
        #expect(owner { queue.async(flags: .barrier, execute: $0) } == 7)
        #expect(owner { queue.asyncAfter(deadline: .now() + .milliseconds(1), execute: $0) } == 7)
        #expect(owner { body in queue.async(execute: DispatchWorkItem { body() }) } == 7)
        #expect(
            owner { body in
                let item = DispatchWorkItem {}
                item.notify(queue: queue) { body() }
                item.perform()
            } == 7)
        #expect(owner { DispatchGroup().notify(queue: queue, execute: $0) } == 7)
        #expect(owner { body in queue.async { queue.async { body() } } } == 7)
        #expect(
            owner { body in
                queue.async { DispatchQueue.concurrentPerform(iterations: 1) { _ in body() } }
            } == 7)
    }

    @Test func aThreadOfAPoolIsFreeAgainAfterwards() {
        let queue = DispatchQueue(label: "test")
        #expect(owner { queue.async(execute: $0) } == 7)
        #expect(queue.sync { cw_owner() } == 0)
        nonisolated(unsafe) var later: Int64 = -1
        let isDone = DispatchSemaphore(value: 0)
        queue.async {
            later = cw_owner()
            isDone.signal()
        }
        isDone.wait()
        #expect(later == 0)
    }

    @Test func aBarrierStaysABarrier() {
        let queue = DispatchQueue(label: "test", attributes: .concurrent)
        nonisolated(unsafe) var running = 0
        nonisolated(unsafe) var most = 0
        let before = cw_set_owner(7)
        let group = DispatchGroup()
        for _ in 0..<8 {
            queue.async(group: group, flags: .barrier) {
                running += 1
                most = max(most, running)
                usleep(1000)
                running -= 1
            }
        }
        cw_set_owner(before)
        group.wait()
        #expect(most == 1)
    }

    @Test func aWorkItemCanBeCancelledAndWaitedFor() {
        let before = cw_set_owner(7)
        defer { cw_set_owner(before) }
        let queue = DispatchQueue(label: "test")
        nonisolated(unsafe) var count = 0
        let (kept, cancelled) = (DispatchWorkItem { count += 1 }, DispatchWorkItem { count += 10 })
        cancelled.cancel()
        queue.async(execute: cancelled)
        queue.async(execute: kept)
        kept.wait()
        #expect(count == 1)
    }

    @Test func tasksAreHandedTheCell() async {
        cw_note_jobs()
        #expect(owner { body in Task { body() } } == 7)
        #expect(owner { body in Task.detached { body() } } == 7)
        #expect(
            owner { body in
                Task { @MainActor in
                    await Task.yield()
                    body()
                }
            } == 7)
        #expect(
            owner { body in
                Task.detached {
                    await withTaskGroup(of: Void.self) { group in group.addTask { body() } }
                }
            } == 7)
        #expect(
            owner { body in
                Task.detached {
                    async let child: Void = body()
                    await child
                }
            } == 7)
    }

    @Test func aTaskKeepsItsCellWhoeverWakesIt() async {
        cw_note_jobs()
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let before = cw_set_owner(7)
        let task = Task.detached {
            for await _ in stream { break }
            return cw_owner()
        }
        cw_set_owner(before)
        continuation.yield()
        #expect(await task.value == 7)
    }
}
