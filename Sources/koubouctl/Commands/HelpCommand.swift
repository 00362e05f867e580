import Glibc
import KoubouCore

/// `koubouctl help`: the commands, or one of them.
enum HelpCommand: Command {
    static let name = "help"
    static let synopsis = ["[COMMAND]"]
    static let summary = "tell what the commands are, or how one is used"
    static let options: [any OptionSpelling] = []
    static let operands = ValueKind.command

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let words = arguments.operands + (arguments.afterDashes ?? [])
        guard let word = words.first else { return try printOverview() }
        if words.count > 1 {
            throw UsageError.other(what: "one command at a time", remedy: "write: koubouctl help \(word.display)")
        }
        writeOut(try CommandTable.named(word).help)
        return 0
    }

    static func printOverview() throws -> Int32 {
        writeOut(overview)
        return 0
    }

    static var overview: String {
        let width = CommandTable.shown.map { $0.name.count }.max() ?? 0
        let lines = CommandTable.shown.map {
            "  " + $0.name + String(repeating: " ", count: width + 2 - $0.name.count) + $0.summary
        }
        return """
            usage: koubouctl [--home FOLDER] [-q | -v] COMMAND [ARG...]

            Hands in tasks, shows and controls everything of a Koubou queue.

            commands:
            \(lines.joined(separator: "\n"))

            'koubouctl help COMMAND' tells how a command is used. A beginning:
              koubouctl start
              koubouctl submit --wait 'echo hello'

            """
    }
}
