import Glibc
import KoubouCore

/// `koubouctl stop`: ends the supervisor and its workers.
enum StopCommand: Command {
    static let name = "stop"
    static let synopsis = ["[--now]"]
    static let summary = "end the supervisor when what runs is done, and return when it has ended"

    private static let now = CommandOption<Bool>.flag("--now", "end running tasks too; they go back into the queue")
    static let options: [any OptionSpelling] = [now]

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        guard let supervisor = try supervisor(in: context), supervisor.isAlive else {
            context.tell("no supervisor runs")
            return 0
        }
        let loop = try EventLoop()
        let isWatched = try loop.onExit(of: supervisor.pid) { loop.stop() }
        guard supervisor.send(arguments.has(now) ? SIGQUIT : SIGTERM) else {
            guard supervisor.isAlive else { return 0 }
            throw SystemError("signal process", "\(supervisor.pid)", code: EPERM)
        }
        supervisor.send(SIGCONT)  // a stopped process takes no other signal
        if isWatched { try loop.run() }
        context.print("supervisor stopped")
        return 0
    }

    /// From the database; where that can't be read, the kouboud that has its lock file open.
    private static func supervisor(in context: Context) throws -> ProcessIdentity? {
        do { return try context.store.supervisor()?.process } catch {
            guard let holder = ProcessTable.holder(of: context.home.lockFile, program: "kouboud") else { throw error }
            context.complain((error as? any UserFacingError)?.line ?? "\(error)")
            return holder
        }
    }
}
