import KoubouCore

/// What the installed Codex can do, asked once for each way to start it.
final class CodexProbe {
    private var answers: [[String]: String] = [:]

    private static let patience: Duration = .seconds(10)

    /// What `codex exec --help` prints; a program that gives no answer is asked again the next time.
    func help(_ program: [String], environment: [[UInt8]]) throws -> String {
        if let answer = answers[program] { return answer }
        let words = (program + ["exec", "--help"]).map { Array($0.utf8) }
        let run = try BriefRun(SpawnPlan(arguments: words, environment: environment), within: Self.patience)
        let answer = String(decoding: run.stdout, as: UTF8.self)
        if run.exitStatus == 0 { answers[program] = answer }
        return answer
    }
}
