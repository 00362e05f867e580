import Glibc
import KoubouCore

/// An output as the body of an answer, read as the client takes it.
final class OutputBody: BodySource {
    private enum Origin {
        case bytes([UInt8])
        case file(Int32)
    }

    private let origin: Origin
    let size: Int
    private var range = 0..<0

    private static let piece = 65_536

    init(_ output: AttemptEnd.Output) throws {
        switch output {
        case .none: (origin, size) = (.bytes([]), 0)
        case .bytes(let bytes): (origin, size) = (.bytes(bytes), bytes.count)
        case .file(let path):
            let file = try FileDescriptor(opening: path, O_RDONLY)
            guard let status = fileStatus(ofDescriptor: file.number) else { throw SystemError("look at", path) }
            (origin, size) = (.file(file.take()), Int(status.st_size))
        }
    }

    deinit { if case .file(let descriptor) = origin { close(descriptor) } }

    /// Itself, as the source of these bytes.
    func part(_ range: Range<Int>) -> OutputBody {
        self.range = range
        return self
    }

    var looksByItself: Bool { false }

    func next() -> BodyPiece {
        guard !range.isEmpty else { return .end }
        let next = range.prefix(Self.piece)
        range = next.endIndex..<range.upperBound
        switch origin {
        case .bytes(let bytes): return .bytes(Array(bytes[next]))
        case .file(let descriptor):
            var buffer = [UInt8](repeating: 0, count: next.count)
            let count = retryingInterrupts { pread(descriptor, &buffer, next.count, off_t(next.lowerBound)) }
            guard count == next.count else { return .end }  // it has become shorter
            return .bytes(buffer)
        }
    }
}
