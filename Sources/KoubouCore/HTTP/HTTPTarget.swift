/// What a request asks for: the path's segments and the query, decoded (RFC 3986, section 3).
public struct HTTPTarget: Equatable, Sendable {
    /// As it was sent, without the query.
    public let path: String
    public let segments: [String]
    public let query: [(name: String, value: String)]

    /// Reads the origin form; nil for what is none, or is not UTF-8 when it is decoded.
    public init?(_ text: String) {
        let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(parts[0])
        guard path.hasPrefix("/") else { return nil }
        var segments: [String] = []
        for segment in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let decoded = Self.decoded(segment, plusIsSpace: false) else { return nil }
            segments.append(decoded)
        }
        self.segments = segments
        var query: [(name: String, value: String)] = []
        for pair in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(sides[0], plusIsSpace: true),
                let value = Self.decoded(sides.count > 1 ? sides[1] : "", plusIsSpace: true)
            else { return nil }
            query.append((name, value))
        }
        self.query = query
    }

    /// All values of a parameter.
    public func all(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }

    /// The last value of a parameter.
    public subscript(name: String) -> String? { all(name).last }

    public static func == (left: HTTPTarget, right: HTTPTarget) -> Bool {
        left.path == right.path && left.segments == right.segments
            && left.query.elementsEqual(right.query, by: { $0 == $1 })
    }

    private static func decoded(_ text: Substring, plusIsSpace: Bool) -> String? {
        let isPlain = text.utf8.allSatisfy { $0 != 0 && $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "+") }
        if isPlain { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "%"):
                guard let high = rest.popFirst().flatMap(hexValue), let low = rest.popFirst().flatMap(hexValue) else {
                    return nil
                }
                bytes.append(high << 4 | low)
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
            default: bytes.append(byte)
            }
        }
        return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
    }
}

/// The value of a hexadecimal digit; nil for any other byte.
func hexValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
