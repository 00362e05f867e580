/// How urgent a task is: 1 to 10, the highest first; 5 when nobody says.
public struct Priority: Equatable, Sendable {
    public static let allowed = 1...10
    public static let standard = Priority(5)!
    public let number: Int

    /// Nil outside of 1 to 10.
    public init?(_ number: Int) {
        guard Self.allowed.contains(number) else { return nil }
        self.number = number
    }
}
