/// The part of a body that a client asks for (RFC 9110, section 14).
public enum ByteRange: Equatable, Sendable {
    case whole
    case part(Range<Int>)
    /// There is no such part.
    case unsatisfiable

    /// - Parameters:
    ///   - header: the value of `Range`; what is no single range of bytes asks for the whole.
    ///   - size: of the whole body.
    public init(_ header: String?, size: Int) {
        self = .whole
        guard let header, header.lowercased().hasPrefix("bytes=") else { return }
        let ends = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]) else { return }
        switch (first, last) {
        case (nil, nil): return
        case (nil, let count?): self = count == 0 || size == 0 ? .unsatisfiable : .part(max(0, size - count)..<size)
        case (let first?, let last):
            if let last, last < first { return }
            self = first >= size ? .unsatisfiable : .part(first..<min(size, (last ?? size - 1) + 1))
        }
    }

    /// Nil for what is no number; `.some(nil)` for nothing.
    private static func number(_ text: Substring) -> Int?? {
        if text.isEmpty { return .some(nil) }
        guard text.utf8.count <= 15, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(text)
    }
}
