import Testing

@testable import KoubouCore

struct CompletionPointTests {
    private static let home = CommandOption<String>.text("--home", "FOLDER", "", kind: .folder)
    private static let quiet = CommandOption<Bool>.flag("--quiet", short: "-q", "")
    private static let type = CommandOption<String>.text("--type", short: "-t", "TYPE", "", kind: .type)
    private static let status = CommandOption<TaskState>.choice("--status", "S", "", of: [.pending, .failed]).list
    private static let commands = [
        CommandGrammar(name: "list", summary: "", options: [type, status, quiet, home], operands: .free),
        CommandGrammar(name: "show", summary: "", options: [quiet, home], operands: .anyTask),
    ]

    private func point(_ line: String) -> CompletionPoint {
        CompletionPoint(
            line.split(separator: " ", omittingEmptySubsequences: false).map(String.init), commands: Self.commands,
            common: [Self.home, Self.quiet])
    }

    struct Case: Sendable {
        let line: String
        let kind: ValueKind
        let typed: String
        let prefix: String
        init(_ line: String, _ kind: ValueKind, _ typed: String = "", _ prefix: String = "") {
            (self.line, self.kind, self.typed, self.prefix) = (line, kind, typed, prefix)
        }
    }

    @Test(arguments: [
        Case("", .command), Case("li", .command, "li"), Case("-q ", .command), Case("--home /x ", .command),
        Case("--home ", .folder), Case("--home=/x sh", .command, "sh"), Case("--home=/", .folder, "/", "--home="),
        Case("list ", .free), Case("list -t ", .type), Case("list -t c", .type, "c"), Case("list --type=c", .type, "c", "--type="),
        Case("list --status ", .words(["pending", "failed"])), Case("list --status = p", .words(["pending", "failed"]), "p"),
        Case("list --status =", .words(["pending", "failed"])), Case("list -qt ", .type), Case("list -tq ", .free),
        Case("show ", .anyTask), Case("show 1 2", .anyTask, "2"), Case("show -- ", .anyTask), Case("list -- ", .file),
        Case("list --status pending,f", .words(["pending", "failed"]), "f", "pending,"),
        Case("list --status=pending,f", .words(["pending", "failed"]), "f", "--status=pending,"), Case("list -t a,b", .type, "a,b"),
        Case("nonsense ", .free), Case("show -x ", .anyTask), Case("show - ", .anyTask), Case("list --nosuch=", .free, "", "--nosuch="),
    ])
    func whatMayStandThere(_ row: Case) {
        let point = point(row.line)
        guard case .value(let kind) = point.wanted else {
            Issue.record("\(row.line): an option")
            return
        }
        #expect(kind == row.kind && point.typed == row.typed && point.prefix == row.prefix, "\(row.line)")
    }

    @Test(arguments: ["-", "--", "list --st", "show -"])
    func anOption(line: String) {
        guard case .option(let options) = point(line).wanted else {
            Issue.record("\(line): a value")
            return
        }
        #expect(options.contains { $0.long == "--status" } == line.hasPrefix("list"))
    }

    @Test func theHomeIsThatOfTheLine() {
        #expect(point("--home /x show ").home == "/x")
        #expect(point("show --home=/y ").home == "/y")
        #expect(point("show ").home == nil)
    }
}
