import Glibc
import KoubouCore

/// Reads lines in bounded memory.
struct LineReader {
    let descriptor: Int32
    /// Bytes of one line.
    let limit: Int
    private let separator: UInt8
    private var buffer: [UInt8] = []
    /// Where the next line begins in it.
    private var start = 0
    private var isAtEnd = false
    private var number = 0

    /// - Parameter separator: what ends a line.
    init(descriptor: Int32, limit: Int, separator: UInt8 = 0x0a) {
        (self.descriptor, self.limit, self.separator) = (descriptor, limit, separator)
    }

    /// The next lines, blank ones too: at most `count`, and not many more bytes than `size`; none at the end.
    mutating func lines(count: Int, size: Int) throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var bytes = 0
        while lines.count < count, bytes < size, let line = try next() {
            lines.append(line)
            bytes += line.count
        }
        return lines
    }

    /// The next lines that are not blank, with their numbers: at most `count`, and not many more bytes than `size`;
    /// none at the end.
    mutating func batch(count: Int, size: Int) throws -> [(number: Int, bytes: [UInt8])] {
        var lines: [(number: Int, bytes: [UInt8])] = []
        var bytes = 0
        while lines.count < count, bytes < size, let line = try next() {
            number += 1
            guard !line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) else { continue }
            lines.append((number, line))
            bytes += line.count
        }
        return lines
    }

    /// Without its separator; nil at the end.
    private mutating func next() throws -> [UInt8]? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: separator) {
                defer { start = end + 1 }
                return Array(buffer[start..<end])
            }
            buffer.removeFirst(start)
            (start, searched) = (0, buffer.count)
            if isAtEnd {
                defer { buffer = [] }
                return buffer.isEmpty ? nil : buffer
            }
            guard buffer.count <= limit else { throw InputTooLarge(limit: limit) }
            let piece = try KoubouCore.readAll(from: descriptor, upTo: 1 << 20)
            isAtEnd = piece.count < 1 << 20
            buffer += piece
        }
    }
}
