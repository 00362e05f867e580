import Glibc
import KoubouCore
import Testing

/// An HTTP server on loopback that says what a test tells it to. It ends with its owner.
final class StubServer: Sendable {
    struct Request: Sendable {
        /// `POST /api/chat`.
        let line: String
        let head: String
        let body: String
    }

    /// What is done about a request, in order; then the connection is closed.
    enum Step: Sendable {
        case send(String)
        /// Goes on when the test says so, or when the client has gone.
        case await(Latch)
    }

    let port: UInt16
    private let listener: Int32
    private let state: State

    private final class State: @unchecked Sendable {
        private var mutex = pthread_mutex_t()
        private var seen: [Request] = []
        let answer: @Sendable (Request, Int) -> [Step]

        init(_ answer: @escaping @Sendable (Request, Int) -> [Step]) {
            self.answer = answer
            pthread_mutex_init(&mutex, nil)
        }

        /// - Returns: how many requests came before.
        func note(_ request: Request) -> Int {
            pthread_mutex_lock(&mutex)
            defer { pthread_mutex_unlock(&mutex) }
            seen.append(request)
            return seen.count - 1
        }

        var requests: [Request] {
            pthread_mutex_lock(&mutex)
            defer { pthread_mutex_unlock(&mutex) }
            return seen
        }
    }

    /// - Parameter answer: by the request and how many came before it.
    init(_ answer: @escaping @Sendable (_ request: Request, _ number: Int) -> [Step]) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) | listen(listener, 64) | getsockname(listener, $0, &length)
            }
        }
        try #require(status == 0)
        port = UInt16(bigEndian: address.sin_port)
        let state = State(answer)
        (self.listener, self.state) = (listener, state)
        Background.run {
            while true {
                let connection = accept(listener, nil, nil)
                // Not before: the number could be that of another test's socket, which would be served here then.
                guard connection >= 0 else { return _ = close(listener) }
                Background.run { Self.serve(connection, state) }
            }
        }
    }

    deinit { shutdown(listener, Int32(SHUT_RDWR)) }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.requests }

    private static func serve(_ connection: Int32, _ state: State) {
        defer { close(connection) }
        guard let request = read(connection) else { return }
        for step in state.answer(request, state.note(request)) {
            switch step {
            case .send(let text): if !sendAll(text, to: connection) { return }
            case .await(let latch): latch.wait(orEndOf: connection)
            }
        }
    }

    private static func read(_ connection: Int32) -> Request? {
        let blankLine = Array("\r\n\r\n".utf8)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let end = bytes.indices.first(where: { bytes[$0...].starts(with: blankLine) }) {
                let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
                let length = lines.first { $0.lowercased().hasPrefix("content-length:") }?.split(separator: " ").last
                let body = bytes[(end + 4)...]
                if body.count >= length.flatMap({ Int($0) }) ?? 0 {
                    return Request(
                        line: lines.first.map(String.init) ?? "", head: lines.joined(separator: "\n"),
                        body: String(decoding: body, as: UTF8.self))
                }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
        }
    }

    private static func sendAll(_ text: String, to connection: Int32) -> Bool {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }
}

/// Opened once; who waits for it goes on then.
final class Latch: Sendable {
    private let reader: Int32
    private let writer: Int32

    init() throws { (reader, writer) = try makePipe() }

    deinit {
        close(reader)
        close(writer)
    }

    func open() { _ = writeAll("x", to: writer) }

    func wait(orEndOf connection: Int32) {
        var waiting = [pollfd(fd: reader, events: Int16(POLLIN), revents: 0), pollfd(fd: connection, events: 0x2000, revents: 0)]
        _ = retryingInterrupts { poll(&waiting, 2, -1) }  // 0x2000 is POLLRDHUP
    }
}
