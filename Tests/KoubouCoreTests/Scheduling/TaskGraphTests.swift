import Testing

@testable import KoubouCore

struct TaskGraphTests {
    private static func edge(_ task: Int64, _ dependsOn: Int64, any: Bool = false) -> TaskGraph.Edge {
        TaskGraph.Edge(task: TaskID(task), dependsOn: TaskID(dependsOn), isAny: any)
    }

    /// 4 after 2 and 3, which are after 1; 5 after any end of 4.
    private static let diamond = TaskGraph(
        nodes: [
            TaskID(1): (.completed, "fetch"), TaskID(2): (.failed, "build"), TaskID(3): (.inProgress, "say \"\\\"\n"),
            TaskID(4): (.blocked, "pack"), TaskID(5): (.blocked, ""),
        ],
        edges: [edge(2, 1), edge(3, 1), edge(4, 2), edge(4, 3), edge(5, 4, any: true)])

    @Test func drawsBothTrees() {
        #expect(Self.diamond.lines(around: TaskID(4)) == [
            "depends on",
            "├── 2 failed  build",
            "│   └── 1 completed  fetch",
            #"└── 3 in_progress  say "\"\n"#,
            "    └── 1 completed  fetch",
            "needed by",
            "└── 5 blocked   (any end)",
        ])
        #expect(Self.diamond.lines(around: TaskID(1)) == [
            "needed by", "├── 2 failed  build", "│   └── 4 blocked  pack", "│       └── 5 blocked   (any end)",
            #"└── 3 in_progress  say "\"\n"#, "    └── 4 blocked  pack (see above)",
        ])
    }

    @Test func nothingIsDrawnOfATaskAlone() {
        #expect(TaskGraph(nodes: [TaskID(1): (.pending, "")], edges: []).lines(around: TaskID(1)).isEmpty)
    }

    @Test func aPrunedTaskIsNamed() {
        let graph = TaskGraph(nodes: [TaskID(2): (.completed, "")], edges: [Self.edge(2, 1)], isCut: true)
        #expect(graph.lines(around: TaskID(2)) == ["depends on", "└── 1 pruned", "and more: see --dot"])
    }

    @Test func aLongChainIsCut() {
        let graph = TaskGraph(nodes: [:], edges: Set((1...5000).map { Self.edge($0 + 1, $0) }))
        let lines = graph.lines(around: TaskID(5001))
        #expect(lines.count == 22)
        #expect(lines.last == String(repeating: "    ", count: 20) + "└── …")
    }

    @Test func isWrittenForGraphviz() {
        #expect(Self.diamond.dot == #"""
            digraph koubou {
              rankdir=LR;
              node [shape=box, style=rounded];
              1 [label="1 completed\nfetch", color=green];
              2 [label="2 failed\nbuild", color=red];
              3 [label="3 in_progress\nsay \"\\\"\\n", color=blue];
              4 [label="4 blocked\npack", color=black];
              5 [label="5 blocked\n", color=black];
              1 -> 2;
              1 -> 3;
              2 -> 4;
              3 -> 4;
              4 -> 5 [style=dashed];
            }
            """#)
    }
}
