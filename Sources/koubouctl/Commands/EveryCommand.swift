import Glibc
import KoubouCore

/// `koubouctl every`: tasks that recur.
enum EveryCommand: Command {
    static let name = "every"
    static let synopsis = [
        "SPEC [options] [PROMPT... | -]", "SPEC [options] [--stdin] -- COMMAND [ARG...]", "--list [--json]",
        "--remove N",
    ]
    static let summary = "hand in a task again and again; print the number of what was set up"
    static let details = """
        SPEC is a duration, such as 15m, or five cron fields in one word: minute, hour, day of the month, month and
        weekday, in local time; also @hourly, @daily, @weekly, @monthly, @yearly. The task is given as to 'submit'.
        The supervisor hands it in when it is due: once after a time without a supervisor, and not while its last run
        has not ended.

        examples:
          koubouctl every 15m -- git -C /src/project fetch
          koubouctl every '0 9 * * mon-fri' --title report './report.sh | mail -s report me'
          koubouctl every --list
        """

    private static let list = CommandOption<Bool>.flag("--list", "show what recurs, and when it is due next")
    private static let remove = CommandOption<Int>.number(
        "--remove", "N", "end number N; tasks that were handed in stay", kind: .recurring, in: 1...Int.max)
    static let usual = UsageExamples.Company("15m", "-- ./report.sh")
    static let special: [String: UsageExamples.Company] = [
        "--stdin": .init("15m", "-- sort"), "--list": .init(), "--remove": .init(), "--json": .init("--list"),
    ]
    static let options: [any OptionSpelling] = TaskOptions.all + [list, remove, CommonOptions.json]

    static func makesQueue(_ arguments: Arguments) throws -> Bool {
        try !arguments.has(list) && arguments(remove) == nil
    }

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let number = try arguments(remove)
        if arguments.has(list) || number != nil {
            try refuseOperands(arguments)
            if arguments.has(list), number != nil {
                throw UsageError.other(what: "--list and --remove exclude each other", remedy: "use one of them")
            }
        }
        if arguments.has(CommonOptions.json), !arguments.has(list) {
            throw UsageError.other(what: "--json has a meaning with --list only", remedy: "add --list")
        }
        if let number {
            try context.store.removeRecurring(Int64(number))
            try context.store.sync()
            return 0
        }
        return arguments.has(list) ? try show(arguments, in: context) : try add(arguments, in: context)
    }

    private static func add(_ arguments: Arguments, in context: Context) throws -> Int32 {
        guard let spec = arguments.operands.first?.text, !spec.isEmpty else {
            throw UsageError.other(
                what: "it is not said how often")
        }
        let recurrence = try Recurrence(spec)
        let configuration = try context.configuration()
        let task = try TaskReader(
            command: "koubouctl every '\(spec)'", arguments: arguments, context: context,
            configuration: configuration, template: { try TaskOptions.template(arguments, type: $0, configuration) }
        ).task(Array(arguments.operands.dropFirst()))
        let now = Clock.now
        let store = try context.store
        let number = try store.addRecurring(
            spec, task, first: recurrence.next(after: now, since: now, in: .system))
        try store.supervisor()?.process.send(SIGUSR1)
        try store.sync()
        context.stored = "number \(number) is set up"
        context.print("\(number)")
        return 0
    }

    private static func show(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let store = try context.store
        if arguments.has(CommonOptions.json) {
            try store.recurringJSON().forEach(context.print)
            return 0
        }
        let zone = LocalZone.system
        var table = Table(
            ["NUMBER", "EVERY", "NEXT", "LAST TASK", "TYPE", "TITLE"], rightAligned: [0, 3], flexible: 5)
        for recurring in try store.recurring() {
            table.add([
                "\(recurring.number)", recurring.spec, zone.stamp(recurring.nextAt),
                recurring.lastTask.map { "\($0)" } ?? "-", recurring.type, LogLine.printable(recurring.title),
            ])
        }
        table.takeLines(within: Terminal.isThere ? Terminal.size.columns : nil).forEach(context.print)
        return 0
    }
}
