/// What is the matter when Codex says that a turn failed, by the words of codex-cli 0.163: its events carry no code.
enum CodexFailure: Equatable {
    /// Another try would be refused too, until somebody logs in.
    case authentication
    /// Nothing more to be had until then; nil: it does not say.
    case usageLimit(until: String?)
    /// Too much is asked of the service, or it is out of order.
    case busy
    case other

    init(_ message: String) {
        if message.mentions("usage limit") {
            self = .usageLimit(until: message.text(after: "try again at "))
            return
        }
        switch Self.status(in: message) {
        case 401, 403: self = .authentication
        case 429: self = .busy
        case .some(500...599): self = .busy
        default:
            let words = message.lowercased()
            if ["not logged in", "log in again", "sign in again", "refresh token"].contains(where: words.mentions) {
                self = .authentication
            } else {
                self = words.mentions("experiencing high demand") ? .busy : .other
            }
        }
    }

    /// Of `unexpected status 401 Unauthorized: …` and `…, last status: 429 Too Many Requests`.
    private static func status(in message: String) -> Int? {
        ["unexpected status ", "last status: "].compactMap(message.text).first
            .flatMap { Int($0.prefix { $0.isNumber }) }
    }
}
