import Glibc
import KoubouCore
import Testing

/// A temporary home with the real programs; when it goes, every process of it is ended and the folder is deleted.
final class Home {
    /// What a program left behind.
    struct Output {
        /// The exit status; 128+n when signal n ended it.
        let status: Int32
        let stdout: [UInt8]
        let stderr: [UInt8]
        /// stdout as text, without the last newline.
        var text: String { Home.trimmed(stdout) }
        var errors: String { Home.trimmed(stderr) }
        var lines: [String] { text.isEmpty ? [] : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
    }

    /// Below it: `home`, the queue, and whatever a test makes.
    let folder: String
    let path: String
    /// Of every program that is started, `NAME=value`.
    var environment: [String]
    /// How long a program may take that is run to its end.
    var patience: Duration = .longRun
    /// Held, so that a program lives as long as the home, also when a test has no more use for it.
    private var launched: [RunningProgram] = []
    static let programs = parentFolder(of: siblingProgram("x"))

    init() throws {
        var template = Array("/tmp/koubou-XXXXXX".utf8CString)
        folder = String(cString: try #require(mkdtemp(&template)))
        Watchdog.watch(folder)
        path = folder + "/home"
        environment = ["PATH=/usr/local/bin:/usr/bin:/bin", "HOME=\(folder)", "KOUBOU_HOME=\(path)", "LC_ALL=C.UTF-8"]
    }

    deinit {
        defer { Watchdog.forget(folder) }
        // Whoever runs for this home has it in the environment: supervisor, workers, tasks and commands.
        ProcessTable.killAll(holding: ["KOUBOU_HOME=\(path)"])
        _ = try? Home.run(["/bin/rm", "-rf", folder].map { Array($0.utf8) }, environment: [], in: "/", stdin: nil)
    }

    /// Runs koubouctl to its end.
    /// - Parameter stdin: nil: `/dev/null`.
    @discardableResult
    func koubouctl(_ arguments: String..., stdin: String? = nil, in directory: String? = nil) throws -> Output {
        try run(["koubouctl"] + arguments, stdin: stdin.map { Array($0.utf8) }, in: directory)
    }

    /// Runs one of our programs, or any other by its path, to its end.
    @discardableResult
    func run(_ words: [String], stdin: [UInt8]? = nil, in directory: String? = nil) throws -> Output {
        try run(bytes: words.map { Array($0.utf8) }, stdin: stdin, in: directory)
    }

    func run(bytes words: [[UInt8]], stdin: [UInt8]? = nil, in directory: String? = nil) throws -> Output {
        try Home.run(
            Home.located(words), environment: environment, in: directory ?? folder, stdin: stdin, within: patience)
    }

    /// A script for `sh`, in which the programs are found by name.
    @discardableResult
    func shell(_ script: String, stdin: String? = nil) throws -> Output {
        let environment = environment.map { $0.hasPrefix("PATH=") ? "PATH=\(Home.programs):" + $0.dropFirst(5) : $0 }
        return try Home.run(["/bin/sh", "-c", script].map { Array($0.utf8) }, environment: environment, in: folder,
            stdin: stdin.map { Array($0.utf8) })
    }

    /// Starts a program that goes on; its output goes into files.
    func start(_ words: String..., in directory: String? = nil) throws -> RunningProgram {
        try launch(words, in: directory ?? folder)
    }

    func start(words: [String]) throws -> RunningProgram { try launch(words, in: folder) }

    /// A supervisor that looks often and whose workers leave soon, ready for work.
    func startSupervisor(_ options: String...) throws -> RunningProgram {
        let program = try launch(["kouboud", "--poll", "100ms"] + options, in: folder)
        try eventually(0) { try koubouctl("status").status }
        return program
    }

    private func launch(_ words: [String], in directory: String) throws -> RunningProgram {
        let program = try RunningProgram(
            Home.located(words.map { Array($0.utf8) }), environment: environment, in: directory)
        launched.append(program)
        return program
    }

    /// One field of a task, as `show` prints it.
    func field(_ name: String, of task: String) throws -> String { try koubouctl("show", "--field", name, task).text }

    /// One value of the JSON that koubouctl prints, by its SQLite JSON path; null is the empty text.
    func json(_ text: String, _ path: String) throws -> String {
        let store = try Store(home: KoubouCore.Home(option: self.path, environment: [:]))
        return try store.value(inJSON: text, at: path) ?? ""
    }

    /// Writes a file below the folder.
    @discardableResult
    func write(_ text: String, to name: String, mode: mode_t = 0o600) throws -> String {
        let path = name.hasPrefix("/") ? name : folder + "/" + name
        // A program is written by another process: what a test beside this one just starts would hold it open for writing, too,
        // until it is executed, and who is open for writing can't be executed.
        guard mode & 0o111 == 0 else {
            let installed = try run(["/usr/bin/install", "-m", String(mode, radix: 8), "/dev/stdin", path], stdin: Array(text.utf8))
            try #require(installed.status == 0, "\(installed.errors)")
            return path
        }
        let file = try FileDescriptor(opening: path, O_WRONLY | O_CREAT | O_TRUNC, mode: mode)
        writeAll(text, to: file.number)
        return path
    }

    func read(_ name: String) throws -> String { String(decoding: try readFile(folder + "/" + name), as: UTF8.self) }
    func exists(_ name: String) -> Bool { access(folder + "/" + name, F_OK) == 0 }

    private static func located(_ words: [[UInt8]]) -> [[UInt8]] {
        guard let program = words.first, !program.contains(UInt8(ascii: "/")) else { return words }
        return [Array((programs + "/").utf8) + program] + words.dropFirst()
    }

    /// Output goes into memory files, so that no pipe can fill up.
    private static func run(
        _ words: [[UInt8]], environment: [String], in directory: String, stdin: [UInt8]?, within limit: Duration = .longRun
    ) throws -> Output {
        var plan = SpawnPlan(
            arguments: words, environment: environment.map { Array($0.utf8) }, workingDirectory: Array(directory.utf8))
        let input = try makeMemoryFile(named: "stdin", holding: stdin ?? [])
        if stdin != nil { plan.descriptors[0] = input.number }
        let out = try makeMemoryFile(named: "stdout", holding: [])
        let err = try makeMemoryFile(named: "stderr", holding: [])
        plan.descriptors[1] = out.number
        plan.descriptors[2] = err.number
        let end = try reap(try spawn(plan), words, within: limit)
        lseek(out.number, 0, SEEK_SET)
        lseek(err.number, 0, SEEK_SET)
        return Output(
            status: end.cause.status, stdout: try readAll(from: out.number), stderr: try readAll(from: err.number))
    }

    /// Waits for the end of a child, but not for ever: one that hangs is killed, and the test fails.
    private static func reap(_ pid: pid_t, _ words: [[UInt8]], within limit: Duration) throws -> ProcessEnd {
        let deadline = MonotonicClock.now + limit
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0, info._sifields._sigchld.si_pid != pid {
            if MonotonicClock.now > deadline {
                Issue.record("hangs: \(words.map { String(decoding: $0, as: UTF8.self) })")
                kill(pid, SIGKILL)
                break
            }
            usleep(500)
        }
        return try #require(ProcessEnd(reaping: pid))
    }

    private static func trimmed(_ bytes: [UInt8]) -> String {
        String(decoding: bytes.last == 0x0a ? bytes.dropLast() : bytes[...], as: UTF8.self)
    }
}

extension ProcessEnd.Cause {
    var status: Int32 {
        switch self {
        case .exited(let status): Int32(status)
        case .signalled(let signal): Int32(128 + signal)
        }
    }
}

/// A program of ours that goes on beside the test.
final class RunningProgram {
    let pid: pid_t
    private let out: String
    private let err: String
    private var end: ProcessEnd.Cause?

    init(_ words: [[UInt8]], environment: [String], in directory: String) throws {
        var plan = SpawnPlan(
            arguments: words, environment: environment.map { Array($0.utf8) }, workingDirectory: Array(directory.utf8))
        let name = directory + "/output-\(arc4random())"
        (out, err) = (name + ".out", name + ".err")
        let outFile = try FileDescriptor(opening: out, O_WRONLY | O_CREAT | O_APPEND)
        let errFile = try FileDescriptor(opening: err, O_WRONLY | O_CREAT | O_APPEND)
        plan.descriptors[1] = outFile.number
        plan.descriptors[2] = errFile.number
        pid = try spawn(plan)
    }

    deinit { if isRunning { kill(pid, SIGKILL); _ = ProcessEnd(reaping: pid) } }

    /// What it has written so far.
    var stdout: String { String(decoding: (try? readFile(out)) ?? [], as: UTF8.self) }
    var stderr: String { String(decoding: (try? readFile(err)) ?? [], as: UTF8.self) }

    func signal(_ number: Int32) { if isRunning { kill(pid, number) } }

    var isRunning: Bool {
        if end != nil { return false }
        var info = siginfo_t()
        guard waitid(P_PID, id_t(pid), &info, WEXITED | WNOHANG | WNOWAIT) == 0, info._sifields._sigchld.si_pid == pid
        else { return true }
        end = ProcessEnd(reaping: pid)?.cause
        return false
    }

    /// Its exit status, once it has ended; fails the test when it doesn't.
    func status(within limit: Duration = .patience, at location: SourceLocation = #_sourceLocation) throws -> Int32? {
        try eventually(false, within: limit, at: location) { isRunning }
        return end?.status
    }
}

extension Duration {
    /// How long a test waits for what must come. One that sees it waits no longer; a busy machine may be fifty times slower.
    static let patience: Duration = .seconds(150)
    /// How long a program may take that is run to its end, and may itself wait for as long as a test does.
    static let longRun: Duration = .seconds(200)
}

/// Observes again and again until it sees `expected`; past the deadline it fails with what it saw last.
func eventually<Value: Equatable>(
    _ expected: Value, within limit: Duration = .patience, at location: SourceLocation = #_sourceLocation,
    observe: () throws -> Value
) throws {
    let deadline = MonotonicClock.now + limit
    var seen = try observe()
    while seen != expected, MonotonicClock.now < deadline {
        usleep(2_000)
        seen = try observe()
    }
    #expect(seen == expected, "after \(limit)", sourceLocation: location)
}
