import CSQLite

/// The row that a statement stands on.
public struct Row {
    let statement: OpaquePointer

    /// The value of `column`, 0 for the first; an error when it holds something else.
    public func get<Value: SQLiteValue>(_ column: Int32) throws(StoreError) -> Value {
        if let value = Value(column: column, of: statement) { return value }
        throw .malformed(column: column, expected: "\(Value.self)", sql: String(cString: sqlite3_sql(statement)))
    }
}
