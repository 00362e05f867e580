import Glibc
import KoubouCore

/// A program of ours that outlives this one and its terminal.
struct BackgroundProgram {
    private let name: String
    private let noun: String
    private let plan: SpawnPlan

    /// - Parameters:
    ///   - words: what follows its name.
    ///   - noun: what it is, for errors.
    init(_ name: String, _ words: [String], noun: String, folder: [UInt8]) {
        (self.name, self.noun) = (name, noun)
        var plan = SpawnPlan(
            arguments: ([siblingProgram(name)] + words).map { Array($0.utf8) }, environment: Environment.words,
            workingDirectory: folder)
        plan.placement = .ownSession
        self.plan = plan
    }

    /// Returns its pid when `isRunning` says so; throws when it has ended before, with its own words.
    func start(until isRunning: @escaping (pid_t) throws -> Bool) throws -> pid_t {
        var plan = plan
        let (complaints, writer) = try makePipe()
        defer { close(complaints) }
        plan.descriptors[2] = writer
        let pid: pid_t
        do { pid = try spawn(plan) } catch {
            close(writer)
            throw StartError(noun, name, .cannotSpawn(error))
        }
        close(writer)
        let loop = try EventLoop()
        var failure: StartError?
        _ = try loop.onExit(of: pid) {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = read(complaints, &bytes, bytes.count)
            failure = StartError(noun, name, .ended(String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)))
            loop.stop()
        }
        func lookLater() {
            loop.after(.milliseconds(2)) {
                if try isRunning(pid) { return loop.stop() }
                lookLater()
            }
        }
        lookLater()
        loop.after(.seconds(20)) {
            failure = StartError(noun, name, .silent(pid))
            loop.stop()
        }
        try loop.run()
        if let failure { throw failure }
        return pid
    }
}

/// Why a program in the background did not start.
struct StartError: UserFacingError {
    enum Cause {
        case cannotSpawn(SpawnError)
        case ended(String)
        case silent(pid_t)
    }

    private let noun: String
    private let program: String
    private let cause: Cause

    init(_ noun: String, _ program: String, _ cause: Cause) {
        (self.noun, self.program, self.cause) = (noun, program, cause)
    }

    var exitCode: ExitCode { .unavailable }
    var report: (what: String, place: String?, remedy: String?) {
        switch cause {
        case .cannotSpawn(let error):
            ("cannot start \(program): \(error.line)", nil, "install kouboud and koubou-worker beside koubouctl")
        case .ended(let text):
            (
                "the \(noun) ended at once: "
                    + (text.split(separator: "\n").last.map(String.init) ?? "it said nothing"), nil,
                "try it in the foreground: \(program == "koubouctl" ? "koubouctl serve" : program)"
            )
        case .silent(let pid): ("the \(noun) (pid \(pid)) says nothing for 20s", nil, "see 'koubouctl logs'")
        }
    }
}
