import Glibc
import KoubouCore

/// `koubouctl stop`: ends the supervisor with its workers, and gateways.
enum StopCommand: Command {
    static let name = "stop"
    static let synopsis = ["[--now]"]
    static let summary = "end the supervisor when what runs is done, and the gateway; return when they have ended"

    private static let now = CommandOption<Bool>.flag("--now", "end running tasks too; they go back into the queue")
    static let options: [any OptionSpelling] = [now]

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        let (found, gateways) = try servers(in: context)
        for gateway in gateways {
            try end(gateway, by: SIGTERM)
            context.print("gateway stopped")
        }
        guard let supervisor = found else {
            if gateways.isEmpty { context.tell("no supervisor runs") }
            return 0
        }
        if try end(supervisor, by: arguments.has(now) ? SIGQUIT : SIGTERM) { context.print("supervisor stopped") }
        return 0
    }

    /// Returns when the process has ended; false when it had done so before.
    @discardableResult
    private static func end(_ process: ProcessIdentity, by signal: Int32) throws -> Bool {
        let loop = try EventLoop()
        let isWatched = try loop.onExit(of: process.pid) { loop.stop() }
        guard process.send(signal) else {
            guard process.isAlive else { return false }
            throw SystemError("signal process", "\(process.pid)", code: EPERM)
        }
        process.send(SIGCONT)  // a stopped process takes no other signal
        if isWatched { try loop.run() }
        return true
    }

    /// From the database, of whatever version; where that can't be read, the kouboud that has its lock file open.
    private static func servers(in context: Context) throws -> (
        supervisor: ProcessIdentity?, gateways: [ProcessIdentity]
    ) {
        do { return try Store.servers(of: context.home) } catch {
            guard let holder = ProcessTable.holder(of: context.home.lockFile, program: "kouboud") else { throw error }
            context.complain((error as? any UserFacingError)?.line ?? "\(error)")
            return (holder, [])
        }
    }
}
