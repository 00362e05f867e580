extension Store {
    /// What `tasks` depend on, and what depends on them, through all steps; about `limit` tasks at most.
    public func graph(around tasks: [TaskID], limit: Int = .max) throws(StoreError) -> TaskGraph {
        var edges: Set<TaskGraph.Edge> = []
        var isCut = false
        // Up and down apart: what else a dependency is needed for is not of interest.
        for isUp in [true, false] {
            var found = Set(tasks)
            var queue = tasks[...]
            while let task = queue.popFirst() {
                for edge in isUp ? try dependencies(of: task) : try dependants(of: task) {
                    guard edges.count < limit else {
                        isCut = true
                        break
                    }
                    edges.insert(edge)
                    let other = isUp ? edge.dependsOn : edge.task
                    if found.insert(other).inserted { queue.append(other) }
                }
            }
        }
        var nodes: [TaskID: TaskGraph.Node] = [:]
        for id in Set(tasks + edges.flatMap { [$0.task, $0.dependsOn] }) {
            if let task = try summary(of: id) { nodes[id] = (task.status, task.title) }
        }
        return TaskGraph(nodes: nodes, edges: edges, isCut: isCut)
    }

    private func dependencies(of task: TaskID) throws(StoreError) -> [TaskGraph.Edge] {
        try database.rows(
            "SELECT task_id, depends_on, any_end FROM task_dependency WHERE task_id = ?1", task, decode: edge)
    }

    private func dependants(of task: TaskID) throws(StoreError) -> [TaskGraph.Edge] {
        try database.rows(
            "SELECT task_id, depends_on, any_end FROM task_dependency WHERE depends_on = ?1", task, decode: edge)
    }

    private func edge(_ row: Row) throws(StoreError) -> TaskGraph.Edge {
        TaskGraph.Edge(task: try row.get(0), dependsOn: try row.get(1), isAny: try row.get(2))
    }
}
