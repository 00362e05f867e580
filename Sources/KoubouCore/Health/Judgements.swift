/// What figures mean for a queue. Pure: the looking is done elsewhere.
extension Finding {
    public static func disk(_ room: FileSystemRoom, at folder: String) -> Finding {
        let free = "\(SizeText.text(room.available)) free of \(SizeText.text(room.total))"
        let remedy = "make room on the file system of \(folder), or run: koubouctl prune"
        if room.available < 100 << 20 { return .fail("disk", free, remedy) }
        if room.available < 1 << 30 || room.available < room.total / 20 { return .warn("disk", free, remedy) }
        return .ok("disk", free)
    }

    public static func inodes(_ room: FileSystemRoom, at folder: String) -> Finding {
        guard let files = room.files else { return .ok("inodes", "without a bound of their own") }
        let remedy = "delete files on the file system of \(folder)"
        if files < 100 { return .fail("inodes", "\(files) free", remedy) }
        if files < 10_000 { return .warn("inodes", "\(files) free", remedy) }
        return .ok("inodes", "\(files) free")
    }

    /// - Parameter size: bytes of the write-ahead log.
    public static func wal(size: Int) -> Finding {
        size > 64 << 20
            ? .warn(
                "wal", "\(SizeText.text(size)) are not in the database yet",
                "end what reads the database for long; kouboud, or the next submit without one, moves them")
            : .ok("wal", size == 0 ? "empty" : SizeText.text(size))
    }

    /// - Parameter lastEvent: the newest time in the database.
    public static func clock(_ now: Timestamp, lastEvent: Timestamp?) -> Finding {
        let remedy = "set the clock: retries, retention and the order of events go by it"
        if now < Timestamp("2024-01-01 00:00:00") ?? now { return .warn("clock", "it is \(now) UTC", remedy) }
        if let lastEvent, now + .seconds(1) < lastEvent {
            return .warn("clock", "it is \(now) UTC, and the last event was at \(lastEvent)", remedy)
        }
        return .ok("clock", "\(now) UTC")
    }

    /// - Parameter files: open files that this process may have.
    public static func openFiles(_ files: Int) -> Finding {
        files < 256
            ? .warn("limits", "\(files) open files", "raise it: ulimit -n 1024, or LimitNOFILE= of the service")
            : .ok("limits", "\(files) open files")
    }
}
