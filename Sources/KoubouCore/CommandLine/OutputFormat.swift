/// The template of `--format`: `{field}` stands for a value, `{{` and `}}` for a brace, `\n`, `\t` and `\\` for a
/// newline, a tab and a backslash.
public struct OutputFormat: Equatable, Sendable {
    private enum Part: Equatable, Sendable {
        case text(String)
        case field(String)
    }

    private var parts: [Part] = []

    /// Nil when a brace has no partner.
    public init?(_ template: String) {
        var text = ""
        var rest = Substring(template)
        while let character = rest.popFirst() {
            switch (character, rest.first) {
            case ("{", "{"), ("}", "}"), ("\\", "\\"):
                text.append(character)
                rest.removeFirst()
            case ("\\", "n"), ("\\", "t"):
                text.append(rest.removeFirst() == "n" ? "\n" : "\t")
            case ("{", _):
                guard let end = rest.firstIndex(of: "}"), !rest[..<end].contains("{") else { return nil }
                parts += [.text(text), .field(String(rest[..<end]))]
                text = ""
                rest = rest[rest.index(after: end)...]
            case ("}", _): return nil
            default: text.append(character)
            }
        }
        parts.append(.text(text))
    }

    /// The names between braces, in order.
    public var fields: [String] {
        parts.compactMap { if case .field(let name) = $0 { name } else { nil } }
    }

    /// The template with its fields filled in.
    public func text(_ value: (String) -> String) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .field(let name): value(name)
            }
        }.joined()
    }

    public static let option = CommandOption<OutputFormat>(
        "--format", "TEMPLATE", "print this for each, with {field} filled in, like '{task_id} {status}'",
        allowed: "a template of text and {fields}, with {{ and }} for braces", example: "'{task_id} {status}'"
    ) { $0.text.flatMap(OutputFormat.init) }

    /// Refuses fields that are not `known`.
    public func check(_ known: [String]) throws(UsageError) {
        if let name = fields.first(where: { !known.contains($0) }) {
            throw Self.option.refusal(
                of: "{\(name)}",
                allowed: nearestWord(to: name, among: known).map { "{\($0)}" }
                    ?? "fields among " + known.joined(separator: ", "))
        }
    }
}
