import Glibc
import KoubouCore

/// `koubouctl help`: the commands, or one of them.
enum HelpCommand: Command {
    static let name = "help"
    static let synopsis = ["[COMMAND]"]
    static let summary = "tell what the commands are, or how one is used"
    static let options: [any OptionSpelling] = []

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        guard let word = arguments.operands.first else { return try printOverview() }
        writeAll(try CommandTable.named(word).help, to: STDOUT_FILENO)
        return 0
    }

    static func printOverview() throws -> Int32 {
        writeAll(overview, to: STDOUT_FILENO)
        return 0
    }

    static var overview: String {
        let width = CommandTable.commands.map { $0.name.count }.max() ?? 0
        let lines = CommandTable.commands.map {
            "  " + $0.name + String(repeating: " ", count: width + 2 - $0.name.count) + $0.summary
        }
        return """
            usage: koubouctl [--home FOLDER] COMMAND [ARG...]

            Hands in tasks, shows and controls everything of a Koubou queue.

            commands:
            \(lines.joined(separator: "\n"))

            'koubouctl help COMMAND' tells how a command is used. A beginning:
              koubouctl start
              koubouctl submit --wait 'echo hello'

            """
    }
}
