/// Header fields in their order; names in lower case.
public struct HTTPHeaders: Equatable, Sendable {
    public struct Field: Equatable, Sendable {
        public let name: String
        public let value: String
        public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
        var line: String { "\(name): \(value)\r\n" }
    }

    private var fields: [Field] = []

    public init() {}

    mutating func add(_ field: Field) { fields.append(field) }

    public var count: Int { fields.count }

    /// All values of `name`.
    public func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    /// The value of `name`, when it is there just once.
    public subscript(name: String) -> String? {
        let values = all(name)
        return values.count == 1 ? values[0] : nil
    }

    public func has(_ name: String) -> Bool { fields.contains { $0.name == name } }

    /// True for headers that only a proxy writes: then the client is not the process at the other end.
    public var isForwarded: Bool {
        fields.contains { $0.name == "forwarded" || $0.name == "via" || $0.name.hasPrefix("x-forwarded-") }
    }

    /// The words of a list (RFC 9110, section 5.6.1).
    public func words(_ name: String) -> [String] {
        all(name).flatMap { $0.utf8.split(separator: UInt8(ascii: ",")) }.map(trimmed)
    }

    /// The words of a list, in lower case.
    public func list(_ name: String) -> [String] { words(name).map { $0.lowercased() } }

    /// What stands in `Content-Type` before its parameters, in lower case.
    public var contentType: String? {
        self["content-type"].map { trimmed($0.utf8.prefix { $0 != UInt8(ascii: ";") }).lowercased() }
    }

    /// True when an answer of that type, such as `text/event-stream`, is welcome (RFC 9110, section 12.5.1).
    public func accept(_ type: String) -> Bool {
        let ranges = list("accept").map { $0.utf8.split(separator: UInt8(ascii: ";")).map(trimmed) }
        let group = type.prefix { $0 != "/" } + "/*"
        let match = [type, String(group), "*/*"].lazy.compactMap { name in ranges.first { $0.first == name } }.first
        guard let match else { return ranges.isEmpty }
        return !match.dropFirst().contains { ["q=0", "q=0.0", "q=0.00", "q=0.000"].contains($0) }
    }

    private func trimmed(_ text: Substring.UTF8View) -> String {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        var text = text.drop(while: isBlank)
        while let last = text.last, isBlank(last) { text.removeLast() }
        return String(Substring(text))
    }
}
