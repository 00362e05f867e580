/// What the supervisor did to the pool, and why.
public struct PoolDecision: Equatable, Sendable {
    /// The raw value is the word of the schema and of JSON.
    public enum Action: String, CaseIterable, Sendable {
        case start, drain
        /// It would start workers, and can't or must not.
        case hold
        /// It has new limits, or another configuration.
        case configure
    }

    public var at: Timestamp
    public var action: Action
    /// Active workers; those that drain are not.
    public var before: Int
    public var after: Int
    /// Tasks that could run at once.
    public var pending: Int
    public var reason: String

    public init(_ action: Action, before: Int, after: Int, pending: Int, because reason: String, at: Timestamp) {
        (self.action, self.before, self.after, self.pending) = (action, before, after, pending)
        (self.reason, self.at) = (reason, at)
    }
}
