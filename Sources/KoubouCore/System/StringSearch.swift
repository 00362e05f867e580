extension StringProtocol {
    /// True when `text` stands somewhere in it. The standard library's own search brings its regular expressions along, two
    /// megabytes in each program.
    public func mentions(_ text: String) -> Bool {
        utf8.indices.contains { utf8[$0...].starts(with: text.utf8) }
    }

    /// What follows `mark`, where that stands first; nil where it doesn't.
    func text(after mark: String) -> String? {
        utf8.indices.first { utf8[$0...].starts(with: mark.utf8) }.map {
            String(self[utf8.index($0, offsetBy: mark.utf8.count)...])
        }
    }
}
