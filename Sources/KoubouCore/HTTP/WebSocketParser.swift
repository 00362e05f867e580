/// Takes messages out of the bytes that a WebSocket's client sends, however they were cut (RFC 6455, section 5).
public struct WebSocketParser {
    public enum Event: Equatable {
        case text(String)
        case binary([UInt8])
        case ping([UInt8])
        case pong
        case close(WebSocketClose)
    }

    private let messageMax: Int
    private var buffer: [UInt8] = []
    /// Where what is not read yet begins.
    private var start = 0
    /// The message whose last fragment has not come: its kind, and what there is of it.
    private var message: (kind: WebSocketFrame.Kind, bytes: [UInt8])?

    /// - Parameter messageMax: bytes of one message, in all its fragments together.
    public init(messageMax: Int) { self.messageMax = messageMax }

    /// Bytes that wait to be read.
    public var buffered: Int { buffer.count - start }

    public mutating func take(_ bytes: ArraySlice<UInt8>) { buffer += bytes }

    /// The next thing that the bytes hold; nil when more of them are needed. After an error nothing that follows can be
    /// trusted.
    public mutating func next() throws(WebSocketClose) -> Event? {
        while let frame = try takeFrame() {
            switch frame.kind {
            case .close: return .close(try WebSocketClose(payload: frame.payload))
            case .ping: return .ping(frame.payload)
            case .pong: return .pong
            case .continuation:
                guard message != nil else { throw .protocolError("there is no message to go on with") }
                message?.bytes += frame.payload
            case .text, .binary:
                guard message == nil else { throw .protocolError("a message begins inside of another") }
                message = (frame.kind, frame.payload)
            }
            if frame.isFinal, let whole = message {
                message = nil
                guard whole.kind == .text else { return .binary(whole.bytes) }
                guard let text = String(validating: whole.bytes, as: UTF8.self) else { throw .notUTF8 }
                return .text(text)
            }
        }
        return nil
    }

    private mutating func takeFrame() throws(WebSocketClose) -> WebSocketFrame? {
        guard buffered >= 2 else { return nil }
        let (first, second) = (buffer[start], buffer[start + 1])
        guard first & 0x70 == 0 else { throw .protocolError("no extension was agreed on") }
        guard let kind = WebSocketFrame.Kind(rawValue: first & 0x0f) else {
            throw .protocolError("the opcode \(first & 0x0f) is none")
        }
        let isFinal = first & 0x80 != 0
        guard second & 0x80 != 0 else { throw .protocolError("a client must mask its frames") }
        var length = Int(second & 0x7f)
        if kind.isControl {
            guard isFinal else { throw .protocolError("a control frame can't be fragmented") }
            guard length < 126 else { throw .protocolError("a control frame holds 125 bytes at most") }
        }
        let sizeBytes = length == 126 ? 2 : length == 127 ? 8 : 0
        guard buffered >= 2 + sizeBytes else { return nil }
        if sizeBytes > 0 {
            let size = buffer[(start + 2)..<(start + 2 + sizeBytes)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard size >= (sizeBytes == 2 ? 126 : 65_536), size < 1 << 63 else {
                throw .protocolError("a length is not in its shortest form")
            }
            length = Int(size)
        }
        guard kind.isControl || length <= messageMax - (message?.bytes.count ?? 0) else { throw .tooLarge(messageMax) }
        let head = 2 + sizeBytes + 4
        guard buffered >= head, buffered - head >= length else { return nil }
        let mask = start + head - 4
        var payload = Array(buffer[(start + head)..<(start + head + length)])
        for index in payload.indices { payload[index] ^= buffer[mask + (index & 3)] }
        drop(head + length)
        return WebSocketFrame(kind, payload, isFinal: isFinal)
    }

    private mutating func drop(_ count: Int) {
        start += count
        if start == buffer.count || start > 65_536 {
            buffer.removeSubrange(..<start)
            start = 0
        }
    }
}
