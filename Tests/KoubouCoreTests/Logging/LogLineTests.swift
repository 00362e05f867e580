import Testing

@testable import KoubouCore

struct LogLineTests {
    @Test func hasTimeLevelAndMessageFirst() {
        let line = LogLine.text(
            .warn, "worker died",
            [["worker": WorkerID(slot: 3), "pid": 4711, "signal": "KILL", "task": TaskID(42), "error": nil as String?, "requeued": 1]],
            at: Timestamp(millisecondsSince1970: 1_772_357_402_114))
        #expect(line == """
            ts=2026-03-01T09:30:02.114Z level=warn msg="worker died" worker=worker_003 pid=4711 signal=KILL task=42 requeued=1

            """)
    }

    @Test(arguments: [
        ("plain", "plain"), ("", #""""#), ("two words", #""two words""#), ("a=b", #""a=b""#), (#"say "hi""#, #""say \"hi\"""#),
        (#"back\slash"#, #""back\\slash""#), ("line\nbreak", #""line\nbreak""#), ("a\r\nb", #""a\r\nb""#), ("\t", #""\t""#),
        ("\u{0}\u{1b}[31m", #""\u0000\u001b[31m""#), ("\u{7f}\u{9b}", #""\u007f\u009b""#), ("工房", "工房"), ("/a/b-c_d.e:1", "/a/b-c_d.e:1"),
    ])
    func quotesWhatNeedsIt(_ value: String, _ written: String) {
        #expect(LogLine.quoted(value) == written)
        let line = LogLine.text(.info, "m", [["key": value]], at: .test(0))
        #expect(line.hasSuffix(" key=\(written)\n"))
        #expect(line.utf8.count { $0 == 10 } == 1, "a value can't forge a line")
    }

    @Test(arguments: [
        ("plain \"text\" = fine", "plain \"text\" = fine"), ("a\nb", #"a\nb"#), ("\u{1b}[2J", #"\u001b[2J"#), ("\r\t", #"\r\t"#),
        ("工房\u{85}", #"工房\u0085"#),
    ])
    func showsControlCharacters(_ text: String, _ printed: String) {
        #expect(LogLine.printable(text) == printed)
    }

    @Test func levelsHaveAnOrder() {
        #expect(LogLevel.allCases.map(\.rawValue) == ["error", "warn", "info", "debug"])
        #expect(LogLevel.error < .warn && LogLevel.warn < .info && LogLevel.info < .debug)
    }
}
