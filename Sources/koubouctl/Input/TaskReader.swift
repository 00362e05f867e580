import Glibc
import KoubouCore

/// Reads one task as `submit` and `every` take it: a prompt of words or from stdin, or a command after `--`.
struct TaskReader {
    /// As it is written before the options, for errors: `koubouctl submit`.
    let command: String
    let arguments: Arguments
    let context: Context
    let configuration: Configuration
    /// A task with the defaults of a type, and all that the options say.
    let template: (_ type: String) throws -> NewTask

    /// Bytes of one prompt: it is held in memory.
    private static let promptMax = 64 << 20

    /// - Parameter words: the operands that make the prompt.
    func task(_ words: [Word]) throws -> NewTask {
        try refuseContradictions(words)
        if let words = arguments.afterDashes {
            var task = try template(try arguments(TaskOptions.type) ?? "exec")
            guard configuration.types[task.type]?.program == .argv else {
                throw UsageError.other(
                    what: "a task of type \(task.type) takes a prompt, not a command",
                    remedy: "leave out --type, or write: \(command) -t \(task.type) 'hello'")
            }
            task.argv = words.map(\.bytes)
            if arguments.has(TaskOptions.stdin) {
                task.prompt = try readAll(from: STDIN_FILENO, atMost: Self.promptMax)
            }
            return task
        }
        var task = try promptless()
        if words.isEmpty || words == ["-"] {
            if words.isEmpty, isatty(STDIN_FILENO) != 0 {
                context.tell("reading the prompt from the terminal, end it with Ctrl-D")
            }
            task.prompt = try readAll(from: STDIN_FILENO, atMost: Self.promptMax)
        } else {
            task.prompt = Array(words.map(\.bytes).joined(separator: [0x20]))
        }
        // A command of one's own may have no use for a prompt, which '' says.
        if case .command? = configuration.types[task.type]?.program, words == [""] { return task }
        try refuseBlank(task.prompt ?? [])
        return task
    }

    /// A pipeline that brought nothing, or a variable that is not set, is a mistake, and no task.
    private func refuseBlank(_ prompt: [UInt8]) throws(UsageError) {
        guard prompt.allSatisfy({ [0x20, 0x09, 0x0a, 0x0d].contains($0) }) else { return }
        throw .other(
            what: "the prompt is empty", remedy: "write it, or pipe it in, like: \(command) 'echo hello'")
    }

    /// A task that gets its prompt elsewhere.
    func promptless() throws -> NewTask {
        let task = try template(try arguments(TaskOptions.type) ?? "shell")
        guard configuration.types[task.type]?.program != .argv else {
            throw UsageError.other(
                what: "a task of type \(task.type) has no prompt", remedy: "write: \(command) -- ls -l")
        }
        return task
    }

    private func refuseContradictions(_ words: [Word]) throws(UsageError) {
        if let argv = arguments.afterDashes {
            if let word = words.first {
                throw .other(
                    what: "'\(word.display)' stands before '--'",
                    remedy: "give a prompt, or a command after '--', not both")
            }
            if argv.first?.bytes.isEmpty ?? true {
                throw .other(what: "no command after '--'", remedy: "write: \(command) -- ls -l")
            }
        } else if arguments.has(TaskOptions.stdin) {
            throw .other(
                what: "--stdin has a meaning with '--' only", remedy: "write: \(command) --stdin -- sort")
        }
        if words.count > 1, words.contains("-") {
            throw .other(
                what: "'-' stands beside other words", remedy: "give the words, or '-' alone to read stdin")
        }
    }
}
