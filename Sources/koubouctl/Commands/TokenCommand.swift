import KoubouCore

/// `koubouctl token`: what clients of `koubouctl serve` prove themselves with.
enum TokenCommand: Command {
    static let name = "token"
    static let synopsis = ["[--right RIGHT] NAME", "--revoke NAME", "--list"]
    static let summary = "make a token for a client of 'koubouctl serve', and print it"
    static let details = """
        A client sends it as 'Authorization: Bearer TOKEN'. With the right read it sees all tasks and logs, with submit
        it also hands in, cancels and retries tasks, with admin it does all that the owner of the queue can do.
        """

    private static let right = CommandOption<AccessRight>.choice(
        "--right", "RIGHT", "what it allows: read, submit (default) or admin", of: AccessRight.allCases)
    private static let revoke = CommandOption<String>.text(
        "--revoke", "NAME", "make this token worthless, at once", kind: .token)
    private static let list = CommandOption<Bool>.flag(
        "--list", "print the names and rights of all tokens")
    static let usual = UsageExamples.Company("", "agent")
    static let special: [String: UsageExamples.Company] = ["--revoke": .init(), "--list": .init()]
    static let options: [any OptionSpelling] = [right, revoke, list]

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let names = arguments.operands + (arguments.afterDashes ?? [])
        let revoked = try arguments(revoke)
        guard names.count + (revoked == nil ? 0 : 1) + (arguments.has(list) ? 1 : 0) == 1,
            try arguments(right) == nil || !names.isEmpty
        else {
            throw UsageError.other(
                what: "one of NAME, --revoke NAME and --list is wanted", remedy: "write: koubouctl token agent")
        }
        let file = TokenFile(context.home)
        var tokens = try file.current()
        if arguments.has(list) {
            for token in tokens { context.print("\(token.name) \(token.right.rawValue)") }
            return 0
        }
        if let revoked {
            guard tokens.contains(where: { $0.name == revoked }) else {
                throw UsageError.other(
                    what: "no token '\(revoked)'", remedy: "see: koubouctl token --list")
            }
            tokens.removeAll { $0.name == revoked }
            try file.write(tokens)
            return 0
        }
        guard let name = names[0].text, AccessToken.isName(name) else {
            throw UsageError.other(
                what: "'\(names[0].display)' is no name for a token",
                remedy: "write \(AccessToken.nameForm)")
        }
        guard !tokens.contains(where: { $0.name == name }) else {
            throw UsageError.other(
                what: "there is a token '\(name)'", remedy: "run first: koubouctl token --revoke \(name)")
        }
        let token = AccessToken(
            name: name, right: try arguments(right) ?? .submit, secret: AccessToken.newSecret())
        try context.home.prepare()
        try file.write(tokens + [token])
        context.print(token.secret)
        return 0
    }
}
