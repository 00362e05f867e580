import Glibc
import KoubouCore

/// `koubouctl pause`: stops new claims, and nothing else.
enum PauseCommand: Command {
    static let name = "pause"
    static let synopsis = ["[-t TYPE]"]
    static let summary = "start no more tasks, or none of a type; what runs goes on. Lasts until 'resume'"

    static let type = CommandOption<String>.text(
        "--type", short: "-t", "TYPE", "only tasks of this type (default: all)", kind: .type)
    static let options: [any OptionSpelling] = [type]

    static func makesQueue(_ arguments: Arguments) -> Bool { true }

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        let type = try arguments(type)
        if let type { _ = try context.configuration().type(named: type) }
        try context.store.pause(type: type)
        try context.store.sync()
        return 0
    }
}

/// `koubouctl resume`: the end of a pause.
enum ResumeCommand: Command {
    static let name = "resume"
    static let synopsis = ["[-t TYPE]"]
    static let summary = "end a pause: of a type, or every one"
    static let options: [any OptionSpelling] = [PauseCommand.type]

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        try refuseOperands(arguments)
        let type = try arguments(PauseCommand.type)
        guard let toWake = try context.store.resume(type: type) else {
            try context.checkTypes(type.map { [$0] })
            context.tell(type.map { "type \($0) was not paused by itself" } ?? "nothing was paused")
            return 0
        }
        context.wake(toWake)
        try context.store.sync()
        return 0
    }
}
