/// An error that is about an option.
public protocol OptionError: UserFacingError {
    /// As it was written, or the one that was perhaps meant; nil when the text of the error names it, or when it is not
    /// about an option.
    var option: String? { get }
    /// The value that was perhaps meant.
    var meant: String? { get }
}

/// How command lines of a program look when they are right: each error of a wrong one ends with one of them.
public struct UsageExamples: Sendable {
    /// What stands around an option.
    public struct Company: Sendable {
        let before: String
        let after: String
        public init(_ before: String = "", _ after: String = "") { (self.before, self.after) = (before, after) }
    }

    private let command: String
    private let options: [any OptionSpelling]
    private let usual: Company
    private let special: [String: Company]

    /// - Parameters:
    ///   - command: as it is called, like `koubouctl list`.
    ///   - usual: what stands around most options.
    ///   - special: what stands around others, by their long names; for `--`, a command of the user's own.
    public init(
        _ command: String, options: [any OptionSpelling], usual: Company = Company(), special: [String: Company] = [:]
    ) {
        (self.command, self.options, self.usual, self.special) = (command, options, usual, special)
    }

    /// A whole command line.
    /// - Parameters:
    ///   - name: the long or short name of an option that is in it.
    ///   - value: of that option; nil: one as it could be.
    public func line(with name: String? = nil, value: String? = nil) -> String {
        let option = option(named: name)
        let company = name.flatMap { special[option?.long ?? $0] } ?? usual
        let words = option.map { $0.placeholder == nil ? $0.long : "\($0.long) \(value ?? $0.example)" } ?? ""
        return [command, company.before, words, company.after].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// `error` with an example, where it is about the command line and has none.
    public func explaining(_ error: any Error) -> any Error {
        guard let error = error as? any UserFacingError, !(error is ExplainedError) else { return error }
        let about = error as? any OptionError
        guard error.exitCode == .usage || about?.option != nil else { return error }
        let (what, place, remedy) = error.report
        let name = about?.option ?? firstOption(in: error.line)
        // What a usage error says is about what was written.
        let isNamed = error is UsageError || name.map { "\(what) \(place ?? "")".mentions($0) } ?? true
        return ExplainedError(
            exitCode: error.exitCode,
            report: (
                what, place ?? (isNamed || option(named: name) == nil ? nil : name),
                explained(remedy, by: line(with: name, value: about?.meant))
            ))
    }

    private func explained(_ remedy: String?, by example: String) -> String {
        guard let remedy else { return "write: \(example)" }
        let program = command.prefix { $0 != " " }
        if remedy.mentions(": \(program) ") { return remedy }
        let link = remedy.hasSuffix("?") ? " write: " : remedy.mentions(" like ") ? ": " : ", like: "
        return remedy + link + example
    }

    private func option(named name: String?) -> (any OptionSpelling)? {
        name.flatMap { name in options.first { $0.long == name || $0.short == name } }
    }

    /// The first word of `text` that is an option.
    private func firstOption(in text: String) -> String? {
        text.split { !($0.isLetter || $0.isNumber || $0 == "-") }.lazy.map(String.init).first { word in
            options.contains { $0.long == word }
        }
    }
}

/// An error together with a command line that is right.
private struct ExplainedError: UserFacingError {
    let exitCode: ExitCode
    let report: (what: String, place: String?, remedy: String?)
}

/// A file that an option names, and that can't be read.
public struct UnreadableFile: OptionError {
    public let option: String?
    public var meant: String? { nil }
    private let error: SystemError

    public init(_ option: any OptionSpelling, _ error: SystemError) { (self.option, self.error) = (option.long, error) }

    public var exitCode: ExitCode { error.exitCode }
    public var report: (what: String, place: String?, remedy: String?) {
        (error.report.what, option, "name a file that is there, and that you may read")
    }
}
