import CSQLite

/// Why the database did not do what it was asked.
public enum StoreError: UserFacingError {
    /// An error of SQLite: its extended code, its words, and the statement.
    case sqlite(code: Int32, message: String, sql: String, path: String)
    /// A row that holds something else than the schema says: typed by hand, or a mistake of ours.
    case malformed(column: Int32, expected: String, sql: String)
    /// Another process kept the write lock for longer than anybody should.
    case busy(after: Duration, path: String)
    case newerSchema(found: Int, known: Int, path: String)
    /// Seen by who may only look.
    case olderSchema(found: Int, path: String)
    /// Programs of an earlier version work on a database that is to be brought up to date.
    case inUseByEarlier(Occupant, path: String)
    case foreignDatabase(path: String)
    /// Deleted or replaced while it was open: what we write, nobody else would see.
    case gone(path: String)
    case damagedCopy(String)
    case damaged(path: String)
    case noSuchTask([TaskID])
    case noSuchRecurring(Int64)
    /// The task is in a state that the command has nothing to do with.
    case notEnded(TaskID, TaskState)
    case notRetriable(TaskID, TaskState)
    case notWaiting(TaskID, TaskState)
    case keyTaken(TaskID, by: TaskID)
    case dependencyPruned(TaskID, TaskID)
    /// No agent that has sessions worked on the task.
    case noSession(TaskID, type: String)
    case otherAgent(TaskID, type: String, newType: String)
    /// The attempt that says so is no longer the one that counts.
    case claimLost(TaskID)
    case tooDeep(parent: TaskID, limit: Int)
    /// The task from inside of which another one is handed in is to end.
    case parentCancelled(TaskID)
    /// A line of an import that holds no task that could be stored.
    case notImportable(what: String, remedy: String)
    case system(SystemError)

    private var primaryCode: Int32? {
        if case .sqlite(let code, _, _, _) = self { code & 0xff } else { nil }
    }

    /// True when the disk, or a bound on it, has no more room.
    public var isFull: Bool { primaryCode == SQLITE_FULL }

    /// What the schema, or a function of ours, has against a value; nil when the error is another one.
    private var refusedValue: String? {
        guard case .sqlite(_, let message, _, _) = self,
            [SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_ERROR].contains(primaryCode)
        else { return nil }
        let missing = "NOT NULL constraint failed: "
        return message.hasPrefix(missing)
            ? "'\(message.dropFirst(missing.count).drop { $0 != "." }.dropFirst())' is missing" : message
    }

    /// What it means for the document that was to be stored.
    var asRefusalOfDocument: StoreError {
        refusedValue.map { .notImportable(what: $0, remedy: "export it again, or mend the line") } ?? self
    }

    public var exitCode: ExitCode {
        switch self {
        case .sqlite:
            switch primaryCode {
            case SQLITE_BUSY, SQLITE_LOCKED: .temporaryFailure
            case SQLITE_FULL, SQLITE_IOERR: .ioError
            case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH: .noPermission
            case SQLITE_NOTADB, SQLITE_CORRUPT: .dataError
            default: .software
            }
        case .malformed: .dataError
        case .gone: .ioError
        case .busy: .temporaryFailure
        case .newerSchema: .configuration
        case .olderSchema, .inUseByEarlier: .temporaryFailure
        case .foreignDatabase, .damagedCopy, .damaged: .dataError
        case .noSuchTask, .noSuchRecurring: .noInput
        case .notEnded: .temporaryFailure
        case .notRetriable, .notWaiting, .keyTaken, .dependencyPruned, .notImportable, .noSession, .otherAgent:
            .dataError
        case .claimLost, .parentCancelled: .temporaryFailure
        case .tooDeep: .unavailable
        case .system(let error): error.exitCode
        }
    }

    public var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .sqlite(_, let message, let sql, let path):
            switch primaryCode {
            case SQLITE_NOTADB: ("the file is not a database", path, "move it away, or give another --home")
            case SQLITE_CORRUPT: ("the database is damaged: \(message)", path, "restore a backup of it")
            case SQLITE_FULL: ("the disk is full", path, "make room and try again; nothing was stored")
            case SQLITE_CANTOPEN, SQLITE_READONLY, SQLITE_PERM:
                ("the database can't be written: \(message)", path, "check its permissions and those of its folder")
            case SQLITE_BUSY, SQLITE_LOCKED:
                ("the database is in use by another program", path, "try again when it is done")
            case SQLITE_IOERR: ("the database can't be read or written: \(message)", path, "check the disk")
            default: ("\(message), in: \(sql)", path, nil)
            }
        case .malformed(let column, let expected, let sql):
            (
                "a row holds no \(expected) in column \(column + 1) of: \(sql)", nil,
                "undo what changed the database by hand"
            )
        case .busy(let limit, let path):
            ("another process kept the database locked for \(DurationText.text(limit))", path, "try again")
        case .newerSchema(let found, let known, let path):
            ("the database has schema version \(found), this program knows up to \(known)", path, "upgrade koubou")
        case .olderSchema(let found, let path):
            (
                "the database has schema version \(found), of an earlier koubou", path,
                "run: koubouctl status, which brings it up to date"
            )
        case .inUseByEarlier(let occupant, let path):
            ("the queue is in use by \(occupant.words) of an earlier version", path, occupant.remedy)
        case .foreignDatabase(let path):
            ("the database belongs to another program", path, "move it away, or give another --home")
        case .gone(let path):
            (
                "the database was deleted or replaced while it was in use", path,
                "put it back, and start the supervisor again"
            )
        case .damaged(let path): ("the database is damaged", path, "restore a backup of it")
        case .damagedCopy(let path): ("the copy of the database is damaged", path, "run: koubouctl check")
        case .noSuchTask(let ids):
            (
                ids.count == 1 ? "no task \(ids[0])" : "no tasks " + ids.map(\.description).joined(separator: ", "),
                nil,
                "see 'koubouctl list'"
            )
        case .noSuchRecurring(let number): ("no recurring task \(number)", nil, "see 'koubouctl every --list'")
        case .notEnded(let id, let state):
            ("task \(id) has not ended, it is \(state.rawValue)", nil, "run first: koubouctl wait \(id)")
        case .notRetriable(let id, let state):
            (
                "task \(id) is \(state.rawValue)", nil,
                "only failed, cancelled and held tasks can be retried, see: koubouctl list --status failed"
            )
        case .notWaiting(let id, let state):
            (
                "task \(id) is \(state.rawValue)", nil,
                "only a task that waits can be changed, see: koubouctl list --status pending"
            )
        case .noSession(let id, let type):
            ("task \(id), of type \(type), has no session to go on with", nil, "name a task that Codex has worked on")
        case .otherAgent(let id, let type, let newType):
            (
                "task \(id) is of type \(type), and a task of type \(newType) can't go on with it", nil,
                "write: koubouctl submit -t \(type) --continue \(id) PROMPT"
            )
        case .claimLost(let id): ("this attempt of task \(id) counts no more: nothing was noted", nil, nil)
        case .tooDeep(let parent, let limit):
            (
                "task \(parent) may hand in no tasks, as it lies \(limit) deep", nil,
                "raise max_depth in [task], or use --no-parent; nothing was stored"
            )
        case .parentCancelled(let id):
            ("task \(id) is cancelled, and can hand in no more tasks", nil, "use --no-parent; nothing was stored")
        case .notImportable(let what, let remedy): (what, nil, remedy)
        case .dependencyPruned(let id, let gone):
            (
                "task \(id) needs task \(gone), which did not complete and was pruned", nil,
                "submit it anew, without --after \(gone)"
            )
        case .keyTaken(let id, let holder):
            ("task \(holder) has the key of task \(id), and has not ended", nil, "wait for that one, or cancel it")
        case .system(let error): error.report
        }
    }
}
