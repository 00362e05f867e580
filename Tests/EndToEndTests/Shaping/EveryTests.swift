import Glibc
import KoubouCore
import Testing

/// every, --list and --remove.
@Suite struct EveryTests {
    /// The tasks that number `recurring` has brought about, by JSON.
    private static func runs(of recurring: String, in home: Home) throws -> [String] {
        try home.koubouctl("list", "--json").lines.filter { try home.json($0, "$.recurring") == recurring }
    }

    @Test func tasksComeAgainAndAgain() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--poll", "1h")
        let number = try home.koubouctl("every", "1s", "--title", "tick", "--meta", "a=b", "--", "sh", "-c", "echo $KOUBOU_TASK_ID >> ticks")
        #expect(number.status == 0 && number.text == "1")
        try eventually(true) { try Self.runs(of: "1", in: home).count >= 3 }
        #expect(try home.koubouctl("every", "--remove", "1").status == 0)
        let count = try Self.runs(of: "1", in: home).count
        try eventually(count) { try home.count(.completed) }
        try home.awaitLook()
        #expect(try Self.runs(of: "1", in: home).count == count, "it is over, what was handed in stays")
        let run = try #require(try Self.runs(of: "1", in: home).first)
        #expect(try ["type", "title", "metadata"].map { try home.json(run, "$.\($0)") } == ["exec", "tick", #"{"a":"b"}"#])
        #expect(try home.read("ticks").split(separator: "\n").count == count)
        #expect(supervisor.isRunning)
    }

    @Test func listShowsWhatRecurs() throws {
        let home = try Home()
        home.environment.append("TZ=IST-5:30")
        #expect(try home.koubouctl("every", "--list").lines == ["NUMBER  EVERY  NEXT  LAST TASK  TYPE  TITLE"])
        #expect(try home.koubouctl("every", "0 9 1 jan *", "echo hi").text == "1")
        #expect(try home.koubouctl("every", "@yearly", "-", stdin: "a\nb").text == "2")
        let lines = try home.koubouctl("every", "--list").lines
        #expect(lines.count == 3)
        let words = lines[1].split(separator: " ").map(String.init)
        #expect(Array(words[1...5]) == ["0", "9", "1", "jan", "*"])
        #expect(lines[1].contains("-01-01 09:00:00+05:30  ") && lines[1].hasSuffix("-  shell  echo hi"), "in local time")
        #expect(lines[2].contains("-01-01 00:00:00+05:30  ") && lines[2].hasSuffix("shell  a\\nb"))
        let json = try home.koubouctl("every", "--list", "--json").lines
        #expect(try home.json(json[0], "$.next_at").hasSuffix("-01-01 03:30:00.000"), "in UTC, as all times of the schema")
        #expect(try ["number", "spec", "prompt"].map { try home.json(json[1], "$.\($0)") } == ["2", "@yearly", "a\nb"])
    }

    @Test func theZoneHasItsSummerTime() throws {
        let home = try Home()
        home.environment.append("TZ=CET-1CEST,M3.5.0,M10.5.0/3")
        try home.koubouctl("every", "0 12 1 7 *", "true")
        try home.koubouctl("every", "0 12 1 1 *", "true")
        let json = try home.koubouctl("every", "--list", "--json").lines
        #expect(try home.json(json[0], "$.next_at").hasSuffix("-07-01 10:00:00.000"))
        #expect(try home.json(json[1], "$.next_at").hasSuffix("-01-01 11:00:00.000"))
    }

    @Test func noRunIsHandedInTwiceWhoeverDies() throws {
        let home = try Home()
        try home.koubouctl("every", "1s", "--", "true")
        let first = try #require(Timestamp(home.json(home.koubouctl("every", "--list", "--json").text, "$.next_at")))
        for _ in 0..<5 {
            let before = try Self.runs(of: "1", in: home).count
            let supervisor = try home.startSupervisor()
            try eventually(true) { try Self.runs(of: "1", in: home).count > before }
            supervisor.signal(SIGKILL)
            try eventually(false) { supervisor.isRunning }
        }
        // The times when one was due lie a second apart; each has led to one run at most.
        let turns = try Self.runs(of: "1", in: home).map { run in
            let created = try #require(Timestamp(home.json(run, "$.created_at")))
            return (created - first).components.seconds
        }
        #expect(Set(turns).count == turns.count, "\(turns)")
        #expect(turns == turns.sorted())
    }

    @Test func theListFitsTheTerminal() throws {
        let home = try Home()
        try home.koubouctl("every", "15m", "--title", String(repeating: "漢字", count: 40), "--", "true")
        for columns in [20, 80] {
            let terminal = try PseudoTerminal(home, "koubouctl", "every", "--list", columns: columns)
            #expect(try terminal.status() == 0)
            let lines = String(decoding: terminal.written, as: UTF8.self).split(separator: "\r\n")
            #expect(lines.count == 2 && lines.allSatisfy { String($0).displayWidth <= columns }, "\(lines)")
        }
        #expect(try home.koubouctl("every", "--list").lines[1].displayWidth > 200)
    }
}
