import Glibc

/// Tells when a file is written to, so that nobody has to look again and again (inotify).
public final class FileWatch {
    public let descriptor: Int32

    /// Nil when the kernel has no room for one more, or there is no such file.
    public init?(_ path: String) {
        descriptor = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        guard descriptor >= 0 else { return nil }
        // The object is there by now, so that deinit closes what is open.
        guard inotify_add_watch(descriptor, path, UInt32(IN_MODIFY)) >= 0 else { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Takes what has been told so far: many writes are one.
    public func drain() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while read(descriptor, &buffer, buffer.count) > 0 {}
    }
}
