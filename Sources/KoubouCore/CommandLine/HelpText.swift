/// The text of `--help`, made from the same table of options that the parser reads.
public enum HelpText {
    /// - Parameters:
    ///   - usage: the lines after `usage:`, the program's name included.
    ///   - details: paragraphs below the options, or nothing.
    public static func text(usage: [String], summary: String, options: [any OptionSpelling], details: String = "")
        -> String
    {
        var text = ""
        for (index, line) in usage.enumerated() { text += (index == 0 ? "usage: " : "       ") + line + "\n" }
        text += "\n\(summary)\n"
        if !options.isEmpty {
            let rows = options.map { option in
                (
                    left: (option.short.map { $0 + ", " } ?? "    ") + option.long
                        + (option.placeholder.map { " " + $0 } ?? ""), right: option.help
                )
            }
            let width = min(rows.map(\.left.count).max() ?? 0, 28)
            text += "\noptions:\n"
            for row in rows {
                text += "  " + row.left
                text +=
                    row.left.count > width
                    ? "\n" + String(repeating: " ", count: width + 4)
                    : String(repeating: " ", count: width + 2 - row.left.count)
                text += row.right + "\n"
            }
        }
        return details.isEmpty ? text : text + "\n" + details + "\n"
    }
}
