/// Names a task; never given out twice, also after the task is pruned.
public struct TaskID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: Int64
    public init(_ number: Int64) { self.number = number }
    public var description: String { String(number) }
    public static func < (left: TaskID, right: TaskID) -> Bool { left.number < right.number }
}
