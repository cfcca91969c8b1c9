import Foundation
import Synchronization
import Tensors
import Testing

@Suite struct LockTests {
    @Test(.forks) func aForkFindsEveryLockFree() throws {
        let isOver = Atomic(false)
        let other = Thread { @Sendable in
            while !isOver.load(ordering: .relaxed) { allocateAndDraw() }
        }
        other.start()
        defer { isOver.store(true, ordering: .relaxed) }
        // The other thread holds a lock half of the time.
        for _ in 0..<50 {
            let status = try statusOfForkedChild {
                allocateAndDraw()
                return true
            }
            #expect(status == 0)
        }
    }
}

/// What takes the locks that all tensors share.
@Sendable private func allocateAndDraw() {
    BufferPool.release(BufferPool.allocate(64), bytes: 64)
    _ = Random.take(1)
}
