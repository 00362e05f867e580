import KoubouCore

/// The lines of `koubouctl show` for people.
enum TaskDetails {
    /// - Parameter members: of the task's JSON object.
    static func lines(_ members: [(key: String, value: String?)], in store: Store) throws -> [String] {
        let shown = members.filter { $0.value != nil && $0.value != "[]" && $0.value != "{}" && $0.key != "attempts" }
        let width = shown.map(\.key.count).max() ?? 0
        var lines = shown.map { member in
            member.key + String(repeating: " ", count: width + 2 - member.key.count)
                + indented(value(member.key, member.value ?? ""), by: width + 2)
        }
        let attempts = try store.json.elements(ofJSON: members.first { $0.key == "attempts" }?.value ?? "[]")
        for attempt in attempts {
            let fields = try store.members(ofJSON: attempt)
            func field(_ key: String) -> String? { fields.first { $0.key == key }?.value }
            lines.append(
                "attempt \(field("attempt") ?? "")"
                    + String(repeating: " ", count: max(1, width + 1 - 8)) + describe(field))
            if let stderr = field("stderr"), !stderr.isEmpty {
                lines += stderr.split(separator: "\n").suffix(5).map {
                    String(repeating: " ", count: width + 2) + "| " + LogLine.printable(String($0))
                }
            }
        }
        return lines
    }

    private static func describe(_ field: (String) -> String?) -> String {
        var text =
            "\(field("outcome") ?? "") on \(field("worker_id") ?? ""), "
            + "\(value("started_at", field("started_at") ?? "")) to \(value("ended_at", field("ended_at") ?? ""))"
        if let status = field("exit_status") { text += ", exit status \(status)" }
        if let signal = field("signal").flatMap({ Int($0) }) { text += ", signal \(signalName(signal))" }
        if let memory = field("peak_memory").flatMap({ Int($0) }), memory > 0 {
            text += ", \(field("cpu_time") ?? "0")s cpu, \(SizeText.text(memory))"
        }
        return text
    }

    private static func value(_ key: String, _ value: String) -> String {
        if key == "signal", let number = Int(value) { return "\(value) (\(signalName(number)))" }
        if key.hasSuffix("_at"), let moment = Timestamp(value) { return LocalZone.system.stamp(moment) }
        return value
    }

    /// Text of several lines stands below itself, and can't steer the terminal.
    private static func indented(_ text: String, by width: Int) -> String {
        (text.hasSuffix("\n") ? text.dropLast() : text[...]).split(separator: "\n", omittingEmptySubsequences: false)
            .map { LogLine.printable(String($0)) }
            .joined(separator: "\n" + String(repeating: " ", count: width))
    }
}
