/// How the value of a setting is written: what is allowed, in words, how it is read, and how it is shown.
struct ValueText<Value> {
    let allowed: String
    /// Nil for what is not allowed.
    let read: (String) -> Value?
    /// What `read` takes for the same value; nil when nothing is set.
    let show: (Value) -> String?
}

extension ValueText where Value == Int {
    static func number(_ range: ClosedRange<Int>) -> Self {
        let bound = range.upperBound == .max ? "up" : "to \(range.upperBound)"
        return ValueText(
            allowed: "a whole number from \(range.lowerBound) \(bound)",
            read: { Int($0).flatMap { range.contains($0) ? $0 : nil } }, show: { "\($0)" })
    }

    /// A number of bytes.
    static func size(atLeast least: Int = 0) -> Self {
        ValueText(
            allowed: SizeText.form, read: { SizeText.parse($0).flatMap { $0 >= least ? $0 : nil } },
            show: SizeText.exact)
    }
}

extension ValueText where Value == Double {
    static var ratio: Self {
        ValueText(
            allowed: "a number above 0, such as 2 or 0.5",
            read: { text in
                guard text.allSatisfy({ $0.isASCII && $0.isNumber || $0 == "." }) else { return nil }
                return Double(text).flatMap { $0 > 0 && $0 <= 1e6 ? $0 : nil }
            }, show: shortest)
    }

    static var percentage: Self {
        ValueText(
            allowed: "a percentage from 0 to 100; 100 for no limit",
            read: { Double($0).flatMap { (0...100).contains($0) ? $0 : nil } }, show: shortest)
    }

    private static func shortest(_ number: Double) -> String {
        number == number.rounded() ? "\(Int(number))" : "\(number)"
    }
}

extension ValueText where Value == Duration {
    static func duration(atLeast least: Duration = .zero, of what: String = "") -> Self {
        let bound = least == .zero || !what.isEmpty ? "" : "; at least \(DurationText.text(least))"
        return ValueText(
            allowed: DurationText.form + what + bound,
            read: { DurationText.parse($0).flatMap { $0 >= least ? $0 : nil } },
            show: { $0 == .zero ? "0" : DurationText.text($0) })
    }
}

extension ValueText where Value == Duration? {
    /// 0 is no limit.
    static var timeLimit: Self {
        ValueText(
            allowed: "\(DurationText.form); 0 for none",
            read: { DurationText.parse($0).map { $0 == .zero ? nil : $0 } },
            show: { $0.map { DurationText.text($0) } ?? "0" })
    }
}

extension ValueText where Value: RawRepresentable<String> & CaseIterable {
    static var word: Self {
        ValueText(
            allowed: "one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))",
            read: { Value(rawValue: $0) }, show: \.rawValue)
    }
}

extension ValueText where Value == String {
    static var text: Self {
        ValueText(allowed: "text that is not empty", read: { $0.isEmpty ? nil : $0 }, show: { $0 })
    }

    /// A JSON text; that it is one, only its reader finds out.
    static var json: Self {
        ValueText(
            allowed: "JSON: an object, or a word in double quotes",
            read: { ["{": "}", "\"": "\""][$0.prefix(1)].map($0.hasSuffix) ?? false && $0.count > 1 ? $0 : nil },
            show: { $0 })
    }
}
