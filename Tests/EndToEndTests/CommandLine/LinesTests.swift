import Testing

@Suite struct LinesTests {
    @Test func aTaskForEachLine() throws {
        let home = try Home()
        #expect(try home.koubouctl("submit", "-t", "code", "--lines", stdin: "one\n\nthree").lines == ["1", "2", "3"])
        #expect(try (1...3).map { try home.field("prompt", of: "\($0)") } == ["one", "", "three"])
        #expect(try home.koubouctl("submit", "--lines", "-0", stdin: "a\nb\0c\0").lines == ["4", "5"])
        #expect(try home.koubouctl("result", "4").status == 75)
        #expect(try home.json(home.koubouctl("show", "--json", "4").text, "$.prompt") == "a\nb")
        #expect(try home.koubouctl("submit", "--lines", stdin: "").stdout == [])
    }

    @Test func manyLinesThroughThePipe() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor("--min", "2")
        let output = try home.shell("seq -f 'exit $((%g > 999))' 300 | koubouctl submit --lines | xargs koubouctl wait")
        #expect(output.status == 0)
        #expect(output.stdout == [])
        #expect(try home.json(home.koubouctl("stats", "--json").text, "$.tasks.completed") == "300")
        supervisor.signal(15)
    }

    @Test func jsonObjectsBecomeTasks() throws {
        let home = try Home()
        let lines = """
            {"prompt":"a","priority":9,"tags":["x"],"env":{"K":"v"},"timeout":2.5,"max_attempts":2,"title":"t"}

            {"argv":["echo","b c"]}
            {"type":"code","prompt":"why","timeout":"5m","cwd":"/usr"}
            {"argv_base64":"ZWNobwD/AA==","cwd_base64":"L/8=","prompt_base64":"AAE="}
            """
        #expect(try home.koubouctl("submit", "--jsonl", stdin: lines).lines == ["1", "2", "3", "4"])
        func value(_ id: Int, _ path: String) throws -> String {
            try home.json(home.koubouctl("show", "--json", "\(id)").text, path)
        }
        #expect(try value(1, "$.type") == "shell")
        #expect(try value(1, "$.env.K") == "v")
        #expect(try value(1, "$.timeout") == "2.5")
        #expect(try value(2, "$.type") == "exec")
        #expect(try value(2, "$.argv[1]") == "b c")
        #expect(try value(3, "$.timeout") == "300")
        #expect(try value(3, "$.cwd") == "/usr")
        #expect(try value(4, "$.argv") == "")
        #expect(try value(4, "$.argv_base64") == "ZWNobwD/AA==")
        #expect(try value(4, "$.cwd_base64") == "L/8=")
        #expect(try value(4, "$.prompt_base64") == "AAE=")
    }

    /// What stands on the command line holds for every task, unless its own line says otherwise.
    @Test func theOptionsAreForAll() throws {
        let home = try Home()
        let options = [
            "--priority", "8", "--tag", "t", "--timeout", "5m", "--max-attempts", "2", "--env", "A=b", "--cwd", "/usr",
            "--title", "all",
        ]
        #expect(
            try home.run(["koubouctl", "submit", "--lines"] + options, stdin: Array("x\ny\n".utf8)).lines == ["1", "2"])
        #expect(
            try home.run(
                ["koubouctl", "submit", "--jsonl"] + options,
                stdin: Array(#"{"prompt":"x"}"#.utf8) + [0x0a] + Array(#"{"prompt":"x","priority":2,"timeout":1}"#.utf8)
            ).lines == ["3", "4"])
        for id in 1...4 {
            let json = try home.koubouctl("show", "--json", "\(id)").text
            for (path, value) in [
                ("$.priority", id == 4 ? "2" : "8"), ("$.tags", #"["t"]"#), ("$.timeout", id == 4 ? "1" : "300"),
                ("$.max_attempts", "2"), ("$.env", #"{"A":"b"}"#), ("$.cwd", "/usr"), ("$.title", "all"),
            ] { #expect(try home.json(json, path) == value, "\(path) of \(id)") }
        }
    }

    @Test func whatIsShownCanBeHandedInAgain() throws {
        let home = try Home()
        try home.koubouctl("submit", "--env", "A=b", "--tag", "x", "--timeout", "3", "--", "printf", "a\nb")
        let shown = try home.koubouctl("show", "--json", "1").text
        #expect(try home.koubouctl("submit", "--jsonl", stdin: shown).text == "2")
        let again = try home.koubouctl("show", "--json", "2").text
        for field in ["type", "argv", "env", "tags", "timeout", "cwd", "priority", "max_attempts", "title", "prompt"] {
            #expect(try home.json(again, "$." + field) == home.json(shown, "$." + field), "\(field)")
        }
    }

    @Test(arguments: [
        (#"{"prompt":3}"#, "prompt"), (#"{"promt":"x"}"#, "promt"), ("[1]", "no JSON object"),
        (#"{"prompt":"x""#, "no JSON object"),
        (#"{"prompt":"x","priority":11}"#, "priority"), (#"{"prompt":"x","priority":"5"}"#, "priority"),
        (#"{"type":"nope","prompt":"x"}"#, "nope"), ("{}", "neither prompt nor argv"), (#"{"argv":[]}"#, "argv"),
        (#"{"argv":["a",1]}"#, "argv"), (#"{"type":"code","argv":["a"]}"#, "argv"),
        (#"{"type":"exec","prompt":"a"}"#, "argv"),
        (#"{"prompt":"x","env":{"A=B":"c"}}"#, "env"), (#"{"prompt":"x","tags":"a"}"#, "tags"),
        (#"{"prompt":"x","timeout":"soon"}"#, "timeout"), (#"{"prompt_base64":"?"}"#, "prompt_base64"),
        (#"{"prompt":"a\u0000b"}"#, "prompt_base64"), (#"{"prompt":"x","cwd":"here"}"#, "cwd"),
    ])
    func aBadThirdLineStoresNothing(line: String, named: String) throws {
        let home = try Home()
        let output = try home.koubouctl("submit", "--jsonl", stdin: "{\"prompt\":\"a\"}\n{\"prompt\":\"b\"}\n\(line)\n")
        #expect(output.status == 65)
        #expect(output.stdout == [])
        #expect(output.errors.contains("line 3"))
        #expect(output.errors.contains(named), "\(output.errors)")
        #expect(output.errors.split(separator: "\n").count == 1)
        #expect(try home.koubouctl("list", "--json").stdout == [])
    }

    @Test func theLastOfAThousandLinesUndoesTheRest() throws {
        let home = try Home()
        let good = String(repeating: #"{"argv":["true"]}"# + "\n", count: 999)
        let notText = try home.run(["koubouctl", "submit", "--jsonl"], stdin: Array(good.utf8) + [0x22, 0xff, 0x22])
        #expect(notText.status == 65)
        #expect(notText.errors.contains("line 1000"))
        #expect(notText.errors.contains("UTF-8"))
        let unknownType = try home.koubouctl("submit", "-t", "nope", "--lines", stdin: "a\nb\n")
        #expect(unknownType.status == 64)
        #expect(unknownType.stdout == [])
        #expect(try home.koubouctl("list", "--json").stdout == [])
    }
}
