import Glibc
import KoubouCore

/// One client: its requests come in, the answers go out in the same order, and nobody else waits for it.
final class Connection {
    let descriptor: Int32
    let peer: Admission.Peer
    /// One of its requests was let in: it makes room for strangers last.
    var isAdmitted = false
    private unowned let gateway: Gateway
    private var stage = ConnectionStage.receiving
    private var parser: HTTPRequestParser
    /// Of the request whose body is on its way.
    private var admitted: Gateway.Admitted?
    private var outgoing = Outgoing()
    private var closesWhenWritten = false
    private var hasSeenEnd = false
    /// The clock of the stage: since when we wait for the client.
    private var since = MonotonicClock.now
    /// Bytes of the present request that have come.
    private var received = 0 { didSet { gateway.note(receivedBytes: received - oldValue) } }
    private var interest = (reading: true, writing: false)

    /// Bytes of answers that may wait for the client.
    private static let outgoingMax = 128 << 10
    private static let lingering: Duration = .seconds(2)
    /// The least that a body has to come with, beyond the time of a request.
    private static let bytesPerSecond = 64 << 10

    init(_ descriptor: Int32, _ peer: Admission.Peer, in gateway: Gateway) throws {
        (self.descriptor, self.peer, self.gateway) = (descriptor, peer, gateway)
        parser = HTTPRequestParser(bodyMax: gateway.settings.bodyMax)
        try gateway.loop.onReadable(descriptor) { [unowned self] in turn() }
    }

    /// Nothing holds the connection up but its client, and there is no whole request.
    var isIdle: Bool { stage.isReceiving && outgoing.isEmpty }

    /// Since when we wait for the client.
    var idleSince: Duration { since }

    /// True while it waits for something to happen in the queue.
    var isWatching: Bool { stage.isWatching }
    /// True when there may be news for it without any change of the queue.
    var looksByItself: Bool { stage.looksByItself }

    /// The socket is ready for something, or broken.
    func turn() {
        if interest.reading { receive() } else if !interest.writing { return close() }
        proceed()
    }

    private func receive() {
        let count = gateway.receive(from: descriptor) { bytes in
            switch stage {
            case .lingering: return
            case .conversing(let session): return session.take(bytes)
            case _ where closesWhenWritten: return  // nothing more is answered, so nothing more is kept
            case .receiving, .waiting, .streaming, .closed: break
            }
            if !parser.isInRequest { (since, received) = (MonotonicClock.now, 0) }
            received += bytes.count
            if stage.isReceiving, !gateway.hasRoom(for: received) {
                gateway.log.warn("too many large bodies come at once", ["client": peer.name])
                return refuse(.problem(HTTPProblem(.unavailable, "too many large bodies come at once: try again")))
            }
            parser.take(bytes)
        }
        switch count {
        case 0:
            hasSeenEnd = true
            // Who has gone wants no stream; answers may still be wanted by one who has only said all.
            switch stage {
            case .streaming, .conversing, .lingering: close()
            case .receiving, .waiting, .closed: break
            }
        case -1 where errno != EAGAIN: close()
        default: break
        }
    }

    /// Goes on as far as the client and the queue let us.
    func proceed() {
        while step() {}
        guard !stage.isClosed else { return }
        if hasSeenEnd, stage.isReceiving, outgoing.count < Self.outgoingMax { closesWhenWritten = true }
        if outgoing.isEmpty, closesWhenWritten, !stage.isAnswering {
            if hasSeenEnd { return close() }
            shutdown(descriptor, Int32(SHUT_WR))
            if !stage.isLingering { (stage, since) = (.lingering, MonotonicClock.now) }
        }
        updateInterest()
    }

    /// - Returns: true when there may be more to do at once.
    private func step() -> Bool {
        flush()
        guard outgoing.count < Self.outgoingMax, !closesWhenWritten || stage.isAnswering else { return false }
        switch stage {
        case .receiving: return takeRequest()
        case .waiting(let answer, let request):
            do {
                guard let response = try answer.look(at: MonotonicClock.now) else { return false }
                stage.release()
                respond(.response(response), to: request)
            } catch { respond(.response(gateway.response(to: error)), to: request) }
            return true
        case .streaming(let source, let end, let left): return pump(source, end, left)
        case .conversing(let session): return converse(session)
        case .lingering, .closed: return false
        }
    }

    private func takeRequest() -> Bool {
        do {
            switch try parser.next() {
            case .none: return false
            case .head(let request):
                do {
                    admitted = try gateway.admit(request, on: self)
                    if request.expectsContinue { outgoing += HTTPResponse.goOn }
                } catch { refuse(gateway.refused(error, request, peer), gateway.allowances(for: request)) }
            case .request(var request):
                let answer = gateway.answer(&request, admitted, on: self)
                admitted = nil
                respond(answer, to: request)
            }
        } catch { refuse(.problem(error)) }
        return true
    }

    /// Answers a request that was not read to its end: what follows can't be told from its rest.
    private func refuse(_ response: HTTPResponse, _ allowances: [HTTPHeaders.Field] = []) {
        var response = response
        response.headers += allowances
        parser = HTTPRequestParser(bodyMax: 0)  // what has come is of no use
        received = 0
        outgoing += response.head(.length(response.body.count), keepsConnection: false, date: gateway.date)
        outgoing += response.body
        (stage, closesWhenWritten, since) = (.receiving, true, MonotonicClock.now)
    }

    private func respond(_ answer: Answer, to request: HTTPRequest) {
        let keeps = request.keepsConnection && !gateway.isStopping
        since = MonotonicClock.now
        stage = .receiving
        received = 0
        switch answer {
        case .later(let pending):
            var request = request
            request.body = []  // who waits for long holds nothing
            stage = .waiting(pending, request)
            hear(pending)
        case .response(var response):
            response.headers += gateway.allowances(for: request)
            outgoing += response.head(.length(response.body.count), keepsConnection: keeps, date: gateway.date)
            if request.method != "HEAD" { outgoing += response.body }
            if !keeps { closesWhenWritten = true }
        case .stream(var response, let length, let source):
            response.headers += gateway.allowances(for: request)
            let end = length.map { .length($0) } ?? (request.isVersion11 ? HTTPResponse.End.chunked : .close)
            outgoing += response.head(end, keepsConnection: keeps, date: gateway.date)
            if !keeps || end == .close { closesWhenWritten = true }
            if request.method != "HEAD" {
                stage = .streaming(source, end, left: length)
                hear(source)
            }
        case .upgrade(let response, let session):
            outgoing += response.head(.close, keepsConnection: true, date: gateway.date)
            stage = .conversing(session)
            session.take(parser.rest()[...])
        }
    }

    private func hear(_ source: AnyObject) {
        (source as? any Announcing)?.announce { [weak self] in self?.proceed() }
    }

    private func pump(_ source: any BodySource, _ end: HTTPResponse.End, _ left: Int?) -> Bool {
        guard let piece = try? source.next() else {
            close()  // the only way to say that a body is not whole
            return false
        }
        switch piece {
        case .nothingYet: return false
        case .bytes(let bytes):
            if outgoing.isEmpty { since = MonotonicClock.now }
            outgoing += end == .chunked ? HTTPResponse.chunk(bytes) : bytes
            if let left { stage = .streaming(source, end, left: left - bytes.count) }
        case .end:
            if let left, left > 0 {
                close()  // a file that has become shorter
                return false
            }
            if end == .chunked { outgoing += HTTPResponse.lastChunk }
            stage.release()
            stage = .receiving
        }
        return true
    }

    private func converse(_ session: SocketSession) -> Bool {
        do {
            guard let bytes = try session.next() else { return false }
            if outgoing.isEmpty { since = MonotonicClock.now }
            outgoing += bytes
        } catch { outgoing += session.end(WebSocketClose(1011, gateway.problem(of: error).detail)) }
        guard session.hasEnded else { return true }
        endConversation()
        return false
    }

    private func endConversation() { (stage, closesWhenWritten, since) = (.lingering, true, MonotonicClock.now) }

    private func flush() {
        guard !outgoing.isEmpty else { return }
        let outcome = outgoing.send(to: descriptor) { since = MonotonicClock.now }
        if outcome == .broken { close() }
    }

    private func updateInterest() {
        var reading = !hasSeenEnd
        switch stage {
        case .receiving: reading = reading && outgoing.count < Self.outgoingMax
        case .waiting, .streaming: reading = reading && parser.buffered < HTTPRequestParser.headMax
        case .conversing(let session): reading = reading && session.takesMore
        case .lingering, .closed: break
        }
        let wanted = (reading: reading, writing: !outgoing.isEmpty)
        guard wanted != interest else { return }
        interest = wanted
        do { try gateway.loop.want(descriptor, reading: wanted.reading, writing: wanted.writing) } catch { close() }
    }

    /// Ends what has taken too long.
    func checkTime(at now: Duration) {
        let settings = gateway.settings
        switch stage {
        case .lingering: if now - since > Self.lingering { close() }
        case _ where !outgoing.isEmpty:
            if now - since > settings.requestTimeout {
                gateway.log.warn("dropped a client that reads too slowly", ["client": peer.name])
                guard case .conversing(let session) = stage else { return close() }
                outgoing += session.end(.tooSlow)
                endConversation()
                proceed()
            }
        case .receiving where parser.isInRequest:
            guard now - since > settings.requestTimeout + .seconds(received / Self.bytesPerSecond) else { return }
            refuse(.problem(HTTPProblem(.requestTimeout, "the request did not arrive in time")))
            proceed()
        case .receiving: if now - since > settings.idleTimeout { close() }
        case .waiting, .streaming, .conversing, .closed: proceed()
        }
    }

    /// The gateway is being stopped: what is being answered is brought to an end.
    func windDown() {
        if isIdle { return close() }
        stage.release()
        switch stage {
        case .waiting(let answer, let request): respond(.response(answer.giveUp()), to: request)
        case .streaming(_, let end, _):
            if case .length = end { break }
            if end == .chunked { outgoing += HTTPResponse.lastChunk }
            stage = .receiving
        case .conversing(let session):
            outgoing += session.end(.goingAway)
            endConversation()
        case .receiving, .lingering, .closed: break
        }
        closesWhenWritten = true
        proceed()
    }

    func close() {
        if stage.isClosed { return }
        stage.release()
        (stage, received) = (.closed, 0)
        gateway.forget(self)
    }
}
