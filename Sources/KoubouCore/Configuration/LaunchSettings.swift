/// How the process of a type's tasks is placed elsewhere, and how what was placed there is ended for sure.
public struct LaunchSettings: Equatable, Sendable {
    /// Words before those of the task, with the marks of `LaunchedAttempt`; nil: the task runs here.
    public var launcher: [String]?
    /// Succeeds when nothing runs any more of the attempt that its marks name; nil: the end of the launcher is the end.
    public var reap: [String]?
    /// How long that is tried, again and again.
    public var reapTimeout: Duration = .seconds(300)
    /// Exit statuses of the launcher which say that it lost sight of the task, not how that ended.
    public var lostStatus: [ClosedRange<Int>] = []
}
