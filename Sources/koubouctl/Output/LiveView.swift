import Glibc
import KoubouCore

/// Draws one frame over the other on the terminal, until it is interrupted; the last one stays to be read.
final class LiveView {
    static let watch = CommandOption<Bool>.flag("--watch", "show it again and again, until Ctrl-C")
    static let interval = CommandOption<Duration>(
        "--interval", "D", "with --watch: look this often, 100ms or more (1s)",
        allowed: "\(DurationText.form), of at least 100ms", example: "5s"
    ) { $0.text.flatMap(DurationText.parse).flatMap { $0 >= .milliseconds(100) ? $0 : nil } }

    typealias Size = (columns: Int, rows: Int)

    private let interval: Duration
    private let context: Context
    private let makeFrame: (Size) throws -> [String]
    private let loop: EventLoop
    private var drawn: (frame: [String], size: Size)?

    /// Shows the frames that `frame` makes for a size.
    /// - Returns: the exit status: `SignalEnd`, as a signal ends it.
    /// - Parameter name: of the command.
    static func run(
        _ arguments: Arguments, of name: String, in context: Context, frame: @escaping (Size) throws -> [String]
    ) throws -> Int32 {
        guard Terminal.canRedraw(STDOUT_FILENO) else {
            throw UsageError.other(
                what: "--watch needs a terminal on standard output", remedy: "leave it out: koubouctl \(name)")
        }
        try context.requireQueue()
        return try LiveView(try arguments(interval) ?? .seconds(1), in: context, frame: frame).run()
    }

    /// Refuses `--interval` without `--watch`.
    static func check(_ arguments: Arguments) throws {
        if try arguments(interval) != nil, !arguments.has(watch) {
            throw UsageError.other(what: "--interval has a meaning with --watch only", remedy: "add --watch")
        }
    }

    private init(_ interval: Duration, in context: Context, frame: @escaping (Size) throws -> [String]) throws {
        (self.interval, self.context, makeFrame) = (interval, context, frame)
        loop = try EventLoop()
    }

    private func run() throws -> Int32 {
        var status: Int32 = 0
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
            try loop.onSignal(signal) { [self] in
                status = SignalEnd.status(of: signal)
                loop.stop()
            }
        }
        try loop.onSignal(SIGWINCH) { [self] in try draw() }
        try loop.onSignal(SIGTSTP) { [self] in
            put("\u{1b}[?25h")
            kill(getpid(), SIGSTOP)
            // Whatever was done meanwhile has written over the frame.
            drawn = nil
            try draw()
        }
        defer { put("\u{1b}[?25h") }
        try draw()
        drawLater()
        try loop.run()
        return status
    }

    private func drawLater() {
        loop.after(interval) { [self] in
            try draw()
            drawLater()
        }
    }

    /// Draws what has changed: line by line, so that nothing flickers.
    private func draw() throws {
        let size = Terminal.size
        // The last row stays free, so that the cursor can stand below the frame.
        let frame = Array(try makeFrame((size.columns, max(size.rows - 1, 1))).prefix(max(size.rows - 1, 1)))
        if let drawn, drawn.frame == frame, drawn.size == size { return }
        let isNew = drawn.map { $0.size != size } ?? true
        drawn = (frame, size)
        put(
            (isNew ? "\u{1b}[?25l\u{1b}[H\u{1b}[2J" : "\u{1b}[H") + frame.map { $0 + "\u{1b}[K\r\n" }.joined()
                + "\u{1b}[J")
    }

    private func put(_ text: String) { context.write(text, to: STDOUT_FILENO) }
}
