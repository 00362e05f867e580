import Testing

@testable import KoubouCore

struct ArgumentsTests {
    private static let json = CommandOption<Bool>.flag("--json", short: "-j", "print JSON")
    private static let wait = CommandOption<Bool>.flag("--wait", short: "-w", "wait for the end")
    private static let type = CommandOption<String>.text("--type", short: "-t", "TYPE", "the task's type")
    private static let priority = CommandOption<Int>.number("--priority", short: "-p", "N", "urgency", in: 1...10)
    private static let timeout = CommandOption<Duration>.duration("--timeout", "D", "limit")
    private static let folder = CommandOption<[UInt8]>.bytes("--cwd", "FOLDER", "where it runs")
    private static var options: [any OptionSpelling] { [json, wait, type, priority, timeout, folder] }

    private static func parse(_ words: [Word]) throws(UsageError) -> Arguments {
        try Arguments(words, options: options, command: "koubouctl submit")
    }

    @Test(arguments: [
        ["--type", "code", "--priority", "7", "--json"], ["--type=code", "--priority=7", "--json"],
        ["-t", "code", "-p", "7", "-j"], ["-tcode", "-p7", "-j"], ["-jtcode", "-jp7"], ["-jt", "code", "-p", "7"],
        ["-t", "shell", "-p", "3", "-t", "code", "-p7", "-j"],
    ])
    func readsAllSpellings(_ words: [String]) throws {
        let arguments = try Self.parse(words.map { Word($0) } + ["operand"])
        #expect(try arguments(Self.type) == "code")
        #expect(try arguments(Self.priority) == 7)
        #expect(arguments.has(Self.json))
        #expect(!arguments.has(Self.wait))
        #expect(try arguments(Self.timeout) == nil)
        #expect(arguments.operands == ["operand"])
        #expect(arguments.afterDashes == nil)
        #expect(arguments.text(of: Self.priority) == "7")
    }

    @Test func operandsAndOptionsMayBeMixed() throws {
        let arguments = try Self.parse(["a", "--json", "b", "-", "", "-p", "2", "c d"])
        #expect(arguments.operands == ["a", "b", "-", "", "c d"])
        #expect(arguments.has(Self.json))
    }

    @Test func dashesEndTheOptions() throws {
        let arguments = try Self.parse(["x", "--json", "--", "ls", "--wait", "-p", "--", "-l"])
        #expect(arguments.operands == ["x"])
        #expect(arguments.afterDashes == ["ls", "--wait", "-p", "--", "-l"])
        #expect(!arguments.has(Self.wait))
        #expect(try Self.parse(["--"]).afterDashes == [])
        #expect(try Self.parse(["-t", "--"])(Self.type) == "--", "a value may be anything")
    }

    @Test func bytesStayExact() throws {
        let odd = Word(bytes: [0x2f, 0xff, 0x80])
        let arguments = try Self.parse([odd, Word(bytes: Array(text: "--cwd=") + odd.bytes), "--", odd])
        #expect(arguments.operands == [odd])
        #expect(arguments.afterDashes == [odd])
        #expect(try arguments(Self.folder) == odd.bytes)
        #expect(odd.text == nil)
        #expect(odd.display == "/\u{fffd}\u{fffd}")
    }

    @Test func valuesOfAListMayStandTogether() throws {
        let state = CommandOption<TaskState>.choice("--status", "S", "a state", of: TaskState.allCases).list
        func parse(_ words: [Word]) throws(UsageError) -> [TaskState]? {
            try Arguments(words, options: [state], command: "koubouctl list").list(state)
        }
        #expect(try parse(["--status", "failed,pending", "--status=blocked"]) == [.failed, .pending, .blocked])
        #expect(try parse([]) == nil)
        for (value, wrong) in [("failed,done", "done"), ("failed,", ""), (",", "")] {
            let error = #expect(throws: UsageError.self) { try parse(["--status", Word(value)]) }
            #expect(error?.report.what == "--status is '\(wrong)'")
        }
        let single = CommandOption<String>.text("--title", "S", "a title")
        #expect(try Arguments(["--title", "a,b"], options: [single], command: "koubouctl submit")(single) == "a,b")
    }

    @Test func repeatedValuesKeepTheirOrder() throws {
        let arguments = try Self.parse(["--cwd", "a", "--cwd=b", "--cwd", "c=d"])
        #expect(try arguments.all(Self.folder) == ["a", "b", "c=d"].map(Array.init(text:)))
        #expect(try arguments(Self.folder) == Array(text: "c=d"))
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let words: [String]
        init(_ words: [String], _ line: String) { (self.words, testDescription) = (words, line) }
    }

    @Test(arguments: [
        Refusal(["--jsno"], "unknown option '--jsno': did you mean '--json'?"),
        Refusal(["--verbose"], "unknown option '--verbose': write one of 'koubouctl submit --help'"),
        Refusal(["--Type=x"], "unknown option '--Type': did you mean '--type'?"),
        Refusal(["-x"], "unknown option '-x': write one of 'koubouctl submit --help'"),
        Refusal(["-jx"], "unknown option '-x': write one of 'koubouctl submit --help'"),
        Refusal(["--type"], "option '--type' needs a value"),
        Refusal(["-jp"], "option '-p' needs a value"),
        Refusal(["--json=1"], "option '--json' takes no value"),
        Refusal(["-p", "11"], "--priority is '11': write a whole number from 1 to 10"),
        Refusal(["-p=5"], "--priority is '=5': write a whole number from 1 to 10"),
        Refusal(["-p", ""], "--priority is '': write a whole number from 1 to 10"),
        Refusal(["--type="], "--type is '': write UTF-8 text that is not empty"),
        Refusal(["--timeout", "1x"], "--timeout is '1x': write a number and its unit, like 90s, 5m, 2h or 7d"),
        Refusal(["--cwd="], "--cwd is '': write something that is not empty"),
    ])
    func saysWhatIsWrong(_ row: Refusal) {
        let error = #expect(throws: UsageError.self) {
            let arguments = try Self.parse(row.words.map { Word($0) })
            _ = (try arguments(Self.type), try arguments(Self.priority), try arguments(Self.timeout), try arguments(Self.folder))
        }
        #expect(error?.line == row.testDescription)
        #expect(error?.exitCode == .usage)
    }

    @Test func aValueThatIsNotTextIsRefusedWhereTextIsNeeded() {
        let error = #expect(throws: UsageError.self) { _ = try Self.parse(["-t", Word(bytes: [0xff])])(Self.type) }
        #expect(error?.line == "--type is '\u{fffd}': write UTF-8 text that is not empty")
    }

    @Test func namesUnknownCommandsAndExtraWords() {
        #expect(UsageError.unknownCommand("sumbit", known: ["submit", "list"]).line == "unknown command 'sumbit': did you mean 'submit'?")
        #expect(UsageError.unknownCommand("x", known: ["submit"]).line == "unknown command 'x': write one of 'koubouctl help'")
        #expect(UsageError.unexpected("y").line == "unexpected argument 'y'")
        #expect(UsageError.other(what: "no id", remedy: "give one").line == "no id: give one")
    }

    @Test func aNumberWithoutAnUpperBound() {
        let limit = CommandOption<Int>.number("--limit", "N", "how many", in: 1...Int.max)
        let error = #expect(throws: UsageError.self) {
            _ = try Arguments(["--limit", "0"], options: [limit], command: "c")(limit)
        }
        #expect(error?.line == "--limit is '0': write a whole number of at least 1")
    }

    @Test func helpIsMadeFromTheSameTable() {
        let help = HelpText.text(
            usage: ["koubouctl submit [OPTION]... [PROMPT]", "koubouctl submit -- COMMAND"], summary: "hand in a task",
            options: Self.options, details: "More.")
        #expect(help == """
            usage: koubouctl submit [OPTION]... [PROMPT]
                   koubouctl submit -- COMMAND

            hand in a task

            options:
              -j, --json        print JSON
              -w, --wait        wait for the end
              -t, --type TYPE   the task's type
              -p, --priority N  urgency
                  --timeout D   limit
                  --cwd FOLDER  where it runs

            More.

            """)
    }
}
