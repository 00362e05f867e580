import Glibc
import KoubouCore

/// `koubouctl serve` at work: takes connections, hands requests to the interface, and tells those who wait of changes.
final class Gateway {
    let loop: EventLoop
    let log: Log
    private(set) var settings: ServeSettings
    private(set) var isStopping = false
    private let context: Context
    private let store: Store
    private let listeners: [Listener]
    private let tokens: TokenFile
    private var api: GatewayAPI
    private var limiter: RateLimiter
    private var connections: [Int32: Connection] = [:]
    private let connectionsMax: Int
    private let queue: QueueConnection
    private let mcp: MCPServer
    private var changes: QueueWatch?
    private var isSweeping = false
    /// Of all requests that have begun to come.
    private var receivedBytes = 0
    private var dated = (second: Int64(-1), text: "")
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    /// Bodies of the largest size that may come at once.
    private static let largeBodiesMax = 4
    /// So little is always taken, or a few large bodies would keep out everybody.
    private static let smallBody = 1 << 16
    /// Descriptors that are kept for other things than connections.
    private static let filesKept = 64
    private static let windDownLimit: Duration = .seconds(5)

    init(_ configuration: Configuration, _ listeners: [Listener], _ tokens: TokenFile, in context: Context) throws {
        (self.context, self.listeners, self.tokens) = (context, listeners, tokens)
        store = try context.store
        settings = configuration.serve
        loop = try EventLoop()
        log = .server("serve", in: context.home, configuration.log)
        queue = QueueConnection(of: store, tell: context.tell)
        mcp = try MCPServer(context, .http, on: loop, queue, log) { configuration }
        api = GatewayAPI(
            configuration, in: context, store: store, try GatewayMemory(store), MCPEndpoint(mcp),
            GroupCommit(store, on: loop, log, in: context), folder: try workingDirectory())
        limiter = RateLimiter(configuration.serve.rate)
        connectionsMax = min(configuration.serve.connectionsMax, max(1, raiseFileLimit() - Self.filesKept))
    }

    /// - Returns: the exit status.
    func run() throws -> Int32 {
        for signal in [SIGTERM, SIGINT] { try loop.onSignal(signal) { [self] in stop() } }
        try loop.onSignal(SIGHUP) { [self] in reload() }
        let changes = QueueWatch(queue, on: loop, while: { [self] in isWatchNeeded }) { [self] store, hasChanged in
            do { try mcp.look(store, hasChanged: hasChanged) } catch { mcp.waits.fail(error) }
            tell(hasChanged: hasChanged)
        }
        self.changes = changes
        queue.onLoss = { [loop] error in loop.after(.zero) { throw error } }
        mcp.onWait = { try changes.start() }
        mcp.onChange = { changes.noteOwnChange() }
        api.commit.onStored = { changes.noteOwnChange() }
        for listener in listeners { try loop.onReadable(listener.descriptor) { [self] in try accept(at: listener) } }
        let addresses = listeners.map(\.url).joined(separator: " ")
        try store.becomeGateway(ProcessIdentity.current, at: addresses, since: Clock.now)
        defer { try? store.retireGateway(ProcessIdentity.current) }
        log.info("gateway started", ["listen": addresses])
        for listener in listeners { context.print("listening at \(listener.url)") }
        context.flush()
        try loop.run()
        log.info("gateway stopped")
        return 0
    }

    private func accept(at listener: Listener) throws {
        defer { sweepLater() }
        // A few at a time, so that those who are there get their turn.
        for _ in 0..<64 {
            guard let descriptor = nextConnection(at: listener.descriptor) else {
                if errno == EMFILE || errno == ENFILE, dropIdlest() { continue }
                return
            }
            guard connections.count < connectionsMax || dropIdlest() else {
                close(descriptor)  // all of them are at work
                continue
            }
            do {
                let connection = try Connection(descriptor, listener.peer(of: descriptor), in: self)
                connections[descriptor] = connection
                connection.turn()  // what it asks may be there: then it makes no room for the next one
            } catch { close(descriptor) }
        }
    }

    /// Makes room: of those who have sent no whole request, the one that has taken longest goes; strangers first.
    private func dropIdlest() -> Bool {
        let idle = connections.values.filter(\.isIdle)
        let strangers = idle.filter { !$0.isAdmitted }
        guard let idlest = (strangers.isEmpty ? idle : strangers).min(by: { $0.idleSince < $1.idleSince }) else {
            return false
        }
        idlest.close()
        return true
    }

    func forget(_ connection: Connection) {
        loop.removeReadable(connection.descriptor)
        connections.removeValue(forKey: connection.descriptor)
        close(connection.descriptor)
        if isStopping, connections.isEmpty { loop.stop() }
    }

    /// Reads what there is into the one buffer of all connections.
    func receive(from descriptor: Int32, _ body: (ArraySlice<UInt8>) -> Void) -> Int {
        let count = retryingInterrupts { recv(descriptor, &buffer, buffer.count, 0) }
        if count > 0 { body(buffer[..<count]) }
        return count
    }

    func note(receivedBytes: Int) { self.receivedBytes += receivedBytes }

    /// False when a request of which `received` bytes have come is one too many of the large ones.
    func hasRoom(for received: Int) -> Bool {
        received <= Self.smallBody || receivedBytes <= Self.largeBodiesMax * settings.bodyMax
    }

    /// What a request asks for, and who may ask: found out from its head, once.
    struct Admitted {
        let route: Route
        let parameters: [String]
        let client: Admission.Client
    }

    /// - Parameter admitted: what was found when the head came; nil for a request that is all head.
    func answer(_ request: inout HTTPRequest, _ admitted: Admitted?, on connection: Connection) -> Answer {
        do {
            if request.method == "OPTIONS" { return .response(try api.options(request)) }
            let admitted = try admitted ?? admit(request, on: connection)
            let answer = try api.answer(&request, admitted.route, admitted.parameters, admitted.client)
            if admitted.route.right ?? .read > .read { changes?.noteOwnChange() }
            switch answer {
            case .later(let pending):
                (pending as? CommittedAnswer)?.change = [
                    "client": admitted.client.token ?? connection.peer.name, "request": described(request),
                ]
                if pending.waitsForQueue { try changes?.start() }
            case .stream, .upgrade: try changes?.start()
            case .response: break
            }
            return answer
        } catch { return .response(refused(error, request, connection.peer)) }
    }

    func admit(_ request: HTTPRequest, on connection: Connection) throws -> Admitted {
        let admitted = try recognise(request, on: connection)
        try limiter.take(admitted.client.token, at: MonotonicClock.now)
        return admitted
    }

    private func recognise(_ request: HTTPRequest, on connection: Connection) throws -> Admitted {
        let client: Admission.Client
        let peer = connection.peer
        let found = Result { try Route.find(request.method, request.target) }
        if case .success((let route, let parameters)) = found, route.right == nil {
            return Admitted(
                route: route, parameters: parameters,
                client: Admission.Client(token: peer.isOwner ? nil : peer.name, right: .read))
        }
        do {
            let tokens = try Admission.hasCredentials(request) ? knownTokens() : []
            client = try api.admission.client(of: request, from: peer, tokens: tokens)
        } catch {
            // Whoever guesses tokens is slowed down, too.
            try limiter.take(peer.name, at: MonotonicClock.now)
            throw error
        }
        connection.isAdmitted = true
        let (route, parameters) = try found.get()
        if let right = route.right, client.right < right {
            throw HTTPProblem(.forbidden, "the token may only \(client.right.rawValue); this needs \(right.rawValue)")
        }
        return Admitted(route: route, parameters: parameters, client: client)
    }

    /// Who is not let in yet learns nothing of the file.
    private func knownTokens() throws -> [AccessToken] {
        do { return try tokens.current() } catch let error as TokenFileError {
            log.error("tokens can't be trusted", ["error": error.line])
            throw HTTPProblem(.unavailable, "no token can be checked just now: the gateway's log tells why")
        }
    }

    func refused(_ error: any Error, _ request: HTTPRequest, _ peer: Admission.Peer) -> HTTPResponse {
        let response = response(to: error)
        if [.unauthorized, .forbidden, .tooManyRequests].contains(response.status) {
            log.warn(
                "refused", ["client": peer.name, "request": described(request), "status": response.status.rawValue])
        }
        return response
    }

    /// Neither the query nor the body: they may hold what is nobody else's business.
    private func described(_ request: HTTPRequest) -> String { "\(request.method) \(request.target.path.prefix(200))" }

    /// What the page of another site is told that may read the answer.
    func allowances(for request: HTTPRequest) -> [HTTPHeaders.Field] {
        guard let origin = api.admission.allowedOrigin(of: request) else { return [] }
        return [
            .init("Access-Control-Allow-Origin", origin), .init("Vary", "Origin"),
            .init("Access-Control-Expose-Headers", "Mcp-Session-Id"),
        ]
    }

    /// The present moment for heads of answers, put into words once a second.
    var date: String {
        let now = Clock.now
        let second = now.millisecondsSince1970 / 1000
        if dated.second != second { dated = (second, HTTPDate.text(now)) }
        return dated.text
    }

    func response(to error: any Error) -> HTTPResponse { .problem(problem(of: error)) }

    /// What a client is told of an error, which is dealt with here.
    func problem(of error: any Error) -> HTTPProblem {
        let problem = HTTPProblem(of: error)
        if problem.status == .internalError { log.error("request failed", ["error": problem.detail]) }
        if case StoreError.gone = error { loop.after(.zero) { throw error } }
        return problem
    }

    private var isWatchNeeded: Bool { mcp.isWatchNeeded || connections.values.contains(where: \.isWatching) }

    /// Something may have happened in the queue.
    private func tell(hasChanged: Bool) {
        if hasChanged { api.memory.expire() }
        let watching = connections.values.filter(\.isWatching)
        for connection in watching where hasChanged || connection.looksByItself { connection.proceed() }
    }

    private func sweepLater() {
        guard !isSweeping, !connections.isEmpty else { return }
        isSweeping = true
        loop.after(min(.seconds(1), settings.requestTimeout / 2, settings.idleTimeout / 2)) { [self] in
            isSweeping = false
            for connection in Array(connections.values) { connection.checkTime(at: MonotonicClock.now) }
            sweepLater()
        }
    }

    private func reload() {
        log.reopen()
        do {
            let configuration = try context.configuration()
            settings = configuration.serve
            api = GatewayAPI(
                configuration, in: context, store: store, api.memory, api.mcp, api.commit, folder: api.folder)
            mcp.configuration = { configuration }
            limiter = RateLimiter(configuration.serve.rate)
            log.settings = configuration.log
            log.info("configuration read")
        } catch { log.error("configuration refused", ["error": (error as? any UserFacingError)?.line ?? "\(error)"]) }
    }

    /// Takes no more requests, lets answers out, and ends; at the second time at once.
    private func stop() {
        if isStopping { return loop.stop() }
        isStopping = true
        for listener in listeners {
            loop.removeReadable(listener.descriptor)
            listener.end()
        }
        api.commit.flush()  // what was stored is told so
        for connection in Array(connections.values) { connection.windDown() }
        if connections.isEmpty { return loop.stop() }
        loop.after(Self.windDownLimit) { [self] in loop.stop() }
    }
}
