/// Tasks that wait for others. `waits_for` of a task counts the dependencies that are not met; it is blocked while there
/// are any. A task depends on older ones alone, so that dependencies never form a cycle.
extension Store {
    /// How a new task stands towards those that it depends on.
    enum Standing {
        case free
        case waits(for: Int)
        /// One has failed or was cancelled already, as the text says.
        case hopeless(String)
    }

    /// Throws `noSuchTask` with all that don't exist.
    func standing(of task: NewTask) throws(StoreError) -> Standing {
        guard !task.after.isEmpty || !task.afterAny.isEmpty else { return .free }
        let after = Set(task.after).sorted()
        let afterAny = Set(task.afterAny).subtracting(after).sorted()
        let states = try states(of: after + afterAny)
        for (id, state) in zip(after, states) where state.isEnded && state != .completed {
            return .hopeless(Self.reason(id, state))
        }
        let unmet = states.count { !$0.isEnded }
        return unmet == 0 ? .free : .waits(for: unmet)
    }

    /// Notes what the new task `id` depends on; who is in both lists must complete.
    func insertDependencies(of id: TaskID, _ task: NewTask) throws(StoreError) {
        for (dependencies, isAnyEndEnough) in [(task.after, false), (task.afterAny, true)] {
            for dependency in dependencies {
                try database.run(
                    "INSERT OR IGNORE INTO task_dependency VALUES (?1, ?2, ?3)", id, dependency, isAnyEndEnough)
            }
        }
    }

    /// Tasks that have ended, and how many may run because of that.
    struct Ended {
        var tasks: [TaskID] = []
        var released = 0

        mutating func append(_ other: Ended) {
            tasks += other.tasks
            released += other.released
        }
    }

    /// Lets the end of `task` have its effect on those that depend on it, on those that depend on them, and so on; in
    /// the transaction that ends it.
    func settle(_ task: TaskID, _ first: TaskState, at now: Timestamp) throws(StoreError) -> Ended {
        var ended = Ended(tasks: [task])
        var next = 0
        while next < ended.tasks.count {
            let current = ended.tasks[next]
            let status = next == 0 ? first : .cancelled
            if status != .completed {
                let reason = Self.reason(task, first)
                let error = next == 0 ? reason : "\(Self.reason(current, status)), as \(reason)"
                for dependant in try blockedUntilCompletion(of: current) {
                    try cancelWaiting(dependant, because: error, at: now)
                    ended.tasks.append(dependant)
                }
            }
            ended.released += try release(after: current, status, at: now)
            next += 1
        }
        return ended
    }

    static func reason(_ task: TaskID, _ status: TaskState) -> String {
        status == .cancelled ? "task \(task) was cancelled" : "task \(task) \(status.rawValue)"
    }

    private func blockedUntilCompletion(of task: TaskID) throws(StoreError) -> [TaskID] {
        try database.rows(
            """
            SELECT task_id FROM task_dependency JOIN task_master USING (task_id)
            WHERE depends_on = ?1 AND NOT any_end AND status = 'blocked'
            """, task
        ) { row throws(StoreError) in try row.get(0) }
    }

    /// - Returns: how many may run now.
    private func release(after task: TaskID, _ status: TaskState, at now: Timestamp) throws(StoreError) -> Int {
        // Nobody waits for most tasks.
        let isAwaited: Bool? = try database.first(
            "SELECT EXISTS (SELECT 1 FROM task_dependency WHERE depends_on = ?1)", task
        ) { row throws(StoreError) in try row.get(0) }
        guard isAwaited == true else { return 0 }
        return try database.rows(
            """
            UPDATE task_master SET waits_for = waits_for - 1, updated_at = iif(waits_for > 1, updated_at, ?3),
              status = CASE WHEN waits_for > 1 THEN 'blocked' WHEN run_at > ?3 THEN 'scheduled' ELSE 'pending' END
            WHERE status = 'blocked'
              AND task_id IN (SELECT task_id FROM task_dependency WHERE depends_on = ?1 AND (any_end OR ?2))
            RETURNING status = 'pending'
            """, task, status == .completed, now
        ) { row throws(StoreError) -> Bool in try row.get(0) }.count { $0 }
    }

    /// How many dependencies of `task` are not met. One that was pruned has ended, and holds nobody up.
    func unmetDependencies(of task: TaskID) throws(StoreError) -> Int {
        try database.first(
            """
            SELECT count(*) FROM task_dependency AS d JOIN task_master AS t ON t.task_id = d.depends_on
            WHERE d.task_id = ?1
              AND iif(any_end, status NOT IN ('completed', 'failed', 'cancelled'), status <> 'completed')
            """, task
        ) { row throws(StoreError) in try row.get(0) } ?? 0
    }

    /// A task that `task` needs completed, that did not complete, and that was pruned.
    func prunedDependency(of task: TaskID) throws(StoreError) -> TaskID? {
        try database.first(
            """
            SELECT depends_on FROM task_dependency WHERE task_id = ?1 AND NOT any_end
              AND NOT EXISTS (SELECT 1 FROM task_master WHERE task_master.task_id = depends_on)
            """, task
        ) { row throws(StoreError) in try row.get(0) }
    }

    /// `task`, which had ended, is tried again: who waits for any end of it, and for others still, waits for it again.
    func reblockDependants(of task: TaskID) throws(StoreError) {
        try database.run(
            """
            UPDATE task_master SET waits_for = waits_for + 1 WHERE status = 'blocked'
              AND task_id IN (SELECT task_id FROM task_dependency WHERE depends_on = ?1 AND any_end)
            """, task)
    }

    /// Who is to be signalled about `ended`: who waits for one of these tasks, and who could run what was released.
    func processesToWake(after ended: Ended) throws(StoreError) -> [ProcessIdentity] {
        let listeners = try listeners(for: ended.tasks)
        return ended.released == 0 ? listeners : listeners + (try processesToWake(forTasks: ended.released))
    }
}
