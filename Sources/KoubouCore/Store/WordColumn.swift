import CSQLite

/// Words in one column: JSON text where all are UTF-8, so that it can be read and queried; elsewhere a blob in which
/// each word ends with a NUL, which no word can hold.
enum WordColumn: SQLiteValue {
    case json(String)
    case blob([UInt8])

    /// A JSON array of strings.
    init(array words: [[UInt8]]) { self = Self.make(words, JSONText.array) }

    /// A JSON object of `NAME=value` words.
    init(object words: [[UInt8]]) { self = Self.make(words, JSONText.object) }

    private static func make(_ words: [[UInt8]], _ json: ([[UInt8]]) -> String?) -> WordColumn {
        json(words).map { .json($0) } ?? .blob(Array(words.map { $0 + [0] }.joined()))
    }

    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch self {
        case .json(let text): text.bind(to: statement, at: index)
        case .blob(let bytes):
            sqlite3_bind_blob64(
                statement, index, bytes, UInt64(bytes.count), unsafeBitCast(-1, to: sqlite3_destructor_type.self))
        }
    }

    init?(column: Int32, of statement: OpaquePointer) {
        if let text = String(column: column, of: statement) {
            self = .json(text)
        } else if let bytes = [UInt8](column: column, of: statement) {
            self = .blob(bytes)
        } else {
            return nil
        }
    }
}

extension Store {
    /// The words of an array column.
    func words(_ column: WordColumn) throws(StoreError) -> [[UInt8]] {
        switch column {
        case .json(let text):
            if let words = JSONText.plainWords(text) { return words }
            return try database.rows("SELECT value FROM json_each(?1) ORDER BY id", text) { row throws(StoreError) in
                try row.get(0)
            }
        case .blob(let bytes): return Self.split(bytes)
        }
    }

    /// The `NAME=value` words of an object column.
    func assignments(_ column: WordColumn) throws(StoreError) -> [[UInt8]] {
        switch column {
        case .json("{}"): return []
        case .json(let text):
            return try database.rows("SELECT key || '=' || value FROM json_each(?1) ORDER BY id", text) {
                row throws(StoreError) in try row.get(0)
            }
        case .blob(let bytes): return Self.split(bytes)
        }
    }

    private static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map(Array.init)
    }
}
