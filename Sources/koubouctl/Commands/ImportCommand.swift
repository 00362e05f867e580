import Glibc
import KoubouCore

/// `koubouctl import`: stores what `export` has printed.
enum ImportCommand: Command {
    static let name = "import"
    static let synopsis = ["[--renumber]"]
    static let summary = "store the tasks that 'export' has printed, from stdin; prints their ids"
    static let details = """
        Tasks keep everything: state, times, attempts, results, events, and their ids unless --renumber gives new ones; so
        does what 'every' has set up. A task that was running is put back into the queue; what waits will run, after the
        tasks that it depends on: they are in the queue, or on a line before. It goes by \(batchCount) tasks, all or none
        of them: a line that is wrong is named, and so is what was stored before it.
        """

    private static let renumber = CommandOption<Bool>.flag("--renumber", "give new ids, for a queue that has tasks")
    static let options: [any OptionSpelling] = [renumber]

    private static let batchCount = 500
    private static let batchSize = 16 << 20
    /// Of one task, with its result.
    private static let lineMax = 512 << 20

    static func makesQueue(_ arguments: Arguments) -> Bool { true }

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        let configuration = try context.configuration()
        let store = try context.store
        try store.prepareDocuments()
        let reader = TaskJSONReader(json: store.json, defaultType: "", throttles: [:]) {
            NewTask(type: $0, cwd: [0x2f])
        }
        let check = try DocumentCheck(store)
        var lines = LineReader(descriptor: STDIN_FILENO, limit: lineMax)
        var stored = 0
        var numbers: NewNumbers? = arguments.has(renumber) ? NewNumbers() : nil
        while true {
            let batch = try lines.batch(count: batchCount, size: batchSize)
            guard !batch.isEmpty else { return 0 }
            var line = batch[0].number
            do {
                var documents: [String] = []
                for (number, bytes) in batch {
                    line = number
                    documents.append(try document(bytes, reader, check, configuration))
                }
                let (ids, waiting) = try store.importTasks(
                    documents, renumbering: &numbers, notify: configuration.notify, at: Clock.now
                ) { line = batch[$0].number }
                if waiting > 0 || ids.count < documents.count {
                    context.wake(try store.processesToWake(forTasks: waiting + 1))
                }
                try store.sync()
                try store.keepWALShort()
                stored += ids.count
                context.stored = "\(stored) tasks are stored"
                for id in ids { context.print("\(id)") }
                context.flush()
            } catch let problem as TaskJSONReader.Problem {
                throw ImportError(
                    what: problem.what, remedy: problem.remedy, line: line, stored: stored, batch[0].number)
            } catch StoreError.notImportable(let what, let remedy) {
                throw ImportError(what: what, remedy: remedy, line: line, stored: stored, batch[0].number)
            }
        }
    }

    private static func document(
        _ bytes: [UInt8], _ reader: TaskJSONReader, _ check: DocumentCheck, _ configuration: Configuration
    ) throws -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw TaskJSONReader.Problem(
                what: "the line is not UTF-8", remedy: "give it as 'koubouctl export' printed it")
        }
        try check.check(text)
        let recurring = try reader.json.json(in: text, at: "$.every.task")
        let task = try reader.task(recurring ?? text)
        if !task.type.isEmpty, configuration.types[task.type] == nil, try recurring != nil || !reader.isEnded(text) {
            throw TaskJSONReader.Problem(
                what: "it waits, and there is no task type '\(task.type)'",
                remedy: "add [type \(task.type)] with a command to koubou.conf")
        }
        return text
    }
}

extension TaskJSONReader {
    /// True for the document of a task that has ended.
    fileprivate func isEnded(_ document: String) throws -> Bool {
        try json.value(inJSON: document, at: "$.status").flatMap(TaskState.init(rawValue:))?.isEnded ?? false
    }
}

/// A line that can't be imported.
private struct ImportError: UserFacingError {
    let what: String
    let remedy: String
    let line: Int
    let stored: Int
    /// The first line that was not stored.
    let first: Int

    init(what: String, remedy: String, line: Int, stored: Int, _ first: Int) {
        (self.what, self.remedy, self.line, self.stored, self.first) = (what, remedy, line, stored, first)
    }

    var exitCode: ExitCode { .dataError }
    var report: (what: String, place: String?, remedy: String?) {
        let done = stored == 0 ? "nothing was stored" : "\(stored) tasks were stored, those before line \(first)"
        return (what, "line \(line) of stdin", "\(remedy); \(done)")
    }
}
