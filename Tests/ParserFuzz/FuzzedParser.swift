/// The parsers of the gateway, fed with mangled bytes. However these are cut, the parser must make the same of them as in one
/// piece, hold no more than it needs, and never crash. The same seed and number give the same input.
public enum FuzzedParser: String, CaseIterable, Sendable {
    case http, webSocket

    public struct Report: Sendable {
        public var refused = 0
        public var faults: [String] = []
    }

    public func run(inputs: Range<Int>, seed: UInt64) -> Report {
        switch self {
        case .http: run(RequestSubject(), inputs, seed)
        case .webSocket: run(FrameSubject(), inputs, seed)
        }
    }

    private func run(_ subject: some FuzzSubject, _ inputs: Range<Int>, _ seed: UInt64) -> Report {
        var report = Report()
        for number in inputs {
            var random = SeededGenerator(seed: seed &+ UInt64(number))
            let input = subject.input(using: &random)
            let whole = Self.read([input[...]], with: subject.parser)
            let cut = Self.read(Self.pieces(of: input, using: &random), with: subject.parser)
            if whole.fault != nil { report.refused += 1 }
            let held = max(whole.mostHeld, cut.mostHeld)
            if whole.events != cut.events || whole.fault != cut.fault || held > subject.heldMax {
                report.faults.append(
                    "\(rawValue), seed \(seed), input \(number), \(held) bytes held: \(String(decoding: input, as: UTF8.self).debugDescription)")
            }
        }
        return report
    }

    private static func read<Parser: PieceParser>(
        _ pieces: [ArraySlice<UInt8>], with fresh: Parser
    ) -> (events: [Parser.Event], fault: Parser.Fault?, mostHeld: Int) {
        var (parser, events, mostHeld) = (fresh, [Parser.Event](), 0)
        for piece in pieces {
            parser.take(piece)
            do throws(Parser.Fault) {
                while let event = try parser.next() { events.append(event) }
            } catch { return (events, error, mostHeld) }
            mostHeld = max(mostHeld, parser.buffered)
        }
        return (events, nil, mostHeld)
    }

    /// Single bytes, short pieces, or a few.
    private static func pieces(of input: [UInt8], using random: inout SeededGenerator) -> [ArraySlice<UInt8>] {
        let most = [1, 9, 100].randomElement(using: &random)!
        var (rest, pieces) = (input[...], [ArraySlice<UInt8>]())
        while !rest.isEmpty {
            pieces.append(rest.prefix(Int.random(in: 1...most, using: &random)))
            rest = rest.dropFirst(pieces[pieces.count - 1].count)
        }
        return pieces
    }
}
