import Glibc

extension Store {
    /// Something in the home that is not as it must be.
    public struct Fault: Equatable, Sendable {
        public let text: String
        public let isRepaired: Bool
    }

    /// Checks the file of the database, the invariants of its rows, and the files in `results/`.
    ///
    /// Others go on meanwhile: all is read from one snapshot, and only a repair writes.
    ///
    /// - Parameter repairing: mends counts and deletes files that nothing refers to.
    public func check(repairing: Bool) throws(StoreError) -> [Fault] {
        var faults = try database.integrityFaults().map { Fault(text: "database: \($0)", isRepaired: false) }
        let wrongCounts: [Fault]
        (wrongCounts, faults) = try snapshot { () throws(StoreError) in
            (
                try countFaults(),
                faults + (try payloadFaults()) + (try dependencyFaults()) + (try runningFaults())
            )
        }
        if repairing, !wrongCounts.isEmpty { try recount() }
        faults += wrongCounts.map { Fault(text: $0.text, isRepaired: repairing) }
        return faults + (try missingResults()) + (try orphanedFiles(repairing))
    }

    /// A task may have been pruned or retried since the first look: only who still names the missing file is at fault.
    private func missingResults() throws(StoreError) -> [Fault] {
        let suspects = try resultFaults()
        return suspects.isEmpty ? [] : try resultFaults().filter(suspects.contains)
    }

    private func recount() throws(StoreError) {
        try write { () throws(StoreError) in
            try database.run("DELETE FROM task_count")
            try database.run(
                "INSERT INTO task_count SELECT type, status, count(*), sum(slots) FROM task_master GROUP BY type, status"
            )
        }
    }

    private func countFaults() throws(StoreError) -> [Fault] {
        let wrong = try database.rows(
            """
            SELECT ifnull(c.type, t.type), ifnull(c.status, t.status), ifnull(c.n, 0), ifnull(t.n, 0),
              ifnull(c.slots, 0), ifnull(t.slots, 0)
            FROM (SELECT type, status, n, slots FROM task_count WHERE n <> 0) AS c
            FULL JOIN (SELECT type, status, count(*) AS n, sum(slots) AS slots FROM task_master GROUP BY type, status) AS t
              ON c.type = t.type AND c.status = t.status
            WHERE ifnull(c.n, 0) <> ifnull(t.n, 0) OR ifnull(c.slots, 0) <> ifnull(t.slots, 0)
            """
        ) { row throws(StoreError) in
            (
                type: try row.get(0) as String, status: try row.get(1) as String,
                count: (noted: try row.get(2) as Int, real: try row.get(3) as Int),
                slots: (noted: try row.get(4) as Int, real: try row.get(5) as Int)
            )
        }
        return wrong.map {
            let (what, wrong) = $0.count.noted == $0.count.real ? ("slots", $0.slots) : ("count", $0.count)
            return Fault(
                text: "\(what) of \($0.type) \($0.status) is \(wrong.noted), there are \(wrong.real)", isRepaired: false
            )
        }
    }

    private func payloadFaults() throws(StoreError) -> [Fault] {
        try database.rows(
            """
            SELECT task_id FROM task_master WHERE task_id NOT IN (SELECT task_id FROM task_payload)
            """
        ) { row throws(StoreError) in Fault(text: "task \(try row.get(0) as TaskID) has no payload", isRepaired: false)
        }
    }

    /// A blocked task that nothing would ever release, or too early.
    private func dependencyFaults() throws(StoreError) -> [Fault] {
        let blocked = try database.rows("SELECT task_id, waits_for FROM task_master WHERE status = 'blocked'") {
            row throws(StoreError) in (task: try row.get(0) as TaskID, waitsFor: try row.get(1) as Int)
        }
        var faults: [Fault] = []
        for (task, waitsFor) in blocked {
            let unmet = try unmetDependencies(of: task)
            if unmet == waitsFor { continue }
            faults.append(
                Fault(text: "task \(task) waits for \(waitsFor) tasks, there are \(unmet)", isRepaired: false))
        }
        return faults
    }

    /// A running task that no row of a worker names. A worker that has died keeps its row until that is recorded, so a
    /// moment's delay is no fault.
    private func runningFaults() throws(StoreError) -> [Fault] {
        try database.rows(
            """
            SELECT task_id, worker_id FROM task_master AS t WHERE status = 'in_progress'
              AND NOT EXISTS (SELECT 1 FROM workers AS w WHERE w.worker_id = t.worker_id AND w.task_id = t.task_id)
            """
        ) { row throws(StoreError) in
            Fault(
                text:
                    "task \(try row.get(0) as TaskID) runs on \(try row.get(1) as String?  ?? "nobody"), which has not got it",
                isRepaired: false)
        }
    }

    /// Of ended tasks alone: the next attempt deletes what the one before has left.
    private func resultFaults() throws(StoreError) -> [Fault] {
        try database.rows(
            """
            SELECT task_id, file FROM (
              SELECT task_id, result_file AS file FROM task_result UNION ALL SELECT task_id, stderr_file FROM task_result)
            JOIN task_master USING (task_id) WHERE file IS NOT NULL AND status IN ('completed', 'failed', 'cancelled')
            """
        ) { row throws(StoreError) in (task: try row.get(0) as TaskID, file: resultFile(try row.get(1)) ?? "") }
        .filter { access($0.file, F_OK) != 0 }
        .map { Fault(text: "output of task \($0.task) is missing: \($0.file)", isRepaired: false) }
    }

    /// Deletes what killed workers have left in `results/`.
    /// - Returns: how many files.
    public func deleteOrphanedFiles() throws(StoreError) -> Int { try orphanedFiles(true).count }

    private func orphanedFiles(_ repairing: Bool) throws(StoreError) -> [Fault] {
        let suspects = try orphans(among: fileNames(in: home.results))
        if suspects.isEmpty { return [] }
        // A worker deletes a file right after the record that it needs it no more.
        MonotonicClock.pause(for: .milliseconds(100))
        return try orphans(among: suspects).filter { access(home.results + "/" + $0, F_OK) == 0 }.map { name in
            let path = home.results + "/" + name
            return Fault(text: "file that belongs to no task: \(path)", isRepaired: repairing && unlink(path) == 0)
        }
    }

    /// Those of the files in `results/` that belong to no running task and that no row names.
    private func orphans(among names: [String]) throws(StoreError) -> [String] {
        var orphans: [String] = []
        for name in names {
            guard let number = Int64(name.prefix { $0 != "." }) else { continue }
            let isUsed: Bool =
                try database.first(
                    """
                    SELECT EXISTS (SELECT 1 FROM task_result WHERE task_id = ?1 AND ?2 IN (result_file, stderr_file))
                      OR EXISTS (SELECT 1 FROM task_master WHERE task_id = ?1 AND status = 'in_progress')
                    """, number, name
                ) { row throws(StoreError) in try row.get(0) } ?? false
            if !isUsed { orphans.append(name) }
        }
        return orphans
    }
}
