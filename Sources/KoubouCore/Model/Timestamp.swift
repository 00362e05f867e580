/// A moment of the wall clock, in whole milliseconds; its text is UTC, `YYYY-MM-DD HH:MM:SS.SSS`, as the schema keeps it.
public struct Timestamp: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let millisecondsSince1970: Int64

    public init(millisecondsSince1970: Int64) { self.millisecondsSince1970 = millisecondsSince1970 }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.millisecondsSince1970 < right.millisecondsSince1970
    }

    public static func + (moment: Timestamp, delay: Duration) -> Timestamp {
        Timestamp(millisecondsSince1970: moment.millisecondsSince1970 + Int64(delay.millisecondsRoundedUp))
    }

    public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        .milliseconds(later.millisecondsSince1970 - earlier.millisecondsSince1970)
    }

    public var description: String { text(separator: UInt8(ascii: " ")) }

    /// RFC 3339, for logs: `2026-03-01T09:30:02.114Z`.
    public var rfc3339: String { text(separator: UInt8(ascii: "T")) + "Z" }

    private func text(separator: UInt8) -> String {
        let dayLength: Int64 = 86_400_000
        // The years that have four digits: their texts are in order as the moments are.
        let moment = min(max(millisecondsSince1970, -62_167_219_200_000), 253_402_300_799_999)
        let days = (moment - (moment < 0 ? dayLength - 1 : 0)) / dayLength
        let inDay = Int(moment - days * dayLength)
        let (year, month, day) = civil(days: Int(days))
        let (dash, colon) = (UInt8(ascii: "-"), UInt8(ascii: ":"))
        return String(unsafeUninitializedCapacity: 23) { bytes in
            var end = 0
            func append(_ number: Int, _ width: Int, _ then: UInt8?) {
                var rest = number
                for place in (end..<end + width).reversed() {
                    bytes[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                    rest /= 10
                }
                end += width
                guard let then else { return }
                bytes[end] = then
                end += 1
            }
            append(year, 4, dash)
            append(month, 2, dash)
            append(day, 2, separator)
            append(inDay / 3_600_000, 2, colon)
            append(inDay / 60_000 % 60, 2, colon)
            append(inDay / 1000 % 60, 2, UInt8(ascii: "."))
            append(inDay % 1000, 3, nil)
            return end
        }
    }

    /// Reads `YYYY-MM-DD HH:MM:SS[.SSS]`, UTC; nil for anything else.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        func number(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            var value = 0
            for byte in bytes[range] {
                guard byte >= 0x30, byte <= 0x39 else { return nil }
                value = value * 10 + Int(byte - 0x30)
            }
            return value
        }
        guard bytes.count == 19 || bytes.count == 23, bytes[4] == 0x2d, bytes[7] == 0x2d, bytes[13] == 0x3a,
            bytes[16] == 0x3a, bytes[10] == 0x20 || bytes[10] == 0x54,
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        var milliseconds = 0
        if bytes.count == 23 {
            guard bytes[19] == 0x2e, let fraction = number(20..<23) else { return nil }
            milliseconds = fraction
        }
        let seconds = (daysSince1970(year: year, month: month, day: day) * 24 + hour) * 3600 + minute * 60 + second
        self.init(millisecondsSince1970: Int64(seconds) * 1000 + Int64(milliseconds))
        // A day that its month hasn't got comes out as another one.
        guard description.utf8.prefix(10).elementsEqual(bytes[..<10]) else { return nil }
    }
}

/// Days after 1970-01-01 to a date of the proleptic Gregorian calendar and back, after Howard Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms": years begin in March, so that the leap day is the last.
func civil(days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
}

private func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}
