/// How many tasks a load test hands in in a time.
public enum LoadRate {
    public static let form = "a number of tasks a second, or 10/m"
    private static let units: [(suffix: String, seconds: Double)] = [("/s", 1), ("/m", 60), ("/h", 3600)]

    /// Tasks a second; nil for what is no rate, and for none at all.
    public static func parse(_ text: String) -> Double? {
        let unit = units.first { text.hasSuffix($0.suffix) }
        let digits = text.dropLast(unit?.suffix.count ?? 0)
        guard digits.first?.isNumber ?? false, digits.allSatisfy({ ("0"..."9").contains($0) || $0 == "." }),
            let number = Double(digits), number > 0, number <= 1e6
        else { return nil }
        return number / (unit?.seconds ?? 1)
    }
}
