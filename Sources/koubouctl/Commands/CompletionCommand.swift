import KoubouCore

/// `koubouctl completion`: a script that lets a shell complete commands, options and values.
enum CompletionCommand: Command {
    static let name = "completion"
    static let synopsis = ["bash | zsh | fish"]
    static let summary = "print a script that lets a shell complete commands, options, ids, types, states and tags"
    static let details = """
        To use it now:  . <(koubouctl completion bash)    and always:  put that line into ~/.bashrc
          zsh:   koubouctl completion zsh > "${fpath[1]}/_koubouctl"
          fish:  koubouctl completion fish > ~/.config/fish/completions/koubouctl.fish
        """
    static let usual = UsageExamples.Company("", "bash")
    static let options: [any OptionSpelling] = []
    static let operands = ValueKind.words(CompletionScript.allCases.map(\.rawValue))

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let words = arguments.operands + (arguments.afterDashes ?? [])
        guard words.count == 1, let script = words[0].text.flatMap(CompletionScript.init(rawValue:)) else {
            throw UsageError.other(
                what: words.count == 1 ? "'\(words[0].display)' is no shell known here" : "one shell is wanted",
                remedy: "write bash, zsh or fish")
        }
        context.print(script.text)
        return 0
    }
}

/// `koubouctl complete -- WORD...`: what the scripts ask. Silent on errors: a shell is in the middle of a line.
enum CompleteCommand: Command {
    static let name = "complete"
    static let synopsis = ["-- WORD..."]
    static let summary = "print what may stand at the end of a command line, for the scripts of 'completion'"
    static let options: [any OptionSpelling] = []
    static let isHidden = true

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let words = (arguments.afterDashes ?? []).map(\.display)
        let candidates = try? Candidates(words, environment: context.environment)
        ((try? candidates?.lines()) ?? []).forEach(context.print)
        return 0
    }
}
