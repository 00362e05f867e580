import Glibc
import KoubouCore

/// Prints a log file, and goes on as it grows; a file that a rotation put in its place is followed in turn.
final class LogFollower {
    private let path: String
    private let context: Context
    private let loop: EventLoop
    private var file: Int32 = -1
    private var inode: ino_t = 0
    /// How many of the last lines are shown at first; nil: all.
    private var tail: Int?

    init(path: String, tail: Int?, in context: Context) throws {
        (self.path, self.tail, self.context) = (path, tail, context)
        loop = try EventLoop()
    }

    /// - Returns: the exit status: 0, or `SignalEnd` when a signal ended the following.
    func run(isFollowed: Bool) throws -> Int32 {
        copyNew()
        guard isFollowed else { return 0 }
        var status: Int32 = 0
        try loop.onReaderGone(STDOUT_FILENO) { [self] in
            status = 128 + SIGPIPE
            loop.stop()
        }
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            try loop.onSignal(signal) { [self] in
                status = SignalEnd.status(of: signal)
                loop.stop()
            }
        }
        lookLater()
        try loop.run()
        return status
    }

    private func lookLater() {
        loop.after(.milliseconds(100)) { [self] in
            copyNew()
            lookLater()
        }
    }

    private func copyNew() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        repeat {
            while file >= 0 {
                let count = retryingInterrupts { read(file, &buffer, 65_536) }
                guard count > 0 else { break }
                context.write(buffer[..<count], to: STDOUT_FILENO)
            }
        } while openNext()
    }

    /// True when there is another file at the path than the one that was read.
    private func openNext() -> Bool {
        guard let status = fileStatus(path), file < 0 || status.st_ino != inode else { return false }
        if file >= 0 { close(file) }
        file = open(path, O_RDONLY | O_CLOEXEC)
        inode = status.st_ino
        if file >= 0, let tail { lseek(file, off_t(LastLines.offset(of: tail, inFile: file)), SEEK_SET) }
        tail = nil
        return file >= 0
    }
}
