/// A command as completion sees it.
public struct CommandGrammar: Sendable {
    public let name: String
    public let summary: String
    public let options: [any OptionSpelling]
    public let operands: ValueKind

    public init(name: String, summary: String, options: [any OptionSpelling], operands: ValueKind) {
        (self.name, self.summary, self.options, self.operands) = (name, summary, options, operands)
    }
}

/// What may stand at the end of a command line that is being written.
public struct CompletionPoint: Sendable {
    public enum Wanted: Sendable {
        case value(ValueKind)
        case option([any OptionSpelling])
    }

    public private(set) var wanted = Wanted.value(.command)
    /// What is there of it.
    public private(set) var typed = ""
    /// Stands before it in the same word, as the shell has it: `--status=`.
    public private(set) var prefix = ""
    /// The value of `--home`.
    public private(set) var home: String?

    /// - Parameters:
    ///   - words: what follows the program's name; the last one is being written, and may be empty.
    ///   - common: options that may stand before the command.
    public init(_ words: [String], commands: [CommandGrammar], common: [any OptionSpelling]) {
        let (words, isSplit) = Self.joined(words)
        guard let last = words.last else { return }
        var command: CommandGrammar?
        var isUnknown = false
        var open: (any OptionSpelling)?  // its value comes next
        var isAfterDashes = false
        var options: [any OptionSpelling] { command?.options ?? common }
        for word in words.dropLast() {
            if let option = open {
                if option.long == "--home" { home = word }
                open = nil
            } else if isAfterDashes {
                continue
            } else if word == "--" {
                isAfterDashes = command != nil
            } else if word.hasPrefix("-"), word != "-" {
                open = Self.openOption(word, options)
                if word.hasPrefix("--home=") { home = String(word.dropFirst(7)) }
            } else if command == nil {
                command = commands.first { $0.name == word }
                isUnknown = command == nil
            }
        }
        typed = last
        if isUnknown {
            wanted = .value(.free)
        } else if let open {
            wanted = .value(open.kind)
            skipList(of: open)
        } else if isAfterDashes {
            // The words of a command of the user's own.
            wanted = .value(command?.operands == .free ? .file : command?.operands ?? .free)
        } else if last.hasPrefix("--"), let equals = last.firstIndex(of: "=") {
            let name = last[..<equals]
            let option = options.first { $0.long == name && $0.placeholder != nil }
            wanted = .value(option?.kind ?? .free)
            typed = String(last[last.index(after: equals)...])
            if !isSplit { prefix = name + "=" }
            if let option { skipList(of: option) }
        } else if last.hasPrefix("-") {
            wanted = .option(options)
        } else if let command {
            wanted = .value(command.operands)
        }
    }

    /// Leaves the values of a list that are there already as they are.
    private mutating func skipList(of option: any OptionSpelling) {
        guard option.isList, let comma = typed.lastIndex(of: ",") else { return }
        prefix += typed[...comma]
        typed = String(typed[typed.index(after: comma)...])
    }

    /// The option of `word` whose value is the next word; nil when there is none.
    private static func openOption(_ word: String, _ options: [any OptionSpelling]) -> (any OptionSpelling)? {
        if word.hasPrefix("--") { return options.first { $0.long == word && $0.placeholder != nil } }
        for (index, letter) in word.dropFirst().enumerated() {
            guard let option = options.first(where: { $0.short == "-\(letter)" }) else { return nil }
            if option.placeholder != nil { return index == word.count - 2 ? option : nil }
        }
        return nil
    }

    /// bash splits `--name=value` into three words.
    private static func joined(_ words: [String]) -> (words: [String], isLastSplit: Bool) {
        var joined: [String] = []
        var isOpen = false
        var isSplit = false
        for word in words {
            if word == "=", let last = joined.last, last.hasPrefix("--"), !last.contains("=") {
                joined[joined.count - 1] += "="
                (isOpen, isSplit) = (true, true)
            } else if isOpen {
                joined[joined.count - 1] += word
                isOpen = false
            } else {
                joined.append(word)
                isSplit = false
            }
        }
        return (joined, isSplit)
    }
}
