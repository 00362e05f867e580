import Glibc

@testable import KoubouCore

extension Store {
    /// Each row of each table, as `table: value, value`; those of a number that was given twice, too.
    func allRows() throws -> [String] {
        let tables = try database.rows("SELECT name FROM sqlite_schema WHERE type = 'table'") { row throws(StoreError) in
            try row.get(0) as String
        }
        try database.execute(script: "CREATE TEMP TABLE IF NOT EXISTS shown (line TEXT); DELETE FROM shown")
        for table in tables {
            let columns = try database.rows("SELECT name FROM pragma_table_info(?1)", table) { row throws(StoreError) in
                try row.get(0) as String
            }
            let values = columns.map { "quote(\"\($0)\")" }.joined(separator: " || ', ' || ")
            try database.execute(script: "INSERT INTO shown SELECT '\(table): ' || \(values) FROM \"\(table)\"")
        }
        return try database.rows("SELECT line FROM shown ORDER BY line") { row throws(StoreError) in try row.get(0) as String }
    }
}

/// Each file and folder below `folder` with its size and time. Their names are bytes, which need not be text.
func allFiles(in folder: [UInt8], leavingOut isLeftOut: (_ path: [UInt8]) -> Bool) -> [String] {
    guard let entries = opendir(folder.map { CChar(bitPattern: $0) } + [0]) else { return [] }
    defer { closedir(entries) }
    var lines: [String] = []
    while let entry = readdir(entries) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
        let path = folder + [UInt8(ascii: "/")] + name
        guard name != [0x2e], name != [0x2e, 0x2e], !isLeftOut(path), let status = fileStatus(path) else { continue }
        let shown = String(validating: path, as: UTF8.self) ?? path.map { String($0, radix: 16) }.joined()
        if status.st_mode & S_IFMT == S_IFDIR {
            lines += [shown + "/"] + allFiles(in: path, leavingOut: isLeftOut)
        } else {
            lines.append("\(shown) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)")
        }
    }
    return lines
}
