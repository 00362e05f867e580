/// One of the five fields of a cron expression: the values that it lets pass.
struct CronField: Equatable, Sendable {
    /// A bit for each value.
    private let bits: UInt64
    /// It begins with `*`: every value, or every nth.
    let isWildcard: Bool

    func contains(_ value: Int64) -> Bool { bits >> UInt64(value) & 1 == 1 }

    /// The values, rising.
    var values: [Int64] { (0..<64).filter(contains) }

    /// What a field is called, what it allows, and the names that stand for numbers.
    struct Kind: Sendable {
        let name: String
        let range: ClosedRange<Int>
        var names: [String] = []

        static let minute = Kind(name: "minute", range: 0...59)
        static let hour = Kind(name: "hour", range: 0...23)
        static let dayOfMonth = Kind(name: "day of the month", range: 1...31)
        static let month = Kind(
            name: "month", range: 1...12,
            names: ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
        /// 0 and 7 are Sunday.
        static let dayOfWeek = Kind(
            name: "day of the week", range: 0...7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])
        static let all = [minute, hour, dayOfMonth, month, dayOfWeek]
    }

    /// `*`, `5`, `1-5`, `*/15`, `8-18/2`, and lists of them with commas.
    init(_ text: Substring, _ kind: Kind) throws(RecurrenceError) {
        var bits: UInt64 = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            for value in try Self.values(part, kind) { bits |= 1 << UInt64(value) }
        }
        if kind.range.upperBound == 7, bits >> 7 & 1 == 1 { bits |= 1 }
        (self.bits, isWildcard) = (bits, text.hasPrefix("*"))
    }

    private static func values(_ part: Substring, _ kind: Kind) throws(RecurrenceError) -> StrideThrough<Int> {
        let halves = part.split(separator: "/", omittingEmptySubsequences: false)
        let bounds = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        let isRange = bounds.count == 2 || halves[0] == "*"
        guard halves.count <= 2, bounds.count <= 2, halves.count == 1 || isRange,
            let step = halves.count == 2 ? number(halves[1]) : 1, (1...kind.range.upperBound).contains(step),
            let low = halves[0] == "*" ? kind.range.lowerBound : value(bounds[0], kind),
            let high = halves[0] == "*" ? kind.range.upperBound : value(bounds[bounds.count - 1], kind), low <= high
        else { throw .notAField(String(part), kind.name, form: form(kind)) }
        return stride(from: low, through: high, by: step)
    }

    private static func value(_ text: Substring, _ kind: Kind) -> Int? {
        let number = number(text) ?? kind.names.firstIndex { !$0.isEmpty && $0 == text.lowercased() }
        return number.flatMap { kind.range.contains($0) ? $0 : nil }
    }

    /// Digits alone: `Int` would take a sign.
    private static func number(_ text: Substring) -> Int? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
    }

    private static func form(_ kind: Kind) -> String {
        let (low, high) = (kind.range.lowerBound, kind.range.upperBound)
        let names = kind.names.filter { !$0.isEmpty }
        let words = names.isEmpty ? "" : ", \(names[0]) to \(names[names.count - 1])"
        return "\(low) to \(high)\(words), * for all, 1-5 for a range, */5 for every fifth, 1,3 for a list"
    }
}
