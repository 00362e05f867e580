import KoubouCore

/// The tree that the tests were built from.
enum SourceTree {
    static func path(_ name: String, file: String = #filePath) -> String {
        file.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 } + "/" + name
    }

    static func text(_ name: String) throws -> String { String(decoding: try readFile(path(name)), as: UTF8.self) }
}

/// A man page in mdoc(7), as far as the tests read it.
struct Manual {
    private let lines: [Substring]

    init(_ name: String) throws {
        lines = try SourceTree.text("man/" + name).split(separator: "\n", omittingEmptySubsequences: false)
    }

    /// All options that stand in the synopsis of a command, or in the item that describes it.
    func options(of command: String) -> Set<String> {
        Set((synopsis(of: command) + item(of: command)).flatMap(Self.flags))
    }

    /// The commands that the synopsis has.
    var commands: Set<String> {
        Set(section("SYNOPSIS").filter { $0.hasPrefix(".Cm ") }.flatMap(Self.alternatives))
    }

    /// Of a page for one program: what its synopsis has, and what it explains in items of their own.
    var synopsisOptions: Set<String> { Set(section("SYNOPSIS").flatMap(Self.flags)) }
    var explainedOptions: Set<String> { Set(lines.filter { $0.hasPrefix(".It Fl") }.flatMap(Self.flags)) }

    /// `[section] key` of each item of koubou.conf(5).
    var keys: Set<String> {
        var section = ""
        var keys: Set<String> = []
        for line in lines {
            if line.hasPrefix(".Ss ") { section = String(line.dropFirst(4)) }
            let words = line.split(separator: " ")
            if words.starts(with: [".It", "Li"]), words.count > 4, words[3] == "No" { keys.insert("\(section) \(words[2])") }
        }
        return keys
    }

    /// Commands after `$`, with the lines that go on after `>`; those of a display together.
    var examples: [String] {
        displays.compactMap { lines in
            let commands = lines.filter { $0.hasPrefix("$ ") || $0.hasPrefix("> ") }.map { $0.dropFirst(2) }
            return commands.isEmpty ? nil : commands.joined(separator: "\n")
        }
    }

    /// Literal text without a prompt, a block each.
    var blocks: [String] {
        lines.split { $0.hasPrefix(".Bd -literal") || $0.hasPrefix(".Ed") }.enumerated()
            .filter { $0.offset % 2 == 1 }.map { Self.unescaped($0.element.joined(separator: "\n")) }
            .filter { !$0.hasPrefix("$ ") }
    }

    /// The lines of each literal display.
    private var displays: [[String]] {
        var displays: [[String]] = []
        var isLiteral = false
        for line in lines {
            if line.hasPrefix(".Ed") { isLiteral = false }
            if line.hasPrefix(".Dl ") { displays.append([Self.unescaped(line.dropFirst(4))]) }
            if isLiteral { displays[displays.count - 1].append(Self.unescaped(line)) }
            if line.hasPrefix(".Bd -literal") {
                isLiteral = true
                displays.append([])
            }
        }
        return displays
    }

    private func section(_ name: String) -> [Substring] {
        Array(lines.drop { $0 != ".Sh \(name)" }.dropFirst().prefix { !$0.hasPrefix(".Sh ") })
    }

    private func synopsis(of command: String) -> [Substring] {
        section("SYNOPSIS").split { $0 == ".Nm" }
            .filter { form in form.first { $0.hasPrefix(".Cm ") }.map { Self.alternatives($0).contains(command) } ?? false }
            .flatMap { $0 }
    }

    private func item(of command: String) -> [Substring] {
        let start = lines.drop { line in !(".It Nm Cm \(command)" == line || line.hasPrefix(".It Nm Cm \(command) ")) }
        return start.prefix(1)
            + start.dropFirst().prefix { !$0.hasPrefix(".It Nm Cm ") && !$0.hasPrefix(".Ss ") && !$0.hasPrefix(".Sh ") }
    }

    /// `pause`, `resume` of `.Cm pause | resume`.
    private static func alternatives(_ line: Substring) -> [String] {
        line.dropFirst(4).split(separator: " ").filter { $0 != "|" }.map(String.init)
    }

    /// The options that the macros `Fl` of a line write: `-t`, `--type`.
    private static func flags(_ line: Substring) -> [String] {
        guard line.hasPrefix(".") else { return [] }
        var flags: [String] = []
        var isFlag = false
        for word in line.dropFirst().split(separator: " ") {
            if word == "Fl" {
                isFlag = true
            } else if word.first?.isUppercase ?? false, word.count == 2 {
                isFlag = false
            } else if isFlag, word != "-", word.contains(where: \.isLetter) || word.contains(where: \.isNumber) {
                flags.append("-" + word)
            }
        }
        return flags
    }

    private static func unescaped(_ text: some StringProtocol) -> String {
        String(text).split(separator: "\\&", omittingEmptySubsequences: false).joined()
            .split(separator: "\\e", omittingEmptySubsequences: false).joined(separator: "\\")
    }
}
