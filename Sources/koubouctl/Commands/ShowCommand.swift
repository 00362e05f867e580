import Glibc
import KoubouCore

/// `koubouctl show`: all that is known of tasks.
enum ShowCommand: Command {
    static let name = "show"
    static let synopsis = ["[--field NAME | --json | --format TEMPLATE | --dot] ID..."]
    static let summary = "show all that is known of a task, its attempts too"

    private static let field = CommandOption<String>.text(
        "--field", "NAME", "print this field alone, empty when it is absent", kind: .taskField)
    private static let dot = CommandOption<Bool>.flag("--dot", "print what depends on what, for graphviz")
    static let usual = UsageExamples.Company("", "42")
    static let options: [any OptionSpelling] = [field, dot, CommonOptions.json, OutputFormat.option]
    static let operands = ValueKind.anyTask

    /// More dependencies than a person would look through.
    private static let treeMax = 200

    static func run(_ arguments: Arguments, in context: Context) throws -> Int32 {
        let ids = try taskIDs(arguments)
        let store = try context.store
        _ = try store.states(of: ids)  // all of them, or an error before anything is printed
        if arguments.has(dot) {
            context.print(try store.graph(around: ids).dot)
            return 0
        }
        let wanted = try arguments(field)
        let format = try arguments(OutputFormat.option)
        if [wanted != nil, format != nil, arguments.has(CommonOptions.json)].count(where: { $0 }) > 1 {
            throw UsageError.other(what: "--field, --json and --format exclude each other", remedy: "use one of them")
        }
        for (index, id) in ids.enumerated() {
            guard let json = try store.taskJSON(of: id) else { throw StoreError.noSuchTask([id]) }
            if arguments.has(CommonOptions.json) {
                context.print(json)
                continue
            }
            let members = try store.members(ofJSON: json)
            if let format {
                let formatter = try TaskFormatter(format, known: members.map(\.key), store: store)
                context.print(try formatter.text(of: id, members))
                continue
            }
            if let wanted {
                guard let member = members.first(where: { $0.key == wanted }) else {
                    let known = members.map(\.key)
                    throw field.refusal(
                        of: wanted, allowed: "one of " + known.joined(separator: ", "), known: known)
                }
                context.print(member.value ?? "")
                continue
            }
            if index > 0 { context.print("") }
            try TaskDetails.lines(members, in: store).forEach(context.print)
            try store.graph(around: [id], limit: treeMax).lines(around: id).forEach(context.print)
        }
        return 0
    }
}
