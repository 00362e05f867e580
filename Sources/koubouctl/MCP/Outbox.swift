import Glibc
import KoubouCore

/// Messages on their way to the client, each a whole line, in order. One who reads slowly holds up nobody: what the pipe
/// does not take waits here.
final class Outbox: MessageSink {
    private let descriptor: Int32
    private let loop: EventLoop
    private let flags: Int32
    private var lines: [[UInt8]] = []
    /// The line that is being written, and how far.
    private var first = 0
    private var written = 0
    private var size = 0
    private var isWatching = false
    /// True when nobody reads any more.
    private(set) var isBroken = false
    /// Called when what waited has been written, or some of it.
    var onRoom: () throws -> Void = {}

    /// Bytes that may wait before the client has to read on to be heard.
    private static let limit = 4 << 20

    init(_ descriptor: Int32, on loop: EventLoop) {
        (self.descriptor, self.loop) = (descriptor, loop)
        flags = fcntl(descriptor, F_GETFL)
        // A terminal is shared with others, who do not expect this.
        if isatty(descriptor) == 0 { _ = fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) }
    }

    /// Leaves the descriptor as it was found.
    func handBack() { _ = fcntl(descriptor, F_SETFL, flags) }

    var isFull: Bool { size >= Self.limit }
    var isEmpty: Bool { size == 0 }

    func send(_ message: String) {
        guard !isBroken else { return }
        var line = Array(message.utf8)
        line.append(0x0a)
        size += line.count
        lines.append(line)
        if !isWatching { write() }
    }

    /// Writes as much as is taken.
    private func write() {
        while first < lines.count {
            let line = lines[first]
            let count = line.withUnsafeBytes { buffer in
                retryingInterrupts { Glibc.write(descriptor, buffer.baseAddress! + written, buffer.count - written) }
            }
            guard count >= 0 else {
                if errno == EAGAIN { return watch() }
                return fail()
            }
            written += count
            size -= count
            guard written == line.count else { continue }
            lines[first] = []
            (first, written) = (first + 1, 0)
        }
        (lines, first) = ([], 0)
    }

    private func watch() {
        guard !isWatching else { return }
        do {
            try loop.onWritable(descriptor) { [self] in
                loop.removeReadable(descriptor)
                isWatching = false
                write()
                try onRoom()
            }
            isWatching = true
        } catch { fail() }
    }

    private func fail() {
        isBroken = true
        (lines, first, written, size) = ([], 0, 0, 0)
        loop.stop()
    }
}
