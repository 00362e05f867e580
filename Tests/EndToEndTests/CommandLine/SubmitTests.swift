import Testing

@Suite struct SubmitTests {
    @Test func theIdStandsAloneOnOneLine() throws {
        let home = try Home()
        for id in 1...2 {
            let output = try home.koubouctl("submit", "true")
            #expect(output.stdout == Array("\(id)\n".utf8))
            #expect(output.stderr == [])
        }
    }

    @Test(
        arguments: [
            (["submit", "echo", "a  b"], nil, "echo a  b", "shell"),
            (["submit"], "from stdin\n", "from stdin\n", "shell"),
            (["submit", "-"], "x", "x", "shell"), (["submit", "-t", "code", "why?"], nil, "why?", "code"),
            (["submit", "-tcode", "-p9", "why?"], nil, "why?", "code"), (["submit", " x "], nil, " x ", "shell"),
        ] as [([String], String?, String, String)])
    func thePromptIsTheWordsOrStdin(words: [String], stdin: String?, prompt: String, type: String) throws {
        let home = try Home()
        let id = try home.run(["koubouctl"] + words, stdin: stdin.map { Array($0.utf8) }).text
        let json = try home.koubouctl("show", "--json", id).text
        #expect(try home.json(json, "$.prompt") == prompt)
        #expect(try home.json(json, "$.type") == type)
    }

    @Test func wordsAfterTheDashesAreKeptExactly() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let words: [[UInt8]] = [
            Array("a b".utf8), [], Array("$HOME '\"\\ *".utf8), [0xff, 0xfe, 0x01], Array("--json".utf8),
            Array("é\n".utf8),
        ]
        let printf = ["koubouctl", "submit", "--", "printf", "<%s>"].map { Array($0.utf8) }
        let id = try home.run(bytes: printf + words).text
        #expect(try home.koubouctl("wait", id).status == 0)
        #expect(try home.koubouctl("result", id).stdout == Array(words.map { [0x3c] + $0 + [0x3e] }.joined()))
        #expect(try home.field("type", of: id) == "exec")
        supervisor.signal(15)
    }

    @Test func aLoopKeepsItsInput() throws {
        let home = try Home()
        let script = "while read -r word; do koubouctl submit \"echo $word\"; koubouctl submit -- echo \"$word\"; done"
        #expect(try home.shell(script, stdin: "a\nb\nc\n").lines == ["1", "2", "3", "4", "5", "6"])
    }

    @Test func stdinIsGivenOnRequest() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let output = try home.koubouctl("submit", "--wait", "--stdin", "--", "tr", "a-z", "A-Z", stdin: "shout\n")
        #expect(output.text == "SHOUT")
        #expect(try home.koubouctl("submit", "--wait", "--", "cat", stdin: "not this").text == "")
        supervisor.signal(15)
    }

    @Test func theEnvironmentIsWhatIsNamed() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        home.environment += ["GIVEN=from here", "SECRET=x"]
        let script = "echo \"$GIVEN|$SET|${SECRET-unset}|$KOUBOU_TASK_ID|$KOUBOU_ATTEMPT|$WORKER_ID\""
        let output = try home.koubouctl(
            "submit", "--wait", "--env", "GIVEN", "--env", "SET=a=b", "--env", "ABSENT", script)
        #expect(output.text == "from here|a=b|unset|1|1|worker_001")
        #expect(
            try home.json(home.koubouctl("show", "--json", "1").text, "$.env") == #"{"GIVEN":"from here","SET":"a=b"}"#)
        supervisor.signal(15)
    }

    @Test func theDirectoryIsKept() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        #expect(try home.koubouctl("submit", "--wait", "pwd", in: "/usr").text == "/usr")
        #expect(try home.koubouctl("submit", "--wait", "--cwd", "lib", "pwd", in: "/usr").text == "/usr/lib")
        #expect(try home.koubouctl("submit", "--wait", "--cwd", "/", "--", "pwd").text == "/")
        supervisor.signal(15)
    }

    @Test func whatIsSaidOfItIsShown() throws {
        let home = try Home()
        let json = try home.koubouctl(
            "submit", "--json", "--title", "a title", "--tag", "b", "--tag", "a", "-p", "10", "--timeout", "1.5s",
            "--max-attempts", "4", "true"
        ).text
        for (path, value) in [
            ("$.task_id", "1"), ("$.title", "a title"), ("$.tags", #"["a","b"]"#), ("$.priority", "10"),
            ("$.timeout", "1.5"), ("$.max_attempts", "4"), ("$.status", "pending"), ("$.attempt", "0"),
        ] { #expect(try home.json(json, path) == value, "\(path)") }
        #expect(
            try home.json(home.koubouctl("submit", "--json", "-t", "code", "--timeout", "0", "x").text, "$.timeout")
                == "")
        #expect(try home.json(home.koubouctl("submit", "--json", "-t", "code", "x").text, "$.timeout") == "120")
        #expect(try home.json(home.koubouctl("submit", "--json", "-t", "code", "x").text, "$.max_attempts") == "3")
    }

    @Test func manyAreWaitedFor() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let good = try home.koubouctl("submit", "--wait", "--lines", stdin: "true\ntrue\n")
        #expect(good.lines == ["1", "2"])
        #expect(good.status == 0)
        #expect(try home.koubouctl("submit", "--wait", "--lines", stdin: "true\nexit 9\n").status == 1)
        supervisor.signal(15)
    }
}
