import Glibc
import KoubouCore

/// Asks for what a load test needs to know, on stderr: stdout is for the report.
enum LoadQuestions {
    /// - Returns: the words of `koubouctl load` that the answers stand for.
    static func ask(_ configuration: Configuration) throws -> [Word] {
        let tasks = try ask("tasks", standard: "\(LoadPlan.standardTasks)", allowed: "1 to \(LoadPlan.mostTasks)") {
            Int($0).map { (1...LoadPlan.mostTasks).contains($0) } ?? false
        }
        let rate = try ask("rate", standard: "all at once", allowed: LoadRate.form) { LoadRate.parse($0) != nil }
        // A prompt that costs money is better thought about: such types have to be given as options.
        let types = configuration.types.values.filter { $0.program == .argv || $0.program == .script }.map(\.name)
            .sorted()
        let type = try ask("type", standard: "exec", allowed: "one of \(types.joined(separator: ", "))") {
            types.contains($0)
        }
        let answers = [("--tasks", tasks), ("--rate", rate), ("--type", type)]
        return answers.flatMap { option, answer in answer.map { [Word(option), Word($0)] } ?? [] }
    }

    /// - Returns: nil when the answer is empty: `standard` is wanted.
    private static func ask(
        _ name: String, standard: String, allowed: String, isAllowed: (String) -> Bool
    ) throws -> String? {
        while true {
            writeAll("\(name) [\(standard)]: ", to: STDERR_FILENO)
            guard let line = readLine() else {
                throw UsageError.other(what: "the answers end", remedy: "write: koubouctl load --tasks 1000")
            }
            let answer = line.split(separator: " ").joined(separator: " ")
            if answer.isEmpty { return nil }
            if isAllowed(answer) { return answer }
            writeAll("'\(LogLine.printable(answer))': write \(allowed)\n", to: STDERR_FILENO)
        }
    }
}
