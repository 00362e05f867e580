import Glibc
import KoubouCore

/// Keeps one stream of a task: in memory while it is small, and in a file of `results/` for those who watch.
///
/// A task that ends at once never touches the disk: the file is made when the task has run for a moment.
final class OutputCapture {
    /// Up to here an output goes into the database; beyond, it stays a file.
    private static let inlineLimit = 65_536
    private static let tailLimit = 4096

    private(set) var size = 0
    private let path: String
    private var kept: [UInt8] = []  // the whole output, while it is small
    private var recent: [UInt8] = []
    private var isWatchable = false
    private var file: Int32 = -1

    /// - Parameter isFirst: false where an earlier attempt may have left a file.
    init(path: String, isFirst: Bool) {
        self.path = path
        if !isFirst { unlink(path) }
    }

    deinit { if file >= 0 { close(file) } }

    /// The last part of the output; of UTF-8 it begins with a whole character.
    var tail: [UInt8] {
        let cut = recent.suffix(Self.tailLimit)
        return Array(cut.count < size ? cut.drop { $0 & 0xc0 == 0x80 } : cut)
    }

    /// Takes what came from the task; an error only when it can't be kept at all.
    func append(_ bytes: ArraySlice<UInt8>) throws(SystemError) {
        size += bytes.count
        recent += bytes.suffix(Self.tailLimit)
        if recent.count > 4 * Self.tailLimit { recent.removeFirst(recent.count - Self.tailLimit) }
        if size <= Self.inlineLimit {
            kept += bytes
            return show(bytes)
        }
        if file < 0 { try makeFile(holding: kept) }
        try write(bytes)
        kept = []
    }

    /// From now on the output can be watched in its file.
    func becomeWatchable() {
        isWatchable = true
        show([])
    }

    /// Adds `bytes`, which are among `kept`, to the file of those who watch. Where that can't be written, it is begun anew
    /// with the next bytes: the output itself is not in danger.
    private func show(_ bytes: ArraySlice<UInt8>) {
        guard isWatchable, size > 0 else { return }
        do {
            if file >= 0 { try write(bytes) } else { try makeFile(holding: kept) }
        } catch { dropFile() }
    }

    private func dropFile() {
        discardFile()
        if file >= 0 { close(file) }
        file = -1
    }

    /// What the stream left, after its last byte came. A file is on disk then.
    func finish() throws(SystemError) -> AttemptEnd.Output {
        if size == 0 { return .none }
        if size <= Self.inlineLimit { return .bytes(kept) }
        guard fsync(file) == 0 else { throw SystemError("sync", path) }
        guard access(path, F_OK) == 0 else { throw SystemError("find", path) }
        try syncFolder(parentFolder(of: path))
        return .file(path)
    }

    /// Deletes the file, after the output was recorded in the database or is wanted no more. Another one of that name belongs
    /// to the attempt of another worker.
    func discardFile() {
        if file >= 0, let own = fileStatus(ofDescriptor: file), fileStatus(path)?.st_ino == own.st_ino { unlink(path) }
    }

    private func makeFile(holding bytes: [UInt8]) throws(SystemError) {
        // A new file each time: who follows the attempt before keeps what is there.
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC
        file = open(path, flags, 0o600)
        if file < 0, errno == ENOENT {
            try makeFolder(parentFolder(of: path))  // somebody has tidied up too well
            file = open(path, flags, 0o600)
        }
        guard file >= 0 else { throw SystemError("create", path) }
        try write(bytes[...])
    }

    private func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) {
        guard writeAll(bytes, to: file) else { throw SystemError("write", path) }
    }
}
