import Glibc
import KoubouCore

/// `koubouctl start`: a supervisor in the background.
enum StartCommand: Command {
    static let name = "start"
    static let synopsis = ["[--serve] [options of kouboud]"]
    static let summary = "start the supervisor in the background, and return when it runs"
    private static let serve = CommandOption<Bool>.flag("--serve", "start 'koubouctl serve' in the background, too")
    static let options: [any OptionSpelling] = SupervisorOptions.settings.map(\.option) + [serve]

    static func makesQueue(_ arguments: Arguments) -> Bool { true }

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        _ = try context.configuration(options: SupervisorOptions.chosen(arguments))  // its errors are told here
        try startSupervisor(arguments, in: context)
        if arguments.has(serve) { try startGateway(in: context) }
        return 0
    }

    private static func startSupervisor(_ arguments: Arguments, in context: Context) throws {
        if try tellOfRunning(arguments, in: context) { return }
        let store = try context.store
        let words = ["--home", context.home.path] + SupervisorOptions.words(arguments)
        let supervisor = BackgroundProgram("kouboud", words, noun: "supervisor", folder: Array("/".utf8))
        do {
            let pid = try supervisor.start { pid in try store.supervisor()?.process.pid == pid }
            context.print("supervisor started, with pid \(pid)")
        } catch {
            // Somebody else may have started one at the same time.
            guard try tellOfRunning(arguments, in: context) else { throw error }
        }
    }

    private static func startGateway(in context: Context) throws {
        let store = try context.store
        if let running = try store.gateways().first(where: { $0.process.isAlive }) {
            return context.print("gateway runs already, with pid \(running.process.pid), at \(running.address)")
        }
        // Tasks run where it was started unless they say another folder.
        let gateway = BackgroundProgram(
            "koubouctl", ["--home", context.home.path, "serve"], noun: "gateway", folder: try workingDirectory())
        let pid = try gateway.start { pid in try store.gateways().contains { $0.process.pid == pid } }
        let address = try store.gateways().first { $0.process.pid == pid }?.address ?? ""
        context.print("gateway started, with pid \(pid), at \(address)")
    }

    /// False when no supervisor runs.
    private static func tellOfRunning(_ arguments: Arguments, in context: Context) throws -> Bool {
        guard let running = try context.store.supervisor(), running.process.isAlive else { return false }
        context.print("supervisor runs already, with pid \(running.process.pid)")
        if !SupervisorOptions.chosen(arguments).isEmpty {
            context.tell("the options have no effect on it: see 'koubouctl pool --help'")
        }
        return true
    }
}
