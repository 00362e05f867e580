/// Cuts a stream into its lines, whatever pieces it comes in.
struct LineSplitter {
    private var rest: [UInt8] = []

    /// A line may be as long as this; what comes after it is dropped.
    private static let limit = 16 << 20

    /// The lines that `bytes` end, without their ends (LF or CR LF).
    mutating func lines(_ bytes: ArraySlice<UInt8>) -> [String] {
        var lines: [String] = []
        var bytes = bytes
        while let end = bytes.firstIndex(of: 0x0a) {
            keep(bytes[..<end])
            bytes = bytes[(end + 1)...]
            lines.append(takeLast())
        }
        keep(bytes)
        return lines
    }

    /// What is left without an end; nil when nothing is.
    mutating func last() -> String? { rest.isEmpty ? nil : takeLast() }

    private mutating func keep(_ bytes: ArraySlice<UInt8>) { rest += bytes.prefix(max(0, Self.limit - rest.count)) }

    private mutating func takeLast() -> String {
        defer { rest.removeAll(keepingCapacity: true) }
        return String(decoding: rest.last == 0x0d ? rest.dropLast() : rest[...], as: UTF8.self)
    }
}
