import Testing

@testable import KoubouCore

@Suite struct FrameSplitterTests {
    private func frames(_ pieces: [String], limit: Int = 100) -> [FrameSplitter.Frame] {
        var splitter = FrameSplitter(limit: limit)
        let frames = pieces.flatMap { splitter.frames(Array($0.utf8)[...]) }
        return frames + (splitter.last().map { [$0] } ?? [])
    }

    @Test func linesAreMessagesWhateverPiecesTheyComeIn() {
        #expect(frames(["{\"a\"", ":1}\n{}\r\n", "\n  \n", "[]"]) == [.text("{\"a\":1}"), .text("{}\r"), .text("[]")])
    }

    @Test func aLineThatIsTooLongIsOneFrameAndTheNextIsWhole() {
        #expect(frames(["12345", "678901", "2\nok\n"], limit: 10) == [.tooLong, .text("ok")])
        #expect(frames(["1234567890\n"], limit: 10) == [.text("1234567890")])
        #expect(frames(["12345678901"], limit: 10) == [.tooLong])
    }

    @Test func whatIsNoTextIsNone() {
        var splitter = FrameSplitter()
        #expect(splitter.frames([0xff, 0xfe, 0x0a, 0x7b, 0x7d, 0x00, 0x0a, 0x7b, 0x7d, 0x0a]) == [.unreadable, .unreadable, .text("{}")])
        #expect(splitter.last() == nil)
    }
}
