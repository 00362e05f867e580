import Glibc
import KoubouCore

/// What is told of tasks.
struct TaskAnswers {
    let store: Store
    let home: Home

    private func brief(_ id: TaskID) throws -> String {
        guard let brief = try store.briefJSON(of: id) else { throw StoreError.noSuchTask([id]) }
        return brief
    }

    private func briefs(_ ids: [TaskID]) throws -> String {
        JSONText.array(of: try ids.compactMap { try store.briefJSON(of: $0) })
    }

    /// A task that was handed in.
    func handedIn(_ id: TaskID) throws -> MCPResult {
        let next = "go on with other work; then call \(Tool.waitForTasks.rawValue) with task_ids [\(id)]"
        return .tool(JSONText.object(try brief(id), adding: ["next": JSONText.quoted(next), "note": try note()]))
    }

    /// Tasks that were handed in together.
    func handedIn(_ ids: [TaskID]) throws -> MCPResult {
        let next = "go on with other work; then call \(Tool.waitForTasks.rawValue) with these task_ids"
        return .tool(
            JSONText.object(["task_ids": JSONText.list(ids), "next": JSONText.quoted(next), "note": try note()]))
    }

    func task(_ id: TaskID) throws -> MCPResult {
        .tool(JSONText.object(try brief(id), adding: ["note": try note(id)]))
    }

    func status(_ ids: [TaskID]) throws -> MCPResult {
        let states = try store.states(of: ids)
        let isEnded = states.allSatisfy(\.isEnded)
        return .tool(JSONText.object(["tasks": try briefs(ids), "note": isEnded ? nil : try note()]))
    }

    func list(_ ids: [TaskID], hasMore: Bool) throws -> MCPResult {
        let last = ids.last.flatMap { hasMore ? "\($0)" : nil }
        return .tool(JSONText.object(["tasks": try briefs(ids), "next_before_id": last]))
    }

    /// How a wait has ended.
    func waited(_ wait: TaskWait) throws -> MCPResult {
        let pending = wait.ids.filter(wait.remaining.contains)
        let list = JSONText.list(pending)
        let next =
            wait.isDone
            ? "read the outputs with \(Tool.getTaskResult.rawValue)"
            : "the tasks go on: call \(Tool.waitForTasks.rawValue) again with task_ids \(list), or do something else first"
        return .tool(
            JSONText.object([
                "done": wait.isDone ? "true" : "false", "tasks": try briefs(wait.ids), "pending": list,
                "next": JSONText.quoted(next), "note": pending.isEmpty ? nil : try note(),
            ]))
    }

    enum Stream: String, CaseIterable { case stdout, stderr }

    /// A page of what a task has written so far.
    func output(of id: TaskID, _ stream: Stream = .stdout, from offset: Int = 0, limit: Int = Tool.pageSize) throws
        -> MCPResult
    {
        try store.sync()
        let state = try store.states(of: [id])[0]
        let page = try page(of: id, stream, state, from: offset, limit: limit)
        let next: String? =
            page.nextOffset.map { "there is more: call again with offset \($0)" }
            ?? (state.isEnded
                ? nil : "the task has not ended: call \(Tool.waitForTasks.rawValue) with task_ids [\(id)]")
        return .tool(
            JSONText.object(
                try brief(id),
                adding: [
                    "output": JSONText.quoted(page.text), "size": "\(page.size)",
                    "next_offset": page.nextOffset.map { "\($0)" }, "next": next.map(JSONText.quoted),
                    "note": state.isEnded ? nil : try note(),
                ]), isError: false)
    }

    /// What a task that has ended was good for, as the answer of the call that made it.
    func outcome(of id: TaskID) throws -> MCPResult {
        let end = try store.taskStanding(of: id)
        guard let end else { throw StoreError.noSuchTask([id]) }
        if end.status == .completed { return try output(of: id) }
        return .tool(try brief(id), isError: true)
    }

    /// The end of what a task has written so far.
    func outputTail(of id: TaskID, atMost limit: Int) throws -> ResourceContent {
        let state = try store.states(of: [id])[0]
        let size = try page(of: id, .stdout, state, from: 0, limit: 1).size
        return try page(of: id, .stdout, state, from: max(0, size - limit), limit: limit).content
    }

    private func page(of id: TaskID, _ stream: Stream, _ state: TaskState, from offset: Int, limit: Int) throws
        -> OutputPage
    {
        // What is on record is of an earlier attempt while another one runs.
        let recorded = state == .inProgress ? nil : try store.output(of: id)
        let path = stream == .stdout ? home.stdoutFile(of: id) : home.stderrFile(of: id)
        switch recorded.map({ stream == .stdout ? $0.stdout : $0.stderr }) ?? .file(path) {
        case .none: return OutputPage(from: offset, limit: limit, size: 0) { _ in [] }
        case .bytes(let bytes): return OutputPage(from: offset, limit: limit, size: bytes.count) { Array(bytes[$0]) }
        case .file(let path):
            guard let status = fileStatus(path) else {
                return OutputPage(from: offset, limit: limit, size: 0) { _ in [] }
            }
            let file = try FileDescriptor(opening: path, O_RDONLY)
            return OutputPage(from: offset, limit: limit, size: Int(status.st_size)) { range in
                var bytes = [UInt8](repeating: 0, count: range.count)
                let count = retryingInterrupts { pread(file.number, &bytes, range.count, off_t(range.lowerBound)) }
                return Array(bytes.prefix(max(count, 0)))
            }
        }
    }

    /// What keeps tasks from starting, as JSON; nil when nothing does.
    private func note() throws -> String? {
        var hindrances = try store.hindrances()
        let isSomebodyThere =
            try store.supervisor()?.process.isAlive ?? false || store.workers().contains { $0.process.isAlive }
        if !isSomebodyThere {
            hindrances.append("no supervisor runs, so no task starts: run 'koubouctl start' in a shell")
        }
        return hindrances.isEmpty ? nil : JSONText.quoted(hindrances.joined(separator: "; "))
    }

    private func note(_ id: TaskID) throws -> String? {
        try store.taskStanding(of: id)?.status.isEnded ?? true ? nil : try note()
    }
}
