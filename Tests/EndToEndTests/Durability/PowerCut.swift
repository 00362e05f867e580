import Glibc
import Testing

@testable import KoubouCore

/// What was on disk for sure at some moment, by what strace(1) saw of the programs that submitted.
struct DiskRecord {
    /// Ids that were printed.
    private(set) var told: [TaskID] = []
    /// For each life of the WAL, by its salt: up to which byte an fdatasync has brought it to the disk.
    private(set) var synced: [[UInt8]: Int] = [:]
    private static let frameHeader = 24
    private static let pageSize = 2048
    static let frameSize = frameHeader + pageSize
    static let walHeader = 32

    /// Takes in the trace of one program, as far as it has come.
    mutating func read(_ trace: String) {
        var written: (salt: [UInt8], end: Int)?
        for line in trace.split(separator: "\n") {
            if line.hasPrefix("pwrite64("), line.contains("koubou.db-wal>") {
                // `"HEADER", 24, OFFSET) = 24`; the page comes in a call of its own.
                let words = line.split(separator: " ")
                guard let text = line.split(separator: "\"").dropFirst().first, words.count > 3,
                    words[words.count - 4] == "\(Self.frameHeader),",
                    let offset = Int(words[words.count - 3].dropLast())
                else { continue }
                written = (Array(Self.bytes(text)[8..<16]), offset + Self.frameSize)
            } else if line.hasPrefix("fdatasync("), line.contains("koubou.db-wal>"), line.hasSuffix("= 0") {
                if let (salt, end) = written { synced[salt] = max(synced[salt] ?? 0, end) }
            } else if line.hasPrefix("write(1<") {
                let number = line.split(separator: "\"").dropFirst().first?.prefix { $0.isNumber } ?? ""
                if let id = Int64(number) { told.append(TaskID(id)) }
            }
        }
    }

    /// From `\x00\x1f…`.
    private static func bytes(_ text: Substring) -> [UInt8] {
        text.split(separator: "\\x").compactMap { UInt8($0, radix: 16) }
    }
}

/// A copy of a database in use, file by file, as a power cut could have left it on the disk.
///
/// What was synced is there; of what was written to the WAL after that, any part may be missing. The database file is
/// written by checkpoints only, from frames that were synced before.
struct PowerCut {
    let database: [UInt8]
    private(set) var wal: [UInt8]
    /// Bytes of the WAL that were written and did not come to the disk.
    private(set) var lost = 0

    /// Nil when the WAL was begun anew meanwhile: then the two files are of different moments.
    init?(of home: KoubouCore.Home, _ record: DiskRecord, _ random: inout ChaosGenerator) throws {
        let before = try Self.salt(readFile(home.database + "-wal"))
        database = try readFile(home.database)
        let index = try readFile(home.database + "-shm")
        wal = try readFile(home.database + "-wal")
        // The index of the WAL is documented: sqlite.org/walformat.html, "The WAL-Index File Format".
        guard index.count >= 136, wal.count >= DiskRecord.walHeader, Self.salt(wal) == before,
            Array(index[32..<40]) == before
        else { return nil }
        func frames(_ offset: Int) -> Int {
            DiskRecord.walHeader + DiskRecord.frameSize
                * Int(index[offset..<(offset + 4)].reversed().reduce(0) { $0 << 8 | Int($1) })
        }
        // Frames that a checkpoint has copied, or meant to (nBackfillAttempted), were synced by it before.
        let safe = min(max(record.synced[before] ?? 0, frames(128)), wal.count)
        let written = min(max(frames(16), safe), wal.count)
        let end = random.oneIn(3) ? safe : Int.random(in: safe...written, using: &random)
        lost = written - end
        wal.removeLast(wal.count - end)
        guard random.oneIn(2) else { return }
        // Sectors come to the disk in any order.
        for start in stride(from: (safe + 511) / 512 * 512, to: end, by: 512) where random.oneIn(4) {
            for index in start..<min(start + 512, end) { wal[index] = 0 }
        }
    }

    private static func salt(_ wal: [UInt8]) -> [UInt8] { wal.count < 24 ? [] : Array(wal[16..<24]) }

    /// Makes a home of it.
    func restore(to path: String) throws -> KoubouCore.Home {
        let home = try KoubouCore.Home(option: path, environment: [:])
        try home.prepare()
        for (bytes, name) in [(database, home.database), (wal, home.database + "-wal")] {
            let file = try FileDescriptor(opening: name, O_WRONLY | O_CREAT | O_TRUNC)
            try #require(writeAll(bytes, to: file.number))
        }
        return home
    }
}
