import Glibc
import KoubouCore

/// The options that say what a task is like, of `submit` and of `every`.
enum TaskOptions {
    static let type = CommandOption<String>.text(
        "--type", short: "-t", "TYPE", "task type (default: shell; exec after --)", kind: .type)
    private static let priority = CommandOption<Int>.number(
        "--priority", short: "-p", "N", "1 to 10, the highest runs first (5)", in: Priority.allowed)
    private static let timeout = CommandOption<Duration>.duration(
        "--timeout", "D", "of one attempt, like 90s or 5m; 0 for none")
    private static let maxAttempts = CommandOption<Int>.number(
        "--max-attempts", "N", "how often it is tried before it has failed", in: 1...1000)
    private static let slots = CommandOption<Int>.number(
        "--slots", "N", "how much of its type's concurrency it takes (1)", in: 1...10_000, example: 1)
    private static let cwd = CommandOption<[UInt8]>.bytes(
        "--cwd", "DIR", "working directory (default: this one)", kind: .folder, example: "/tmp")
    private static let env = CommandOption<[UInt8]>.bytes(
        "--env", "K[=V]", "set K for the task, to what it is here without =V", example: "LANG=C")
    private static let tag = CommandOption<String>.text(
        "--tag", "T", "a word to find it by; or several: T,T", kind: .tag
    ).list
    private static let title = CommandOption<String>.text("--title", "S", "a name for people", example: "report")
    private static let meta = CommandOption<[UInt8]>(
        "--meta", "K=V", "keep K with the task, for whoever reads it; may be repeated",
        allowed: "NAME=VALUE, as UTF-8", example: "ticket=7"
    ) { word in word.text == nil || (word.bytes.firstIndex(of: UInt8(ascii: "=")) ?? 0) == 0 ? nil : word.bytes }
    private static let outputFile = CommandOption<[UInt8]>.bytes(
        "--output-file", "FILE", "store its result there too, inside of its directory", kind: .file,
        example: "result.txt")
    static let stdin = CommandOption<Bool>.flag("--stdin", "give this command's stdin to the task")
    static let all: [any OptionSpelling] = [
        type, priority, timeout, maxAttempts, slots, cwd, env, tag, title, meta, outputFile,
        stdin,
    ]

    /// A task with all that the options say, checked.
    static func template(_ arguments: Arguments, type name: String, _ configuration: Configuration) throws -> NewTask {
        let type = try configuration.type(named: name)
        var task = NewTask(type: name, cwd: try directory(arguments))
        if let number = try arguments(priority), let priority = Priority(number) { task.priority = priority }
        task.title = try arguments(title)
        task.tags = try arguments.all(tag)
        task.metadata = try arguments.all(meta)
        if let path = try arguments(outputFile) {
            guard let text = String(validating: path, as: UTF8.self), OutputFile(text, in: task.cwd) != nil else {
                throw outputFile.refusal(
                    of: String(decoding: path, as: UTF8.self), allowed: OutputFile.form)
            }
            task.metadata.append(Array("\(OutputFile.key)=".utf8) + path)
        }
        task.maxAttempts = try arguments(maxAttempts) ?? type.retry.maxAttempts
        task.timeout = type.timeout
        if let limit = try arguments(timeout) { task.timeout = limit == .zero ? nil : limit }
        task.env = try arguments.all(env).compactMap { word throws(UsageError) in try assignment(word) }
        task.slots = try arguments(slots) ?? 1
        if let concurrency = type.throttle.concurrency, task.slots > concurrency {
            throw slots.refusal(
                of: "\(task.slots)",
                allowed: "at most the concurrency of type \(name), which is \(concurrency)")
        }
        return task
    }

    private static func directory(_ arguments: Arguments) throws -> [UInt8] {
        guard let given = try arguments(cwd) else { return try workingDirectory() }
        let path = given.first == UInt8(ascii: "/") ? given : try workingDirectory() + [UInt8(ascii: "/")] + given
        guard let status = fileStatus(path), status.st_mode & S_IFMT == S_IFDIR else {
            throw cwd.refusal(
                of: String(decoding: given, as: UTF8.self), allowed: "a folder that is there")
        }
        return path
    }

    /// `K=V` as it is; `K` with what it is here, or nothing where it isn't set.
    private static func assignment(_ word: [UInt8]) throws(UsageError) -> [UInt8]? {
        let name = word.prefix { $0 != UInt8(ascii: "=") }
        guard !name.isEmpty else {
            throw env.refusal(
                of: String(decoding: word, as: UTF8.self), allowed: "NAME=VALUE or NAME")
        }
        if name.count < word.count { return word }
        return Environment.words.last { $0.starts(with: word + [UInt8(ascii: "=")]) }
    }
}
