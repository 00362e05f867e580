import Glibc
import KoubouCore

extension AttemptEnd.Output {
    /// Where the last `count` lines begin.
    func offset(ofLast count: Int) throws -> Int {
        switch self {
        case .none: return 0
        case .bytes(let bytes): return LastLines.offset(of: count, size: bytes.count) { Array(bytes[$0]) }
        case .file(let path):
            let file = try FileDescriptor(opening: path, O_RDONLY)
            return LastLines.offset(of: count, inFile: file.number)
        }
    }
}
