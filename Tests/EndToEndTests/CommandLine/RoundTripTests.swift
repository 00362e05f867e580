import Testing

/// What one command prints is what another one reads.
@Suite struct RoundTripTests {
    private static let lasting = [
        "type", "priority", "title", "prompt", "argv", "cwd", "env", "tags", "max_attempts", "timeout", "prompt_base64",
        "argv_base64", "cwd_base64", "env_base64",
    ]

    @Test func anyBytesComeBackAsTheyWere() throws {
        let home = try Home()
        try home.write(
            #"""
            set -e
            dir=$(printf '\377 d')
            mkdir "$dir"
            cd "$dir"
            printf '\0\377' | koubouctl submit --title é --tag x --tag y -p 2 --max-attempts 7 --timeout 1.5s \
              --env "V=$(printf '\376')" --stdin -- sh -c 'printf "%s|" "$V" "$@"; pwd; cat' sh "$(printf '\377\n.')" ''
            """#, to: "submit.sh")
        #expect(try home.shell(". ./submit.sh").text == "1")
        #expect(try home.shell("koubouctl show --json 1 | koubouctl submit --jsonl").text == "2")
        let (first, second) = try (
            home.koubouctl("show", "--json", "1").text, home.koubouctl("show", "--json", "2").text
        )
        for field in Self.lasting {
            #expect(try home.json(first, "$.\(field)") == home.json(second, "$.\(field)"), "\(field)")
        }
        for field in ["prompt", "argv", "cwd", "env"] {
            #expect(try home.json(first, "$.\(field)") == "", "\(field) is no text")
            #expect(try home.json(first, "$.\(field)_base64") != "", "\(field) is there as base64")
        }
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        let words: [UInt8] = [0xfe, 0x7c, 0xff, 0x0a, 0x2e, 0x7c, 0x7c]
        let result = words + Array("\(home.folder)/".utf8) + [0xff, 0x20, 0x64, 0x0a, 0, 0xff]
        for id in ["1", "2"] { #expect(try home.koubouctl("result", id).stdout == result) }
        #expect(try home.json(home.koubouctl("show", "--json", "1").text, "$.result_base64") != "")
    }

    @Test func aListIsThingsForOtherPrograms() throws {
        let home = try Home()
        #expect(
            try home.koubouctl("submit", "--lines", stdin: String(repeating: "true\n", count: 1200)).lines.count == 1200
        )
        #expect(try home.koubouctl("list").lines.count == 1201, "in a pipe all of them, and a header")
        // Several pages of the program's, and each task once.
        let pages = try home.koubouctl("list", "--json").lines.map { $0.prefix { $0 != "," } }
        #expect(pages == (1...1200).map { #"{"task_id":\#($0)"#[...] })
        // A reader that has seen enough ends it quietly.
        let head = try home.shell("{ koubouctl list --json; echo $? >&2; } | head -n 1 | wc -l")
        #expect(head.text.hasSuffix("1"))
        #expect(["0", "141"].contains(head.errors), "\(head.errors)")
    }

    @Test func aThousandTasksAreWaitedForThroughXargs() throws {
        let home = try Home()
        try home.configure("[type note]\ncommand = true\n")
        let supervisor = try home.startSupervisor("--min", "2", "--max", "2")
        let output = try home.shell("seq 1000 | koubouctl submit -t note --lines | xargs koubouctl wait")
        #expect(output.status == 0)
        #expect(output.stdout == [])
        #expect(try home.count(.completed) == 1000)
        supervisor.signal(15)
    }

    /// A `while read` loop shares its stdin with the commands in it.
    @Test(arguments: ["prompt", "-t code prompt", "--json -- true", "--title t prompt"])
    func submitLeavesStdinAlone(words: String) throws {
        let home = try Home()
        #expect(
            try home.shell("koubouctl submit \(words) >&2; cat", stdin: "the loop's\ninput\n").text
                == "the loop's\ninput")
    }

    @Test(arguments: ["0", "022", "0277", "0777"]) func aHomeIsForItsOwnerAlone(umask: String) throws {
        let home = try Home()
        let modes = try home.shell(
            "umask \(umask); koubouctl submit 'head -c 70000 /dev/zero; echo x >&2' && koubou-worker --drain && cd home && find . -printf '%y%m\\n' | sort -u"
        )
        #expect(modes.lines == ["1", "d700", "f600"])
    }

    @Test func noTimeoutStaysNone() throws {
        let home = try Home()
        let shown = try home.koubouctl("submit", "-t", "code", "--timeout", "0", "--json", "x").text
        let again = try home.koubouctl("submit", "--jsonl", "--json", stdin: shown).text
        #expect(try home.json(again, "$.type") == "code")
        #expect(try home.json(again, "$.timeout") == "")
    }

    @Test func theTypeOfTheCommandLineHoldsForLinesWithoutOne() throws {
        let home = try Home()
        let lines = #"{"prompt":"x"}"# + "\n" + #"{"argv":["x"]}"#
        let types = try home.koubouctl("submit", "-t", "code", "--jsonl", "--json", stdin: lines).lines
            .map { try home.json($0, "$.type") }
        #expect(types == ["code", "exec"])
    }

    @Test(arguments: [
        #"{"argv_base64":"ZWNobwBoaQ=="}"#, #"{"prompt":"x","env_base64":"QT1i"}"#, #"{"prompt":"x","env_base64":"Rk9PAA=="}"#,
        #"{"prompt":"x","cwd_base64":"LwB4"}"#, #"{"prompt":"x","tags":[""]}"#, #"{"prompt":"x","prompt":"y"}"#,
    ])
    func whatNoCommandLineCanMeanIsRefused(line: String) throws {
        let home = try Home()
        let output = try home.koubouctl("submit", "--jsonl", stdin: line)
        #expect(output.status == 65)
        #expect(output.errors.contains("line 1"))
        #expect(try home.koubouctl("list", "--json").stdout == [])
    }

    @Test func aPromptHasABound() throws {
        let home = try Home()
        let output = try home.shell("head -c 67108865 /dev/zero | koubouctl submit")
        #expect(output.status == 65)
        #expect(output.errors.contains("more than 64 MiB"))
    }
}
