import KoubouCore

/// Looks at all that a queue needs, one thing after another. No trouble ends the looking, and nothing is changed.
final class Doctor {
    let home: Home
    let environment: Environment
    /// The queue, when it can be read.
    var store: Store?
    /// What is set, or built in where that can't be read.
    var configuration = Configuration()
    /// The supervisor, when one runs.
    var supervisor: SupervisorRecord?
    private let tell: (Finding) -> Void
    /// True when something keeps tasks from running, or puts them at risk.
    private(set) var hasFailed = false

    /// - Parameter tell: called with each finding as it is made.
    init(_ home: Home, environment: Environment, tell: @escaping (Finding) -> Void) {
        (self.home, self.environment, self.tell) = (home, environment, tell)
    }

    func run() {
        checkHome()
        checkFileSystem()
        checkDatabase()
        checkConfiguration()
        checkPool()
        checkTypes()
        checkMachine()
    }

    func report(_ finding: Finding) {
        if finding.status == .fail { hasFailed = true }
        tell(finding)
    }
}
