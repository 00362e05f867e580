/// Cuts the bytes of a client into its messages: one JSON text a line.
public struct FrameSplitter {
    public enum Frame: Equatable, Sendable {
        case text(String)
        /// Not UTF-8, or with a NUL, at which SQLite would end the text.
        case unreadable
        /// Longer than `limit`; its bytes were not kept.
        case tooLong
    }

    private let limit: Int
    private var rest: [UInt8] = []
    private var isTooLong = false

    /// - Parameter limit: bytes of a message.
    public init(limit: Int = 16 << 20) { self.limit = limit }

    /// The messages that `bytes` end; empty lines are none.
    public mutating func frames(_ bytes: ArraySlice<UInt8>) -> [Frame] {
        var frames: [Frame] = []
        var bytes = bytes
        while let end = bytes.firstIndex(of: 0x0a) {
            keep(bytes[..<end])
            bytes = bytes[(end + 1)...]
            if let frame = takeFrame() { frames.append(frame) }
        }
        keep(bytes)
        return frames
    }

    /// What came last without an end.
    public mutating func last() -> Frame? { takeFrame() }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) {
        if rest.count + bytes.count > limit { isTooLong = true }
        if isTooLong { rest = [] } else { rest += bytes }
    }

    private mutating func takeFrame() -> Frame? {
        // A long message is not to hold its memory for ever.
        defer { (rest, isTooLong) = ([], false) }
        if isTooLong { return .tooLong }
        if rest.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { return nil }
        guard !rest.contains(0), let text = String(validating: rest, as: UTF8.self) else { return .unreadable }
        return .text(text)
    }
}
