/// JSON is read by SQLite's own functions.
extension Store {
    /// A member of a JSON object.
    public struct JSONField: Sendable {
        public enum Kind: String, Sendable { case null, `true`, `false`, integer, real, text, array, object }
        public let key: String
        public let kind: Kind
        /// A string without its quotes; numbers and what is nested as JSON.
        public let text: String

        public init(key: String, kind: Kind, text: String) { (self.key, self.kind, self.text) = (key, kind, text) }

        /// A whole number, also where it is written as 7.0; nil for anything else.
        public var wholeNumber: Int64? {
            switch kind {
            case .integer: Int64(text)
            case .real: Double(text).flatMap { Int64(exactly: $0) }
            default: nil
            }
        }

        /// A number of seconds, or a duration like "5m"; nil for anything else.
        public var duration: Duration? {
            switch kind {
            case .integer, .real: Double(text).flatMap(DurationText.seconds)
            case .text: DurationText.parse(text)
            default: nil
            }
        }

        /// As JSON again.
        public var json: String {
            switch kind {
            case .text: JSONText.quoted(text)
            case .null, .true, .false: kind.rawValue
            case .integer, .real, .array, .object: text
            }
        }
    }

    /// Reads JSON by the functions of the queue's own connection.
    public var json: JSONReader { JSONReader(database) }

    /// The members of a JSON object, in order: strings as they are, numbers and what is nested as JSON, null as nil.
    public func members(ofJSON object: String) throws(StoreError) -> [(key: String, value: String?)] {
        try json.members(ofJSON: object)
    }

    /// True when `text` is a whole JSON text.
    public func isJSON(_ text: String) throws(StoreError) -> Bool {
        try database.first("SELECT json_valid(?1)", text) { row throws(StoreError) in try row.get(0) } ?? false
    }

    /// What is at `path` of a JSON text, as JSON and as it was written; nil when nothing is.
    public func json(in text: String, at path: String) throws(StoreError) -> String? {
        try json.json(in: text, at: path)
    }

    /// The text of the value at `path` (such as `$.tasks.pending`) of a JSON text; nil when it is absent or null.
    public func value(inJSON json: String, at path: String) throws(StoreError) -> String? {
        try self.json.value(inJSON: json, at: path)
    }
}
