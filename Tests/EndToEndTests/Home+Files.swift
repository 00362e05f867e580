import Glibc
import KoubouCore

extension Home {
    /// The keys of a JSON object.
    func keys(_ json: String) throws -> [String] { try queue().members(ofJSON: json).map(\.key) }

    /// Makes the database one of another version, by the header of its file (sqlite.org/fileformat.html, offset 60).
    func setSchemaVersion(_ version: UInt32) throws {
        // What the WAL holds comes into the file first.
        try queue().checkpoint()
        for suffix in ["-wal", "-shm"] { unlink(path + "/db/koubou.db" + suffix) }
        let file = try FileDescriptor(opening: path + "/db/koubou.db", O_RDWR)
        lseek(file.number, 60, SEEK_SET)
        writeAll(withUnsafeBytes(of: version.bigEndian) { Array($0) }, to: file.number)
    }
}
