/// How many sessions of clients are kept, and how long without a word from one: clients go without saying so.
public struct SessionLimits: Equatable, Sendable {
    public let count: Int
    public let idle: Duration

    public static let standard = SessionLimits(count: 256, idle: .seconds(1800))

    /// Which sessions are to be ended now.
    /// - Parameters:
    ///   - idle: how long nobody has wanted anything of each; zero while it is at work.
    ///   - needsRoom: another one is to begin.
    /// - Returns: nil when there can be no room, as all of them are at work.
    public func toEnd(_ idle: [String: Duration], needsRoom: Bool) -> [String]? {
        let over = idle.filter { $0.value > self.idle }.map(\.key)
        guard needsRoom, idle.count - over.count >= count else { return over }
        guard let idlest = idle.max(by: { $0.value < $1.value }), idlest.value > .zero else { return nil }
        return over + [idlest.key]
    }
}
