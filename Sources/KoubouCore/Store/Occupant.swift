import Glibc

/// A program that works on a queue, as the database or a lock tells.
public enum Occupant: Equatable, Sendable {
    /// Nil where its process can't be seen from here.
    case supervisor(ProcessIdentity?)
    case worker(ProcessIdentity)

    var words: String {
        switch self {
        case .supervisor(let process): "kouboud" + (process.map { ", with pid \($0.pid)," } ?? "")
        case .worker(let process): "koubou-worker, with pid \(process.pid),"
        }
    }

    var remedy: String {
        switch self {
        case .supervisor: "run: koubouctl stop, then koubouctl start"
        case .worker(let process): "try again when its task has ended, or run: kill \(process.pid)"
        }
    }
}

extension Store {
    /// Supervisor and gateways that live, of a database of any version, which stays as it is.
    /// - Throws: `HomeError` where others could have written who is to be signalled; `StoreError`.
    public static func servers(of home: Home) throws -> (supervisor: ProcessIdentity?, gateways: [ProcessIdentity]) {
        guard isThere(in: home) else { return (nil, []) }
        try home.refuseUnsafe()
        let database = try Database(reading: home.database)
        let supervisor = try processes(in: database, "SELECT pid, process FROM supervisor").first { $0.isAlive }
        // The first forms of the schema know of no gateways.
        let gateways = try? processes(in: database, "SELECT pid, process FROM gateway").filter(\.isAlive)
        return (supervisor, gateways ?? [])
    }

    /// Who works on the queue; the supervisor first, whose workers go with it.
    func occupant() throws(StoreError) -> Occupant? {
        if let process = try Self.processes(in: database, "SELECT pid, process FROM supervisor").first(where: \.isAlive)
        {
            return .supervisor(process)
        }
        if let lock = try? FileDescriptor(opening: home.supervisorLock, O_RDWR), !lock.tryLock() {
            return .supervisor(nil)
        }
        return try Self.processes(in: database, "SELECT pid, process FROM workers").first { $0.isAlive }.map(
            Occupant.worker)
    }

    private static func processes(in database: Database, _ sql: StaticString) throws(StoreError) -> [ProcessIdentity] {
        try database.rows(sql) { row throws(StoreError) in try ProcessIdentity(row: row) }
    }
}
