internal import CKernels
internal import Glibc

/// Memory for tensors. Blocks return to lists of their size rather than to the system: a megabyte from the system costs
/// its page faults each time, twenty times as much as relu on it. AddressSanitizer sees free blocks, and the unused
/// ends of blocks, as not allocated.
package enum BufferPool {
    /// The length of cache lines and of the widest vectors.
    package static let alignment = 64

    /// Free blocks beyond this many bytes are returned to the system: a quarter of the machine's memory.
    package static let limit = max(1 << 29, sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) / 4)

    // Addresses are kept as integers, which may cross threads. The first word of a free block is the address of the
    // next; 0 ends a list.
    private struct Lists: ~Copyable {
        var heads = InlineArray<160, UInt>(repeating: 0)
        var bytes = 0

        mutating func push(_ block: UInt, _ index: Int) {
            UnsafeMutablePointer<UInt>(bitPattern: block)!.pointee = heads[index]
            heads[index] = block
        }

        mutating func pop(_ index: Int) -> UInt {
            let block = heads[index]
            if let first = UnsafeMutablePointer<UInt>(bitPattern: block) { heads[index] = first.pointee }
            return block
        }
    }
    @exclusivity(unchecked) nonisolated(unsafe) private static var lists = Lists()
    /// Guards `lists`.
    static let lock = Lock()

    /// The list for a size, and the size of its blocks: four sizes between powers of two, so that at most a fifth is
    /// wasted.
    package static func sizeClass(_ bytes: Int) -> (index: Int, size: Int) {
        if bytes <= 256 {
            let index = (max(bytes, 1) - 1) >> 6
            return (index, (index + 1) << 6)
        }
        let power = Int.bitWidth - 1 - (bytes - 1).leadingZeroBitCount  // 2^power < bytes <= 2^(power + 1)
        let step = (bytes - 1) >> (power - 2) & 3
        return (4 * (power - 7) + step, (step + 5) << (power - 2))
    }

    /// The size of the blocks in a list.
    private static func blockSize(_ index: Int) -> Int {
        index < 4 ? (index + 1) << 6 : (index & 3 + 5) << (index / 4 + 5)
    }

    /// A block of at least this many bytes, with unspecified contents.
    package static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
        let (index, size) = sizeClass(bytes)
        let reused = lock.withLock { () -> UInt in
            let block = lists.pop(index)
            if block != 0 { lists.bytes -= size }
            return block
        }
        guard let reused = UnsafeMutableRawPointer(bitPattern: reused) else { return ask(for: bytes, size: size) }
        ck_unpoison(reused, bytes)
        return reused
    }

    /// A new block. If the system has none left, all free blocks are returned to it first.
    @inline(never)
    private static func ask(for bytes: Int, size: Int) -> UnsafeMutableRawPointer {
        var block = ask(size)
        if block == nil {
            trim()
            block = ask(size)
        }
        if let block {
            ck_poison(block + bytes, size - bytes)
            return block
        }
        Failure.raise(
            ValueError(
                operation: "allocation", message: "out of memory: no \(bytes >> 20) MiB left for a tensor",
                hint: "use a smaller batch or keep fewer tensors"))
    }

    /// Asks the system for a block, and for pages of 2 MiB if it is large: a matrix then takes a few entries of the
    /// processor's translation buffer, where walking down a column would otherwise miss one in each row.
    private static func ask(_ size: Int) -> UnsafeMutableRawPointer? {
        let isLarge = size >= 2 * hugePage
        var block: UnsafeMutableRawPointer?
        guard posix_memalign(&block, isLarge ? hugePage : alignment, size) == 0 else { return nil }
        #if os(Linux)
        if isLarge { madvise(block, size, MADV_HUGEPAGE) }
        #endif
        return block
    }
    private static let hugePage = 1 << 21

    /// Returns a block that was allocated with this size.
    package static func release(_ block: UnsafeMutableRawPointer, bytes: Int) {
        let (index, size) = sizeClass(bytes)
        let address = UInt(bitPattern: block)
        ck_poison(block, size)
        ck_unpoison(block, MemoryLayout<UInt>.size)
        let kept = lock.withLock { () -> Bool in
            guard lists.bytes + size <= limit else { return false }
            lists.push(address, index)
            lists.bytes += size
            return true
        }
        if !kept { free(block) }
    }

    /// Returns the contents of free blocks to the system, in a copy of the process that may never use them. The
    /// original then need not copy them before it writes to them again.
    package static func discardFreeContents() {
        let page = UInt(sysconf(Int32(_SC_PAGESIZE)))
        lock.withLock {
            for (index, head) in lists.heads.indices.map({ ($0, lists.heads[$0]) }) {
                let size = UInt(blockSize(index))
                guard size >= 2 * page else { continue }
                var block = head
                while let first = UnsafeMutablePointer<UInt>(bitPattern: block) {
                    // The first word leads to the next block.
                    let next = first.pointee
                    let start = (block + 8 + page - 1) & ~(page - 1)
                    let end = (block + size) & ~(page - 1)
                    if start < end {
                        madvise(UnsafeMutableRawPointer(bitPattern: start), Int(end - start), MADV_DONTNEED)
                    }
                    block = next
                }
            }
        }
    }

    /// Returns all free blocks to the system.
    package static func trim() {
        lock.withLock {
            for index in lists.heads.indices {
                while let block = UnsafeMutableRawPointer(bitPattern: lists.pop(index)) { free(block) }
            }
            lists.bytes = 0
        }
    }
}
