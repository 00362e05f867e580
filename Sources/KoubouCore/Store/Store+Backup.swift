import Glibc

extension Store {
    /// Copies the database to the new file `path` in one step, while others go on, and verifies the copy. The file
    /// appears under its name when it is whole and on disk.
    public func backUp(to path: String) throws {
        try database.writeCopy(to: path) { copy throws(StoreError) in try forgetProcesses(in: copy) }
    }

    /// Whoever works on a queue does not work on a copy of it, which must not take the one for the other: what ran when it was
    /// made is to be run again there, without counting the attempt.
    private func forgetProcesses(in copy: Database) throws(StoreError) {
        for table in ["workers", "supervisor", "listeners"] { try copy.execute(script: "DELETE FROM \(table)") }
        try copy.run(
            """
            UPDATE task_master SET status = 'pending', attempt = attempt - 1, worker_id = NULL, pid = NULL, process = NULL,
              started_at = NULL, cancel_requested = 0
            WHERE status = 'in_progress'
            """)
    }
}

extension Database {
    /// Writes a copy to the new file `path`, changed by `change`, which appears under its name when it is whole and on disk,
    /// and `body`, which is executed then, has not failed.
    func writeCopy(
        to path: String, changed change: (Database) throws(StoreError) -> Void = { _ in },
        before body: () throws -> Void = {}
    ) throws {
        let draft = path + ".\(UInt64.random(in: 0 ... .max)).part"
        do { try FileDescriptor(opening: draft, O_WRONLY | O_CREAT | O_EXCL).close() } catch {
            throw SystemError("create", path, code: error.code)
        }
        do {
            do {
                let copy = try Database(path: draft)
                try backUp(to: copy)
                try change(copy)
                // A copy that needs a -wal beside it would not be one file.
                try copy.run("PRAGMA journal_mode = DELETE")
                guard try copy.integrityFaults().isEmpty else { throw StoreError.damagedCopy(path) }
            }
            let file = try FileDescriptor(opening: draft, O_RDONLY)
            guard fsync(file.number) == 0 else { throw SystemError("sync", draft) }
            try body()
            guard link(draft, path) == 0 else { throw SystemError("create", path) }
            unlink(draft)
            try syncFolder(parentFolder(of: path))
        } catch {
            unlink(draft)
            throw error
        }
    }
}
