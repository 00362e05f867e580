import Glibc
import KoubouCore
import Testing

/// A terminal with a program on it, as a shell would run it: its controlling terminal, in the foreground.
final class PseudoTerminal {
    /// All that was written to it so far.
    private(set) var written: [UInt8] = []
    private var display: TerminalScreen
    private var master: Int32
    private let shell: pid_t
    private let statusFile: String

    /// Stays when the program has ended, as the shell of a person does, so that the terminal can be looked at then.
    private static let script = """
        trap : INT QUIT TERM; exec <>"$0" >&0 2>&0; status=$1; shift
        "$@"; echo $? >"$status.new"; mv "$status.new" "$status"; exec sleep 1000
        """

    /// `TIOCSPTLCK` and `TIOCGPTN` of tty_ioctl(4), which Swift's Glibc module leaves out, as it does posix_openpt(3).
    private static let (setLock, getNumber): (UInt, UInt) = (0x4004_5431, 0x8004_5430)

    /// - Parameter words: a program of ours by its name, or any by its path, and its arguments.
    init(_ home: Home, _ words: String..., columns: Int = 80, rows: Int = 24, environment: [String] = []) throws {
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var (isLocked, number): (Int32, UInt32) = (0, 0)
        let isReady = ioctl(master, Self.setLock, &isLocked) == 0 && ioctl(master, Self.getNumber, &number) == 0
        try #require(isReady)
        display = TerminalScreen(columns: columns, rows: rows)
        statusFile = home.folder + "/terminal-\(arc4random()).status"
        let program = words[0].contains("/") ? words[0] : siblingProgram(words[0])
        var plan = SpawnPlan(
            arguments: (["/bin/sh", "-c", Self.script, "/dev/pts/\(number)", statusFile, program] + words.dropFirst())
                .map { Array($0.utf8) },
            environment: Environment.merge(
                (home.environment + ["TERM=xterm"]).map { Array($0.utf8) }, environment.map { Array($0.utf8) }),
            workingDirectory: Array(home.folder.utf8))
        plan.placement = .ownSession
        Self.setSize(of: master, columns, rows)
        shell = try spawn(plan)
    }

    deinit {
        hangUp()
        kill(-shell, SIGKILL)
        _ = ProcessEnd(reaping: shell)
    }

    /// What is seen now.
    var screen: TerminalScreen {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(master, &buffer, buffer.count)
            guard count > 0 else { return display }
            written += buffer[..<count]
            display.take(buffer[..<count])
        }
    }

    /// Presses keys: `\r` is Enter, `\u{3}` Ctrl-C.
    func type(_ keys: String) { writeAll(keys, to: master) }

    /// Its window is closed.
    func hangUp() {
        if master >= 0 { close(master) }
        master = -1
    }

    func resize(columns: Int, rows: Int) {
        _ = screen
        display.resize(columns: columns, rows: rows)
        Self.setSize(of: master, columns, rows)
    }

    /// The program's pid, while it runs.
    var program: pid_t? {
        let children = (try? readFile("/proc/\(shell)/task/\(shell)/children")) ?? []
        return pid_t(String(decoding: children.prefix { $0 != UInt8(ascii: " ") }, as: UTF8.self))
    }

    /// Its exit status, once it has ended; fails the test when it doesn't.
    func status(at location: SourceLocation = #_sourceLocation) throws -> Int32? {
        try eventually(true, at: location) {
            _ = screen
            return access(statusFile, F_OK) == 0
        }
        _ = screen
        return Int32(String(decoding: try readFile(statusFile).dropLast(), as: UTF8.self))
    }

    /// True when what is typed is shown, and comes line by line, as a shell's user expects it.
    var isCooked: Bool {
        var settings = termios()
        tcgetattr(master, &settings)
        let wanted = tcflag_t(ICANON | ECHO | ISIG)
        return settings.c_lflag & wanted == wanted
    }

    private static func setSize(of master: Int32, _ columns: Int, _ rows: Int) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }
}
