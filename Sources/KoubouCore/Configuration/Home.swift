import CLinux
import Glibc

/// The folder that holds one queue: its database, logs, results and settings.
public struct Home: Equatable, Sendable {
    /// The one true path, without links and dots: by it a crash's remains are recognized, whoever spelled it how.
    public let path: String

    /// `--home`, else `KOUBOU_HOME`, else `~/.koubou`.
    public init(option: String?, environment: Environment) throws(HomeError) {
        let chosen = option ?? environment["KOUBOU_HOME"].flatMap { $0.isEmpty ? nil : $0 }
        if let chosen {
            guard !chosen.isEmpty else { throw .unknown }
            path = try Self.resolved(chosen)
        } else {
            guard let user = environment["HOME"], user.hasPrefix("/") else { throw .unknown }
            path = try Self.resolved(user + "/.koubou")
        }
    }

    private static func resolved(_ path: String) throws(HomeError) -> String {
        // What stands in the environment was repaired where it was not UTF-8, and would name another folder.
        guard !path.unicodeScalars.contains("\u{fffd}") else { throw .notUTF8(path) }
        do {
            guard !path.hasPrefix("/") else { return try resolvedPath(path) }
            guard let folder = String(validating: try workingDirectory(), as: UTF8.self) else {
                throw HomeError.notUTF8(path)
            }
            return try resolvedPath(folder + "/" + path)
        } catch let error as SystemError {
            throw .system(error, home: path)
        } catch {
            throw .notUTF8(path)
        }
    }

    public var configurationFile: String { path + "/koubou.conf" }
    public var databaseFolder: String { path + "/db" }
    public var database: String { path + "/db/koubou.db" }
    public var lockFile: String { path + "/db/lock" }
    /// Empty; the supervisor holds its lock for as long as it lives, also where others can't see its process.
    public var supervisorLock: String { path + "/db/supervisor" }
    public var results: String { path + "/results" }
    /// The outer one first.
    public var logFolders: [String] { [path + "/logs", path + "/logs/workers"] }
    public var supervisorLog: String { path + "/logs/worker_pool.log" }
    /// Of the doors through which other programs come in: `koubouctl serve` and every `koubouctl mcp`.
    public var serverLog: String { path + "/logs/mcp_server.log" }
    public var tokenFile: String { path + "/tokens" }
    public func workerLog(_ worker: WorkerID) -> String { path + "/logs/workers/\(worker).log" }
    public func stdoutFile(of task: TaskID) -> String { results + "/\(task).out" }
    public func stderrFile(of task: TaskID) -> String { results + "/\(task).err" }

    /// Makes what is missing, for the owner alone, and refuses a place where a queue would not be safe.
    public func prepare() throws(HomeError) {
        // SQLite takes no path of more than 512 bytes, and adds to it.
        guard path.utf8.count <= 480 else { throw .tooLong(path) }
        do {
            try makeParents()
            for folder in folders { try makeFolder(folder) }
        } catch { throw .system(error, home: path) }
        try refuseUnsafe()
    }

    private var folders: [String] { [path, databaseFolder] + logFolders + [results] }

    /// Refuses a place where a queue would not be safe; makes nothing.
    func refuseUnsafe() throws(HomeError) {
        for file in folders + [database, configurationFile] { try refuseForeign(file) }
        var system = statfs()
        if statfs(path, &system) == 0, let kind = Self.networkFileSystem(Int(system.f_type)) {
            throw .network(path, kind: kind)
        }
    }

    /// Throws where the home is not there, and could not be made.
    public func refuseImpossible() throws(HomeError) {
        var folder = path
        while fileStatus(folder) == nil, folder != "/" { folder = parentFolder(of: folder) }
        var system = statfs()
        let isOfTheKernel = statfs(folder, &system) == 0 && Self.kernelFileSystems.contains(Int(system.f_type))
        guard access(folder, W_OK | X_OK) == 0, !isOfTheKernel else {
            throw .system(SystemError("create", path, code: isOfTheKernel ? ENOENT : errno), home: path)
        }
    }

    /// procfs and sysfs, by statfs(2), which say of root that it may write there.
    private static let kernelFileSystems: Set = [0x9fa0, 0x6265_6572]

    /// What others own or may write, they could make us run. A configuration may be root's.
    private func refuseForeign(_ file: String) throws(HomeError) {
        guard let status = fileStatus(file) else { return }
        guard status.st_uid == geteuid() || file == configurationFile && status.st_uid == 0 else {
            throw .ownedByAnother(file, owner: status.st_uid)
        }
        guard status.st_mode & 0o022 == 0 else { throw .writableByOthers(file) }
    }

    private func makeParents() throws(SystemError) {
        guard let end = path.lastIndex(of: "/"), fileStatus(path) == nil else { return }
        for index in path[..<end].indices.dropFirst() where path[index] == "/" {
            try makeFolder(String(path[..<index]))
        }
        if end != path.startIndex { try makeFolder(String(path[..<end])) }
    }

    /// The name of the kind that statfs(2) has in f_type where SQLite's locks and shared memory would have to work across
    /// machines, which they don't; nil elsewhere.
    static func networkFileSystem(_ kind: Int) -> String? {
        switch kind {
        case 0x6969: "NFS"
        case 0x517b: "SMB"
        case 0xff53_4d42: "CIFS"
        case 0xfe53_4d42: "SMB2"
        case 0x0102_1997: "9P"
        case 0x00c3_6400: "Ceph"
        case 0x5346_414f: "AFS"
        default: nil
        }
    }
}

/// Why a home can't be used.
public enum HomeError: UserFacingError {
    case unknown
    case notUTF8(String)
    case tooLong(String)
    case writableByOthers(String)
    case ownedByAnother(String, owner: uid_t)
    case network(String, kind: String)
    /// There is no queue at the place that was named.
    case absent(String)
    case system(SystemError, home: String)

    public var exitCode: ExitCode {
        switch self {
        case .unknown, .notUTF8, .tooLong: .usage
        case .writableByOthers, .ownedByAnother: .noPermission
        case .network: .configuration
        case .absent: .noInput
        case .system(let error, _): error.code == ENOTDIR ? .cannotCreate : error.exitCode
        }
    }

    public var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .unknown: ("no home: neither KOUBOU_HOME nor HOME is set", nil, "give --home FOLDER")
        case .notUTF8(let path): ("the path of the home is not UTF-8", path, "set KOUBOU_HOME to another folder")
        case .tooLong(let path):
            (
                "the path of the home is longer than 480 bytes, which SQLite can't use", path,
                "set KOUBOU_HOME to another one"
            )
        case .writableByOthers(let path): ("the home can be written by other users", path, "run: chmod go-w '\(path)'")
        case .ownedByAnother(let path, let owner):
            (
                "the home belongs to another user", path,
                "run this as that user, with sudo -u '#\(owner)', or give another --home"
            )
        case .network(let path, let kind):
            (
                "the home is on a network file system (\(kind)), where SQLite would lose data", path,
                "set KOUBOU_HOME to a folder on a local disk"
            )
        case .absent(let path):
            ("there is no queue", path, "name another folder, or make one: koubouctl --home '\(path)' start")
        case .system(let error, let home):
            (error.report.what, nil, "check the permissions of '\(home)', or give another --home")
        }
    }
}
