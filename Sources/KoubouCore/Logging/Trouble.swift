/// Errors that may come again and again, also by turns: each is worth a line when it comes for the first time, and there is
/// one when all is over.
public struct Trouble {
    private var told: Set<String> = []

    public init() {}

    /// True when `text` is news.
    public mutating func begins(_ text: String) -> Bool { told.insert(text).inserted }

    /// True when there was trouble, and now it is over.
    public mutating func ends() -> Bool {
        defer { told = [] }
        return !told.isEmpty
    }
}
