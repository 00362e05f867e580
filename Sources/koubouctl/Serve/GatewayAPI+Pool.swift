import Glibc
import KoubouCore

/// The pool, its workers, its logs, and how all of it is.
extension GatewayAPI {
    func health() throws -> HTTPResponse {
        let fault = fault()
        func size(_ path: String) -> Int { fileStatus(path).map { Int($0.st_size) } ?? 0 }
        let json = try store.healthJSON(
            fault: fault, databaseBytes: size(store.home.database), walBytes: size(store.home.database + "-wal"),
            at: Clock.now)
        return .json(json, fault == nil ? .ok : .unavailable)
    }

    /// What keeps tasks from being done; nil: nothing.
    private func fault() -> String? {
        do {
            try store.checkWritable()
            if let room = FileSystemRoom(of: store.home.databaseFolder), room.available == 0 {
                return "the disk is full"
            }
            guard try store.supervisor()?.process.isAlive ?? false else { return "no supervisor runs" }
            return nil
        } catch { return error.line }
    }

    func workers() throws -> String {
        "{\"workers\":[" + (try store.workersJSON()).joined(separator: ",") + "]}"
    }

    /// The last lines of a log; nil is the supervisor's.
    func log(of worker: WorkerID?, _ query: HTTPTarget) throws -> String {
        let count = try number("lines", of: query, in: 1...1000, else: 100)
        let path = worker.map(store.home.workerLog) ?? store.home.supervisorLog
        var lines: [Substring] = []
        if let file = try? FileDescriptor(opening: path, O_RDONLY) {
            lseek(file.number, off_t(LastLines.offset(of: count, inFile: file.number)), SEEK_SET)
            let text = String(decoding: try readAll(from: file.number, upTo: 1 << 20), as: UTF8.self)
            lines = text.split(separator: "\n")
        } else if let worker {
            throw HTTPProblem(.notFound, "\(worker) has no log", error: "Worker not found")
        }
        let array = "[" + lines.map { JSONText.quoted(String($0)) }.joined(separator: ",") + "]"
        return "{\(worker.map { "\"worker_id\":\"\($0)\"," } ?? "")\"lines\":\(array)}"
    }

    func pool() throws -> String {
        try store.poolJSON(limits: context.configuration(poolSettings: store.poolSettings()).pool)
    }

    func changePool(_ json: String) throws -> String {
        let known = ["min", "max", "threshold", "idle_timeout", "policy", "target_wait", "profile"]
        let chosen = try members(of: json, known: known).map { field in
            guard [.integer, .real, .text].contains(field.kind) else {
                throw HTTPProblem(.badRequest, "\(field.key) is no number or string", field: field.key)
            }
            if field.key == "idle_timeout", let limit = field.duration {
                return (key: field.key, value: DurationText.text(limit))
            }
            if field.kind == .real, field.wholeNumber == nil || field.key == "threshold" {
                // As it was written: SQLite rounds to 15 digits.
                let number = try memory.json.json(in: json, at: "$.\(field.key)").flatMap { Double($0) }
                return (key: field.key, value: number.map { "\($0)" } ?? field.text)
            }
            return (key: field.key, value: field.wholeNumber.map { "\($0)" } ?? field.text)
        }
        guard !chosen.isEmpty else { throw HTTPProblem(.badRequest, "nothing to change is given") }
        // Checked together with what holds already, by the same rules as a line of koubou.conf.
        _ = try context.configuration(poolSettings: chosen)
        _ = try context.configuration(poolSettings: try store.poolSettings(adding: chosen))
        try store.keep(poolSettings: chosen)
        context.wake([try store.supervisor()?.process].compactMap { $0 })
        return try pool()
    }
}
