import Glibc
import KoubouCore

/// Keeps a `ProgressLine` on the terminal behind stderr, and nothing anywhere else.
final class ProgressBar {
    private var line: ProgressLine
    private var rate = ProgressRate()
    private var drawn = ""

    /// It is looked at this often, and drawn when it has changed.
    private static let pause: Duration = .milliseconds(100)

    /// Nil where there is no terminal, or nothing to show.
    init?(total: Int) {
        guard total > 1, Terminal.canRedraw(STDERR_FILENO) else { return nil }
        line = ProgressLine(total: total)
    }

    /// Redraws itself on `loop` with the numbers of `progress`.
    func run(on loop: EventLoop, _ progress: @escaping () -> (done: Int, failed: Int)) {
        loop.after(Self.pause) { [self] in
            (line.done, line.failed) = progress()
            rate.note(line.done, at: MonotonicClock.now)
            line.rate = rate.perSecond
            draw(line.text(width: Terminal.size(of: STDERR_FILENO).columns - 1))
            run(on: loop, progress)
        }
    }

    /// Takes the line away.
    func clear() { draw("") }

    private func draw(_ text: String) {
        guard text != drawn else { return }
        drawn = text
        writeAll("\r\(text)\u{1b}[K", to: STDERR_FILENO)
    }
}
