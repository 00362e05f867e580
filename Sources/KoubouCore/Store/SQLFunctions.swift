import CSQLite

/// Gives a connection the functions that our queries need and SQLite 3.40 lacks: `base64(bytes)`.
func registerFunctions(on handle: OpaquePointer) {
    sqlite3_create_function_v2(
        handle, "base64", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nil,
        { context, _, arguments in
            guard let value = arguments?[0], sqlite3_value_type(value) != SQLITE_NULL else {
                return sqlite3_result_null(context)
            }
            let start = sqlite3_value_blob(value)
            let text = base64(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_value_bytes(value))))
            sqlite3_result_text(
                context, text, Int32(text.utf8.count), unsafeBitCast(-1, to: sqlite3_destructor_type.self))
        }, nil, nil, nil)
}
