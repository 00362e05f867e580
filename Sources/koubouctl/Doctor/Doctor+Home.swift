import Glibc
import KoubouCore

extension Doctor {
    /// The folder itself, or what will hold it.
    private var nearestFolder: String {
        var folder = home.path
        while fileStatus(folder) == nil, folder != "/" { folder = parentFolder(of: folder) }
        return folder
    }

    func checkHome() {
        guard let status = fileStatus(home.path) else {
            if errno != ENOENT { return report(unseen(home.path, "home")) }
            let parent = nearestFolder
            return report(
                access(parent, W_OK | X_OK) == 0
                    ? .ok("home", "\(home.path) is not there yet; the first command makes it")
                    : .fail(
                        "home", "\(home.path) is not there, and \(parent) can't be written",
                        "name another folder: --home FOLDER, or KOUBOU_HOME"))
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return report(.fail("home", "\(home.path) is no folder", "move it away, or give another --home"))
        }
        report(.ok("home", home.path))
        // Who can't use the folder can't use what is in it.
        if status.st_uid != getuid() { return report(foreign(home.path, status)) }
        let names = ["", "/koubou.conf", "/db", "/db/koubou.db", "/db/koubou.db-wal", "/db/koubou.db-shm", "/db/lock"]
        let files = names + ["/logs", "/logs/worker_pool.log", "/logs/workers", "/results"]
        let found = files.compactMap { permissions(of: home.path + $0) }
        found.forEach(report)
        if found.isEmpty { report(.ok("permissions", "for user \(getuid()) alone")) }
    }

    /// What is wrong with the owner or the mode of a file; nil when nothing is.
    private func permissions(of path: String) -> Finding? {
        guard let status = fileStatus(path) else {
            return errno == ENOENT ? nil : unseen(path, "permissions")
        }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        let mode = "mode 0" + String(status.st_mode & 0o777, radix: 8)
        let isSecret = fileName(of: path) != "koubou.conf"
        if status.st_uid != getuid() { return foreign(path, status) }
        if status.st_mode & 0o022 != 0 {
            return .fail("permissions", "\(path) can be written by other users (\(mode))", "run: chmod go-w '\(path)'")
        }
        if access(path, isFolder ? R_OK | W_OK | X_OK : R_OK | (isSecret ? W_OK : 0)) != 0 {
            return .fail(
                "permissions", "\(path) can't be used (\(mode)): \(SystemError("").cause)",
                "run: chmod \(isFolder ? "700" : "600") '\(path)'")
        }
        if isSecret, status.st_mode & 0o055 != 0 {
            return .warn("permissions", "\(path) can be read by other users (\(mode))", "run: chmod go= '\(path)'")
        }
        return nil
    }

    private func foreign(_ path: String, _ status: stat) -> Finding {
        let owner = "\(path) belongs to user \(status.st_uid), this is user \(getuid())"
        return getuid() == 0
            ? .warn("permissions", owner, "use the queue as its owner, with sudo -u '#\(status.st_uid)'")
            : .fail("permissions", owner, "use the queue as its owner, or give another --home")
    }

    private func unseen(_ path: String, _ check: String) -> Finding {
        .fail(
            check, SystemError("look at", path).report.what,
            "check the permissions of the folders above it, or give another --home")
    }

    func checkFileSystem() {
        let folder = nearestFolder
        if let kind = FileSystemKind(of: folder) {
            report(
                kind.isNetwork
                    ? .fail(
                        "file system",
                        "\(kind.name): over a network SQLite's locks don't hold, and tasks would be lost",
                        "set KOUBOU_HOME to a folder on a local disk")
                    : .ok("file system", kind.name))
        }
        guard let room = FileSystemRoom(of: folder) else {
            return report(unseen(folder, "disk"))
        }
        report(.disk(room, at: folder))
        report(.inodes(room, at: folder))
    }
}
