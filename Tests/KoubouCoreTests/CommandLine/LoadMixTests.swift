import Testing

@testable import KoubouCore

@Suite struct LoadMixTests {
    private func parts(_ text: String) throws -> [String] {
        try LoadMix(Array(text.utf8), named: "mix").parts.map { part in
            "\(part.share): " + part.words.map(\.display).joined(separator: "|")
        }
    }

    private func error(_ text: String) -> String {
        do { return "\(try parts(text))" } catch { return (error as? LoadMixError)?.line ?? "\(error)" }
    }

    @Test func readsSharesAndWords() throws {
        #expect(try parts("# kinds\n\n 70% -- /bin/true\r\n30%\t-t shell  -p 8 sleep 0.1 # %") == [
            "70: --|/bin/true", "30: -t|shell|-p|8|sleep|0.1|#|%",
        ])
        #expect(try LoadMix([0x31, 0x30, 0x30, 0x25, 0x20, 0xff], named: "mix").parts[0].words == [Word(bytes: [0xff])])
    }

    @Test(arguments: [
        ("x y", "'x' is no share (mix:1): begin the line with one, like: 70% -- /bin/true"),
        ("\n0% x", "'0%' is no share (mix:2): begin the line with one, like: 70% -- /bin/true"),
        ("101% x", "'101%' is no share (mix:1): begin the line with one, like: 70% -- /bin/true"),
        ("99999999999999999999% x", "'99999999999999999999%' is no share (mix:1): begin the line with one, like: 70% -- /bin/true"),
        ("100%", "there is no task (mix:1): write it after the share, like: 30% -t shell sleep 0.1"),
        ("50% a\n40% b", "the shares add up to 90% (mix): make it 100%"),
        ("", "the shares add up to 0% (mix): make it 100%"),
    ])
    func tellsWhatIsWrong(text: String, message: String) {
        #expect(error(text) == message)
    }

    @Test func sharesAreDealtOutEvenly() {
        var dealer = ShareDealer([70, 20, 10])
        var dealt = (0..<100).map { _ in dealer.next() }
        #expect((0..<3).map { part in dealt.count { $0 == part } } == [70, 20, 10])
        #expect(dealt.prefix(10).sorted() == [0, 0, 0, 0, 0, 0, 0, 1, 1, 2])
        dealer = ShareDealer([100])
        dealt = (0..<5).map { _ in dealer.next() }
        #expect(dealt == [0, 0, 0, 0, 0])
    }

    @Test(arguments: [
        ("50", 50), ("0.5", 0.5), ("120/m", 2), ("36/h", 0.01), ("3/s", 3), ("0", nil), ("", nil), ("/s", nil), ("-1", nil),
        ("1e3", nil), ("nan", nil), ("1/d", nil), ("99999999999999999999999", nil), ("1.2.3", nil),
    ] as [(String, Double?)])
    func rates(text: String, perSecond: Double?) {
        #expect(LoadRate.parse(text) == perSecond)
    }
}
