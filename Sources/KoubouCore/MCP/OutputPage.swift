/// A part of an output.
public struct OutputPage: Equatable, Sendable {
    let bytes: [UInt8]
    /// Something stands before it, perhaps the beginning of its first character.
    private let isCut: Bool
    /// Where the next page begins, in bytes; nil at the end.
    public let nextOffset: Int?
    /// Bytes of the whole.
    public let size: Int

    /// What is not UTF-8 is replaced.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// As a resource has it: text, or bytes where it is none.
    public var content: ResourceContent {
        let begun = isCut ? bytes.prefix(3).prefix { $0 & 0xc0 == 0x80 }.count : 0
        return String(validating: bytes.dropFirst(begun), as: UTF8.self).map { .text($0) } ?? .bytes(bytes)
    }

    /// At most `limit` bytes from `offset` on, which end with a whole character.
    /// - Parameter read: bytes of a range of the output, which may have become shorter.
    public init(from offset: Int, limit: Int, size: Int, read: (Range<Int>) throws -> [UInt8]) rethrows {
        let start = min(offset, size)
        let end = min(size - start, limit) + start
        var bytes = try read(start..<end)
        if end < size { bytes.removeLast(Self.incompleteSuffix(bytes)) }
        (self.bytes, isCut) = (bytes, start > 0)
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
