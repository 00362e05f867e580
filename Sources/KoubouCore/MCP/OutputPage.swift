/// A part of an output, as text.
public struct OutputPage: Equatable, Sendable {
    public let text: String
    /// Where the next page begins, in bytes; nil at the end.
    public let nextOffset: Int?
    /// Bytes of the whole.
    public let size: Int

    /// At most `limit` bytes from `offset` on, which end with a whole character; what is not UTF-8 is replaced.
    /// - Parameter read: bytes of a range of the output, which may have become shorter.
    public init(from offset: Int, limit: Int, size: Int, read: (Range<Int>) throws -> [UInt8]) rethrows {
        let start = min(offset, size)
        let end = min(size - start, limit) + start
        var bytes = try read(start..<end)
        if end < size { bytes.removeLast(Self.incompleteSuffix(bytes)) }
        text = String(decoding: bytes, as: UTF8.self)
        nextOffset = end < size && !bytes.isEmpty ? start + bytes.count : nil
        self.size = size
    }

    /// How many bytes at the end begin a character that is not complete.
    private static func incompleteSuffix(_ bytes: [UInt8]) -> Int {
        for count in 1...3 where count < bytes.count {
            let byte = bytes[bytes.count - count]
            if byte & 0xc0 == 0x80 { continue }
            let length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
            return length > count ? count : 0
        }
        return 0
    }
}
