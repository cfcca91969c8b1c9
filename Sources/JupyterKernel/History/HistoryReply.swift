import JupyterWire

extension History {
    /// The content of a `history_reply`.
    func reply(to request: JSON) -> JSON {
        let count = request["n"]?.int.map { max(0, $0) } ?? .max
        let found: [Entry]
        switch request["hist_access_type"]?.string {
        case "tail": found = tail(count)
        case "range":
            let start = request["start"]?.int ?? 0
            found = range(
                session: request["session"]?.int ?? 0, lines: start..<max(start, request["stop"]?.int ?? .max))
        case "search":
            found = search(
                request["pattern"]?.string ?? "*", isUnique: request["unique"]?.bool ?? false, limit: count)
        default:
            return Content.failure(
                name: "BadRequest", value: "hist_access_type must be \"tail\", \"range\" or \"search\"",
                members: ["history": []])
        }
        let wantsOutput = request["output"]?.bool ?? false
        return Content.ok([
            "history": .array(
                found.map { entry in
                    let output = entry.output.map(JSON.string) ?? .null
                    return [
                        .int(entry.session), .int(entry.line),
                        wantsOutput ? [.string(entry.input), output] : .string(entry.input),
                    ]
                })
        ])
    }
}
