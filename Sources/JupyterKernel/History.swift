import JupyterWire

/// What was run in this session, as `history_request` asks for it.
struct History {
    /// The number of this session; requests may also call it 0.
    static let session = 1

    private struct Entry {
        let line: Int
        let input: String
        let output: String?
    }

    private var entries: [Entry] = []

    /// Notes a cell that was run under this number, and its value as plain text.
    mutating func record(line: Int, input: String, output: String?) {
        entries.append(Entry(line: line, input: input, output: output))
    }

    /// The content of a `history_reply`.
    func reply(to request: JSON) -> JSON {
        let count = request["n"]?.int.map { max(0, $0) }
        let found: [Entry]
        switch request["hist_access_type"]?.string {
        case "tail": found = entries.suffix(count ?? entries.count)
        case "range":
            let isHere = [0, Self.session].contains(request["session"]?.int ?? 0)
            let start = request["start"]?.int ?? 0
            let stop = request["stop"]?.int ?? .max
            found = isHere ? entries.filter { $0.line >= start && $0.line < stop } : []
        case "search":
            let pattern = request["pattern"]?.string ?? "*"
            var matches = entries.filter { $0.input.matches(glob: pattern) }
            if request["unique"]?.bool == true { matches = Self.latest(of: matches) }
            found = matches.suffix(count ?? matches.count)
        default:
            return Content.failure(
                name: "BadRequest", value: "hist_access_type must be \"tail\", \"range\" or \"search\"",
                members: ["history": []])
        }
        let wantsOutput = request["output"]?.bool == true
        return Content.ok([
            "history": .array(
                found.map { entry in
                    let output = entry.output.map(JSON.string) ?? .null
                    return [
                        .int(Self.session), .int(entry.line),
                        wantsOutput ? [.string(entry.input), output] : .string(entry.input),
                    ]
                })
        ])
    }

    /// Of equal inputs the last one.
    private static func latest(of entries: [Entry]) -> [Entry] {
        var seen: Set<String> = []
        return entries.reversed().filter { seen.insert($0.input).inserted }.reversed()
    }
}

extension String {
    /// Whether the whole text matches a pattern in which `*` stands for any text and `?` for any character.
    func matches(glob pattern: String) -> Bool {
        let text = Array(self)
        let pattern = Array(pattern)
        var position = 0
        var next = 0
        // Where to go on when the text after the last star must be longer.
        var retry: (position: Int, next: Int)?
        while position < text.count {
            if next < pattern.count, pattern[next] == "*" {
                next += 1
                retry = (position, next)
            } else if next < pattern.count, pattern[next] == "?" || pattern[next] == text[position] {
                next += 1
                position += 1
            } else if let last = retry {
                retry = (last.position + 1, last.next)
                position = last.position + 1
                next = last.next
            } else {
                return false
            }
        }
        return pattern[next...].allSatisfy { $0 == "*" }
    }
}
