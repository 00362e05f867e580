import Glibc
import KoubouCore
import Testing

/// `koubouctl serve` at a free port, for a test.
struct ServedHome {
    let home: Home
    let program: RunningProgram
    let port: UInt16

    init(_ home: Home, _ options: String...) throws {
        self.home = home
        program = try home.startGateway(["--listen", "127.0.0.1:0"] + options)
        let (program, end) = (self.program, " http://127.0.0.1:")
        try eventually(true) { program.stdout.contains(end) && program.stdout.hasSuffix("\n") || !program.isRunning }
        let line = try #require(program.stdout.split(separator: "\n").first, "\(program.stderr)")
        port = try #require(UInt16(line.split(separator: ":").last ?? ""))
    }

    var url: String { "http://127.0.0.1:\(port)" }

    func connect() throws -> HTTPConnection { try HTTPConnection(port: port) }

    /// One request on a connection of its own.
    func ask(_ method: String, _ path: String, _ body: String? = nil, _ headers: String...) throws -> HTTPConnection.Answer {
        let connection = try connect()
        connection.send(HTTPConnection.text(method, path, body, headers + ["Connection: close"]))
        return try connection.answer(isHead: method == "HEAD")
    }

    func get(_ path: String) throws -> HTTPConnection.Answer { try ask("GET", path) }
    func post(_ path: String, _ body: String? = nil) throws -> HTTPConnection.Answer { try ask("POST", path, body) }

    /// One value of the JSON at a path.
    func value(_ path: String, _ member: String) throws -> String { try home.json(get(path).text, member) }

    /// Hands in a task; returns its id.
    func delegate(_ body: String, at location: SourceLocation = #_sourceLocation) throws -> String {
        let answer = try post("/task/delegate", body)
        #expect(answer.status == 200, "\(answer.text)", sourceLocation: location)
        return try home.json(answer.text, "$.task_id")
    }
}

extension Home {
    func startGateway(_ options: [String]) throws -> RunningProgram {
        try start(words: ["koubouctl", "serve"] + options)
    }

    /// A home whose gateway takes shell tasks, and whose general tasks give back their prompt.
    static func served(_ settings: String = "") throws -> Home {
        let home = try Home()
        try home.configure("[serve]\nallow_types = general, shell\n\(settings)\n[type general]\ncommand = cat\n")
        return home
    }
}

/// A client that speaks HTTP byte by byte.
final class HTTPConnection {
    struct Answer {
        let status: Int
        /// Names in lower case.
        let headers: [(name: String, value: String)]
        let body: [UInt8]
        var text: String { String(decoding: body, as: UTF8.self) }
        func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    }

    private let descriptor: Int32
    private var buffer: [UInt8] = []
    /// Nothing is received past it: a stream that says that it is alive, and not what is waited for, must not hold a test for ever.
    private let deadline = MonotonicClock.now + .longRun

    init(port: UInt16) throws { descriptor = try #require(Self.dial(port), "nobody listens at port \(port)") }

    /// True when somebody listens there.
    static func canOpen(_ port: UInt16) -> Bool { dial(port).map { close($0) } == 0 }

    private static func dial(_ port: UInt16) -> Int32? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let status = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            close(descriptor)
            return nil
        }
        var limit = timeval(tv_sec: Int(Duration.patience.components.seconds), tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        return descriptor
    }

    deinit { close(descriptor) }

    static func text(_ method: String, _ path: String, _ body: String?, _ headers: [String]) -> String {
        var lines = ["\(method) \(path) HTTP/1.1"]
        if !headers.contains(where: { $0.hasPrefix("Host:") }) { lines.append("Host: localhost") }
        if let body {
            lines.append("Content-Length: \(body.utf8.count)")
            if !headers.contains(where: { $0.hasPrefix("Content-Type:") }) { lines.append("Content-Type: application/json") }
        }
        return (lines + headers + ["", body ?? ""]).joined(separator: "\r\n")
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(bytes: Array(text.utf8)) }

    @discardableResult
    func send(bytes: [UInt8]) -> Bool {
        var bytes = bytes[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            bytes = bytes.dropFirst(count)
        }
        return true
    }

    func ask(_ method: String, _ path: String, _ body: String? = nil) throws -> Answer {
        send(Self.text(method, path, body, []))
        return try answer()
    }

    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// True when the other end has closed, and has sent nothing more: sooner than it closes a connection that is silent.
    func isClosed() -> Bool {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return buffer.isEmpty && poll(&waiting, 1, 25_000) == 1 && !receive()
    }

    /// The next line that comes, without its end; nil at the end of the connection.
    func line() -> String? {
        while true {
            if let end = buffer.firstIndex(of: 0x0a) {
                defer { buffer.removeSubrange(...end) }
                return String(decoding: buffer[..<end].filter { $0 != 0x0d }, as: UTF8.self)
            }
            guard receive() else { return nil }
        }
    }

    func answer(isHead: Bool = false) throws -> Answer {
        let (status, headers) = try head()
        func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
        var body: [UInt8] = []
        if isHead || status == 204 || status == 100 {
        } else if header("transfer-encoding") == "chunked" {
            while let size = line().flatMap({ Int($0, radix: 16) }), size > 0 {
                body += try bytes(size)
                _ = line()
            }
            #expect(line() == "")
        } else if let length = header("content-length").flatMap({ Int($0) }) {
            body = try bytes(length)
        } else {
            while receive() {}
            body = buffer
            buffer = []
        }
        return Answer(status: status, headers: headers, body: body)
    }

    func head() throws -> (status: Int, headers: [(name: String, value: String)]) {
        let first = try #require(line(), "the connection was closed").split(separator: " ")
        var headers: [(name: String, value: String)] = []
        while let line = line(), !line.isEmpty {
            let colon = try #require(line.firstIndex(of: ":"))
            headers.append((line[..<colon].lowercased(), String(line[line.index(after: colon)...].drop { $0 == " " })))
        }
        return (try #require(Int(first[1])), headers)
    }

    func bytes(_ count: Int) throws -> [UInt8] {
        while buffer.count < count { try #require(receive(), "the body was cut") }
        defer { buffer.removeFirst(count) }
        return Array(buffer[..<count])
    }

    private func receive() -> Bool {
        guard MonotonicClock.now < deadline else { return false }
        var piece = [UInt8](repeating: 0, count: 65_536)
        let count = retryingInterrupts { recv(descriptor, &piece, piece.count, 0) }
        buffer += piece[..<max(count, 0)]
        return count > 0
    }
}
