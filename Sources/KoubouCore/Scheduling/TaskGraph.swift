/// Tasks and what they depend on, for people to look at.
public struct TaskGraph: Sendable {
    public struct Edge: Hashable, Sendable {
        let task: TaskID
        let dependsOn: TaskID
        /// Any end of it is enough.
        let isAny: Bool
    }

    /// What is told of a task: its state and title; nil when it was pruned.
    typealias Node = (status: TaskState, title: String)

    private var nodes: [TaskID: Node]
    private var edges: [Edge]
    /// There are more than were wanted.
    private var isCut: Bool

    init(nodes: [TaskID: Node], edges: Set<Edge>, isCut: Bool = false) {
        (self.nodes, self.isCut) = (nodes, isCut)
        self.edges = edges.sorted { ($0.dependsOn, $0.task) < ($1.dependsOn, $1.task) }
    }

    /// Deeper levels are left out: no terminal is wide enough.
    private static let deepest = 20

    /// The trees of what `root` depends on and of what depends on it, each below a line that says so; nothing where
    /// there is none.
    public func lines(around root: TaskID) -> [String] {
        let dependencies = Dictionary(grouping: edges, by: \.task).mapValues { $0.map { ($0.dependsOn, $0.isAny) } }
        let dependants = Dictionary(grouping: edges, by: \.dependsOn).mapValues { $0.map { ($0.task, $0.isAny) } }
        var lines: [String] = []
        for (heading, children) in [("depends on", dependencies), ("needed by", dependants)]
        where children[root] != nil {
            var shown: Set<TaskID> = []
            lines.append(heading)
            append(children, of: root, indentation: "", depth: 1, &shown, to: &lines)
        }
        return isCut ? lines + ["and more: see --dot"] : lines
    }

    private func append(
        _ children: [TaskID: [(id: TaskID, isAny: Bool)]], of parent: TaskID, indentation: String, depth: Int,
        _ shown: inout Set<TaskID>, to lines: inout [String]
    ) {
        let all = children[parent] ?? []
        for (index, child) in all.enumerated() {
            let isLast = index == all.count - 1
            let isNew = shown.insert(child.id).inserted
            let hasMore = children[child.id] != nil
            lines.append(
                indentation + (isLast ? "└── " : "├── ") + description(of: child.id)
                    + (child.isAny ? " (any end)" : "") + (hasMore && !isNew ? " (see above)" : ""))
            let next = indentation + (isLast ? "    " : "│   ")
            guard isNew, hasMore else { continue }
            if depth < Self.deepest {
                append(children, of: child.id, indentation: next, depth: depth + 1, &shown, to: &lines)
            } else {
                lines.append(next + "└── …")
            }
        }
    }

    private func description(of task: TaskID) -> String {
        guard let node = nodes[task] else { return "\(task) pruned" }
        return "\(task) \(node.status.rawValue)  \(LogLine.printable(node.title))"
    }

    /// For graphviz: an arrow from each task to those that wait for it, dashed where any end is enough.
    public var dot: String {
        var lines = ["digraph koubou {", "  rankdir=LR;", "  node [shape=box, style=rounded];"]
        for (id, node) in nodes.sorted(by: { $0.key < $1.key }) {
            let title = LogLine.printable(node.title).map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
            lines.append("  \(id) [label=\"\(id) \(node.status.rawValue)\\n\(title)\", color=\(colour(node.status))];")
        }
        for edge in edges {
            lines.append("  \(edge.dependsOn) -> \(edge.task)\(edge.isAny ? " [style=dashed]" : "");")
        }
        return (lines + ["}"]).joined(separator: "\n")
    }

    private func colour(_ status: TaskState) -> String {
        switch status {
        case .completed: "green"
        case .failed: "red"
        case .inProgress: "blue"
        case .cancelled: "gray"
        case .blocked, .scheduled, .pending: "black"
        }
    }
}
