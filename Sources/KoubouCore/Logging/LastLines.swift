import Glibc

/// Finds the last lines of something long without reading all of it.
public enum LastLines {
    private static let step = 16_384

    /// Where the last `count` lines begin; a last line need not end with a newline.
    ///
    /// - Parameters:
    ///   - size: bytes that there are.
    ///   - read: the bytes of a range; fewer when they can't be had, and then the lines begin after them.
    public static func offset(of count: Int, size: Int, read: (Range<Int>) -> [UInt8]) -> Int {
        guard count > 0 else { return size }
        var (end, left) = (size, count)
        while end > 0 {
            let range = max(0, end - step)..<end
            let bytes = read(range)
            guard bytes.count == range.count else { return end }
            for index in bytes.indices.reversed() where bytes[index] == 0x0a {
                let next = range.lowerBound + index + 1
                if next == size { continue }  // the newline that ends the last line
                left -= 1
                if left == 0 { return next }
            }
            end = range.lowerBound
        }
        return 0
    }

    /// The same of an open file.
    public static func offset(of count: Int, inFile descriptor: Int32) -> Int {
        offset(of: count, size: Int(lseek(descriptor, 0, SEEK_END))) { range in
            var bytes = [UInt8](repeating: 0, count: range.count)
            let read = retryingInterrupts { pread(descriptor, &bytes, range.count, off_t(range.lowerBound)) }
            return Array(bytes.prefix(max(read, 0)))
        }
    }
}
