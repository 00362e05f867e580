import Glibc
import KoubouCore

/// Looking at tasks, and changing those that are there.
extension GatewayAPI {
    /// Bytes of a task's output that its answer holds; the rest is at `/task/ID/output`.
    private static let outputMax = 1 << 20

    /// The task as lists have it, with its result.
    func taskAnswer(_ id: TaskID) throws -> String {
        var (output, isCut): ([UInt8], Bool) = ([], false)
        switch try store.output(of: id)?.stdout {
        case .bytes(let bytes): output = bytes
        case .file(let path):
            let file = try FileDescriptor(opening: path, O_RDONLY)
            output = try readAll(from: file.number, upTo: Self.outputMax + 1)
            isCut = output.count > Self.outputMax
            if isCut { output = wholeCharacters(output.prefix(Self.outputMax)) }
        case .some(.none), nil: break
        }
        guard let json = try store.answerJSON(of: id, output: output, isCut: isCut) else {
            throw StoreError.noSuchTask([id])
        }
        return json
    }

    /// Without a character of UTF-8 that was cut at the end.
    private func wholeCharacters(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        let tail = bytes.suffix(3).lastIndex { $0 >= 0xc0 }
        guard let tail, String(validating: bytes[tail...], as: UTF8.self) == nil else { return Array(bytes) }
        return Array(bytes[..<tail])
    }

    /// `{"tasks":[…],"next"}`, the newest first.
    func tasks(_ query: HTTPTarget) throws -> String {
        let limit = try limit(query)
        let end = try number("cursor", of: query, in: 1...Int.max, else: Int.max)
        if let text = query["search"], !text.isEmpty {
            let (ids, next) = try store.search(text, try filter(query), before: TaskID(Int64(end)), limit: limit)
            return "{\"tasks\":\(try array(ids)),\"next\":\(next.map { "\"\($0)\"" } ?? "null")}"
        }
        let ids = try store.newestTaskIDs(try filter(query), before: TaskID(Int64(end)), limit: limit)
        // The oldest of a full page: tasks that come meanwhile move nothing.
        let next = ids.count == limit ? ids.first.map { "\"\($0)\"" } : nil
        return "{\"tasks\":\(try array(ids.reversed())),\"next\":\(next ?? "null")}"
    }

    /// Those in one state, in the order in which they run, or ended.
    func queue(_ state: TaskState, _ query: HTTPTarget) throws -> String {
        try array(try store.queue(state, after: nil, limit: try limit(query)).map(\.task))
    }

    func array(_ ids: [TaskID]) throws -> String {
        "[" + (try ids.compactMap { id throws(StoreError) in try store.outwardJSON(of: id) }).joined(separator: ",")
            + "]"
    }

    func cancel(_ id: TaskID) throws -> String {
        let (results, toWake) = try store.cancel([id], at: Clock.now)
        context.wake(toWake)
        let outcome =
            switch results.first {
            case .requested: "requested"
            case .alreadyEnded: "already_ended"
            case .cancelled, nil: "cancelled"
            }
        return try standing(id, outcome: outcome)
    }

    func retry(_ id: TaskID) throws -> String {
        context.wake(try store.retry([id], at: Clock.now))
        return try standing(id)
    }

    func setPriority(of id: TaskID, _ json: String) throws -> String {
        let field = try members(of: json, known: ["priority"]).first
        guard let priority = field?.wholeNumber.flatMap({ Priority(Int($0)) }) else {
            throw HTTPProblem(
                .badRequest, "write {\"priority\": N} with a whole number from 1 to 10", field: "priority")
        }
        var edit = TaskEdit()
        edit.priority = priority
        context.wake(try store.edit([id], edit, at: Clock.now))
        return try standing(id)
    }

    func standing(_ id: TaskID, outcome: String? = nil) throws -> String {
        guard let json = try store.standingJSON(of: id, outcome: outcome) else { throw StoreError.noSuchTask([id]) }
        return json
    }
}
