/// Takes requests out of the bytes of a connection, one after another, however they were cut.
public struct HTTPRequestParser {
    public enum Event: Equatable {
        /// The head is there, and a body will follow: the time to refuse it, or to ask for it.
        case head(HTTPRequest)
        case request(HTTPRequest)
    }

    public static let headMax = 16 << 10
    private let bodyMax: Int
    private var buffer: [UInt8] = []
    /// Where what is not read yet begins.
    private var start = 0
    /// Where the search for the end of the head goes on, and the line that it is in.
    private var scanned = 0
    private var lineStart = 0
    private var stage = Stage.head
    /// Those that have come before a request.
    private var blankLines = 0
    private static let blankLinesMax = 4

    private enum Stage {
        case head
        case fixed(HTTPRequest, length: Int)
        case chunked(HTTPRequest, ChunkedBody)
    }

    public init(bodyMax: Int) { self.bodyMax = bodyMax }

    /// Bytes that wait to be read.
    public var buffered: Int { buffer.count - start }

    /// True when a request has begun and is not complete.
    public var isInRequest: Bool {
        if case .head = stage { buffered > 0 } else { true }
    }

    /// Takes what has come beyond the last request: another protocol begins there.
    public mutating func rest() -> [UInt8] {
        defer { drop(buffered) }
        return Array(buffer[start...])
    }

    public mutating func take(_ bytes: ArraySlice<UInt8>) { buffer += bytes }

    /// The next thing that the bytes hold; nil when more of them are needed. After an error nothing that follows on the
    /// connection can be trusted.
    public mutating func next() throws(HTTPProblem) -> Event? {
        switch stage {
        case .head:
            guard let head = try takeHead() else { return nil }
            let request = try HTTPHeadParser.request(head)
            if request.headers.has("expect"), request.headers["expect"]?.lowercased() != "100-continue" {
                throw HTTPProblem(.expectationFailed, "100-continue is the only expectation", field: "Expect")
            }
            switch request.framing {
            case .length(0): return .request(request)
            case .length(let length):
                guard length <= bodyMax else { throw .bodyTooLarge(bodyMax) }
                stage = .fixed(request, length: length)
            case .chunked: stage = .chunked(request, ChunkedBody(limit: bodyMax))
            }
            return .head(request)
        case .fixed(var request, let length):
            stage = .head  // so that the body has one owner, and is not copied
            let piece = buffer[start...].prefix(length - request.body.count)
            request.body += piece
            drop(piece.count)
            guard request.body.count == length else {
                stage = .fixed(request, length: length)
                return nil
            }
            return .request(request)
        case .chunked(var request, var body):
            stage = .head
            drop(try body.take(buffer[start...]))
            guard body.isComplete else {
                stage = .chunked(request, body)
                return nil
            }
            request.body = body.bytes
            return .request(request)
        }
    }

    private mutating func takeHead() throws(HTTPProblem) -> ArraySlice<UInt8>? {
        while scanned < buffer.count {
            let byte = buffer[scanned]
            scanned += 1
            guard byte == 0x0a else { continue }
            guard scanned - start <= Self.headMax else { throw tooLong }
            guard scanned - lineStart >= 2, buffer[scanned - 2] == 0x0d else {
                throw HTTPHeadParser.bad("a line does not end in CR LF")
            }
            guard scanned - lineStart == 2 else {
                lineStart = scanned
                continue
            }
            guard lineStart > start else {
                // An empty line before a request: RFC 9112, section 2.2. Without end they would keep a connection alive.
                blankLines += 1
                guard blankLines <= Self.blankLinesMax else { throw HTTPHeadParser.bad("there is no request") }
                drop(2)
                continue
            }
            blankLines = 0
            let head = buffer[start..<lineStart]
            drop(scanned - start)
            return head
        }
        guard buffered <= Self.headMax else { throw tooLong }
        return nil
    }

    private var tooLong: HTTPProblem {
        lineStart == start
            ? HTTPProblem(.uriTooLong, "the request line is longer than \(SizeText.text(Self.headMax))")
            : HTTPProblem(.headTooLarge, "the head is longer than \(SizeText.text(Self.headMax))")
    }

    private mutating func drop(_ count: Int) {
        start += count
        if start == buffer.count || start > 1 << 20 {
            buffer.removeSubrange(..<start)
            start = 0
        }
        (scanned, lineStart) = (start, start)
    }
}
