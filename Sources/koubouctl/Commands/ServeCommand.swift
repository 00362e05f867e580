import Glibc
import KoubouCore

/// `koubouctl serve`: the queue over HTTP.
enum ServeCommand: Command {
    static let name = "serve"
    static let synopsis = ["[--listen ADDRESS:PORT] [--unix PATH]"]
    static let summary = "let programs that speak HTTP hand in tasks and look at them"
    static let details = """
        Clients of the same user on this machine are trusted; all others need a token, see 'koubouctl token'. Which
        types of tasks are taken says allow_types in [serve] of koubou.conf: code and general unless it is changed.

        examples:
          koubouctl serve
          curl -d '{"prompt": "hello"}' -H 'Content-Type: application/json' localhost:8765/task/delegate
        """

    static let settings: [(option: CommandOption<String>, setting: SettingName)] = [
        (
            .text(
                "--listen", "ADDRESS:PORT", "where to listen (127.0.0.1:8765); port 0 for a free one, or none",
                example: "127.0.0.1:8080"),
            ("serve", "listen")
        ),
        (
            .text("--unix", "PATH", "listen at a socket in the file system, too", kind: .file, example: "koubou.sock"),
            ("serve", "unix")
        ),
    ]
    static let options: [any OptionSpelling] = settings.map(\.option)

    static func makesQueue(_ arguments: Arguments) -> Bool { true }

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        SignalSet.blockHandled()
        let chosen = settings.compactMap { option, setting in
            arguments.text(of: option).map { (setting: setting, value: $0, option: option.long) }
        }
        let configuration = try context.configuration(options: chosen)
        let tokens = TokenFile(context.home)
        let isWithoutToken = try tokens.current().isEmpty  // a file that can't be trusted ends it here
        let inherited = inheritedSockets(environment: context.environment).map(Listener.init)
        let listeners = try inherited.isEmpty ? self.listeners(configuration.serve) : inherited
        guard !listeners.isEmpty else { throw ServeError.nowhere }
        if isWithoutToken, let open = listeners.first(where: { !$0.isLocal }) {
            for listener in listeners { listener.end() }
            throw ServeError.withoutToken(open.url)
        }
        return try Gateway(configuration, listeners, tokens, in: context).run()
    }

    private static func listeners(_ settings: ServeSettings) throws -> [Listener] {
        let port = try settings.listen.map { try Listener($0) }
        let path = try settings.unix.map { try Listener(path: $0) }
        return [port, path].compactMap { $0 }
    }
}

/// Why the gateway does not start.
enum ServeError: UserFacingError {
    case nowhere
    case withoutToken(String)

    var exitCode: ExitCode { .configuration }
    var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .nowhere: ("there is nowhere to listen", nil, "give --listen or --unix")
        case .withoutToken(let url):
            (
                "\(url) can be reached from other machines, and there is no token", nil,
                "run first: koubouctl token agent"
            )
        }
    }
}
