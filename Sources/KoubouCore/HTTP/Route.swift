/// What the gateway can be asked for.
public enum Endpoint: Sendable {
    case health, delegate, task, taskStatus, tasks, activeTasks, pendingTasks, completedTasks, output
    case cancel, retry, priority
    case stats, workers, recentLog, workerLog, pool, changePool, pause, resume, history
    case events, socket, metrics
    case description, page, mcp
}

/// One line of the gateway's table.
public struct Route: Sendable {
    public let endpoint: Endpoint
    public let method: String
    /// Like `/task/{id}/status`.
    public let path: String
    /// Nil: anybody may, whoever he is.
    public let right: AccessRight?
    /// Of the path; nil: a name stands there for anything.
    private let segments: [String?]

    init(_ endpoint: Endpoint, _ method: String, _ path: String, _ right: AccessRight?) {
        (self.endpoint, self.method, self.path, self.right) = (endpoint, method, path, right)
        segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map {
            $0.hasPrefix("{") ? nil : String($0)
        }
    }

    public static let all = [
        Route(.health, "GET", "/health", .read),
        Route(.delegate, "POST", "/task/delegate", .submit),
        Route(.taskStatus, "GET", "/task/{id}/status", .read),
        Route(.taskStatus, "GET", "/task/status/{id}", .read),
        Route(.task, "GET", "/task/{id}", .read),
        Route(.output, "GET", "/task/{id}/output", .read),
        Route(.cancel, "POST", "/task/{id}/cancel", .submit),
        Route(.retry, "POST", "/task/{id}/retry", .submit),
        Route(.priority, "POST", "/task/{id}/priority", .submit),
        Route(.tasks, "GET", "/tasks", .read),
        Route(.activeTasks, "GET", "/tasks/active", .read),
        Route(.pendingTasks, "GET", "/tasks/pending", .read),
        Route(.completedTasks, "GET", "/tasks/completed", .read),
        Route(.stats, "GET", "/stats", .read),
        Route(.workers, "GET", "/workers/status", .read),
        Route(.recentLog, "GET", "/logs/recent", .read),
        Route(.workerLog, "GET", "/logs/tail/{worker}", .read),
        Route(.pool, "GET", "/pool", .read),
        Route(.changePool, "PATCH", "/pool", .admin),
        Route(.pause, "POST", "/pause", .admin),
        Route(.resume, "POST", "/resume", .admin),
        Route(.history, "GET", "/history", .read),
        Route(.events, "GET", "/events", .read),
        Route(.socket, "GET", "/ws", .read),
        Route(.metrics, "GET", "/metrics", .read),
        Route(.description, "GET", "/openapi.json", .read),
        Route(.mcp, "POST", "/mcp", .read),
        Route(.mcp, "GET", "/mcp", .read),
        Route(.mcp, "DELETE", "/mcp", .read),
        Route(.page, "GET", "/", nil),
    ]

    /// The route of a request, and what stands at the names in its path. HEAD is answered as GET is.
    public static func find(
        _ method: String, _ target: HTTPTarget
    ) throws(HTTPProblem) -> (route: Route, parameters: [String]) {
        let matches = matches(target)
        guard !matches.isEmpty else {
            throw HTTPProblem(.notFound, "there is nothing at this path", error: "Not found")
        }
        if let match = matches.first(where: { $0.route.method == (method == "HEAD" ? "GET" : method) }) { return match }
        throw HTTPProblem(
            .methodNotAllowed, "use " + methods(target).joined(separator: ", "),
            headers: [.init("Allow", methods(target).joined(separator: ", "))])
    }

    /// The methods that a path takes.
    public static func methods(_ target: HTTPTarget) -> [String] {
        let methods = matches(target).map(\.route.method)
        return methods.flatMap { $0 == "GET" ? ["GET", "HEAD"] : [$0] } + ["OPTIONS"]
    }

    /// What stands at a path; one that is written out comes before one with names in it.
    private static func matches(_ target: HTTPTarget) -> [(route: Route, parameters: [String])] {
        let matches = all.compactMap { route in
            route.parameters(target.segments).map { (route: route, parameters: $0) }
        }
        let exact = matches.filter(\.parameters.isEmpty)
        return exact.isEmpty ? matches : exact
    }

    private func parameters(_ segments: [String]) -> [String]? {
        guard self.segments.count == segments.count else { return nil }
        var parameters: [String] = []
        for (part, segment) in zip(self.segments, segments) {
            guard let part else {
                parameters.append(segment)
                continue
            }
            guard part == segment else { return nil }
        }
        return parameters
    }
}
