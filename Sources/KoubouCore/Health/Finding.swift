/// What one check of `koubouctl doctor` has found.
public struct Finding: Equatable, Sendable {
    public enum Status: String, CaseIterable, Sendable {
        case ok
        /// Works, but not as well or as long as it should.
        case warn
        /// Keeps tasks from running, or puts them at risk.
        case fail
    }

    public let check: String
    public let status: Status
    public let detail: String
    /// How to mend it; nil when all is well.
    public let remedy: String?

    public static func ok(_ check: String, _ detail: String) -> Finding {
        Finding(check: check, status: .ok, detail: detail, remedy: nil)
    }
    public static func warn(_ check: String, _ detail: String, _ remedy: String) -> Finding {
        Finding(check: check, status: .warn, detail: detail, remedy: remedy)
    }
    public static func fail(_ check: String, _ detail: String, _ remedy: String) -> Finding {
        Finding(check: check, status: .fail, detail: detail, remedy: remedy)
    }

    /// What an error tells, as a failure.
    public static func fail(_ check: String, _ error: any Error) -> Finding {
        guard let error = error as? any UserFacingError else { return .fail(check, "\(error)", "see koubou(7)") }
        let (what, place, remedy) = error.report
        return .fail(check, what + (place.map { " (\($0))" } ?? ""), remedy ?? "see koubou(7)")
    }

    /// Without the status: `disk: 12 GiB free`, and how to mend it.
    public var text: String { "\(check): \(detail)" + (remedy.map { "; \($0)" } ?? "") }

    /// As a JSON object.
    public var json: String {
        JSONText.line(["check": check, "status": status.rawValue, "detail": detail, "remedy": remedy])
    }
}
