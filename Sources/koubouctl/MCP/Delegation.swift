import Glibc
import KoubouCore

/// Makes tasks of the arguments of a client.
struct Delegation {
    let configuration: Configuration
    /// The task from inside of which the server was started.
    let parent: TaskID?
    let json: JSONReader
    let door: MCPDoor
    let right: AccessRight

    /// - Parameter arguments: a JSON object.
    func task(_ arguments: String) throws -> NewTask {
        let given = try ToolArguments(arguments, known: Tool.taskArguments, json)
        let allowed = door.types(configuration)
        let choice = allowed.isEmpty ? "none is allowed" : "one of " + allowed.joined(separator: ", ")
        guard let type = try given.text("type") else { throw ToolMistake.missing("type", choice) }
        guard allowed.contains(type) else {
            throw ToolMistake(
                "type '\(type.prefix(100))' may not be delegated",
                "use \(choice); the user can add types to allow_types in \(door.settings) of koubou.conf")
        }
        let isExec = configuration.types[type]?.program == .argv
        if !isExec, try given.text("prompt") == nil {
            throw ToolMistake.missing("prompt", "all that the worker needs to know")
        }
        if given.field("cwd") != nil, right < .admin {
            // Where a task runs decides what its program does: that is for the owner of the queue.
            throw ToolMistake("cwd needs a token with the right admin", "leave it out")
        }
        try refuseMissingFolder(given)
        let reader = TaskJSONReader(
            json: json, defaultType: type, throttles: configuration.throttles, template: template)
        return try reader.task(document(given))
    }

    /// As `koubouctl submit --jsonl` takes it.
    private func document(_ given: ToolArguments) throws -> String {
        JSONText.object([
            "type": given.field("type")?.json, "prompt": given.field("prompt")?.json, "argv": given.field("argv")?.json,
            "title": given.field("title")?.json,
            "priority": try given.integer("priority", in: Priority.allowed).map { "\($0)" },
            "timeout": given.field("timeout")?.json, "after": given.field("depends_on")?.json,
            "key": given.field("key")?.json, "cwd": given.field("cwd")?.json,
        ])
    }

    private func template(_ name: String) throws -> NewTask {
        let type = try configuration.type(named: name)
        var task = NewTask(type: name, cwd: try workingDirectory())
        task.parent = parent
        (task.maxAttempts, task.timeout) = (type.retry.maxAttempts, type.timeout)
        return task
    }

    /// The task would fail later, when nobody can mend the call any more.
    private func refuseMissingFolder(_ given: ToolArguments) throws {
        guard let path = try given.text("cwd"), path.hasPrefix("/") else { return }
        guard let status = fileStatus(path), status.st_mode & S_IFMT == S_IFDIR else {
            throw ToolMistake(
                "cwd '\(path.prefix(200))' is no folder that is there", "give one that is, or leave it out")
        }
    }
}
