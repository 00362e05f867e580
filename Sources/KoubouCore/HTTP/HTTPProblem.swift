/// Why a request is refused, as its client is told (RFC 9457).
public struct HTTPProblem: Error, Equatable, Sendable {
    public let status: HTTPStatus
    /// What is wrong, and how to mend it.
    public let detail: String
    /// The member of the body, the parameter or the header that is wrong.
    public let field: String?
    /// The words that older clients look for.
    public let error: String
    public var headers: [HTTPHeaders.Field]

    public init(
        _ status: HTTPStatus, _ detail: String, field: String? = nil, error: String? = nil,
        headers: [HTTPHeaders.Field] = []
    ) {
        (self.status, self.detail, self.field, self.headers) = (status, detail, field, headers)
        self.error = error ?? detail
    }

    public var json: String {
        var members = [
            ("type", "\"about:blank\""), ("title", JSONText.quoted(status.reason)), ("status", "\(status.rawValue)"),
            ("detail", JSONText.quoted(detail)),
        ]
        if let field { members.append(("field", JSONText.quoted(field))) }
        members.append(("error", JSONText.quoted(error)))
        return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }
}
