import Testing

/// Task types: what is built in, and what a section of koubou.conf adds or changes.
@Suite struct TypesTests {
    @Test func aTypeWithACommandGetsThePromptOnItsStdin() throws {
        let home = try Home()
        try home.configure("[type upper]\ncommand = sh -c 'echo \"$0 $1\"; tr a-z A-Z' 'two words' plain\n")
        let id = try home.handIn("-t", "upper", "loud\nlines")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.koubouctl("result", id).text == "two words plain\nLOUD\nLINES")
    }

    @Test func aCommandMayHaveNoUseForAPrompt() throws {
        let home = try Home()
        try home.configure("[type count]\ncommand = wc -c\n")
        let id = try home.handIn("-t", "count", "")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.koubouctl("result", id).text == "0")
        #expect(try home.koubouctl("submit", "-t", "count", stdin: "").status == 64)
    }

    @Test func aMissingCommandNamesTheSectionToMend() throws {
        let home = try Home()
        try home.configure("[type lint]\ncommand = no-such-linter --strict\nmax_attempts = 3\n")
        for type in ["lint", "code"] {
            let id = try home.handIn("-t", type, "x")
            #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
            #expect(try home.koubouctl("wait", id).status == 127)
            #expect(try home.field("error", of: id).contains("[type \(type)]"))
            #expect(try home.field("attempt", of: id) == "1", "another try would find no program either")
        }
        #expect(try home.field("error", of: "1").contains("'no-such-linter'"))
    }

    @Test func aFileThatCannotBeExecutedIs126() throws {
        let home = try Home()
        try home.write("data", to: "data", mode: 0o600)
        let id = try home.handIn("--", home.folder + "/data")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.koubouctl("wait", id).status == 126)
        #expect(try home.field("error", of: id).contains("Permission denied"))
    }

    @Test func aFolderThatHasGoneIsAFailureWithoutAnExitStatus() throws {
        let home = try Home()
        try home.shell("mkdir gone")
        let id = try home.koubouctl("submit", "true", in: home.folder + "/gone").text
        try home.shell("rmdir gone")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.koubouctl("wait", id).status == 1)
        #expect(try home.field("exit_status", of: id) == "")
        #expect(try home.field("error", of: id).contains("\(home.folder)/gone"))
    }

    @Test func theTimeoutComesFromTheConfiguration() throws {
        let home = try Home()
        try home.configure("[type slow]\ncommand = sleep 1000\ntimeout = 100ms\n\n[type shell]\ntimeout = 1h\n")
        let id = try home.handIn("-t", "slow", "x")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.koubouctl("wait", id).status == 124)
        #expect(try home.field("error", of: id).contains("100ms"))
        let own = try home.handIn("--timeout", "5m", "true")
        #expect(try home.field("timeout", of: own) == "300", "the task's own timeout is the stronger one")
        #expect(try home.field("timeout", of: home.handIn("true")) == "3600")
    }

    @Test func attemptsAndBackoffComeFromTheConfiguration() throws {
        let home = try Home()
        try home.configure("[type shell]\nmax_attempts = 3\nbackoff_min = 10ms\nno_retry = 64-66,70\n")
        let failing = try home.handIn("echo x >> tries; exit 9")
        let hopeless = try home.handIn("echo x >> hopeless; exit 65")
        let supervisor = try home.startSupervisor()
        #expect(try home.koubouctl("wait", failing).status == 9)
        #expect(try home.koubouctl("wait", hopeless).status == 65)
        #expect(try home.read("tries") == "x\nx\nx\n")
        #expect(try home.read("hopeless") == "x\n")
        supervisor.signal(15)
    }

    @Test func settingsAreTakenFromTheStrongestPlace() throws {
        let home = try Home()
        func limits() throws -> String { try home.json(home.koubouctl("stats", "--json").text, "$.pool.max") }
        #expect(try limits() == "5", "built in")
        try home.configure("[pool]\nmax = 6\n")
        #expect(try limits() == "6", "the file")
        home.environment.append("KOUBOU_POOL_MAX=7")
        #expect(try limits() == "7", "the environment")
        let supervisor = try home.startSupervisor("--max", "8")
        #expect(try limits() == "8", "the flag")
        supervisor.signal(15)
    }

    @Test(arguments: [("light", "2", "8"), ("heavy", "1", "3"), ("burst", "1", "10"), ("steady", "3", "5")])
    func profilesAreSizesByName(name: String, min: String, max: String) throws {
        let home = try Home()
        try home.configure("[pool]\nprofile = \(name)\n")
        let stats = try home.koubouctl("stats", "--json").text
        #expect(try home.json(stats, "$.pool.min") == min)
        #expect(try home.json(stats, "$.pool.max") == max)
    }
}
