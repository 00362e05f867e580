/// Names a task; never given out twice, also after the task is pruned.
public struct TaskID: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let number: Int64
    public init(_ number: Int64) { self.number = number }

    /// As `description` writes it: digits alone, and more than 0; else nil.
    public init?(text: some StringProtocol) {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(text), number > 0 else {
            return nil
        }
        self.number = number
    }

    public var description: String { String(number) }
    public static func < (left: TaskID, right: TaskID) -> Bool { left.number < right.number }
}
