/// The arguments of a tool's call, read with a reason and a remedy for each mistake.
public struct ToolArguments {
    private var fields: [String: Store.JSONField] = [:]
    private let reader: JSONReader

    /// - Parameters:
    ///   - json: an object.
    ///   - known: the names that there are.
    public init(_ json: String, known: [String], _ reader: JSONReader) throws {
        self.reader = reader
        for field in try reader.elementFields(ofJSON: json) {
            guard known.contains(field.key) else {
                let name = String(field.key.prefix(100))
                throw ToolMistake(
                    "unknown argument '\(name)'",
                    known.isEmpty ? "leave it out: the tool takes none" : suggestion(for: name, among: known))
            }
            guard fields.updateValue(field, forKey: field.key) == nil else {
                throw ToolMistake("\(field.key) is given twice", "give it once")
            }
        }
    }

    /// Nil when it is absent or null.
    public func field(_ name: String) -> Store.JSONField? {
        fields[name].flatMap { $0.kind == .null ? nil : $0 }
    }

    public func text(_ name: String) throws(ToolMistake) -> String? {
        guard let field = field(name) else { return nil }
        guard field.kind == .text, !field.text.isEmpty else { throw wrong(field, "a string that is not empty") }
        return field.text
    }

    public func word<Word: RawRepresentable<String> & CaseIterable>(_ name: String, of type: Word.Type)
        throws(ToolMistake)
        -> Word?
    {
        guard let field = field(name) else { return nil }
        guard field.kind == .text, let word = Word(rawValue: field.text) else {
            throw wrong(field, "one of " + Word.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return word
    }

    public func integer(_ name: String, in range: ClosedRange<Int>) throws(ToolMistake) -> Int? {
        guard let field = field(name) else { return nil }
        guard let number = field.wholeNumber.map({ Int($0) }), range.contains(number) else {
            let end = range.upperBound == .max ? "up" : "to \(range.upperBound)"
            throw wrong(field, "a whole number from \(range.lowerBound) \(end)")
        }
        return number
    }

    /// Seconds; what is more than `most` counts as that.
    public func seconds(_ name: String, atMost most: Duration) throws(ToolMistake) -> Duration? {
        guard let field = field(name) else { return nil }
        guard field.kind == .integer || field.kind == .real, let number = Double(field.text), number >= 0 else {
            throw wrong(field, "a number of seconds, 0 or more")
        }
        return number >= Double(most.components.seconds) ? most : .milliseconds(Int(number * 1000))
    }

    public func id(_ name: String) throws(ToolMistake) -> TaskID {
        guard let number = try integer(name, in: 1...Int.max) else { throw .missing(name, "the id of a task, like 42") }
        return TaskID(Int64(number))
    }

    /// Each once, in order.
    public func ids(_ name: String) throws -> [TaskID] {
        guard let field = field(name) else { throw ToolMistake.missing(name, "an array of task ids, like [41, 42]") }
        guard field.kind == .array else { throw wrong(field, "an array of task ids, like [41, 42]") }
        try refuse(field, "ids", unless: 1...Tool.idsMax)
        var ids: [TaskID] = []
        var seen: Set<TaskID> = []
        for element in try reader.elementFields(ofJSON: field.text) {
            guard let number = element.wholeNumber, number > 0 else {
                throw wrong(field, "an array of task ids, like [41, 42]")
            }
            if seen.insert(TaskID(number)).inserted { ids.append(TaskID(number)) }
        }
        return ids
    }

    /// The elements of an array; nil when it is absent.
    public func elements(_ name: String, of form: String, count: ClosedRange<Int>) throws -> [Store.JSONField]? {
        guard let field = field(name) else { return nil }
        guard field.kind == .array else { throw wrong(field, "an array of \(form)") }
        try refuse(field, form, unless: count)
        return try reader.elementFields(ofJSON: field.text)
    }

    /// Counted before they are looked at: millions would take their time.
    private func refuse(_ field: Store.JSONField, _ what: String, unless range: ClosedRange<Int>) throws {
        let count = try reader.count(ofArray: field.text)
        guard range.contains(count) else {
            throw ToolMistake("\(field.key) holds \(count) \(what)", "give \(range.lowerBound) to \(range.upperBound)")
        }
    }

    private func wrong(_ field: Store.JSONField, _ allowed: String) -> ToolMistake {
        let value = field.kind == .text ? "'\(field.text)'" : field.json
        let shown = value.count > 60 ? value.prefix(60) + "…" : value[...]
        return ToolMistake("\(field.key) is \(shown)", "give \(allowed)")
    }
}

/// A mistake in a tool's call, and how to mend it.
public struct ToolMistake: Error, Equatable, Sendable {
    public let what: String
    public let remedy: String

    public init(_ what: String, _ remedy: String) { (self.what, self.remedy) = (what, remedy) }

    public static func missing(_ name: String, _ form: String) -> ToolMistake {
        ToolMistake("\(name) is missing", "give \(form)")
    }
}
