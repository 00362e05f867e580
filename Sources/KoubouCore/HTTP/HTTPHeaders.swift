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

    /// The words of a list, in lower case (RFC 9110, section 5.6.1).
    public func list(_ name: String) -> [String] {
        all(name).flatMap { $0.split(separator: ",") }.map { trimmed(String($0)).lowercased() }
    }

    /// What stands in `Content-Type` before its parameters, in lower case.
    public var contentType: String? {
        self["content-type"].map { trimmed(String($0.prefix { $0 != ";" })).lowercased() }
    }

    private func trimmed(_ text: String) -> String {
        func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
        return String(text.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}
