import Glibc
import KoubouCore

/// The terminal while it belongs to a full-screen program: raw keys, the alternate screen, no cursor. `leave()` gives it
/// back as it was.
final class FullScreen {
    private let output: Int32
    private var saved: termios?
    private var screen = Screen(hasColours: Terminal.hasColours)

    /// For this long a terminal may take nothing before a picture is given up: signals must get through.
    private static let patience: Int32 = 200

    /// - Returns: nil when stdin or stdout is no terminal that can be drawn on.
    init?() {
        guard isatty(STDIN_FILENO) != 0, Terminal.canRedraw(STDOUT_FILENO) else { return nil }
        // A description of our own: one that is shared with the shell must not become non-blocking.
        let own = open("/proc/self/fd/\(STDOUT_FILENO)", O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        output = own >= 0 ? own : STDOUT_FILENO
    }

    /// What the terminal says; `COLUMNS` and `LINES` don't know of a resize.
    var size: TerminalSize {
        var window = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return TerminalSize(columns: Terminal.size.columns, rows: Terminal.size.rows)
        }
        return TerminalSize(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }

    /// Takes the terminal, also again after a stop.
    func enter() throws(SystemError) {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { throw SystemError("read the settings of", "the terminal") }
        if saved == nil { saved = settings }
        // Ctrl-C, Ctrl-\ and Ctrl-Z stay signals; Ctrl-S must not stop the screen.
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | IEXTEN)
        settings.c_iflag &= ~tcflag_t(IXON | ICRNL | INLCR | IGNCR | ISTRIP)
        guard retryingInterrupts({ tcsetattr(STDIN_FILENO, TCSANOW, &settings) }) == 0 else {
            throw SystemError("change the settings of", "the terminal")
        }
        // Alternate screen, no cursor, no wrapping at the last column.
        _ = try write("\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l\u{1b}[2J")
        screen.forget()
    }

    /// Gives the terminal back; harmless when it was not taken.
    func leave() {
        guard var settings = saved else { return }
        saved = nil
        // From the background too: the signal for that would stop us before it is done.
        var (set, former) = (SignalSet.of(SIGTTOU), sigset_t())
        sigprocmask(SIG_BLOCK, &set, &former)
        _ = try? write("\u{1b}[0m\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l")
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        sigprocmask(SIG_SETMASK, &former, nil)
    }

    /// Shows `lines` with one write of what is new in them.
    func show(_ lines: [ScreenLine], size: TerminalSize) throws(SystemError) {
        let text = screen.update(to: lines, size: size)
        guard !text.isEmpty else { return }
        let isShown = try write(text)
        if !isShown { screen.forget() }
    }

    /// - Returns: false when the terminal has not taken all of `text`.
    private func write(_ text: String) throws(SystemError) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { buffer in
                retryingInterrupts { Glibc.write(output, buffer.baseAddress, buffer.count) }
            }
            if count > 0 {
                rest = rest.dropFirst(count)
                continue
            }
            guard count < 0, errno == EAGAIN else { throw SystemError("write to", "the terminal") }
            var waiting = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
            guard poll(&waiting, 1, Self.patience) > 0 else { return false }
        }
        return true
    }
}
