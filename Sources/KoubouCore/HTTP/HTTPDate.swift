/// Moments as HTTP writes them: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
public enum HTTPDate {
    private static let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    public static func text(_ moment: Timestamp) -> String {
        let text = moment.description  // 1994-11-06 08:49:37.000
        let day = Int(max(moment.millisecondsSince1970, 0) / 86_400_000)
        let month = Int(text.dropFirst(5).prefix(2)) ?? 1
        return "\(days[day % 7]), \(text.dropFirst(8).prefix(2)) \(months[month - 1]) \(text.prefix(4)) "
            + "\(text.dropFirst(11).prefix(8)) GMT"
    }
}
