import Glibc
import KoubouCore

/// What a command works with.
final class Context {
    let home: Home
    let environment: Environment
    /// How much is told beside data and errors.
    enum Telling { case errors, news, everything }

    let telling: Telling
    /// The home was named on the command line.
    private let isHomeNamed: Bool
    private let makesQueue: Bool
    /// True when there was no queue to open, and none was made.
    private(set) var isQueueAbsent = false
    private var opened: Store?
    private var buffer = ""

    init(
        home: Home, environment: Environment, telling: Telling = .news, isHomeNamed: Bool = false,
        makesQueue: Bool = true
    ) {
        (self.home, self.environment, self.telling) = (home, environment, telling)
        (self.isHomeNamed, self.makesQueue) = (isHomeNamed, makesQueue)
    }

    /// What was stored, for the error when that can't be printed.
    var stored: String?

    /// The queue, opened when it is first needed.
    var store: Store {
        get throws {
            if let opened { return opened }
            explain("home: \(home.path)")
            isQueueAbsent = !makesQueue && fileStatus(home.path) == nil && errno == ENOENT
            let store = isQueueAbsent ? try absentStore() : try Store(opening: home, tell: tell)
            opened = store
            return store
        }
    }

    /// What was named must be there; the home that one has by default is empty until something is handed in.
    private func absentStore() throws -> Store {
        if isHomeNamed { throw HomeError.absent(home.path) }
        try home.refuseImpossible()
        return try Store(absentFrom: home)
    }

    /// Throws where there is nothing that could be watched.
    func requireQueue() throws {
        _ = try store
        if isQueueAbsent { throw HomeError.absent(home.path) }
    }

    func configuration(
        options: [(setting: SettingName, value: String, option: String)] = [],
        poolSettings: [(key: String, value: String)] = []
    ) throws -> Configuration {
        try Configuration.load(home: home, environment: environment, options: options, poolSettings: poolSettings)
    }

    /// Prints a line on stdout.
    func print(_ line: String) {
        buffer += line
        buffer += "\n"
        if buffer.utf8.count > 16_384 { flush() }
    }

    /// Writes out what was printed.
    func flush() {
        let text = buffer
        buffer = ""
        write(text, to: STDOUT_FILENO)
    }

    /// Writes bytes of a task as they are.
    func write(_ bytes: some ContiguousBytesLike, to descriptor: Int32) {
        writeOut(bytes, to: descriptor, stored: stored)
    }

    /// Tells a person something that is no data; -q keeps it away.
    func tell(_ line: String) { if telling != .errors { complain(line) } }

    /// Tells what is being done, for -v.
    func explain(_ line: @autoclosure () -> String) { if telling == .everything { complain(line()) } }

    /// Tells what went wrong where that does not end the command.
    func complain(_ line: String) {
        flush()
        writeAll("koubouctl: \(LogLine.printable(line))\n", to: STDERR_FILENO)
    }

    /// Signals processes that there is something to look at.
    func wake(_ processes: [ProcessIdentity]) {
        for (index, process) in processes.enumerated() where !processes[..<index].contains(process) {
            let isTold = process.send(SIGUSR1)
            explain(
                isTold
                    ? "woke process \(process.pid)"
                    : "process \(process.pid) could not be signalled: it has gone, or looks by itself")
        }
    }
}
