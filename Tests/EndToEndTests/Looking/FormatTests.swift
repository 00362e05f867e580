import Testing

/// `--format`: lines made to measure for a script.
struct FormatTests {
    private static func home() throws -> Home {
        let home = try Home()
        try home.koubouctl("submit", "--title", "one", "date")
        try home.koubouctl("submit", "--tag", "x", "--", "printf", "%s", "a b")
        return home
    }

    @Test(arguments: [
        ("{task_id} {status} {title}", "1 pending one\n2 pending printf %s a b"),
        (#"{task_id}\t{{{type}}}\\"#, "1\t{shell}\\\n2\t{exec}\\"),
        (#"{task_id}\n"#, "1\n\n2\n"), ("{worker_id}|{ended_at}", "|\n|"), ("x", "x\nx"), ("{tags}", "[]\n[\"x\"]"),
        ("", "\n"),
    ])
    func ofAList(_ template: String, _ text: String) throws {
        let output = try Self.home().koubouctl("list", "--format", template)
        #expect(output.text == text && output.status == 0)
    }

    @Test func ofOneTask() throws {
        let home = try Self.home()
        #expect(try home.koubouctl("show", "--format", "{task_id}: {prompt}{title}", "1", "2").lines == ["1: dateone", "2: printf %s a b"])
        #expect(try home.koubouctl("show", "--format", "{result}", "1").text == "")
    }

    @Test(arguments: [
        (["list", "--format", "{nope}"], "{nope}"), (["show", "1", "--format", "{nope}"], "task_id"),
        (["list", "--status", "failed", "--format", "{nope}"], "worker_id"),
        (["list", "--format", "{task_id"], "{{ and }}"), (["list", "--format", "{}"], "task_id"),
        (["list", "--format", "x", "--json"], "exclude"), (["show", "--field", "title", "--format", "x", "1"], "exclude"),
        (["list", "--format"], "needs a value"),
    ])
    func mistakesAreNamed(_ words: [String], _ part: String) throws {
        let output = try Self.home().run(["koubouctl"] + words)
        #expect(output.status == 64 && output.text == "")
        #expect(output.errors.contains(part) && !output.errors.contains("\n"), "\(output.errors)")
    }

    /// A title can't steer the terminal of who looks at it, and reaches a pipe as it is.
    @Test func aTitleIsHarmless() throws {
        let home = try Home()
        try home.koubouctl("submit", "--title", "\u{1b}[2Jx", "date")
        #expect(try home.koubouctl("list", "--format", "{title}").text == "\u{1b}[2Jx")
        let terminal = try PseudoTerminal(home, "koubouctl", "list", "--format", "{title}")
        #expect(try terminal.status() == 0)
        #expect(terminal.screen.text == #"\u001b[2Jx"#)
    }
}
