/// An option as it is written, without the type of its value.
public protocol OptionSpelling: Sendable {
    /// With its dashes: `--priority`.
    var long: String { get }
    /// `-p`, or nil.
    var short: String? { get }
    /// `N` of `--priority N`; nil for a flag.
    var placeholder: String? { get }
    var help: String { get }
    /// What a shell may offer for the value.
    var kind: ValueKind { get }
    /// A value as it could be, for errors.
    var example: String { get }
    /// True when `a,b` stands for two values.
    var isList: Bool { get }
    /// Throws when `word` is no value of this option.
    func check(_ word: Word) throws(UsageError)
}

/// An option that a command takes, and how its value is read.
public struct CommandOption<Value>: OptionSpelling, Sendable {
    public let long: String
    public let short: String?
    public let placeholder: String?
    public let help: String
    public let kind: ValueKind
    public let example: String
    public private(set) var isList = false
    /// What a value must look like, for the error that says it doesn't.
    private let allowed: String
    private let reading: @Sendable (Word) -> Value?

    /// An option with a value; `read` returns nil for one that is not `allowed`.
    public init(
        _ long: String, short: String? = nil, _ placeholder: String, _ help: String, kind: ValueKind = .free,
        allowed: String, example: String? = nil, read: @escaping @Sendable (Word) -> Value?
    ) {
        (self.long, self.short, self.placeholder, self.help) = (long, short, placeholder, help)
        (self.kind, self.allowed, self.reading) = (kind, allowed, read)
        self.example = example ?? kind.example ?? placeholder
    }

    func read(_ word: Word) throws(UsageError) -> Value {
        if let value = reading(word) { return value }
        throw refusal(of: word.display, allowed: allowed, known: kind.known)
    }

    /// The error for a value that is not `allowed`.
    public func refusal(of value: String, allowed: String, known: [String] = []) -> UsageError {
        .notAllowed(option: long, value: value, allowed: allowed, known: known)
    }

    public func check(_ word: Word) throws(UsageError) { _ = try values(of: word) }

    /// The values that `word` stands for: one, or of a list as many as it has.
    func values(of word: Word) throws(UsageError) -> [Value] {
        guard isList else { return [try read(word)] }
        return try word.bytes.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            .map { part throws(UsageError) in try read(Word(bytes: Array(part))) }
    }

    /// The same option, whose values may also stand together, with commas between them.
    public var list: Self {
        var option = self
        option.isList = true
        return option
    }
}

extension CommandOption where Value == Bool {
    /// An option without a value.
    public static func flag(_ long: String, short: String? = nil, _ help: String) -> Self {
        CommandOption(flag: long, short: short, help)
    }

    private init(flag long: String, short: String?, _ help: String) {
        (self.long, self.short, self.placeholder, self.help) = (long, short, nil, help)
        (self.kind, self.example, self.allowed, self.reading) = (.free, "", "", { _ in true })
    }
}

extension CommandOption where Value == String {
    public static func text(
        _ long: String, short: String? = nil, _ placeholder: String, _ help: String, kind: ValueKind = .free,
        example: String? = nil
    ) -> Self {
        CommandOption(
            long, short: short, placeholder, help, kind: kind, allowed: "UTF-8 text that is not empty", example: example
        ) { $0.text.flatMap { $0.isEmpty ? nil : $0 } }
    }
}

extension CommandOption where Value == [UInt8] {
    public static func bytes(
        _ long: String, short: String? = nil, _ placeholder: String, _ help: String, kind: ValueKind = .free,
        example: String? = nil
    ) -> Self {
        CommandOption(
            long, short: short, placeholder, help, kind: kind, allowed: "something that is not empty", example: example
        ) { $0.bytes.isEmpty ? nil : $0.bytes }
    }
}

extension CommandOption where Value == Int {
    public static func number(
        _ long: String, short: String? = nil, _ placeholder: String, _ help: String, kind: ValueKind = .free,
        in range: ClosedRange<Int>, example: Int? = nil
    ) -> Self {
        let words =
            range.upperBound == .max
            ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
        return CommandOption(
            long, short: short, placeholder, help, kind: kind, allowed: "a whole number \(words)",
            example: "\(example ?? min(max(5, range.lowerBound), range.upperBound))"
        ) {
            $0.text.flatMap { Int($0) }.flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension CommandOption where Value == Duration {
    public static func duration(_ long: String, short: String? = nil, _ placeholder: String, _ help: String) -> Self {
        CommandOption(long, short: short, placeholder, help, allowed: DurationText.form, example: "90s") {
            $0.text.flatMap(DurationText.parse)
        }
    }
}

extension CommandOption where Value: RawRepresentable<String> & Sendable {
    /// An option whose value is one of a few words.
    public static func choice(
        _ long: String, short: String? = nil, _ placeholder: String, _ help: String, of values: [Value]
    ) -> Self {
        let words = values.map(\.rawValue)
        return CommandOption(
            long, short: short, placeholder, help, kind: .words(words),
            allowed: words.dropLast().joined(separator: ", ") + " or \(words.last ?? "")"
        ) { word in values.first { $0.rawValue == word.text } }
    }
}
