import JupyterWire
import WorkerProtocol

/// The queue of what cells have printed and shown and the kernel has not sent yet.
///
/// First in, first out. Text is coalesced while it waits, so that a cell that prints fast sends few messages.
struct OutputLane {
    /// The size at which writers must wait: what leaves in a third of a second.
    private static let capacity = (bytes: 256 << 10, messages: 256)
    /// The size from which a message's text grows no more.
    private static let maximumText = 64 << 10
    /// The number of queued entries from which a cell's stdout and stderr are coalesced although they alternate.
    private static let maximumTurns = 32
    /// The approximate size of a message's frames and header in bytes.
    private static let envelopeSize = 600

    /// What leaves as one message.
    struct Entry {
        /// The kinds of output; each says what may supersede it while it waits.
        enum Content {
            /// Printed text, UTF-8 that may be cut within a character.
            case text(StandardStream, [UInt8])
            /// A display, which `clear_output` removes.
            case display(Message)
            /// An update of a display, superseded by the next one.
            case update(Message, id: String)
            /// A `clear_output`; with `wait`, it takes effect when something follows.
            case clear(Message, wait: Bool)
            /// A message that nothing supersedes.
            case other(Message)
        }

        let parent: JSON
        /// The entry's sequence number.
        let number: Int
        var content: Content
        /// The approximate size of the message in bytes.
        var size: Int
        /// Whether the cell has ended: an incomplete last character will not be completed.
        var isEnd = false

        /// The bytes that the server's data rate counts.
        var textSize: Int { if case .text = content { size } else { 0 } }

        fileprivate func isText(of stream: StandardStream) -> Bool {
            if case .text(stream, _) = content { true } else { false }
        }

        fileprivate func isUpdate(of id: String) -> Bool {
            if case .update(_, id) = content { true } else { false }
        }

        fileprivate var isClearable: Bool {
            switch content {
            case .text, .display, .clear: true
            case .update, .other: false
            }
        }
    }

    /// The first bytes of a character, kept back when the text before them left.
    private struct Remainder {
        var parent: JSON
        var stream: StandardStream
        var bytes: [UInt8]
    }

    private var entries: [Entry] = []
    private var remainders: [Remainder] = []
    private var count = 0

    /// The approximate size of all entries in bytes.
    private var size = 0

    var isEmpty: Bool { entries.isEmpty }

    /// Whether writers must wait.
    var isFull: Bool { size >= Self.capacity.bytes || entries.count >= Self.capacity.messages }

    /// The sequence number of the newest entry.
    var newest: Int { count }

    /// Whether entries of a cell up to a sequence number are still queued.
    func holds(upTo number: Int, of parent: JSON) -> Bool {
        entries.contains { $0.number <= number && $0.parent == parent }
    }

    /// Adds text.
    ///
    /// - Parameter isCongested: Whether the rate limit holds output back; what nobody would see is then left out.
    mutating func print(_ bytes: some Sequence<UInt8>, to stream: StandardStream, of parent: JSON, isCongested: Bool) {
        if isCongested { applyWaitingClear(of: parent) }
        let index: Int
        if let growing = growingText(of: stream, parent) {
            index = growing
        } else {
            let remainder = remainders.firstIndex { $0.stream == stream && $0.parent == parent }
            let start = remainder.map { remainders.remove(at: $0).bytes } ?? []
            append(.text(stream, start), size: Self.envelopeSize, of: parent)
            index = entries.count - 1
        }
        guard case .text(_, var text) = entries[index].content else { return }
        entries[index].content = .text(stream, [])  // avoids a copy of the text
        let before = text.count
        text += bytes
        // What JSON escapes with a second character, above all newlines, counts twice.
        let added = text[before...].reduce(0) { $0 + ($1 < 0x20 || $1 == UInt8(ascii: "\"") ? 2 : 1) }
        entries[index].content = .text(stream, text)
        entries[index].size += added
        size += added
    }

    /// Adds a message.
    mutating func add(_ content: Entry.Content, size: Int, of parent: JSON, isCongested: Bool) {
        if isCongested {
            switch content {
            case .update(_, let id): remove { $0.isUpdate(of: id) }
            case .clear(_, wait: false): remove { $0.isClearable && $0.parent == parent }
            case .display: applyWaitingClear(of: parent)
            default: break
            }
        }
        append(content, size: size + Self.envelopeSize, of: parent)
    }

    /// Marks the end of a cell: its incomplete characters leave as they are.
    mutating func end(_ parent: JSON) {
        for index in entries.indices where entries[index].parent == parent { entries[index].isEnd = true }
        for remainder in remainders where remainder.parent == parent {
            append(.text(remainder.stream, remainder.bytes), size: Self.envelopeSize, of: parent)
            entries[entries.count - 1].isEnd = true
        }
        remainders.removeAll { $0.parent == parent }
    }

    /// Removes and returns the oldest entries while a predicate holds. A text ends with a complete character; the rest
    /// of it stays.
    mutating func take(while body: (Entry) -> Bool) -> [Entry] {
        var taken: [Entry] = []
        var length = 0
        while length < entries.count, body(entries[length]) {
            var entry = entries[length]
            length += 1
            size -= entry.size
            if case .text(let stream, var text) = entry.content, case let tail = Self.incompleteTail(of: text), tail > 0
            {
                let rest = entries[length...].firstIndex { $0.isText(of: stream) && $0.parent == entry.parent }
                if let rest, case .text(_, let next) = entries[rest].content {
                    entries[rest].content = .text(stream, text.suffix(tail) + next)
                    text.removeLast(tail)
                } else if !entry.isEnd {
                    remainders.append(
                        Remainder(parent: entry.parent, stream: stream, bytes: Array(text.suffix(tail))))
                    text.removeLast(tail)
                }
                entry.content = .text(stream, text)
                if text.isEmpty { continue }
            }
            taken.append(entry)
        }
        entries.removeFirst(length)
        return taken
    }

    private mutating func append(_ content: Entry.Content, size: Int, of parent: JSON) {
        count += 1
        entries.append(Entry(parent: parent, number: count, content: content, size: size))
        self.size += size
    }

    /// The index of the text that a stream's next text is appended to: the cell's last entry or, when its streams
    /// alternate too often, an earlier one.
    private func growingText(of stream: StandardStream, _ parent: JSON) -> Int? {
        var turns = 0
        for index in entries.indices.reversed() where entries[index].parent == parent {
            guard case .text(let other, _) = entries[index].content, entries[index].size < Self.maximumText else {
                return nil
            }
            if other == stream, turns == 0 || entries.count >= Self.maximumTurns { return index }
            turns += 1
        }
        return nil
    }

    /// Removes what a waiting `clear_output` clears, now that something follows it.
    private mutating func applyWaitingClear(of parent: JSON) {
        guard let clear = entries.last(where: { $0.parent == parent }), case .clear(_, wait: true) = clear.content
        else {
            return
        }
        remove { $0.isClearable && $0.parent == parent && $0.number < clear.number }
    }

    private mutating func remove(where body: (Entry) -> Bool) {
        entries.removeAll { entry in
            guard body(entry) else { return false }
            size -= entry.size
            return true
        }
    }

    /// The number of trailing bytes that are an incomplete UTF-8 character.
    private static func incompleteTail(of bytes: [UInt8]) -> Int {
        for length in 1...3 where bytes.count >= length {
            let byte = bytes[bytes.count - length]
            if byte & 0b1100_0000 == 0b1000_0000 { continue }
            let expected = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return expected > length ? length : 0
        }
        return 0
    }
}
