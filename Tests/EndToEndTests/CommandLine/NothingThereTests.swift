import Testing

/// Where there is nothing to do, nothing to look at, or nowhere to write.
@Suite struct NothingThereTests {
    @Test(arguments: ["retry", "cancel", "show", "wait", "result", "export", "events", "logs", "edit -p 9", "show --json", "wait --any"])
    func noIDsAreNothingToDo(command: String) throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        let output = try home.shell("printf '' | koubouctl \(command) -")
        #expect(output.status == 0)
        #expect(output.stdout == [] && output.stderr == [])
        #expect(try home.shell("koubouctl \(command)", stdin: "").status == (["export", "events", "logs"].contains(command) ? (command == "logs" ? 66 : 0) : 64))
        #expect(try home.field("status", of: "1") == "pending")
    }

    @Test(arguments: [
        "list", "list --json", "stats", "stats --json", "workers", "show 7", "logs 7", "logs", "logs --supervisor", "events", "events 7",
        "doctor", "config", "config --json", "result 7", "wait 7", "status", "check", "export", "export --all", "every --list", "every --remove 1", "pool",
        "pool --json", "token --list", "backup copy.db", "cancel 7", "cancel --all", "retry 7", "edit -p 9 7", "prune --dry-run", "prune --all",
        "resume", "stop", "help", "completion bash", "version", "events -f", "list --watch", "top", "pool --reset",
    ])
    func whoOnlyLooksMakesNoHome(line: String) throws {
        let home = try Home()
        let output = try home.shell("koubouctl \(line)")
        #expect(!home.exists("home"), "\(output.errors)")
        #expect([0, 1, 3, 64, 66, 69].contains(output.status), "\(output.status) \(output.errors)")
        // A place that was named is a mistake where nothing is there.
        let named = try home.shell("unset KOUBOU_HOME; koubouctl --home /proc/x \(line)")
        #expect(named.errors.split(separator: "\n").count <= (line == "doctor" ? 9 : 1), "\(named.errors)")
    }

    /// What can't be done makes no home either.
    @Test(arguments: ["token 'x y'", "load", "load -- true", "every x true", "submit -p 11 true", "pause -t nosuch"])
    func aMistakeMakesNoHome(line: String) throws {
        let home = try Home()
        let output = try home.shell("koubouctl \(line)")
        #expect([64, 69].contains(output.status), "\(output.status) \(output.errors)")
        #expect(!home.exists("home"), "\(output.errors)")
    }

    @Test func aHomeThatIsNotThereIsToldOf() throws {
        let home = try Home()
        let list = try home.koubouctl("list")
        #expect(list.status == 0)
        #expect(list.lines == ["ID  TYPE  STATUS  PRIO  AGE  TITLE"])
        #expect(list.errors == "koubouctl: there is no queue in '\(home.path)' yet; to make it: koubouctl start")
        #expect(try home.koubouctl("list", "-q").stderr == [])
        for words in [["--home", "/proc/x", "list"], ["list", "--home", "/proc/x"], ["--home", "/proc/x", "show", "7"]] {
            let named = try home.run(["koubouctl"] + words)
            #expect(named.status == 66)
            #expect(named.stdout == [])
            #expect(named.errors == "koubouctl: there is no queue (/proc/x): name another folder, or make one: koubouctl --home '/proc/x' start")
        }
        home.environment = home.environment.map { $0.hasPrefix("KOUBOU_HOME=") ? "KOUBOU_HOME=/proc/x" : $0 }
        let impossible = try home.koubouctl("list")
        #expect(impossible.status == 73 && impossible.stdout == [])
        #expect(impossible.errors.hasPrefix("koubouctl: cannot create '/proc/x'"))
    }

    /// What is safe is named where it can't be printed.
    @Test(arguments: [
        ("submit true", "task 1 is stored"), ("submit --json true", "task 1 is stored"), ("every 1h true", "number 1 is set up"),
        ("submit --jsonl", "2 tasks are stored, up to 2"), ("submit --lines", "2 tasks are stored, up to 2"),
    ])
    func aFullDiskBehindStandardOutput(line: String, stored: String) throws {
        let home = try Home()
        let input = line.hasSuffix("--jsonl") ? #"{"prompt":"true"}"# + "\n" + #"{"prompt":"true"}"# : "true\ntrue\n"
        let output = try home.shell("koubouctl \(line) > /dev/full", stdin: input)
        #expect(output.status == 74)
        #expect(output.errors == "koubouctl: cannot write 'standard output': No space left on device: \(stored)")
    }

    @Test func aMissingTaskIsTheSameInEveryForm() throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        for line in ["show 7", "show --json 7", "show --dot 7", "show --field status 7", "export 7", "events 7", "events --json 7", "logs 7", "submit --after 7 true", "submit -t code --continue 7 x"] {
            #expect(try home.shell("koubouctl \(line)").status == 66, "\(line)")
        }
        for object in [#"{"prompt":"true","after":[7]}"#, #"{"prompt":"true","after_any":[7]}"#, #"{"type":"code","prompt":"x","continue":7}"#] {
            #expect(try home.koubouctl("submit", "--jsonl", stdin: object).status == 66)
        }
    }

    @Test func theExampleOfAWatchIsOfItsCommand() throws {
        let home = try Home()
        for command in ["list", "stats"] {
            let output = try home.koubouctl(command, "--watch")
            #expect(output.status == 64)
            #expect(output.errors == "koubouctl: --watch needs a terminal on standard output: leave it out: koubouctl \(command)")
        }
    }
}
