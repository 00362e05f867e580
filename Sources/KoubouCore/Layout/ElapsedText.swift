/// Lengths of time as people read them.
public enum ElapsedText {
    /// In two units at most: `12ms`, `4.2s`, `42s`, `3m04s`, `2h05m`, `3d04h`.
    public static func text(_ length: Duration) -> String {
        let milliseconds = max(length.millisecondsRoundedUp, 0)
        let seconds = milliseconds / 1000
        switch milliseconds {
        case ..<1000: return "\(milliseconds)ms"
        case ..<10_000: return "\(seconds).\(milliseconds % 1000 / 100)s"
        case ..<60_000: return "\(seconds)s"
        case ..<3_600_000: return "\(seconds / 60)m\(twoDigits(seconds % 60))s"
        case ..<86_400_000: return "\(seconds / 3600)h\(twoDigits(seconds / 60 % 60))m"
        default: return "\(seconds / 86_400)d\(twoDigits(seconds / 3600 % 24))h"
        }
    }

    /// In one unit, for a narrow column: `0s`, `42s`, `3m`, `2h`, `3d`.
    public static func short(_ length: Duration) -> String {
        let seconds = max(length.components.seconds, 0)
        switch seconds {
        case ..<60: return "\(seconds)s"
        case ..<3600: return "\(seconds / 60)m"
        case ..<86_400: return "\(seconds / 3600)h"
        default: return "\(seconds / 86_400)d"
        }
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
