import Glibc
import KoubouCore

/// `koubouctl export`: whole tasks as JSON lines, for `import`.
enum ExportCommand: Command {
    static let name = "export"
    static let synopsis = ["[--all | [--status S]... [-t TYPE] [--tag T]]", "ID..."]
    static let summary = "print whole tasks as JSON, one object a line, for 'import'"
    static let details = """
        All tasks, and what 'every' has set up; or the tasks that the options choose, or those of the ids; '-' reads ids
        from stdin. Prompts, results, attempts, events, times and dependencies are all in it; outputs that are files too.
        Nothing is taken out of the queue.
        """
    private static let all = CommandOption<Bool>.flag("--all", "all tasks, as without options")
    static let usual = UsageExamples.Company("", "42")
    static let special = Dictionary(uniqueKeysWithValues: options.map { ($0.long, UsageExamples.Company()) })
    static let options: [any OptionSpelling] = FilterOptions.all + [all]
    static let operands = ValueKind.anyTask

    private static let pageSize = 500
    /// Of a file; a multiple of three, so that the pieces of its base64 make a whole.
    private static let pieceSize = 48 << 10

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let filter = try FilterOptions.filter(arguments)
        let hasIDs = !arguments.operands.isEmpty || arguments.afterDashes != nil
        guard [hasIDs, !filter.isOpen, arguments.has(all)].count(where: { $0 }) <= 1 else {
            throw UsageError.other(
                what: "ids, --all, and --status, -t or --tag exclude each other",
                remedy: "give one of them, like: koubouctl export 42")
        }
        let ids = hasIDs ? try taskIDs(arguments) : nil
        try context.checkTypes(filter.types)
        let store = try context.store
        try store.prepareDocuments()
        var status: Int32 = 0
        if let ids {
            _ = try store.states(of: ids)
            for id in ids where try !export(id, in: context) { status = 1 }
            return status
        }
        if filter.isOpen { try store.exportRecurring().forEach(context.print) }
        // By key, so that no read is open while a slow reader takes its time.
        var page = try store.taskIDs(filter, after: TaskID(0), limit: pageSize)
        while let last = page.last {
            for id in page where try !export(id, in: context) { status = 1 }
            page = try store.taskIDs(filter, after: last, limit: pageSize)
        }
        return status
    }

    /// - Returns: false when an output of the task is missing.
    private static func export(_ id: TaskID, in context: Context) throws -> Bool {
        guard let task = try context.store.export(id) else { return true }  // pruned since
        if task.files.isEmpty {
            context.print(task.document)
            return true
        }
        guard task.files.allSatisfy({ access($0.path, R_OK) == 0 }) else {
            context.complain("task \(id) is left out: an output of it is missing; run: koubouctl check")
            return false
        }
        context.flush()
        context.write(String(task.document.dropLast()), to: STDOUT_FILENO)
        for (member, path) in task.files {
            context.write(",\"\(member)\":\"", to: STDOUT_FILENO)
            try writeBase64(of: path, in: context)
            context.write("\"", to: STDOUT_FILENO)
        }
        context.write("}\n", to: STDOUT_FILENO)
        return true
    }

    private static func writeBase64(of path: String, in context: Context) throws {
        let file = try FileDescriptor(opening: path, O_RDONLY)
        var piece: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: pieceSize)
        while true {
            let count = retryingInterrupts { read(file.number, &buffer, pieceSize - piece.count) }
            guard count >= 0 else { throw SystemError("read", path) }
            piece += buffer[..<count]
            guard count == 0 || piece.count == pieceSize else { continue }
            context.write(base64(piece), to: STDOUT_FILENO)
            if count == 0 { return }
            piece = []
        }
    }
}
