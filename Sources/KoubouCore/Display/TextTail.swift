/// The last lines of a task's output, for a pager.
public enum TextTail {
    /// - Parameter isCut: the first line is not whole, and left out.
    /// - Returns: lines without anything that steers a terminal: colours are dropped, tabs become spaces, of a line that was
    ///   written over (progress bars end with a carriage return) the last form counts, the rest is made visible.
    public static func lines(_ bytes: ArraySlice<UInt8>, isCut: Bool) -> [String] {
        var lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
        if lines.last?.isEmpty ?? false { lines.removeLast() }
        if isCut, !lines.isEmpty { lines.removeFirst() }
        return lines.map { line in
            let whole = line.last == 0x0d ? line.dropLast() : line
            let last = whole.lastIndex(of: 0x0d).map { whole[($0 + 1)...] } ?? whole
            return LogLine.printable(String(decoding: plain(last), as: UTF8.self))
        }
    }

    /// Without sequences that begin with `ESC [`, and with tabs as spaces up to the next multiple of eight.
    private static func plain(_ line: ArraySlice<UInt8>) -> [UInt8] {
        var plain: [UInt8] = []
        var rest = line
        while let byte = rest.popFirst() {
            if byte == 0x1b, rest.first == UInt8(ascii: "[") {
                rest = rest.dropFirst().drop { (0x20..<0x40).contains($0) }.dropFirst()
            } else if byte == 0x09 {
                plain += [UInt8](repeating: 0x20, count: 8 - plain.count % 8)
            } else {
                plain.append(byte)
            }
        }
        return plain
    }
}
