import KoubouCore

/// What each endpoint does: a request comes in, an answer goes out. Reading and writing are others' business.
final class GatewayAPI {
    let configuration: Configuration
    let context: Context
    let store: Store
    let admission: Admission
    let memory: GatewayMemory
    let mcp: MCPEndpoint
    let commit: GroupCommit
    /// Where tasks run that do not say it: where the gateway was started.
    let folder: [UInt8]

    init(
        _ configuration: Configuration, in context: Context, store: Store, _ memory: GatewayMemory, _ mcp: MCPEndpoint,
        _ commit: GroupCommit, folder: [UInt8]
    ) {
        (self.configuration, self.context, self.store) = (configuration, context, store)
        (self.memory, self.mcp, self.commit, self.folder) = (memory, mcp, commit, folder)
        admission = Admission(hosts: configuration.serve.hosts, origins: configuration.serve.origins)
    }

    /// - Parameter parameters: what stands in the path, in order.
    func answer(
        _ request: inout HTTPRequest, _ route: Route, _ parameters: [String], _ client: Admission.Client
    ) throws -> Answer {
        // What is stored with that of others is looked after there.
        if route.endpoint != .delegate { try store.refuseGone() }
        if !request.body.isEmpty, request.headers.contentType != "application/json" {
            // A form of another site could not be told from ours.
            throw HTTPProblem(
                .unsupportedMediaType, "send the body as application/json", field: "Content-Type")
        }
        let query = request.target
        if let twice = route.endpoint.query.first(where: { !$0.isList && query.all($0.name).count > 1 }) {
            throw HTTPProblem(.badRequest, "\(twice.name) is given twice", field: twice.name)
        }
        switch route.endpoint {
        case .health: return .response(try health())
        case .delegate:
            let text = try text(of: request)
            request.body = []  // the text is enough
            return try delegate(text, client)
        case .task: return .response(.json(try detail(of: try task(parameters))))
        case .taskStatus: return .response(.json(try taskAnswer(try task(parameters))))
        case .tasks: return .response(.json(try tasks(query)))
        case .activeTasks: return .response(.json(try array(store.runningTaskIDs(limit: try limit(query)))))
        case .pendingTasks: return .response(.json(try queue(.pending, query)))
        case .completedTasks: return .response(.json(try queue(.completed, query)))
        case .output: return try output(of: try task(parameters), request)
        case .cancel: return changed(try cancel(try task(parameters)))
        case .retry: return changed(try retry(try task(parameters)))
        case .priority: return changed(try setPriority(of: try task(parameters), try text(of: request)))
        case .stats: return .response(.json(try store.statisticsJSON(limits: configuration.pool, at: Clock.now)))
        case .workers: return .response(.json(try workers()))
        case .recentLog: return .response(.json(try log(of: nil, query)))
        case .workerLog:
            guard let worker = parameters.first.flatMap({ WorkerID($0) }) else {
                throw HTTPProblem(
                    .notFound, "there is no such worker: write it like worker_001", error: "Worker not found")
            }
            return .response(.json(try log(of: worker, query)))
        case .pool: return .response(.json(try pool()))
        case .changePool: return changed(try changePool(try text(of: request)))
        case .pause: return changed(try setPause(true, request))
        case .resume: return changed(try setPause(false, request))
        case .history: return .response(.json(try history(query)))
        case .events: return try events(request)
        case .socket: return .upgrade(try WebSocketHandshake.response(to: request), SocketSession(self))
        case .page: return .response(page(request))
        case .description: return .response(.json(OpenAPI.json))
        case .mcp: return try mcp.answer(request, client)
        case .metrics:
            return .response(
                HTTPResponse(
                    .ok, contentType: "text/plain; version=0.0.4; charset=utf-8", body: Array(try metrics().utf8)))
        }
    }

    /// What may be asked for at a path, also by the pages of a site that is allowed to.
    func options(_ request: HTTPRequest) throws -> HTTPResponse {
        guard Route.methods(request.target).count > 1 || request.target.path == "/" else {
            throw HTTPProblem(.notFound, "there is nothing at this path", error: "Not found")
        }
        let methods = Route.methods(request.target).joined(separator: ", ")
        var response = HTTPResponse(.noContent, contentType: nil, headers: [.init("Allow", methods)])
        if admission.allowedOrigin(of: request) != nil {
            response.headers += [
                .init("Access-Control-Allow-Methods", methods),
                .init(
                    "Access-Control-Allow-Headers",
                    "Authorization, Content-Type, Last-Event-ID, MCP-Protocol-Version, Mcp-Session-Id, Mcp-Method, Mcp-Name"
                ),
                .init("Access-Control-Max-Age", "600"),
            ]
        }
        return response
    }

    /// What was stored is told when it is safe.
    func changed(_ json: String) -> Answer { .later(commit.answer(.json(json))) }

    func task(_ parameters: [String]) throws -> TaskID {
        guard let task = parameters.first.flatMap({ TaskID(text: $0) }) else {
            throw HTTPProblem(.notFound, "a task's id is a number", error: "Task not found")
        }
        return task
    }

    func text(of request: HTTPRequest) throws -> String {
        guard let text = String(validating: request.body, as: UTF8.self) else {
            throw HTTPProblem(.badRequest, "the body is not UTF-8: put other bytes into prompt_base64")
        }
        return text
    }

    /// The members of a body that must be a JSON object with these names alone.
    func members(of json: String, known: [String]) throws -> [Store.JSONField] {
        guard JSONText.escapeWithoutText(json) == nil, let fields = try memory.json.fields(ofJSON: json) else {
            throw HTTPProblem(.badRequest, "the body is no JSON object")
        }
        for field in fields where !known.contains(field.key) {
            throw HTTPProblem(
                .badRequest, "unknown field '\(field.key)': \(suggestion(for: field.key, among: known))",
                field: field.key
            )
        }
        return fields
    }

    /// A number in the query; `fallback` where there is none.
    func number(_ name: String, of query: HTTPTarget, in range: ClosedRange<Int>, else fallback: Int) throws -> Int {
        guard let text = query[name] else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw HTTPProblem(
                .badRequest,
                "\(name) is '\(text)': write a whole number from \(range.lowerBound) to \(range.upperBound)",
                field: name)
        }
        return number
    }

    /// How many elements of a list are wanted.
    func limit(_ query: HTTPTarget) throws -> Int { try number("limit", of: query, in: 1...1000, else: 100) }

    func filter(_ query: HTTPTarget) throws -> TaskFilter {
        let statuses = try list("status", of: query)?.map { word in
            guard let status = TaskState(rawValue: word) else {
                throw HTTPProblem(
                    .badRequest,
                    "status is '\(word)': " + suggestion(for: word, among: TaskState.allCases.map(\.rawValue)),
                    field: "status")
            }
            return status
        }
        return TaskFilter(statuses: statuses, types: list("type", of: query), tags: list("tag", of: query))
    }

    /// The values of a name that may be there more than once, or stand for a list; nil when it isn't there.
    private func list(_ name: String, of query: HTTPTarget) -> [String]? {
        let words = query.all(name).flatMap { $0.split(separator: ",", omittingEmptySubsequences: false) }
        return words.isEmpty ? nil : words.map(String.init)
    }
}
