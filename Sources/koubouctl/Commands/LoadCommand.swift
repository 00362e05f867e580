import Glibc
import KoubouCore

/// `koubouctl load`: a load test of the queue and its pool.
enum LoadCommand: Command {
    static let name = "load"
    static let synopsis = [
        "[--tasks N] [--rate R] [-t TYPE] [-p N] [--json] [PROMPT... | -- COMMAND [ARG...]]",
        "[--tasks N] [--rate R] [--json] --mix FILE",
    ]
    static let summary =
        "hand in many tasks, watch them, and report throughput, times and the pool's size"
    static let details = """
        Without words the tasks are /bin/true, or for a type with a prompt the script 'true'. On a terminal, without options
        and words, it asks. Ctrl-C cancels what has not ended, and reports. The exit status is 0 if all tasks completed.
        A line of the --mix file is a share and what would follow 'submit'; the shares add up to 100%:
          70%  -- /bin/true
          30%  -t shell -p 8  sleep 0.1
        """

    private static let tasks = CommandOption<Int>.number(
        "--tasks", "N", "how many tasks (\(LoadPlan.standardTasks))", in: 1...LoadPlan.mostTasks)
    private static let rate = CommandOption<Double>(
        "--rate", "R", "tasks a second, like 50, or 10/m (default: all at once)", allowed: LoadRate.form, example: "50"
    ) { $0.text.flatMap(LoadRate.parse) }
    static let mix = CommandOption<String>.text(
        "--mix", "FILE", "tasks of several kinds, by their shares", kind: .file, example: "load.mix")
    static let options: [any OptionSpelling] = [
        tasks, rate, LoadPlan.type, LoadPlan.priority, mix, CommonOptions.json,
    ]

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let configuration = try context.configuration()
        var arguments = arguments
        if try isBare(arguments), isatty(STDIN_FILENO) != 0, isatty(STDERR_FILENO) != 0 {
            arguments = try Arguments(
                try LoadQuestions.ask(configuration), options: options, command: "koubouctl load")
        }
        var plan = LoadPlan()
        if let count = try arguments(tasks) { plan.tasks = count }
        plan.rate = try arguments(rate)
        if let path = try arguments(mix) {
            guard try arguments(LoadPlan.type) == nil, try arguments(LoadPlan.priority) == nil,
                arguments.operands.isEmpty, arguments.afterDashes == nil
            else {
                throw UsageError.other(
                    what: "a task stands beside --mix", remedy: "write it into '\(path)'")
            }
            try plan.addMix(path, in: configuration)
        } else {
            try plan.add(arguments, in: configuration)
        }
        let run = try LoadRun(plan, in: context)
        let status = try run.run()
        if arguments.has(CommonOptions.json) {
            context.print(try context.store.json(of: run.report))
        } else {
            run.report.lines(columns: Terminal.size.columns, isUTF8: Terminal.isUTF8).forEach(
                context.print)
        }
        return status
    }

    private static func isBare(_ arguments: Arguments) throws -> Bool {
        try arguments.operands.isEmpty && arguments.afterDashes == nil && arguments(tasks) == nil
            && arguments(rate) == nil && arguments(mix) == nil && arguments(LoadPlan.type) == nil
            && arguments(LoadPlan.priority) == nil && !arguments.has(CommonOptions.json)
    }
}
