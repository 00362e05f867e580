/// The time that Codex names when a usage limit is reached: `7:31 PM` of today, or `Nov 26th, 2026 7:31 PM`, of the local
/// clocks (codex-cli 0.163).
public enum CodexMoment {
    /// Reads the beginning of `text`; nil for anything else.
    public static func parse(_ text: String, now: Timestamp, in zone: LocalZone) -> Timestamp? {
        var words = text.split(separator: " ").map { $0.filter { $0 != "," && $0 != "." } }[...]
        var date = String(zone.text(now).prefix(10))
        if let month = words.first.flatMap({ months.firstIndex(of: $0.lowercased()) }), words.count >= 5 {
            guard let day = Int(words[1].prefix { $0.isNumber }), let year = Int(words[2]) else { return nil }
            date = "\(year)-\(twoDigits(month + 1))-\(twoDigits(day))"
            words = words.dropFirst(3)
        }
        guard words.count >= 2, let clock = timeOfDay(words[words.startIndex], words[words.startIndex + 1]),
            let shown = Timestamp("\(date) \(clock):00")
        else { return nil }
        let second = zone.second(showing: shown.millisecondsSince1970 / 1000)
        return Timestamp(millisecondsSince1970: second * 1000)
    }

    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// `19:31` of `7:31` and `PM`.
    private static func timeOfDay(_ clock: String, _ half: String) -> String? {
        let parts = clock.split(separator: ":").map { Int($0) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1], (1...12).contains(hour),
            (0...59).contains(minute), ["AM", "PM"].contains(half.uppercased())
        else { return nil }
        return "\(twoDigits(hour % 12 + (half.uppercased() == "PM" ? 12 : 0))):\(twoDigits(minute))"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
