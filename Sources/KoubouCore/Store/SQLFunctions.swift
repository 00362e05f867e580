import CSQLite

/// Gives a connection the functions that our queries need and SQLite 3.40 lacks: `base64(bytes)`, and `unbase64(text)`,
/// which is an error for what is no base64.
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
    sqlite3_create_function_v2(
        handle, "unbase64", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nil,
        { context, _, arguments in
            guard let value = arguments?[0], sqlite3_value_type(value) != SQLITE_NULL else {
                return sqlite3_result_null(context)
            }
            guard let start = sqlite3_value_text(value), let decoded = bytes(base64: String(cString: start)) else {
                return sqlite3_result_error(context, "a field is no base64", -1)
            }
            sqlite3_result_blob64(
                context, decoded, UInt64(decoded.count), unsafeBitCast(-1, to: sqlite3_destructor_type.self))
        }, nil, nil, nil)
}
