import CLinux
import Glibc

/// The folder that holds one queue: its database, logs, results and settings.
public struct Home: Equatable, Sendable {
    public let path: String

    /// `--home`, else `KOUBOU_HOME`, else `~/.koubou`; made absolute.
    public init(option: String?, environment: [String: String]) throws(HomeError) {
        let chosen = option ?? environment["KOUBOU_HOME"].flatMap { $0.isEmpty ? nil : $0 }
        if let chosen {
            guard !chosen.isEmpty else { throw .unknown }
            let folder =
                chosen.hasPrefix("/") ? "" : String(decoding: (try? workingDirectory()) ?? [], as: UTF8.self) + "/"
            path = Self.withoutTrailingSlashes(folder + chosen)
        } else {
            guard let user = environment["HOME"], user.hasPrefix("/") else { throw .unknown }
            path = Self.withoutTrailingSlashes(user) + "/.koubou"
        }
    }

    public var configurationFile: String { path + "/koubou.conf" }
    public var databaseFolder: String { path + "/db" }
    public var database: String { path + "/db/koubou.db" }
    public var lockFile: String { path + "/db/lock" }
    public var results: String { path + "/results" }
    public var supervisorLog: String { path + "/logs/worker_pool.log" }
    public func workerLog(_ worker: WorkerID) -> String { path + "/logs/workers/\(worker).log" }
    public func stdoutFile(of task: TaskID) -> String { results + "/\(task).out" }
    public func stderrFile(of task: TaskID) -> String { results + "/\(task).err" }

    /// Makes what is missing, for the owner alone, and refuses a place where a queue would not be safe.
    public func prepare() throws(HomeError) {
        do {
            try makeParents()
            for folder in ["", "/db", "/logs", "/logs/workers", "/results"] { try makeFolder(path + folder) }
        } catch { throw .system(error, home: path) }
        if let status = fileStatus(path), status.st_mode & 0o022 != 0 { throw .writableByOthers(path) }
        var system = statfs()
        if statfs(path, &system) == 0, let kind = Self.networkFileSystems[Int(system.f_type)] {
            throw .network(path, kind: kind)
        }
    }

    private func makeParents() throws(SystemError) {
        guard let end = path.lastIndex(of: "/"), fileStatus(path) == nil else { return }
        for index in path[..<end].indices.dropFirst() where path[index] == "/" {
            try makeFolder(String(path[..<index]))
        }
        if end != path.startIndex { try makeFolder(String(path[..<end])) }
    }

    private static func withoutTrailingSlashes(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    /// f_type of statfs(2): SQLite's locks and shared memory do not work across machines.
    static let networkFileSystems: [Int: String] = [
        0x6969: "NFS", 0x517b: "SMB", 0xff53_4d42: "CIFS", 0xfe53_4d42: "SMB2", 0x0102_1997: "9P", 0x00c3_6400: "Ceph",
        0x5346_414f: "AFS",
    ]
}

/// Why a home can't be used.
public enum HomeError: UserFacingError {
    case unknown
    case writableByOthers(String)
    case network(String, kind: String)
    case system(SystemError, home: String)

    public var exitCode: ExitCode {
        switch self {
        case .unknown: .usage
        case .writableByOthers: .noPermission
        case .network: .configuration
        case .system(let error, _): error.code == ENOTDIR ? .cannotCreate : error.exitCode
        }
    }

    public var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .unknown: ("no home: neither KOUBOU_HOME nor HOME is set", nil, "give --home FOLDER")
        case .writableByOthers(let path):
            ("the home can be written by other users", path, "run: chmod go-w '\(path)'")
        case .network(let path, let kind):
            (
                "the home is on a network file system (\(kind)), where SQLite would lose data", path,
                "set KOUBOU_HOME to a folder on a local disk"
            )
        case .system(let error, let home):
            (error.report.what, nil, "check the permissions of '\(home)', or give another --home")
        }
    }
}
