/// One output of a task on the screen, read as with less(1); at its end it goes on as the output grows.
public struct TextPager: Equatable, Sendable {
    public enum Stream: String, Sendable { case stdout, stderr }

    public let task: TaskID
    public private(set) var stream = Stream.stdout
    private(set) var lines: [String] = []
    private(set) var status: TaskState?
    /// The first row that is shown, and the first column.
    private(set) var (top, left) = (0, 0)
    private(set) var isFollowing = true
    private let columnStep = 20

    public init(of task: TaskID) { self.task = task }

    /// Takes the output as it is now.
    public mutating func take(_ lines: [String], status: TaskState?) { (self.lines, self.status) = (lines, status) }

    /// Rows for text on a screen of `size`: without title and keys.
    static func rows(on size: TerminalSize) -> Int { max(1, size.rows - 2) }

    /// - Returns: false when the key leaves the pager.
    mutating func handle(_ key: Key, on size: TerminalSize) -> Bool {
        let rows = Self.rows(on: size)
        switch key {
        case .up, .character("k"): scroll(by: -1, rows)
        case .down, .character("j"), .enter: scroll(by: 1, rows)
        case .pageUp, .character("b"): scroll(by: -rows, rows)
        case .pageDown, .character(" "): scroll(by: rows, rows)
        case .home, .character("g"): scroll(by: -lines.count, rows)
        case .end, .character("G"), .character("f"): scroll(by: lines.count, rows)
        case .left: left = max(0, left - columnStep)
        case .right: left += columnStep
        case .tab, .character("e"):
            self = TextPager(of: task, stream == .stdout ? .stderr : .stdout)
        case .escape, .character("q"), .character("o"): return false
        case .character, .other: break
        }
        return true
    }

    private init(of task: TaskID, _ stream: Stream) { (self.task, self.stream) = (task, stream) }

    private mutating func scroll(by count: Int, _ rows: Int) {
        let last = max(0, lines.count - rows)
        top = min(max(first(rows) + count, 0), last)
        isFollowing = top == last
    }

    private func first(_ rows: Int) -> Int {
        let last = max(0, lines.count - rows)
        return isFollowing ? last : min(top, last)
    }

    /// The screen, without its last row.
    func screen(on size: TerminalSize) -> [ScreenLine] {
        let rows = Self.rows(on: size)
        let first = first(rows)
        let shown = lines[min(first, lines.count)..<min(first + rows, lines.count)]
        let place = lines.isEmpty ? "nothing yet" : "lines \(first + 1)-\(first + shown.count) of \(lines.count)"
        let title = "task \(task), \(stream.rawValue), \(status?.rawValue ?? "gone"), \(place)"
        return [ScreenLine(title, .title)] + shown.map { ScreenLine($0.scrolled(by: left)) }
    }

    static let keys = "q back  arrows scroll  G end, follow  g begin  e stdout/stderr"
}
