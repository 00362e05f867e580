import CLinux
import Glibc

extension StringProtocol {
    /// True when `text` stands somewhere in it. The standard library's own search brings its regular expressions along, two
    /// megabytes in each program.
    public func mentions(_ text: String) -> Bool { offset(of: text) != nil }

    /// What follows `mark`, where that stands first; nil where it doesn't.
    func text(after mark: String) -> String? {
        offset(of: mark).map { String(self[utf8.index(startIndex, offsetBy: $0 + mark.utf8.count)...]) }
    }

    /// Bytes before the first `text` in it.
    private func offset(of text: String) -> Int? {
        var (hay, needle) = (String(self), text)
        return hay.withUTF8 { hay in
            needle.withUTF8 { needle in
                guard !needle.isEmpty, let start = hay.baseAddress else { return needle.isEmpty ? 0 : nil }
                let found = memmem(start, hay.count, needle.baseAddress, needle.count)
                return found.map { UnsafeRawPointer($0) - UnsafeRawPointer(start) }
            }
        }
    }
}
