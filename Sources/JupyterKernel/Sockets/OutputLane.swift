import JupyterWire

/// What cells have printed and shown that has not left yet.
///
/// It leaves in the order in which it came. Text grows while it waits, so that a cell that prints fast sends few messages.
struct OutputLane {
    /// How many bytes, and how many messages, may wait before whoever adds to them does: what leaves in a third of a second.
    private static let capacity = (bytes: 256 << 10, messages: 256)
    /// How much text one message has at most.
    private static let maximumText = 64 << 10
    /// How many times a cell's stdout and stderr may take turns among what waits; beyond that, each one's text is put together.
    private static let maximumTurns = 32
    /// What a message has beside its content.
    private static let envelopeSize = 600

    /// Something that leaves as one message.
    struct Entry {
        /// What is shown, and what later entries may do to it while it waits.
        enum Content {
            /// Printed text, in UTF-8 that may be cut within a character.
            case text(StandardStream, [UInt8])
            /// Something that `clear_output` removes.
            case display(Message)
            /// A change of a display; the newest one counts.
            case update(Message, id: String)
            /// Removes everything before it: once something follows, if it waits for that.
            case clear(Message, wait: Bool)
            /// What nothing else makes superfluous.
            case other(Message)
        }

        let parent: JSON
        /// The entry's place in the order of all.
        let number: Int
        var content: Content
        /// About how many bytes it has as a message.
        var size: Int
        /// Whether no more will be printed that could complete its last character.
        var isEnd = false

        /// How many of its bytes the server counts.
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

    /// The beginning of a character whose text has left.
    private struct Remainder {
        var parent: JSON
        var stream: StandardStream
        var bytes: [UInt8]
    }

    private var entries: [Entry] = []
    private var remainders: [Remainder] = []
    private var count = 0

    /// About how many bytes wait.
    private var size = 0

    var isEmpty: Bool { entries.isEmpty }

    /// Whether so much waits that nothing more should be added.
    var isFull: Bool { size >= Self.capacity.bytes || entries.count >= Self.capacity.messages }

    /// The number of the newest entry.
    var newest: Int { count }

    /// Whether one of a cell's entries waits that is no newer than a number.
    func holds(upTo number: Int, of parent: JSON) -> Bool {
        entries.contains { $0.number <= number && $0.parent == parent }
    }

    /// Adds text.
    /// - Parameter isCongested: Whether output waits because too much has left; what nobody could see is then left out.
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
        entries[index].content = .text(stream, [])  // so that the text is not copied
        let before = text.count
        text += bytes
        // What JSON writes as two characters, above all ends of lines, counts twice.
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

    /// Notes that a cell has ended: characters that it has only begun leave as they are.
    mutating func end(_ parent: JSON) {
        for index in entries.indices where entries[index].parent == parent { entries[index].isEnd = true }
        for remainder in remainders where remainder.parent == parent {
            append(.text(remainder.stream, remainder.bytes), size: Self.envelopeSize, of: parent)
            entries[entries.count - 1].isEnd = true
        }
        remainders.removeAll { $0.parent == parent }
    }

    /// Takes the oldest entries, as long as the body agrees. An entry's text ends with a whole character.
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

    /// The text that more of the same kind can be added to: the cell's last entry, or, if its streams take turns too often, one before.
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

    /// Leaves out what a waiting `clear_output` removes now that something follows it.
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

    /// How many bytes at the end are the beginning of a character in UTF-8.
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
