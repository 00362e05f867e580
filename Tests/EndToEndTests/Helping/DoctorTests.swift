import Glibc
import KoubouCore
import Testing

/// `doctor` says what is wrong, whatever it is, and changes nothing.
@Suite struct DoctorTests {
    private func line(_ check: String, _ output: Home.Output) -> String {
        output.lines.first { $0.dropFirst(6).hasPrefix(check + ":") } ?? "no line of \(check)"
    }

    @Test func withoutAHomeNothingIsMade() throws {
        let home = try Home()
        let output = try home.koubouctl("doctor")
        #expect(output.status == 0)
        #expect(line("home", output).contains("not there yet"))
        #expect(line("type code", output).hasPrefix("warn  type code: program 'codex' not found; install the Codex CLI"))
        #expect(output.lines.allSatisfy { ["ok    ", "warn  ", "fail  "].contains($0.prefix(6)) })
        #expect(!home.exists("home"))
    }

    @Test func aQueueThatWorksIsOK() throws {
        let home = try Home()
        try home.shell("mkdir programs")
        try home.write("#!/bin/sh\necho codex-cli 1.2.3\n", to: "programs/codex", mode: 0o700)
        try home.write(
            "#!/bin/sh\necho \"$*\" >> '\(home.folder)/asked'\necho '{\"models\":[{\"name\":\"gpt-oss:20b\"}]}'\n",
            to: "programs/curl", mode: 0o700)
        home.environment = home.environment.map {
            $0.hasPrefix("PATH=") ? "PATH=\(home.folder)/programs:" + $0.dropFirst(5) : $0
        }
        try home.configure("[type general]\nurl = http://box:99\n")
        let supervisor = try home.startSupervisor()
        try home.koubouctl("submit", "--wait", "true")
        let output = try home.koubouctl("doctor")
        #expect(output.status == 0)
        #expect(output.lines.allSatisfy { $0.hasPrefix("ok") }, "\(output.text)")
        #expect(line("supervisor", output).contains("process \(supervisor.pid)"))
        #expect(line("type code", output).contains("codex-cli 1.2.3"))
        #expect(line("type general", output).contains("gpt-oss:20b"))
        #expect(try home.read("asked").contains("http://box:99/api/tags"))
        for object in try home.koubouctl("doctor", "--json").lines {
            #expect(try home.keys(object) == ["check", "status", "detail", "remedy"])
        }
        supervisor.signal(SIGTERM)
    }

    @Test func aMissingProgramIsAFailureWhenTasksWaitForIt() throws {
        let home = try Home()
        try home.koubouctl("submit", "-t", "code", "x")
        let output = try home.koubouctl("doctor")
        #expect(output.status == 1)
        #expect(line("type code", output).hasPrefix("fail"))
        #expect(line("type general", output).hasPrefix("warn"))
        #expect(line("supervisor", output).hasPrefix("warn  supervisor: none runs, and 1 tasks wait; run: koubouctl start"))
    }

    @Test func aProgramThatHangsIsNotWaitedForLong() throws {
        let home = try Home()
        try home.shell("mkdir programs")
        try home.write("#!/bin/sh\nsleep 1000\n", to: "programs/codex", mode: 0o700)
        home.environment = home.environment.map {
            $0.hasPrefix("PATH=") ? "PATH=\(home.folder)/programs:" + $0.dropFirst(5) : $0
        }
        #expect(try line("type code", home.koubouctl("doctor")).contains("takes too long"))
        #expect(ProcessTable.holding(environment: ["KOUBOU_HOME=\(home.path)"]).isEmpty, "it is killed")
    }

    @Test func troubleDoesNotEndTheLooking() throws {
        let home = try Home()
        _ = try home.queue()
        for (script, check, text) in [
            ("chmod 755 home/db", "permissions", "chmod go= '\(home.path)/db'"),
            ("chmod 700 home/db; chmod 666 home/db/koubou.db", "permissions", "chmod go-w"),
            ("chmod 600 home/db/koubou.db; printf '[pool]\\nmni = 3\\n' > home/koubou.conf", "configuration", "did you mean 'min'?"),
            ("rm home/koubou.conf; rm home/db/koubou.db*; head -c 9000 /dev/urandom > home/db/koubou.db; chmod 600 home/db/*",
                "database", "not a database"),
            ("rm home/db/koubou.db*; sqlite3 home/db/koubou.db 'create table x(y)'; chmod 600 home/db/*", "database",
                "another program"),
            ("rm -r home; touch home", "home", "no folder"),
        ] {
            #expect(try home.shell(script).status == 0)
            let output = try home.koubouctl("doctor")
            #expect(line(check, output).contains(text), "\(script): \(output.text)")
            #expect(line("limits", output).hasPrefix("ok"), "it goes on to the end")
            #expect(output.stderr == [])
        }
        #expect(try home.koubouctl("doctor").status == 1)
    }

    @Test func aDatabaseOfANewerVersion() throws {
        let home = try Home()
        _ = try home.queue()
        try home.setSchemaVersion(9999)
        #expect(try line("database", home.koubouctl("doctor")).contains("upgrade koubou"))
    }

    @Test func aDatabaseThatIsDamaged() throws {
        let home = try Home()
        try home.koubouctl("submit", "--lines", stdin: String(repeating: "true\n", count: 500))
        try home.queue().checkpoint()
        try home.shell("rm home/db/koubou.db-*")
        #expect(try line("database", home.koubouctl("doctor")).hasPrefix("ok"))
        let file = try FileDescriptor(opening: home.path + "/db/koubou.db", O_RDWR)
        for page in 2..<30 {
            lseek(file.number, page * 2048, SEEK_SET)
            writeAll([UInt8](repeating: 0x55, count: 100), to: file.number)
        }
        let output = try home.koubouctl("doctor")
        #expect(line("database", output).contains("damaged"), "\(output.text)")
        #expect(output.status == 1)
    }

    @Test func nothingIsMadeBesideTheDatabase() throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        try home.queue().checkpoint()
        try home.shell("rm home/db/koubou.db-* home/db/lock; ls -la home/db > before")
        #expect(try home.koubouctl("doctor").status == 0)
        try home.koubouctl("config")
        try home.koubouctl("complete", "--", "show", "")
        #expect(try home.shell("ls -la home/db | cmp - before").status == 0)
    }

    @Test func aSupervisorThatWasReplacedIsTold() throws {
        let home = try Home()
        let programs = parentFolder(of: siblingProgram("x"))
        try home.shell("mkdir old; cp '\(programs)'/kouboud '\(programs)'/koubou-worker old")
        let supervisor = try home.start("\(home.folder)/old/kouboud", "--poll", "100ms")
        try eventually(0) { try home.koubouctl("status").status }
        #expect(try line("supervisor", home.koubouctl("doctor")).contains("koubouctl stop && koubouctl start"))
        supervisor.signal(SIGTERM)
        #expect(try supervisor.status() == 0)
    }
}
