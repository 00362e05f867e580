import Glibc
import KoubouCore

/// The file of a task's output, read as it grows; each attempt has a new one of the same name.
final class FollowedFile {
    private let path: String
    private var file: Int32 = -1
    private var inode: ino_t = 0
    /// Bytes of the present attempt's output that were read, or passed over.
    private(set) var shown = 0
    /// The file of the attempt before; held open, so that its inode is given to no other file.
    private var former: (file: Int32, inode: ino_t)?
    /// How many of the last lines of the first attempt are wanted; nil: all.
    private var tail: Int?

    init(path: String, tail: Int? = nil) { (self.path, self.tail) = (path, tail) }

    deinit {
        if file >= 0 { close(file) }
        if let former { close(former.file) }
    }

    /// False as long as nobody has found the file of the present attempt.
    var isOpen: Bool { file >= 0 }

    func beginAttempt() {
        if file >= 0 {
            if let former { close(former.file) }
            former = (file, inode)
        }
        (file, shown) = (-1, 0)
    }

    /// The next bytes; none when there are no more just now.
    /// - Parameter isPresent: whether the attempt is the task's last one. Asked when a file was found: one that was found
    ///   before that is so may be the next attempt's.
    func read(while isPresent: () throws -> Bool) rethrows -> [UInt8] {
        if file < 0 { try openFile(while: isPresent) }
        guard file >= 0 else { return [] }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = max(retryingInterrupts { Glibc.read(file, &buffer, 65_536) }, 0)
        shown += count
        return Array(buffer[..<count])
    }

    private func openFile(while isPresent: () throws -> Bool) rethrows {
        let number = open(path, O_RDONLY | O_CLOEXEC)
        guard number >= 0 else { return }
        var isOurs = false
        defer { if !isOurs { close(number) } }
        guard let status = fileStatus(ofDescriptor: number), status.st_ino != former?.inode, try isPresent() else {
            return
        }
        isOurs = true
        (file, inode) = (number, status.st_ino)
        guard let tail else { return }
        shown = LastLines.offset(of: tail, inFile: file)
        lseek(file, off_t(shown), SEEK_SET)
        self.tail = nil
    }

    /// Where the rest of an attempt's output begins, as it was recorded.
    func rest(of output: AttemptEnd.Output) throws -> Int {
        if let tail { shown = try output.offset(ofLast: tail) }
        tail = nil
        return shown
    }
}
