import Glibc

/// A log file, one `write` for an event, and a copy on stderr where that is wanted.
///
/// A log that can't be written stops nobody: the line is lost, and the next one tries again.
public final class Log {
    public var settings: LogSettings
    private let path: String
    private let folders: [String]
    private var file: Int32 = -1
    private var copiesToStderr: Bool
    /// Standard error is this file, too.
    private let holdsStderr: Bool
    /// Says in each line who writes, where several programs have one log.
    private let source: KeyValuePairs<String, Any?>

    /// - Parameter folders: made anew where somebody has deleted them, the outer one first.
    public init(
        path: String, folders: [String], settings: LogSettings = LogSettings(), copiesToStderr: Bool = false,
        holdsStderr: Bool = false, source: KeyValuePairs<String, Any?> = [:]
    ) {
        (self.path, self.folders, self.settings, self.copiesToStderr) = (path, folders, settings, copiesToStderr)
        (self.holdsStderr, self.source) = (holdsStderr, source)
        reopen()
    }

    deinit { if file >= 0 { close(file) } }

    /// Opens the file by its name again, after a rotation moved the old one away.
    public func reopen() {
        if file >= 0 { close(file) }
        for folder in folders { mkdir(folder, 0o700) }
        file = Self.open(path)
        if holdsStderr, file >= 0 { dup2(file, STDERR_FILENO) }
    }

    /// For appending; of a pipe in its place whoever reads it, or nobody does, holds up nobody.
    public static func open(_ path: String) -> Int32 {
        Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NONBLOCK, 0o600)
    }

    public func error(_ message: String, _ fields: KeyValuePairs<String, Any?> = [:]) {
        write(.error, message, [fields])
    }
    public func warn(_ message: String, _ fields: KeyValuePairs<String, Any?> = [:]) { write(.warn, message, [fields]) }
    public func info(_ message: String, _ fields: KeyValuePairs<String, Any?> = [:]) { write(.info, message, [fields]) }
    /// A line for each of what has happened at once.
    public func info(_ message: String, each fields: [KeyValuePairs<String, Any?>]) { write(.info, message, fields) }
    public func debug(_ message: String, _ fields: @autoclosure () -> KeyValuePairs<String, Any?> = [:]) {
        if settings.level == .debug { write(.debug, message, [fields()]) }
    }

    private func write(_ level: LogLevel, _ message: String, _ events: [KeyValuePairs<String, Any?>]) {
        guard level <= settings.level, !events.isEmpty else { return }
        let lines = LogLine.text(level, message, from: source, events, at: Clock.now)
        append(lines)
        // Who started us may have gone, and closed our stderr: then the file alone remains.
        if copiesToStderr, !writeAll(lines, to: STDERR_FILENO) { copiesToStderr = false }
    }

    /// Appends `text` to the file as it is: the statistics block, which is for eyes.
    public func append(_ text: String) {
        if settings.sizeMax > 0, file >= 0, lseek(file, 0, SEEK_END) >= settings.sizeMax { putAside() }
        if file < 0 || isDeleted(file) { reopen() }
        if file >= 0, !writeAll(text, to: file, waits: false) {
            close(file)
            file = -1
        }
    }

    /// Of several who write to the file, the one that gets its lock first moves it away; the others follow.
    private func putAside() {
        flock(file, LOCK_EX)
        if isFile(file, at: path) { shift() }
        flock(file, LOCK_UN)
        reopen()
    }

    private func shift() {
        // More were kept, perhaps, before the setting was changed.
        var number = max(settings.keep, 1)
        while unlink("\(path).\(number)") == 0 { number += 1 }
        for number in (1..<max(settings.keep, 1)).reversed() { rename("\(path).\(number)", "\(path).\(number + 1)") }
        if settings.keep > 0 { rename(path, path + ".1") } else { unlink(path) }
    }
}

/// The wall clock.
public enum Clock {
    public static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(millisecondsSince1970: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
