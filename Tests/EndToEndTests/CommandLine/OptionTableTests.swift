import Glibc
import Testing

/// Each option of each command, as its help tells it, written in each wrong way: one line that names it and ends with an
/// example that is right.
@Suite struct OptionTableTests {
    private static let commands: [String] = {
        (try? CommandGrammar.names(inOverview: Home().koubouctl("help").lines)) ?? []
    }()

    /// Words that only some values may be.
    private static let typed: Set = ["N", "D", "X", "SEQ", "R", "TIME", "ID", "ID[,ID...]", "LEVEL", "RIGHT", "WORKER", "K=V"]

    @Test(arguments: commands)
    func eachWrongWayIsToldWithAnExample(command: String) throws {
        let home = try Home()
        let options = try home.koubouctl("help", command).lines.compactMap(CommandGrammar.option)
        #expect(options.count >= 4)
        for option in options {
            var wrong: [[String]] = []
            if let placeholder = option.placeholder {
                wrong = [[option.long], [option.long, ""], [option.long + "="]] + (option.short.map { [[$0]] } ?? [])
                if placeholder == "TEMPLATE" { wrong = [[option.long], [option.long, "{"]] }  // it may be empty
                if Self.typed.contains(placeholder), option.long != "--revoke" { wrong.append([option.long, "wrong!"]) }
            } else {
                wrong = [[option.long + "=x"]]
            }
            for words in wrong {
                try expectExample(home, command, words, named: words.count == 1 && words[0].count == 2 ? words[0] : option.long)
            }
        }
        for word in ["--nosuch", "--nosuch=1", "-?", "-Z9"] {
            try expectExample(home, command, [word], named: word.hasPrefix("--") ? "--nosuch" : String(word.prefix(2)))
        }
        let misspelled = "--hlep"
        #expect(try home.koubouctl(command, misspelled).errors.contains("unknown option '--hlep': did you mean '--help'? write: koubouctl "))
    }

    private func expectExample(_ home: Home, _ command: String, _ words: [String], named name: String) throws {
        let output = try home.run(["koubouctl", command] + words)
        let line = output.errors
        #expect(output.status == 64 && output.stdout == [] && !line.contains("\n"), "\(command) \(words): \(output.status) \(line)")
        #expect(line.hasPrefix("koubouctl: ") && line.contains(name), "\(line)")
        #expect(line.split(separator: "like", omittingEmptySubsequences: false).count <= 2, "says it twice: \(line)")
        let example = try #require(Self.example(in: line), "\(line)")
        #expect(try Self.isUnderstood(example, in: home), "\(line)")
    }

    /// What follows the last colon before the program's name.
    static func example(in line: String) -> String? {
        let parts = line.split(separator: ": koubouctl ", omittingEmptySubsequences: false)
        return parts.count > 1 ? parts.last.map { "koubouctl " + $0 } : nil
    }

    /// True when the parser has nothing against it. With --help nothing is done.
    static func isUnderstood(_ example: String, in home: Home) throws -> Bool {
        let words = example.split(separator: " ", maxSplits: 2)
        guard words.count > 1, !words[1].hasPrefix("-") else { return try home.shell(example + " --help").status == 0 }
        return try home.shell("koubouctl \(words[1]) --help " + (words.count > 2 ? words[2] : "")).status == 0
    }

    /// Examples of what can be done at once, without a supervisor, do not only look right.
    @Test(arguments: [
        "submit --priority x", "submit --key-ttl x --key k", "submit --lines=x", "submit --null=x", "submit --stdin=x", "submit --notify ''",
        "submit --env ''", "submit --meta x", "submit --cwd ''", "submit --output-file ''", "submit --at x", "submit --delay x", "submit -x",
        "every --priority x 1h", "every --list=x", "every --json=x", "list --status x", "list --format '{'", "list --type ''", "list -x",
        "show x", "cancel --tag ''", "cancel --all=x", "prune --older-than x", "prune --dry-run=x", "pool --policy rato", "pool --max x",
        "pool --threshold x", "config --json=x", "config pool.mxa", "token --right x a", "token --list=x", "completion x", "help -x",
        "export --status x", "events --since x", "edit --title ''", "wait x", "backup", "retry x",
        "SUBMIT x", "sumbit", "nosuch", "stats x", "pool --profile lihgt", "submit -t shel x", "submit -t nosuch x", "submit",
        "list --json --format x", "list --interval 5s", "submit --delay 1h --at 18:30 x", "submit --lines --jsonl", "token", "every 1h",
        "submit --lines x", "submit -0 x", "export --all 1", "events --status failed 1", "-x list", "--home", "--nosuch list", "every x true",
    ])
    func theExampleCanBeRun(line: String) throws {
        let home = try Home()
        let output = try home.shell("koubouctl \(line)")
        #expect(output.status == 64, "\(output.errors)")
        let example = try #require(Self.example(in: output.errors), "\(output.errors)")
        if example.hasSuffix("--watch --interval 5s") { return }  // needs a terminal
        // A task 42 need not be there; the words are right.
        #expect(try home.shell(example, stdin: "x\n").status != 64, "\(output.errors)")
    }

    @Test(arguments: [
        ("kouboud --min x", "like: kouboud --min 2"), ("kouboud --policy rato", "did you mean 'ratio'? write: kouboud --policy ratio"),
        ("kouboud --nosuch", "write one of 'kouboud --help', like: kouboud --home ~/queue"), ("kouboud x", "unexpected argument 'x': write: kouboud"),
        ("koubou-worker --log-level loud", "(--log-level): write one of error, warn, info, debug, like: koubou-worker --log-level debug"),
        ("koubou-worker --home", "option '--home' needs a value: write: koubou-worker --home ~/queue"),
        ("koubouctl load --mix /nope", "(--mix): name a file that is there, and that you may read, like: koubouctl load --mix load.mix"),
        ("koubouctl config --check /nope", "(--check): name a file that is there, and that you may read, like: koubouctl config --check koubou.conf"),
        ("koubouctl list --status faild", "--status is 'faild': did you mean 'failed'? write: koubouctl list --status failed"),
        ("koubouctl SUBMIT x", "unknown command 'SUBMIT': did you mean 'submit'? write: koubouctl submit 'echo hello'"),
        ("koubouctl submit -t shel x", "unknown task type 'shel' (--type): did you mean 'shell'? write: koubouctl submit --type shell 'echo hello'"),
        ("koubouctl pool --policy rato", "policy is 'rato' (--policy): did you mean 'ratio'? write: koubouctl pool --policy ratio"),
        ("koubouctl submit --timeout x true", "write a number and its unit, like 90s, 5m, 2h or 7d: koubouctl submit --timeout 90s 'echo hello'"),
        ("koubouctl list -x", "unknown option '-x': write one of 'koubouctl list --help', like: koubouctl list --status blocked"),
        ("koubouctl list --status x", "completed, failed or cancelled, like: koubouctl list --status blocked"),
    ])
    func theWordsAreThese(line: String, end: String) throws {
        let home = try Home()
        let output = try home.shell(line)
        #expect((64...78).contains(output.status))
        #expect(output.errors.hasSuffix(end), "\(output.errors)")
    }

    @Test func whatCanNotBeDoneToATaskSaysToWhich() throws {
        let home = try Home()
        try home.shell("koubouctl submit true; koubouctl submit true; koubouctl cancel 1")
        #expect(try home.koubouctl("edit", "-p", "9", "1").errors == "koubouctl: task 1 is cancelled: only a task that waits can be changed, see: koubouctl list --status pending")
        #expect(try home.koubouctl("retry", "2").errors == "koubouctl: task 2 is pending: only failed, cancelled and held tasks can be retried, see: koubouctl list --status failed")
    }
}
