/// One frame of a WebSocket (RFC 6455, section 5.2).
public struct WebSocketFrame: Equatable, Sendable {
    public enum Kind: UInt8, Sendable {
        case continuation = 0
        case text = 1
        case binary = 2
        case close = 8
        case ping = 9
        case pong = 10

        var isControl: Bool { rawValue >= 8 }
    }

    public let kind: Kind
    public let isFinal: Bool
    public let payload: [UInt8]

    public init(_ kind: Kind, _ payload: [UInt8], isFinal: Bool = true) {
        (self.kind, self.payload, self.isFinal) = (kind, payload, isFinal)
    }

    public static func text(_ text: String) -> WebSocketFrame { WebSocketFrame(.text, Array(text.utf8)) }

    public static func close(_ close: WebSocketClose) -> WebSocketFrame {
        guard let code = close.code else { return WebSocketFrame(.close, []) }
        return WebSocketFrame(.close, [UInt8(code >> 8), UInt8(code & 0xff)] + Array(close.reason.utf8.prefix(123)))
    }

    /// As it goes over the wire.
    /// - Parameter mask: four bytes, with which a client hides what it sends; nil: of a server.
    public func bytes(mask: [UInt8]? = nil) -> [UInt8] {
        let isMasked: UInt8 = mask == nil ? 0 : 0x80
        var bytes = [(isFinal ? 0x80 : 0) | kind.rawValue]
        func bigEndian(_ count: Int, _ size: Int) -> [UInt8] {
            (0..<size).map { UInt8(truncatingIfNeeded: count >> (8 * (size - 1 - $0))) }
        }
        switch payload.count {
        case ..<126: bytes.append(isMasked | UInt8(payload.count))
        case ..<65_536: bytes += [isMasked | 126] + bigEndian(payload.count, 2)
        default: bytes += [isMasked | 127] + bigEndian(payload.count, 8)
        }
        guard let mask else { return bytes + payload }
        return bytes + mask + payload.enumerated().map { $0.element ^ mask[$0.offset & 3] }
    }
}

/// Why a WebSocket ends (RFC 6455, section 7.4).
public struct WebSocketClose: Error, Equatable, Sendable {
    /// Nil: none is given.
    public let code: UInt16?
    public let reason: String

    public init(_ code: UInt16?, _ reason: String = "") { (self.code, self.reason) = (code, reason) }

    public static let goingAway = WebSocketClose(1001, "the gateway is being stopped")
    public static let tooSlow = WebSocketClose(1008, "messages are not read fast enough")
    public static let silent = WebSocketClose(1008, "pings are not answered")

    static func protocolError(_ reason: String) -> WebSocketClose { WebSocketClose(1002, reason) }
    static let notUTF8 = WebSocketClose(1007, "text is not UTF-8")
    static func tooLarge(_ limit: Int) -> WebSocketClose {
        WebSocketClose(1009, "a message is larger than \(SizeText.text(limit))")
    }

    /// Reads the payload of a close frame.
    init(payload: [UInt8]) throws(WebSocketClose) {
        guard !payload.isEmpty else {
            self.init(nil)
            return
        }
        guard payload.count >= 2 else { throw .protocolError("a close code has two bytes") }
        let code = UInt16(payload[0]) << 8 | UInt16(payload[1])
        guard
            [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014].contains(code)
                || (3000...4999).contains(code)
        else { throw .protocolError("the close code \(code) is none") }
        guard let reason = String(validating: payload.dropFirst(2), as: UTF8.self) else { throw .notUTF8 }
        self.init(code, reason)
    }
}
