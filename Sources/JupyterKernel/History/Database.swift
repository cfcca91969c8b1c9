import CSQLite

/// An SQLite file, for use by one thread at a time.
final class Database {
    /// Why a statement failed, in SQLite's words.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// A parameter of a statement, or a column of a row.
    enum Value: Equatable {
        case null
        case integer(Int)
        case text(String)

        var integer: Int? { if case .integer(let value) = self { value } else { nil } }
        var text: String? { if case .text(let value) = self { value } else { nil } }
    }

    private let pointer: OpaquePointer

    /// Opens a file, and creates it if necessary. Statements wait this long for a lock on the file.
    init(path: String, patience milliseconds: Int32) throws(Failure) {
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
        guard let opened, code == SQLITE_OK else {
            let failure = Failure(description: String(cString: sqlite3_errstr(code)))
            sqlite3_close_v2(opened)
            throw failure
        }
        pointer = opened
        sqlite3_busy_timeout(pointer, milliseconds)
    }

    deinit { sqlite3_close_v2(pointer) }

    /// The row identifier of the last insertion.
    var lastInsertedRow: Int { Int(sqlite3_last_insert_rowid(pointer)) }

    /// Runs a statement, and passes its rows to a body while that returns `true`.
    func run(
        _ statement: String, _ values: [Value] = [], eachRow body: ([Value]) -> Bool = { _ in true }
    ) throws(Failure) {
        var prepared: OpaquePointer?
        try check(sqlite3_prepare_v2(pointer, statement, -1, &prepared, nil))
        defer { sqlite3_finalize(prepared) }
        for (index, value) in zip(Int32(1)..., values) {
            switch value {
            case .null: try check(sqlite3_bind_null(prepared, index))
            case .integer(let value): try check(sqlite3_bind_int64(prepared, index, Int64(value)))
            case .text(let value):
                let bytes = Array(value.utf8).map(CChar.init(bitPattern:))
                try check(sqlite3_bind_text(prepared, index, bytes, Int32(bytes.count), Self.copied))
            }
        }
        while true {
            switch sqlite3_step(prepared) {
            case SQLITE_DONE: return
            case SQLITE_ROW:
                let row = (0..<sqlite3_column_count(prepared)).map { Self.value(at: $0, of: prepared) }
                if !body(row) { return }
            case let code: try check(code)
            }
        }
    }

    /// The first value of the first row.
    func first(_ statement: String, _ values: [Value] = []) throws(Failure) -> Value {
        var result = Value.null
        try run(statement, values) { row in
            result = row.first ?? .null
            return false
        }
        return result
    }

    /// Tells SQLite to copy a parameter.
    private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

    private static func value(at column: Int32, of statement: OpaquePointer?) -> Value {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .integer(Int(sqlite3_column_int64(statement, column)))
        case SQLITE_TEXT:
            guard let bytes = sqlite3_column_text(statement, column) else { return .null }
            let count = Int(sqlite3_column_bytes(statement, column))
            return .text(String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self))
        default: return .null
        }
    }

    private func check(_ code: Int32) throws(Failure) {
        guard code == SQLITE_OK else { throw Failure(description: String(cString: sqlite3_errmsg(pointer))) }
    }
}
