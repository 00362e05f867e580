import Glibc
import KoubouCore

/// `koubouctl top` at work: keys, signals and changes of the queue come in, the screen goes out.
final class TopProgram {
    let store: Store
    private let source: TopSource
    private let screen: FullScreen
    private let loop: EventLoop
    private var state: TopState
    private var decoder = KeyDecoder()
    private var escapeTimer: EventLoop.TimerID?
    private var status: Int32 = 0
    private var seenVersion = -1
    private var readAt: Duration = .zero

    /// How often we look whether something has changed; without a change the screen is as old as `longestRest`.
    private static let pause: Duration = .milliseconds(200)
    private static let longestRest: Duration = .seconds(1)
    /// The rest of a key's sequence comes sooner.
    private static let escapeDelay: Duration = .milliseconds(50)

    init(_ store: Store, on screen: FullScreen, isUTF8: Bool) throws {
        (self.store, self.screen) = (store, screen)
        source = TopSource(store)
        loop = try EventLoop()
        state = TopState(home: store.home.path, isUTF8: isUTF8, size: screen.size)
    }

    /// - Returns: the exit status: 0, or `SignalEnd` when a signal ended it.
    func run() throws -> Int32 {
        for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] {
            try loop.onSignal(signal) { [self] in end(SignalEnd.status(of: signal)) }
        }
        try loop.onSignal(SIGWINCH) { [self] in try resize() }
        try loop.onSignal(SIGTSTP) { [self] in try rest() }
        try loop.onSignal(SIGCONT) { [self] in try takeTerminal() }
        try loop.onReadable(STDIN_FILENO) { [self] in try readKeys() }
        defer { screen.leave() }
        do {
            try takeTerminal()
            try refresh()
            lookLater()
            try loop.run()
        } catch let error as SystemError where error.code == EIO && isatty(STDIN_FILENO) == 0 {
            // The terminal has gone; its SIGCONT, or a look, came before its SIGHUP.
            return SignalEnd.status(of: SIGHUP)
        }
        return status
    }

    private func end(_ status: Int32) {
        self.status = status
        loop.stop()
    }

    private func lookLater() {
        loop.after(Self.pause) { [self] in
            try look()
            lookLater()
        }
    }

    private func look() throws {
        try store.refuseGone()
        let hasChanged = (try? store.dataVersion()) != seenVersion
        if hasChanged || MonotonicClock.now - readAt >= Self.longestRest { return try refresh() }
        noteTrouble { try readOutput() }
        try draw()
    }

    /// Reads the queue anew.
    private func refresh() throws {
        readAt = MonotonicClock.now
        noteTrouble {
            seenVersion = try store.dataVersion()
            let snapshot = try source.snapshot(filter: state.filter, page: state.page)
            state.take(snapshot, at: MonotonicClock.now)
            try readOutput()
        }
        try draw()
    }

    /// An output grows without any change of the queue.
    private func readOutput() throws {
        guard case .output(let pager) = state.mode else { return }
        let (lines, status) = try source.output(pager)
        state.take(lines, status: status)
    }

    /// What is wrong with the database is shown, and may be over the next time.
    private func noteTrouble(_ body: () throws -> Void) {
        do { try body() } catch { state.trouble = (error as? any UserFacingError)?.line ?? "\(error)" }
    }

    private func draw() throws { try screen.show(TopView.lines(state), size: state.size) }

    private func resize() throws {
        state.size = screen.size
        try draw()
    }

    private func takeTerminal() throws {
        try screen.enter()
        try resize()
    }

    /// Ctrl-Z: gives the terminal back and stops as any program does. Goes on right here, on SIGCONT, or at once where no shell
    /// could wake us.
    private func rest() throws {
        screen.leave()
        raise(SIGTSTP)
        var (stop, former) = (SignalSet.of(SIGTSTP), sigset_t())
        sigprocmask(SIG_UNBLOCK, &stop, &former)
        sigprocmask(SIG_SETMASK, &former, nil)
        try takeTerminal()
    }

    private func readKeys() throws {
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = retryingInterrupts { read(STDIN_FILENO, &buffer, buffer.count) }
        guard count != 0 else { return end(128 + SIGHUP) }  // the terminal is gone
        guard count > 0 else {
            if errno == EAGAIN { return }
            throw SystemError("read from", "the terminal")
        }
        try take(decoder.take(buffer[..<count]))
        loop.cancel(escapeTimer)
        escapeTimer = nil
        guard decoder.isWaiting else { return }
        escapeTimer = loop.after(Self.escapeDelay) { [self] in try take(decoder.flush()) }
    }

    private func take(_ keys: [Key]) throws {
        for key in keys {
            guard let action = state.handle(key) else { continue }
            if action == .quit { return end(0) }
            do { state.message = try perform(action) } catch let error as any UserFacingError {
                state.message = error.line
            }
            try refresh()
        }
        try draw()
    }
}
