import KoubouCore

/// The page for people, and what it needs beside what programs use.
extension GatewayAPI {
    /// Characters of a prompt that are told of a task.
    private static let promptMax = 65_536

    func page(_ request: HTTPRequest) -> HTTPResponse {
        var response = HTTPResponse(
            .ok, contentType: "text/html; charset=utf-8",
            headers: [
                .init("Content-Security-Policy", Page.policy), .init("Cache-Control", "no-cache"),
                .init("ETag", Page.tag), .init("Referrer-Policy", "no-referrer"),
            ])
        if request.headers.list("if-none-match").contains(where: {
            $0 == Page.tag || $0 == "*" || $0 == "w/" + Page.tag
        }) {
            (response.status, response.headers) = (.notModified, Array(response.headers.dropFirst()))
        } else {
            response.body = Page.bytes
        }
        return response
    }

    func detail(of id: TaskID) throws -> String {
        guard let json = try store.detailJSON(of: id, promptMax: Self.promptMax) else {
            throw StoreError.noSuchTask([id])
        }
        return json
    }

    func history(_ query: HTTPTarget) throws -> String {
        guard let span = LoadHistory.Span(rawValue: query["span"] ?? LoadHistory.Span.hour.rawValue) else {
            throw HTTPProblem(.badRequest, "span is neither hour nor day", field: "span")
        }
        return try memory.history.json(span, at: Clock.now)
    }

    /// Stops or allows new claims of one type, or of all.
    func setPause(_ isPaused: Bool, _ request: HTTPRequest) throws -> String {
        let field = request.body.isEmpty ? nil : try members(of: try text(of: request), known: ["type"]).first
        var type: String?
        if let field, field.kind != .null {
            guard field.kind == .text else { throw HTTPProblem(.badRequest, "type is no string", field: "type") }
            type = field.text
        }
        if isPaused {
            if let type { _ = try configuration.type(named: type) }
            try store.pause(type: type)
        } else {
            context.wake(try store.resume(type: type) ?? [])
        }
        return try pool()
    }
}
