/// Takes a body out of its chunks (RFC 9112, section 7.1); extensions and trailers are checked and dropped.
struct ChunkedBody {
    private(set) var bytes: [UInt8] = []
    private(set) var isComplete = false
    private let limit: Int
    private var stage = Stage.size
    /// The line that has begun, and what all trailers took.
    private var line: [UInt8] = []
    private var trailerBytes = 0

    private static let lineMax = 1024
    private static let trailersMax = 8192

    private enum Stage: Equatable {
        case size
        case data(left: Int)
        /// What follows the data: CR LF.
        case dataEnd
        case trailer
    }

    init(limit: Int) { self.limit = limit }

    /// Takes what belongs to the body.
    /// - Returns: how many bytes that were.
    mutating func take(_ input: ArraySlice<UInt8>) throws(HTTPProblem) -> Int {
        var rest = input
        while !isComplete, let byte = rest.first {
            if case .data(let left) = stage {
                let piece = rest.prefix(left)
                bytes += piece
                rest = rest.dropFirst(piece.count)
                stage = left == piece.count ? .dataEnd : .data(left: left - piece.count)
                continue
            }
            rest.removeFirst()
            line.append(byte)
            guard line.count <= Self.lineMax else { throw HTTPHeadParser.bad("a chunk line is too long") }
            if byte == 0x0a { try end(line) }
        }
        return input.count - rest.count
    }

    private mutating func end(_ whole: [UInt8]) throws(HTTPProblem) {
        line = []
        let text = whole.dropLast(2)
        guard whole.suffix(2) == [0x0d, 0x0a], text.allSatisfy({ $0 >= 0x20 && $0 != 0x7f || $0 == 0x09 }) else {
            throw HTTPHeadParser.bad("a chunk line does not end in CR LF")
        }
        switch stage {
        case .size:
            let size = try Self.size(text.prefix { $0 != UInt8(ascii: ";") })
            guard size <= limit - bytes.count else { throw HTTPProblem.bodyTooLarge(limit) }
            stage = size == 0 ? .trailer : .data(left: size)
        case .dataEnd:
            guard text.isEmpty else { throw HTTPHeadParser.bad("a chunk is longer than its size") }
            stage = .size
        case .trailer:
            trailerBytes += whole.count
            guard trailerBytes <= Self.trailersMax else {
                throw HTTPProblem(.headTooLarge, "the trailers are too long")
            }
            isComplete = text.isEmpty
            // Where the empty line is missing, what follows is another request, and no trailer.
            if !isComplete { _ = try HTTPHeadParser.field(text) }
        case .data: break
        }
    }

    private static func size(_ digits: ArraySlice<UInt8>) throws(HTTPProblem) -> Int {
        var size = 0
        guard (1...15).contains(digits.count) else { throw HTTPHeadParser.bad("a chunk has no proper size") }
        for digit in digits {
            guard let value = hexValue(digit) else { throw HTTPHeadParser.bad("a chunk has no proper size") }
            size = size << 4 | Int(value)
        }
        return size
    }
}

extension HTTPProblem {
    static func bodyTooLarge(_ limit: Int) -> HTTPProblem {
        HTTPProblem(.contentTooLarge, "the body is larger than \(SizeText.text(limit))")
    }
}
