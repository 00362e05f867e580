import KoubouCore

/// `koubouctl check`: whether everything in the home is as it must be.
enum CheckCommand: Command {
    static let name = "check"
    static let synopsis = ["[--repair]"]
    static let summary = "check the database and the results: a line for each fault, exit status 1 if there is one"

    private static let repair = CommandOption<Bool>.flag("--repair", "mend what can be mended without losing anything")
    static let options: [any OptionSpelling] = [repair]

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        let faults = try context.store.check(repairing: arguments.has(repair))
        for fault in faults { context.print(fault.text + (fault.isRepaired ? " (repaired)" : "")) }
        if faults.isEmpty { context.print("ok") }
        return faults.allSatisfy(\.isRepaired) ? 0 : 1
    }
}
