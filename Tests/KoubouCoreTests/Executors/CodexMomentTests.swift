import Testing

@testable import KoubouCore

struct CodexMomentTests {
    @Test(arguments: [
        ("11:59 AM.", "2026-03-01 10:59:00.000"), ("12:05 AM.", "2026-02-28 23:05:00.000"),
        ("12:30 PM.", "2026-03-01 11:30:00.000"), ("Nov 26th, 2026 7:31 PM.", "2026-11-26 18:31:00.000"),
        ("Dec 1st, 2026 1:02 AM. Or ask", "2026-12-01 00:02:00.000"), ("", nil), ("later", nil), ("25:00 PM", nil),
        ("Foo 3rd, 2026 7:31 PM", nil), ("Nov 31st, 2026 7:31 PM", nil), ("7:31", nil),
    ] as [(String, String?)])
    func readsWhatCodexNames(text: String, moment: String?) throws {
        let now = try #require(Timestamp("2026-03-01 09:30:00"))
        let zone = LocalZone { _ in 3600 }
        #expect(CodexMoment.parse(text, now: now, in: zone)?.description == moment)
    }
}
