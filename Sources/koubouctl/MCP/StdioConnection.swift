import Glibc
import KoubouCore

/// The Model Context Protocol on stdin and stdout: a message a line, answered as soon as its answer is there.
final class StdioConnection {
    private let loop: EventLoop
    private let queue: QueueConnection
    private let server: MCPServer
    private let watch: QueueWatch
    private let outbox: Outbox
    private let conversation: MCPConversation
    private var splitter = FrameSplitter()
    /// Messages that came and are not handled yet, from `next` on.
    private var inbox: [FrameSplitter.Frame] = []
    private var next = 0
    private var isReading = false
    private var isAtEnd = false
    private var status: Int32 = 0

    /// Bytes of a message that is not usual.
    private static let large = 1 << 20
    private var hasHadLarge = false
    /// How long a client that has closed our stdin may read nothing of the last answers.
    private static let farewell: Duration = .seconds(2)
    private var farewell: EventLoop.TimerID?

    init(_ context: Context) throws {
        let loop = try EventLoop()
        let queue = QueueConnection(home: context.home, tell: context.tell)
        let settings = ((try? context.configuration()) ?? Configuration()).log
        let server = try MCPServer(context, .stdio, on: loop, queue, .server("mcp", in: context.home, settings)) {
            try context.configuration()
        }
        (self.loop, self.queue, self.server) = (loop, queue, server)
        outbox = Outbox(STDOUT_FILENO, on: loop)
        // Who has started us is our own user.
        conversation = MCPConversation(
            with: Admission.Client(token: nil, right: .admin), of: server, sink: outbox)
        watch = QueueWatch(queue, on: loop, while: { server.isWatchNeeded }) { store, hasChanged in
            try server.look(store, hasChanged: hasChanged)
        }
    }

    /// - Returns: the exit status: 0 when the client has ended the connection, 128+n when signal n has.
    func run() throws -> Int32 {
        for signal in [SIGTERM, SIGINT, SIGHUP] {
            try loop.onSignal(signal) { [self] in
                status = 128 + signal
                loop.stop()
            }
        }
        outbox.onRoom = { [self] in
            if isAtEnd { hurry() }
            if server.isWatchNeeded { try? watch.start() }  // it pauses while nobody could be told anything
            try work()
        }
        queue.onLoss = { [self] error in
            server.log.failed(error)
            watch.forget()
            server.waits.fail(error)
        }
        server.onWait = { [watch] in try watch.start() }
        server.onChange = { [watch] in watch.noteOwnChange() }
        try read(true)
        try loop.run()
        server.log.ended(by: status)
        watch.stop()
        outbox.handBack()
        return status
    }

    private func read(_ isWanted: Bool) throws {
        guard isWanted != isReading else { return }
        isReading = isWanted
        guard isWanted else { return loop.removeReadable(STDIN_FILENO) }
        do { try loop.onReadable(STDIN_FILENO) { [self] in try receive() } } catch {
            guard error.code == EPERM else { throw error }
            readFile()  // which always has something
        }
    }

    private func readFile() {
        loop.after(.zero) { [self] in
            guard isReading else { return }
            try receive()
            if isReading { readFile() }
        }
    }

    private func receive() throws {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = retryingInterrupts { Glibc.read(STDIN_FILENO, &buffer, buffer.count) }
        if count < 0, errno == EAGAIN { return }
        if count > 0 {
            inbox += splitter.frames(buffer[..<count])
        } else {
            isAtEnd = true
            hurry()
            if let last = splitter.last() { inbox.append(last) }
        }
        try work()
    }

    /// Handles what has come, as long as the client reads the answers.
    private func work() throws {
        while next < inbox.count, !outbox.isFull {
            next += 1
            handle(inbox[next - 1])
        }
        if next == inbox.count { empty() }
        try read(inbox.isEmpty && !outbox.isFull && !isAtEnd)
        if isAtEnd, inbox.isEmpty { leave() }
    }

    private func empty() {
        (inbox, next) = ([], 0)
        // Nothing of a long message is held any more; what it took is not needed again.
        if hasHadLarge { returnFreeMemory() }
        hasHadLarge = false
    }

    private func leave() {
        server.finish()
        if outbox.isEmpty { loop.stop() }
    }

    /// Ends also when nobody reads the last answers.
    private func hurry() {
        loop.cancel(farewell)
        farewell = loop.after(Self.farewell) { [self] in loop.stop() }
    }

    private func handle(_ frame: FrameSplitter.Frame) {
        switch frame {
        case .text(let text):
            conversation.take(text, outbox) { [outbox] in if let answer = $0 { outbox.send(answer) } }
            if text.utf8.count > Self.large { hasHadLarge = true }
        case .unreadable: outbox.send(server.log.refusal(.unreadable("the line is not UTF-8")))
        case .tooLong: outbox.send(server.log.refusal(.unreadable("the line is too long")))
        }
    }
}
