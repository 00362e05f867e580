import Glibc
import KoubouCore

/// `koubouctl mcp`: lets a model delegate tasks.
enum MCPCommand: Command {
    static let name = "mcp"
    static let synopsis = [""]
    static let summary = "serve the Model Context Protocol on stdin and stdout, so that an agent can delegate tasks"
    static let details = """
        It is started by the agent, like: claude mcp add koubou -- koubouctl mcp
        Which types of tasks it may hand in says allow_types in [mcp] of koubou.conf. It ends when stdin does; tasks go
        on.
        """
    static let options: [any OptionSpelling] = []

    static func makesQueue(_ arguments: Arguments) -> Bool { true }

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        if isatty(STDIN_FILENO) != 0 {
            context.tell("reading JSON-RPC from the terminal, end it with Ctrl-D; an agent starts this by itself")
        }
        return try StdioConnection(context).run()
    }
}
