import KoubouCore

/// The commands and options of koubouctl as its help tells them, and command lines made of them: right ones, wrong ones,
/// and noise.
struct CommandGrammar {
    struct Option {
        let short: String?
        let long: String
        let placeholder: String?
    }

    private let commands: [(name: String, options: [Option])]

    init(_ home: Home) throws {
        // The overview leaves out what is for scripts alone.
        commands = try (Self.names(inOverview: home.koubouctl("help").lines) + ["complete"]).map { name in
            (name, try home.koubouctl("help", name).lines.compactMap(Self.option))
        }
    }

    static func names(inOverview lines: [String]) -> [String] {
        lines.drop { $0 != "commands:" }.dropFirst().prefix { $0.hasPrefix("  ") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
    }

    /// Of a line like `  -p, --priority N   1 to 10`.
    static func option(_ line: String) -> Option? {
        var words = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)[...]
        guard line.hasPrefix("  "), let first = words.first, first.hasPrefix("-") else { return nil }
        let short = first.hasSuffix(",") && first.count == 3 ? String(words.removeFirst().dropLast()) : nil
        guard let long = words.popFirst(), long.hasPrefix("--"), long.count > 2 else { return nil }
        // One space stands before a placeholder, more before the help.
        let rest = line[(line.firstRange(of: long)?.upperBound ?? line.endIndex)...]
        let hasPlaceholder = rest.hasPrefix(" ") && !rest.hasPrefix("  ")
        return Option(short: short, long: long, placeholder: hasPlaceholder ? words.first : nil)
    }

    /// How many commands and options there are.
    var size: (commands: Int, options: Int) { (commands.count, commands.reduce(0) { $0 + $1.options.count }) }

    /// The words after `koubouctl`.
    func line(_ random: inout ChaosGenerator) -> [[UInt8]] {
        if random.oneIn(5) { return (0..<Int.random(in: 0...6, using: &random)).map { _ in noise(&random) } }
        guard let command = commands.randomElement(using: &random) else { return [] }
        var words = [bytes(command.name)]
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            if let option = command.options.randomElement(using: &random) { words += spell(option, &random) }
        }
        for _ in 0..<Int.random(in: 0...2, using: &random) { words.append(operand(&random)) }
        if random.oneIn(8) { words += [bytes("--"), operand(&random)] }
        if random.oneIn(3) { mutate(&words, &random) }
        return words
    }

    /// What a line finds on stdin: nothing, ids, tasks, or things that are none.
    func input(_ random: inout ChaosGenerator) -> [UInt8] {
        let lines = random.oneIn(2) ? 0 : Int.random(in: 1...4, using: &random)
        return (0..<lines).flatMap { _ in
            (random.oneIn(8) ? noise(&random) : bytes(Self.inputs.randomElement(using: &random) ?? "")) + [0x0a]
        }
    }

    private static let inputs = [
        "1", "3", "99", "0", "x", #"{"prompt":"true"}"#, #"{"argv":["true"],"priority":9}"#, #"{"prompt":1}"#, #"{"priority":1}"#, "[]", "{",
        #"{"prompt":"true","after":[1]}"#, #"{"prompt":"true","after":[99]}"#, #"{"task_id":1,"type":"shell","status":"pending"}"#,
    ]

    private func spell(_ option: Option, _ random: inout ChaosGenerator) -> [[UInt8]] {
        guard let placeholder = option.placeholder else {
            let name = option.short.map { random.oneIn(2) ? $0 : option.long } ?? option.long
            return [bytes(name)]
        }
        let value = value(placeholder, &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return [bytes(option.long + "=") + value]
        case 1: return option.short.map { [bytes($0) + value] } ?? [bytes(option.long), value]
        case 2: return option.short.map { [bytes($0), value] } ?? [bytes(option.long), value]
        default: return [bytes(option.long), value]
        }
    }

    private static let numbers = ["0", "1", "2", "5", "10", "-1", "1000", "0x10", "1.5", "9223372036854775807", "99999999999999999999"]
    private static let words = ["", "-", "x", "shell", "exec", "code", "general", "exce", "light", "warn", "1", "漢字"]
    private static let durations = ["0", "1ms", "90s", "5m", "-3s", "1e9", "36525d", "99999999999d", "h", "10:00", "2026-03-01"]

    private func value(_ placeholder: String, _ random: inout ChaosGenerator) -> [UInt8] {
        if random.oneIn(6) { return noise(&random) }
        let pool =
            switch placeholder {
            case "N", "X": Self.numbers
            case "D", "TIME": Self.durations
            case "S": TaskState.allCases.map(\.rawValue) + ["done", ""]
            default: Self.words + Self.numbers.prefix(3) + Self.durations.prefix(2)
            }
        return bytes(pool.randomElement(using: &random) ?? "")
    }

    private func operand(_ random: inout ChaosGenerator) -> [UInt8] {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: noise(&random)
        case 1: bytes(Self.words.randomElement(using: &random) ?? "")
        default: bytes((Self.numbers + ["3", "4", "17"]).randomElement(using: &random) ?? "")
        }
    }

    private func mutate(_ words: inout [[UInt8]], _ random: inout ChaosGenerator) {
        let index = Int.random(in: 0..<words.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: words.insert(noise(&random), at: index)
        case 1: words.remove(at: index)
        case 2: words.insert(words[index], at: index)
        case 3: words[index] = Array(words[index].dropLast(Int.random(in: 0...words[index].count, using: &random)))
        default: words[index] += noise(&random)
        }
    }

    /// Without slashes, so that no file outside of the working directory is named, and without NUL, which no word holds.
    private func noise(_ random: inout ChaosGenerator) -> [UInt8] {
        switch Int.random(in: 0..<7, using: &random) {
        case 0: return bytes(["", "-", "--", "---", "--=", "--=x", "-=", "--home", "--home=", "--version", "--help", "\u{1b}[2J", "\n"].randomElement(using: &random) ?? "")
        case 1: return bytes(Self.numbers.randomElement(using: &random) ?? "")
        case 2: return [UInt8](repeating: .random(in: 0x61...0x7a, using: &random), count: .random(in: 1...5000, using: &random))
        default:
            let start = bytes(["", "", "-", "--"].randomElement(using: &random) ?? "")
            return start
                + (0..<Int.random(in: 0...12, using: &random)).map { _ in
                    let byte = UInt8.random(in: 1...255, using: &random)
                    return byte == UInt8(ascii: "/") ? 0x5f : byte
                }
        }
    }

    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}
