import KoubouCore

/// `koubouctl doctor`: whether everything that a queue needs is there, and how to mend what isn't.
enum DoctorCommand: Command {
    static let name = "doctor"
    static let synopsis = ["[--json]"]
    static let summary = "look for what keeps the queue from its work, and tell how to mend it"
    static let details =
        "A line for each thing: ok, warn or fail. The exit status is 1 when one is fail. Nothing is made or changed."
    static let options: [any OptionSpelling] = [CommonOptions.json]

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        let isJSON = arguments.has(CommonOptions.json)
        let doctor = Doctor(context.home, environment: context.environment) { finding in
            context.print(isJSON ? finding.json : line(finding))
            context.flush()  // the next check may take a moment
        }
        doctor.run()
        return doctor.hasFailed ? 1 : 0
    }

    private static func line(_ finding: Finding) -> String {
        let word = finding.status.rawValue
        let colour =
            switch finding.status {
            case .ok: 32
            case .warn: 33
            case .fail: 31
            }
        return Terminal.styled(word, colour) + String(repeating: " ", count: 6 - word.count)
            + LogLine.printable(finding.text)
    }
}
