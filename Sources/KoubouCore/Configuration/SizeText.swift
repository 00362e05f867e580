/// Sizes in bytes as people write them: `65536`, `64K`, `64M`, `1G`; also `KiB`, `MiB`, `GiB`, the same powers of 1024.
public enum SizeText {
    public static let form = "a number of bytes, or with K, M or G"
    private static let units: [(suffix: String, bytes: Int)] = [("K", 1 << 10), ("M", 1 << 20), ("G", 1 << 30)]

    public static func parse(_ text: String) -> Int? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        var suffix = String(text.dropFirst(digits.count))
        if suffix.count == 3, suffix.hasSuffix("iB") { suffix.removeLast(2) }
        guard let number = Int(digits),
            let unit = suffix.isEmpty ? 1 : units.first(where: { $0.suffix == suffix })?.bytes
        else { return nil }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: unit)
        return overflow ? nil : bytes
    }

    /// The shortest form that `parse` reads as the same number: `64M`.
    public static func exact(_ bytes: Int) -> String {
        for (suffix, unit) in units.reversed() where bytes >= unit && bytes % unit == 0 {
            return "\(bytes / unit)\(suffix)"
        }
        return "\(bytes)"
    }

    /// `64 MiB`; rounded down to the largest unit of which there is at least one.
    public static func text(_ bytes: Int) -> String {
        for (suffix, unit) in units.reversed() where bytes >= unit { return "\(bytes / unit) \(suffix)iB" }
        return "\(bytes) bytes"
    }

    /// `64M`, `1.5G`: four characters at most up to 999 G, for a narrow column.
    public static func short(_ bytes: Int) -> String {
        guard let (suffix, unit) = units.last(where: { bytes >= $0.bytes }) else { return "\(bytes)" }
        let whole = bytes / unit
        return whole < 10 ? "\(whole).\(bytes % unit * 10 / unit)\(suffix)" : "\(whole)\(suffix)"
    }
}
