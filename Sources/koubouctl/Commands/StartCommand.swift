import Glibc
import KoubouCore

/// `koubouctl start`: a supervisor in the background.
enum StartCommand: Command {
    static let name = "start"
    static let synopsis = ["[options of kouboud]"]
    static let summary = "start the supervisor in the background, and return when it runs"
    static let options: [any OptionSpelling] = SupervisorOptions.settings.map(\.option)

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        _ = try context.configuration(options: SupervisorOptions.chosen(arguments))  // its errors are told here
        let store = try context.store
        if try tellOfRunning(arguments, in: context) { return 0 }
        let words = [siblingProgram("kouboud"), "--home", context.home.path] + SupervisorOptions.words(arguments)
        var plan = SpawnPlan(
            arguments: words.map { Array($0.utf8) }, environment: Environment.words, workingDirectory: Array("/".utf8))
        plan.placement = .ownSession  // it outlives this terminal
        let complaints = try makePipe()
        plan.descriptors[2] = complaints.writer
        let pid: pid_t
        do { pid = try spawn(plan) } catch { throw StartError.cannotSpawn(error) }
        close(complaints.writer)
        do { try waitUntilItRuns(pid, complaints: complaints.reader, store) } catch {
            // Somebody else may have started one at the same time.
            if try tellOfRunning(arguments, in: context) { return 0 }
            throw error
        }
        context.print("supervisor started, with pid \(pid)")
        return 0
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

    /// Until the supervisor has entered itself, or has ended with an error of its own.
    private static func waitUntilItRuns(_ pid: pid_t, complaints: Int32, _ store: Store) throws {
        let loop = try EventLoop()
        var failure: StartError?
        _ = try loop.onExit(of: pid) {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = read(complaints, &bytes, bytes.count)
            failure = .ended(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self))
            loop.stop()
        }
        func lookLater() {
            loop.after(.milliseconds(2)) {
                if try store.supervisor()?.process.pid == pid { return loop.stop() }
                lookLater()
            }
        }
        lookLater()
        loop.after(.seconds(20)) {
            failure = .silent(pid)
            loop.stop()
        }
        try loop.run()
        if let failure { throw failure }
    }
}

/// Why the supervisor did not start.
enum StartError: UserFacingError {
    case cannotSpawn(SpawnError)
    case ended(String)
    case silent(pid_t)

    var exitCode: ExitCode { .unavailable }
    var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .cannotSpawn(let error):
            ("cannot start kouboud: \(error.line)", nil, "install it and koubou-worker beside koubouctl")
        case .ended(let text):
            (
                "the supervisor ended at once: "
                    + (text.split(separator: "\n").last.map(String.init) ?? "it said nothing"), nil,
                "try it in the foreground: kouboud"
            )
        case .silent(let pid): ("the supervisor (pid \(pid)) says nothing for 20s", nil, "see 'koubouctl logs'")
        }
    }
}
