/// Moments as people write them: RFC 3339, or the time of day.
public enum MomentText {
    public static let form = "a time like 2026-03-01T09:30:00Z, 2026-03-01T09:30:00+01:00 or 18:30"

    /// Reads `2026-03-01T09:30:00Z`, with a fraction and any offset (RFC 3339, section 5.6), or `HH:MM`, which is the next
    /// such time of `zone` after `now`; and what we print ourselves for programs, `2026-03-01 09:30:00.000`, which is UTC. Nil for
    /// anything else.
    public static func parse(_ text: String, now: Timestamp, in zone: LocalZone) -> Timestamp? {
        timeOfDay(text, now, zone) ?? rfc3339(text) ?? Timestamp(text).flatMap { $0.description == text ? $0 : nil }
    }

    private static func timeOfDay(_ text: String, _ now: Timestamp, _ zone: LocalZone) -> Timestamp? {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, let hour = number(parts[0], below: 24), let minute = number(parts[1], below: 60),
            let daily = try? CronExpression("\(minute) \(hour) * * *")
        else { return nil }
        return daily.next(after: now, in: zone)
    }

    private static func rfc3339(_ text: String) -> Timestamp? {
        var bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t") || bytes[10] == 0x20
        else { return nil }
        bytes[10] = UInt8(ascii: "T")
        // A leap second is the first one after it, here as for the kernel.
        let isLeapSecond = bytes[17...18].elementsEqual("60".utf8)
        if isLeapSecond { bytes.replaceSubrange(17...18, with: "59".utf8) }
        guard let wholeSeconds = Timestamp(String(decoding: bytes[..<19], as: UTF8.self)) else { return nil }
        var rest = bytes[19...]
        var fraction: Int64 = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return nil }
            fraction = (Array(digits.prefix(3)) + [0x30, 0x30]).prefix(3).reduce(0) { $0 * 10 + Int64($1 - 0x30) }
            rest = rest.dropFirst(digits.count + 1)
        }
        guard let offset = offset(rest) else { return nil }
        let milliseconds =
            wholeSeconds.millisecondsSince1970 + fraction + (isLeapSecond ? 1000 : 0) - Int64(offset) * 60_000
        let moment = Timestamp(millisecondsSince1970: milliseconds)
        // The schema's years have four digits.
        return Timestamp(moment.description) == moment ? moment : nil
    }

    /// Minutes east of UTC.
    private static func offset(_ text: ArraySlice<UInt8>) -> Int? {
        if text.elementsEqual("Z".utf8) || text.elementsEqual("z".utf8) { return 0 }
        let parts = text.dropFirst().split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard let sign = text.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), parts.count == 2,
            let hours = number(parts[0], below: 24), let minutes = number(parts[1], below: 60)
        else { return nil }
        return (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }

    /// Two digits.
    private static func number(_ digits: some Collection<UInt8>, below limit: Int) -> Int? {
        guard digits.count == 2, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let value = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return value < limit ? value : nil
    }
}
