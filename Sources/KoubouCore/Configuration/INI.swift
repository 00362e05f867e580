/// The form of koubou.conf: sections in brackets, `key = value`, comments after `#` or `;`.
enum INI {
    struct Entry: Equatable {
        /// What the brackets hold, such as `pool` or `type code`.
        let section: String
        let key: String
        let value: String
        let line: Int
    }

    /// - Returns: the entries in order, and the sections that were opened, empty ones too.
    static func parse(_ text: String, file: String) throws(ConfigurationError) -> (
        entries: [Entry], sections: [(name: String, line: Int)]
    ) {
        var entries: [Entry] = []
        var sections: [(name: String, line: Int)] = []
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = trimmed(withoutComment(raw))
            let place = Place(file: file, line: index + 1)
            if line.isEmpty { continue }
            if line.hasPrefix("[") {
                guard line.hasSuffix("]") else { throw .malformed(String(line), place) }
                let words = line.dropFirst().dropLast().split { $0 == " " || $0 == "\t" }
                sections.append((words.joined(separator: " "), index + 1))
                continue
            }
            guard let equals = line.firstIndex(of: "="), equals != line.startIndex else {
                throw .malformed(String(line), place)
            }
            guard let section = sections.last else { throw .beforeSections(String(line), place) }
            let key = trimmed(line[..<equals])
            let value = trimmed(line[line.index(after: equals)...])
            entries.append(Entry(section: section.name, key: String(key), value: String(value), line: index + 1))
        }
        return (entries, sections)
    }

    /// `#` or `;` begins a comment at the start of a line, and `;` also after a space, outside of quotes.
    private static func withoutComment(_ line: Substring) -> Substring {
        if let first = trimmed(line).first, first == "#" || first == ";" { return "" }
        var quote: Character?
        var previous: Character = " "
        for index in line.indices {
            let character = line[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "'" || character == "\"" {
                quote = character
            } else if character == ";", previous == " " || previous == "\t" {
                return line[..<index]
            }
            previous = character
        }
        return line
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
        let start = text.drop(while: isSpace)
        guard let end = start.lastIndex(where: { !isSpace($0) }) else { return "" }
        return start[...end]
    }
}

/// Splits a command of the configuration into words at spaces; quotes and `\` keep them, nothing is expanded.
public enum CommandWords {
    /// Nil when a quote is not closed.
    public static func split(_ text: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var isEscaped = false
        for character in text {
            if isEscaped {
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if character == "\\", quote != "'" {
                isEscaped = true
            } else if let open = quote {
                if character == open { quote = nil } else { word = (word ?? "") + String(character) }
            } else if character == "'" || character == "\"" {
                quote = character
                word = word ?? ""
            } else if character == " " || character == "\t" {
                if let done = word { words.append(done) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        guard quote == nil, !isEscaped else { return nil }
        return words + (word.map { [$0] } ?? [])
    }

    /// `words` in one line, which `split` takes apart again.
    static func text(_ words: [String]) -> String {
        words.map { word in
            let isPlain = !word.isEmpty && !word.contains { " \t'\"\\;#".contains($0) }
            if isPlain { return word }
            if !word.contains("'") { return "'\(word)'" }
            return "\"" + word.map { "\"\\".contains($0) ? "\\\($0)" : "\($0)" }.joined() + "\""
        }.joined(separator: " ")
    }
}
