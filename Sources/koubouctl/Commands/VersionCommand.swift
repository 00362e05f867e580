import Glibc
import KoubouCore

/// `koubouctl version`.
enum VersionCommand: Command {
    static let name = "version"
    static let synopsis = [""]
    static let summary = "print the version"
    /// The same, before any command.
    static let flag = CommandOption<Bool>.flag("--version", "print the version")
    static let options: [any OptionSpelling] = []

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        return try printVersion()
    }

    static func printVersion() throws -> Int32 {
        writeOut("koubouctl \(Version.text)\n")
        return 0
    }
}
