import CLinux
import Glibc

/// The owner of one open descriptor. It can't be copied, so using it after `close()` doesn't compile.
public struct FileDescriptor: ~Copyable {
    public let number: Int32

    public init(owning number: Int32) { self.number = number }

    /// Opens `path` close-on-exec; `mode` counts with O_CREAT only.
    public init(opening path: String, _ flags: Int32, mode: mode_t = 0o600) throws(SystemError) {
        let number = retryingInterrupts { open(path, flags | O_CLOEXEC, mode) }
        guard number >= 0 else { throw SystemError(flags & O_CREAT == 0 ? "open" : "create", path) }
        self.init(owning: number)
    }

    /// Opens `path` close-on-exec, from `folder` where it is relative; it is not created.
    public init(opening path: String, in folder: [UInt8], _ flags: Int32) throws(SystemError) {
        let base = retryingInterrupts {
            (folder + [0]).withUnsafeBytes {
                open($0.baseAddress!.assumingMemoryBound(to: CChar.self), O_DIRECTORY | O_CLOEXEC)
            }
        }
        guard base >= 0 else { throw SystemError("open", String(decoding: folder, as: UTF8.self)) }
        let number = retryingInterrupts { openat(base, path, flags | O_CLOEXEC) }
        let code = errno
        _ = Glibc.close(base)
        guard number >= 0 else { throw SystemError("open", path, code: code) }
        self.init(owning: number)
    }

    /// Closes and tells: the last write error of a file (ENOSPC, EIO) may come only here.
    public consuming func close() throws(SystemError) {
        let status = Glibc.close(number)
        discard self  // or deinit would close it a second time
        guard status == 0 else { throw SystemError("close") }
    }

    /// Takes the lock of the file (flock(2)) for as long as it is open, without waiting; false when another process has it.
    public func tryLock() -> Bool { flock(number, LOCK_EX | LOCK_NB) == 0 }

    /// Hands the descriptor to a caller who closes it.
    public consuming func take() -> Int32 {
        let number = number
        discard self
        return number
    }

    deinit { _ = Glibc.close(number) }
}

/// Both ends of a new pipe, close-on-exec; only the reader is non-blocking: it belongs to our loop.
public func makePipe() throws(SystemError) -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [-1, -1]
    guard pipe2(&ends, O_CLOEXEC) == 0 else { throw SystemError("make a pipe") }
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    return (ends[0], ends[1])
}

/// An anonymous file in memory that holds `bytes`, at its beginning, close-on-exec.
public func makeMemoryFile(named name: String, holding bytes: [UInt8]) throws(SystemError) -> FileDescriptor {
    let number = memfd_create(name, UInt32(koubou_memfd_cloexec))
    guard number >= 0 else { throw SystemError("make a memory file") }
    let file = FileDescriptor(owning: number)
    guard writeAll(bytes, to: number) else { throw SystemError("write to a memory file") }
    lseek(number, 0, SEEK_SET)
    return file
}

/// Writes all of `bytes`; false when it could not (errno says why).
///
/// - Parameter waits: for whoever reads a non-blocking pipe or terminal.
@discardableResult
public func writeAll(_ bytes: some ContiguousBytesLike, to descriptor: Int32, waits: Bool = true) -> Bool {
    bytes.withBytes { buffer in
        var offset = 0
        while offset < buffer.count {
            let count = write(descriptor, buffer.baseAddress! + offset, buffer.count - offset)
            if count >= 0 { offset += count; continue }
            switch errno {
            case EINTR: continue
            case EAGAIN where waits:
                // Somebody made our terminal or pipe non-blocking.
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&waiting, 1, -1)
            default: return false
            }
        }
        return true
    }
}

/// What `writeAll` takes: text and bytes, without a copy.
public protocol ContiguousBytesLike {
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result
}

extension Array: ContiguousBytesLike where Element == UInt8 {
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(body)
    }
}

extension ArraySlice: ContiguousBytesLike where Element == UInt8 {
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(body)
    }
}

extension String: ContiguousBytesLike {
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var copy = self
        return copy.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }
}
