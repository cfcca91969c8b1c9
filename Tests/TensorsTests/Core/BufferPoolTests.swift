import Tensors
import Testing

@Suite struct BufferPoolTests {
    @Test(arguments: [300, 9_000, 37_000_001])
    func freeBlocksAreOfUseAfterTheirContentsAreGone(bytes: Int) {
        // Sizes that no other test asks for: the blocks come back.
        let blocks = (0..<3).map { _ in BufferPool.allocate(bytes) }
        for block in blocks {
            block.initializeMemory(as: UInt8.self, repeating: 7, count: bytes)
            BufferPool.release(block, bytes: bytes)
        }
        BufferPool.discardFreeContents()
        let again = (0..<3).map { _ in BufferPool.allocate(bytes) }
        #expect(Set(again).count == 3)
        for block in again {
            if bytes > 1 << 20 {
                #expect(blocks.contains(block))
                #expect(block.load(fromByteOffset: bytes / 2, as: UInt8.self) == 0)
            }
            block.initializeMemory(as: UInt8.self, repeating: 8, count: bytes)
            BufferPool.release(block, bytes: bytes)
        }
    }
}
