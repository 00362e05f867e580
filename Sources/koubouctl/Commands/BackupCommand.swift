import Glibc
import KoubouCore

/// `koubouctl backup`: a verified copy of the database.
enum BackupCommand: Command {
    static let name = "backup"
    static let synopsis = ["FILE"]
    static let summary = "copy the database to FILE while everything goes on, and verify the copy"
    static let details = "Outputs of over 64 KiB are files in results/, which the copy names and does not hold."
    static let usual = UsageExamples.Company("", "koubou.db")
    static let options: [any OptionSpelling] = []
    static let operands = ValueKind.file

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let words = arguments.operands + (arguments.afterDashes ?? [])
        guard words.count == 1, let path = words[0].text else {
            throw UsageError.other(what: "one file is wanted")
        }
        guard access(path, F_OK) != 0 else {
            throw UsageError.other(what: "'\(path)' is there already", remedy: "name another file, or delete it first")
        }
        try context.requireQueue()
        try context.store.backUp(to: path)
        return 0
    }
}
