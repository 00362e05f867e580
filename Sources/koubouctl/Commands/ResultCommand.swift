import Glibc
import KoubouCore

/// `koubouctl result`: what ended tasks wrote, byte for byte.
enum ResultCommand: Command {
    static let name = "result"
    static let synopsis = ["[--stderr] ID..."]
    static let summary = "print what a task wrote on its stdout"
    static let details = "The exit status is 1 when a task did not complete, and 75 when one has not ended yet."

    private static let stderr = CommandOption<Bool>.flag("--stderr", "what it wrote on its stderr instead")
    static let usual = UsageExamples.Company("", "42")
    static let options: [any OptionSpelling] = [stderr]
    static let operands = ValueKind.task(TaskState.allCases.filter(\.isEnded))

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let ids = try taskIDs(arguments)
        let store = try context.store
        for (id, state) in zip(ids, try store.states(of: ids)) where !state.isEnded {
            throw StoreError.notEnded(id, state)
        }
        try store.sync()
        var status: Int32 = 0
        for id in ids {
            if let output = try store.output(of: id) {
                try context.write(arguments.has(stderr) ? output.stderr : output.stdout, to: STDOUT_FILENO)
            }
            guard let end = try store.end(of: id), end.status != .completed else { continue }
            context.complain("task \(id) \(end.status.rawValue)" + (end.error.map { ": \($0)" } ?? ""))
            status = 1
        }
        return status
    }
}

extension Context {
    /// Writes an output of a task from `offset` on, wherever it is kept.
    func write(_ output: AttemptEnd.Output, from offset: Int = 0, to descriptor: Int32) throws {
        switch output {
        case .none: break
        case .bytes(let bytes): write(bytes.dropFirst(offset), to: descriptor)
        case .file(let path): try copy(path, from: offset, to: descriptor)
        }
    }

    /// Copies the file at `path` from `offset` on, in pieces.
    func copy(_ path: String, from offset: Int, to descriptor: Int32) throws {
        let file = try FileDescriptor(opening: path, O_RDONLY)
        lseek(file.number, offset, SEEK_SET)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = retryingInterrupts { read(file.number, &buffer, 65_536) }
            guard count >= 0 else { throw SystemError("read", path) }
            if count == 0 { return }
            write(buffer[..<count], to: descriptor)
        }
    }
}
