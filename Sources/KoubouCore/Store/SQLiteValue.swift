import CSQLite

/// A value that can be bound to a statement and read from a column.
public protocol SQLiteValue {
    /// Binds to the parameter `index`, 1 for the first; returns SQLite's code.
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32
    /// Nil when the column, 0 for the first, holds something else.
    init?(column: Int32, of statement: OpaquePointer)
}

/// Tells SQLite to copy what is bound.
private let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

extension Int64: SQLiteValue {
    public func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        sqlite3_bind_int64(statement, index, self)
    }
    public init?(column: Int32, of statement: OpaquePointer) {
        guard sqlite3_column_type(statement, column) == SQLITE_INTEGER else { return nil }
        self = sqlite3_column_int64(statement, column)
    }
}

extension Int: SQLiteValue {
    public func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        Int64(self).bind(to: statement, at: index)
    }
    public init?(column: Int32, of statement: OpaquePointer) {
        guard let value = Int64(column: column, of: statement) else { return nil }
        self = Int(value)
    }
}

extension Bool: SQLiteValue {
    public func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        (self ? 1 : 0).bind(to: statement, at: index)
    }
    public init?(column: Int32, of statement: OpaquePointer) {
        guard let value = Int64(column: column, of: statement) else { return nil }
        self = value != 0
    }
}

extension Double: SQLiteValue {
    public func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        sqlite3_bind_double(statement, index, self)
    }
    public init?(column: Int32, of statement: OpaquePointer) {
        let type = sqlite3_column_type(statement, column)
        guard type == SQLITE_FLOAT || type == SQLITE_INTEGER else { return nil }
        self = sqlite3_column_double(statement, column)
    }
}

extension String: SQLiteValue {
    public func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        var copy = self
        return copy.withUTF8 { bindText(UnsafeRawBufferPointer($0), to: statement, at: index) }
    }
    public init?(column: Int32, of statement: OpaquePointer) {
        guard sqlite3_column_type(statement, column) == SQLITE_TEXT else { return nil }
        self.init(decoding: columnBytes(statement, column), as: UTF8.self)
    }
}

/// Bytes are text where they are UTF-8 without NUL, so that JSON and the sqlite3 shell show them, and a blob elsewhere:
/// SQLite's own functions end a text at a NUL.
extension [UInt8]: SQLiteValue {
    public func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        withUnsafeBytes { buffer in
            isText(buffer)
                ? bindText(buffer, to: statement, at: index)
                : sqlite3_bind_blob64(statement, index, buffer.baseAddress, UInt64(buffer.count), transient)
        }
    }
    public init?(column: Int32, of statement: OpaquePointer) {
        let type = sqlite3_column_type(statement, column)
        guard type == SQLITE_TEXT || type == SQLITE_BLOB else { return nil }
        self =
            type == SQLITE_TEXT
            ? Array(columnBytes(statement, column))
            : Array(
                UnsafeRawBufferPointer(
                    start: sqlite3_column_blob(statement, column), count: Int(sqlite3_column_bytes(statement, column))))
    }
}

extension Optional: SQLiteValue where Wrapped: SQLiteValue {
    public func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch self {
        case .some(let value): value.bind(to: statement, at: index)
        case .none: sqlite3_bind_null(statement, index)
        }
    }
    public init?(column: Int32, of statement: OpaquePointer) {
        if sqlite3_column_type(statement, column) == SQLITE_NULL {
            self = .none
        } else {
            guard let value = Wrapped(column: column, of: statement) else { return nil }
            self = value
        }
    }
}

extension TaskID: SQLiteValue {
    public func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { number.bind(to: statement, at: index) }
    public init?(column: Int32, of statement: OpaquePointer) {
        guard let number = Int64(column: column, of: statement) else { return nil }
        self.init(number)
    }
}

/// In the schema a duration is a number of seconds.
extension Duration: SQLiteValue {
    public func bind(to statement: OpaquePointer, at index: Int32) -> Int32 { inSeconds.bind(to: statement, at: index) }
    public init?(column: Int32, of statement: OpaquePointer) {
        guard let seconds = Double(column: column, of: statement), seconds >= 0, seconds < 1e12 else { return nil }
        self = .milliseconds(Int64((seconds * 1000).rounded()))
    }
}

/// Types whose text is the word of the schema.
protocol SQLiteText: SQLiteValue {
    var sqliteText: String { get }
    init?(sqliteText: String)
}

extension SQLiteText {
    public func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        sqliteText.bind(to: statement, at: index)
    }
    public init?(column: Int32, of statement: OpaquePointer) {
        guard let text = String(column: column, of: statement) else { return nil }
        self.init(sqliteText: text)
    }
}

extension SQLiteText where Self: RawRepresentable<String> {
    var sqliteText: String { rawValue }
    init?(sqliteText: String) { self.init(rawValue: sqliteText) }
}

extension TaskState: SQLiteText {}
extension WorkerStatus: SQLiteText {}
extension AttemptOutcome: SQLiteText {}
extension PoolDecision.Action: SQLiteText {}
extension ScalingPolicy: SQLiteText {}

extension Timestamp: SQLiteText {
    var sqliteText: String { description }
    init?(sqliteText: String) { self.init(sqliteText) }
}

extension WorkerID: SQLiteText {
    var sqliteText: String { description }
    init?(sqliteText: String) { self.init(sqliteText) }
}

/// A text that stays where it is until the statement has run, and so is not copied: a long one that SQLite only reads.
struct LentText: SQLiteValue {
    /// Ends with the first NUL: SQLite copies what does not.
    let start: UnsafePointer<CChar>

    init(start: UnsafePointer<CChar>) { self.start = start }

    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        sqlite3_bind_text(statement, index, start, -1, nil)
    }
    /// What is read has nobody who lends it.
    init?(column: Int32, of statement: OpaquePointer) { return nil }
}

private func bindText(_ buffer: UnsafeRawBufferPointer, to statement: OpaquePointer, at index: Int32) -> Int32 {
    // No address would bind NULL, and an empty text is not that.
    guard let start = buffer.baseAddress else { return sqlite3_bind_text(statement, index, "", 0, transient) }
    return sqlite3_bind_text64(
        statement, index, start.assumingMemoryBound(to: CChar.self), UInt64(buffer.count), transient, UInt8(SQLITE_UTF8)
    )
}

private func columnBytes(_ statement: OpaquePointer, _ column: Int32) -> UnsafeRawBufferPointer {
    let start = sqlite3_column_text(statement, column)
    return UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
}

/// True when `buffer` is UTF-8 as the Unicode Standard has it, and holds no NUL.
func isText(_ buffer: UnsafeRawBufferPointer) -> Bool {
    guard !buffer.contains(0) else { return false }
    // Most is ASCII: eight bytes at a time for as long as it is.
    var offset = 0
    while offset + 8 <= buffer.count,
        buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    { offset += 8 }
    return String(validating: buffer[offset...], as: UTF8.self) != nil
}
