import KoubouCore

/// The attempt of a task from inside of which koubouctl was started.
struct Surroundings {
    let task: TaskID
    let claim: Int64

    /// Nil when it was started from nowhere like that, or from a task of another home.
    init?(of context: Context) {
        let environment = context.environment
        guard let home = environment["KOUBOU_HOME"], home == context.home.path,
            let task = environment["KOUBOU_TASK_ID"].flatMap({ TaskID(text: $0) }),
            let claim = environment["KOUBOU_CLAIM"].flatMap({ Int64($0) })
        else { return nil }
        (self.task, self.claim) = (task, claim)
    }
}
