import Foundation
import Glibc
import Synchronization
import Tensors
import Testing

@Suite(.serialized) struct ThreadPoolTests {
    @Test(arguments: [1, 2, 5])
    func everyIndexIsVisitedOnce(threads: Int) {
        withThreads(threads) {
            for count in [0, 1, 2, 31, 32, 33, 1000] {
                let visits = Mutex([Int](repeating: 0, count: count))
                ThreadPool.forEach(count: count) { range in
                    visits.withLock { visits in for i in range { visits[i] += 1 } }
                }
                #expect(visits.withLock { $0 } == [Int](repeating: 1, count: count))
            }
        }
    }

    @Test func chunksDoNotDependOnTheNumberOfThreads() {
        let cuts = [1, 2, 4].map { threads in
            withThreads(threads) {
                let starts = Mutex(Set<Range<Int>>())
                ThreadPool.forEach(count: 1000, minimumPerChunk: 50) { range in
                    starts.withLock { _ = $0.insert(range) }
                }
                return starts.withLock { $0 }
            }
        }
        #expect(cuts[0].count == 20)
        #expect(cuts[0] == cuts[1] && cuts[0] == cuts[2])
    }

    @Test func severalThreadsTakePart() {
        withThreads(2) {
            let arrived = Atomic(0)
            let met = Atomic(false)
            ThreadPool.forEach(count: 2) { _ in
                // Only a second thread can make this true: each chunk waits for the other.
                arrived.add(1, ordering: .relaxed)
                for _ in 0..<5000 where !met.load(ordering: .relaxed) {
                    if arrived.load(ordering: .relaxed) == 2 { met.store(true, ordering: .relaxed) }
                    usleep(1000)
                }
            }
            let haveMet = met.load(ordering: .relaxed)
            #expect(haveMet)
        }
    }

    @Test func aCallWithinACallWorksAlone() {
        let total = Atomic(0)
        ThreadPool.forEach(count: 8) { outer in
            for _ in outer {
                ThreadPool.forEach(count: 100) { total.add($0.count, ordering: .relaxed) }
            }
        }
        let sum = total.load(ordering: .relaxed)
        #expect(sum == 800)
    }

    @Test(.forks) func aForkedChildStartsThreadsOfItsOwn() throws {
        try withThreads(2) {
            let total = Atomic(0)
            ThreadPool.forEach(count: 4) { total.add($0.count, ordering: .relaxed) }
            let status = try statusOfForkedChild {
                let arrived = Atomic(0)
                ThreadPool.forEach(count: 2) { _ in
                    arrived.add(1, ordering: .relaxed)
                    for _ in 0..<5000 where arrived.load(ordering: .relaxed) < 2 { usleep(1000) }
                    if arrived.load(ordering: .relaxed) == 2 { total.add(1, ordering: .relaxed) }
                }
                return total.load(ordering: .relaxed) == 6
            }
            #expect(status == 0)
        }
    }
}
