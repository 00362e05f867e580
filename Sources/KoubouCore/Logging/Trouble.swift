/// An error that may come again and again: it is worth a line when it begins or changes, and one when it is over.
public struct Trouble {
    private var current: String?

    public init() {}

    /// True when `text` is news.
    public mutating func begins(_ text: String) -> Bool {
        defer { current = text }
        return text != current
    }

    /// True when there was trouble, and now it is over.
    public mutating func ends() -> Bool {
        defer { current = nil }
        return current != nil
    }
}
