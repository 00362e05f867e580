/// A command line, taken apart by the options that a command has.
public struct Arguments: Sendable {
    /// What is neither an option nor after `--`.
    public private(set) var operands: [Word] = []
    /// What comes after `--`; nil when there was none.
    public private(set) var afterDashes: [Word]?
    private var values: [(option: String, value: Word)] = []

    /// Takes `words` apart: `--long VALUE`, `--long=VALUE`, `-s VALUE`, `-sVALUE`, `-abc`, `--`. Options and operands
    /// may be mixed. All values are checked here, before a command looks at anything.
    ///
    /// - Parameter takesCommand: true where words of another program may stand after `--`.
    public init(
        _ words: [Word], options: [any OptionSpelling], command: String, takesCommand: Bool = false
    ) throws(UsageError) {
        do { try take(words, options, command) } catch .unknownOption(let name, _, let known)
            where takesCommand && !operands.isEmpty
        { throw .optionOfCommand(name, command: command, known: known) }
    }

    private mutating func take(
        _ words: [Word], _ options: [any OptionSpelling], _ command: String
    ) throws(UsageError) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                afterDashes = Array(rest)
                break
            }
            guard word.bytes.first == UInt8(ascii: "-"), word.bytes.count > 1 else {
                operands.append(word)
                continue
            }
            if word.bytes[1] == UInt8(ascii: "-") {
                try takeLong(word, &rest, options, command)
            } else {
                try takeShort(word, &rest, options, command)
            }
        }
    }

    private mutating func takeLong(
        _ word: Word, _ rest: inout ArraySlice<Word>, _ options: [any OptionSpelling], _ command: String
    ) throws(UsageError) {
        let equals = word.bytes.firstIndex(of: UInt8(ascii: "="))
        let name = String(decoding: word.bytes[..<(equals ?? word.bytes.endIndex)], as: UTF8.self)
        guard let option = options.first(where: { $0.long == name }) else {
            throw .unknownOption(name, command: command, known: options.map(\.long))
        }
        let attached = equals.map { Word(bytes: Array(word.bytes[($0 + 1)...])) }
        if option.placeholder == nil {
            guard attached == nil else { throw .valueForFlag(name) }
            values.append((name, ""))
            return
        }
        guard let value = attached ?? rest.popFirst() else {
            throw .missingValue(name)
        }
        try option.check(value)
        values.append((name, value))
    }

    private mutating func takeShort(
        _ word: Word, _ rest: inout ArraySlice<Word>, _ options: [any OptionSpelling], _ command: String
    ) throws(UsageError) {
        var letters = word.bytes.dropFirst()
        while let letter = letters.popFirst() {
            let name = "-" + String(decoding: [letter], as: UTF8.self)
            guard let option = options.first(where: { $0.short == name }) else {
                throw .unknownOption(name, command: command, known: options.map(\.long))
            }
            if option.placeholder == nil {
                values.append((option.long, ""))
                continue
            }
            guard let value = letters.isEmpty ? rest.popFirst() : Word(bytes: Array(letters)) else {
                throw .missingValue(name)
            }
            try option.check(value)
            values.append((option.long, value))
            return
        }
    }

    public func has(_ option: CommandOption<Bool>) -> Bool { values.contains { $0.option == option.long } }

    /// The value of `option`, the last one when it is given more than once; nil when it isn't given.
    public func callAsFunction<Value>(_ option: CommandOption<Value>) throws(UsageError) -> Value? {
        try all(option).last
    }

    /// The values of an option that may be repeated, or be a list, in order.
    public func all<Value>(_ option: CommandOption<Value>) throws(UsageError) -> [Value] {
        var found: [Value] = []
        for (name, word) in values where name == option.long {
            let more = try option.values(of: word)
            // To append asks the runtime for types that nobody else needs, and most options are given once.
            if found.isEmpty { found = more } else { found += more }
        }
        return found
    }

    /// The same; nil when the option isn't given.
    public func list<Value>(_ option: CommandOption<Value>) throws(UsageError) -> [Value]? {
        let found = try all(option)
        return found.isEmpty ? nil : found
    }

    /// The raw text of `option`, for a setting that is checked elsewhere.
    public func text(of option: any OptionSpelling) -> String? {
        values.last { $0.option == option.long }?.value.display
    }
}
