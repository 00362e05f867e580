import KoubouCore

/// How many of a long list are shown.
enum NewestOption {
    static let limit = CommandOption<Int>.number("--limit", short: "-n", "N", "only the newest N", in: 1...Int.max)
    /// On a terminal, unless it is said otherwise.
    static let onTerminal = 50
}
