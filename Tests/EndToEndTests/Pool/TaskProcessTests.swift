import Glibc
import KoubouCore
import Testing

/// What the process of a task gets, is bound by, and shows of itself.
@Suite struct TaskProcessTests {
    @Test func theWordsOfACommandArePassedAsTheyAre() throws {
        let home = try Home()
        try home.configure(#"[type words]\#ncommand = printf '[%s]' "two words" $HOME * ~ '' a\ b\#n"#)
        let task = try home.handIn("-t", "words", "prompt")
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        #expect(try home.koubouctl("result", task).text == "[two words][$HOME][*][~][][a b]")
    }

    @Test func aTaskThatFallsSilentIsEnded() throws {
        try withGrowingLimit([0.3, 3, 15]) { limit in
            let home = try Home()
            try home.configure(
                """
                [type chat]
                command = sh -c 'for i in 1 2 3 4; do echo $i; sleep \(limit / 3); done; exec sleep 1000'
                idle_timeout = \(limit)s

                """)
            let supervisor = try home.startSupervisor()
            #expect(try home.koubouctl("submit", "--wait", "-t", "chat", "prompt").status == 124)
            #expect(try home.field("error", of: "1") == "wrote nothing for \(DurationText.text(.seconds(limit)))")
            #expect(supervisor.isRunning)
            return try home.koubouctl("result", "1").lines == ["1", "2", "3", "4"]
        }
    }

    @Test func aTypeHasItsLimits() throws {
        let home = try Home()
        try home.configure(
            """
            [type bounded]
            command = sh -c 'until [ "$(nice)" = 7 ]; do :; done; umask; ulimit -n; ulimit -t; ulimit -c'
            timeout = 10m
            nice = 7
            umask = 027
            files_max = 64
            cpu_max = 90s
            core_max = 0

            """)
        let task = try home.handIn("-t", "bounded", "prompt")
        let other = try home.handIn("nice; umask; ulimit -n")
        #expect(try home.run(["koubou-worker", "--drain"]).status == 0)
        #expect(try home.koubouctl("result", task).lines == ["0027", "64", "90", "0"])
        // The worker itself, and so its next task, is as it was.
        let usual = try home.shell("nice; umask; ulimit -n").lines
        #expect(try home.koubouctl("result", other).lines == usual)
    }

    @Test func aTaskHasTheUmaskOfWhoStartedThePool() throws {
        let home = try Home()
        #expect(try home.shell("umask 0027; koubouctl start --poll 100ms && koubouctl submit --wait umask").lines.last == "0027")
        try home.koubouctl("stop", "--now")
    }

    @Test func aMissingInterpreterIsTold() throws {
        let home = try Home()
        try home.write("#!/nowhere/sh\n", to: "broken", mode: 0o700)
        let supervisor = try home.startSupervisor()
        #expect(try home.koubouctl("submit", "--wait", "--max-attempts", "3", "--", "./broken").status == 126)
        #expect(try home.koubouctl("submit", "--wait", "--", "nowhere-at-all").status == 127)
        #expect(try home.field("error", of: "1") == "program './broken' can't be executed: its interpreter is missing")
        #expect(try home.field("attempt", of: "1") == "1")
        #expect(supervisor.isRunning)
    }

    @Test func aScriptIsInNobodysSight() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor()
        let task = try home.handIn(": secret-word; \(gate.command); cat; echo the end")
        try eventually(true) { try home.field("pid", of: task) != "" }
        let shell = try home.field("pid", of: task)
        for file in ["cmdline", "environ"] {
            let bytes = try readFile("/proc/\(shell)/\(file)")
            #expect(!bytes.isEmpty)
            #expect(!String(decoding: bytes, as: UTF8.self).contains("secret-word"))
        }
        #expect(try readFile("/proc/\(shell)/cmdline") == Array("/bin/sh\0/dev/fd/3\0".utf8))
        gate.open()
        #expect(try home.end(of: task) == 0)
        #expect(try home.koubouctl("result", task).text == "the end")  // its stdin was empty
        #expect(supervisor.isRunning)
    }

    @Test func aTaskKnowsWhoAndWhereItIs() throws {
        let home = try Home()
        let supervisor = try home.startSupervisor()
        let script = "echo $KOUBOU_TASK_ID $KOUBOU_ATTEMPT $KOUBOU_HOME $WORKER_ID $COLOUR; pwd; echo $PWD"
        try makeFolder(home.folder + "/somewhere")
        let task = try home.handIn("--env", "COLOUR=blue", "--cwd", home.folder + "/somewhere", script)
        #expect(try home.end(of: task) == 0)
        let here = home.folder + "/somewhere"
        #expect(try home.koubouctl("result", task).lines == ["\(task) 1 \(home.path) worker_001 blue", here, here])
        #expect(supervisor.isRunning)
    }

    @Test func fewDescriptorsAreEnoughForOutput() throws {
        let home = try Home()
        try home.configure("[type few]\ncommand = sh -c 'echo precious; echo secret >&2; ulimit -n'\nfiles_max = 16\n")
        let supervisor = try home.startSupervisor("--max", "1")
        let task = try home.handIn("-t", "few", "x")
        #expect(try home.end(of: task) == 0)
        #expect(try home.koubouctl("result", task).lines == ["precious", "16"])
        #expect(try home.koubouctl("result", "--stderr", task).text == "secret")
        #expect(supervisor.isRunning)
    }

    /// What a task leaves behind while it goes on is reaped, or a long one would use up all pids.
    @Test func orphansOfATaskAreReaped() throws {
        let home = try Home()
        let gate = try Gate(in: home)
        let supervisor = try home.startSupervisor("--max", "1")
        let task = try home.handIn("for i in 1 2 3 4 5 6 7 8; do (true &); done; touch made; \(gate.command)")
        try eventually(true) { home.exists("made") }
        let worker = try home.worker().process.pid
        try eventually(0) { ProcessTable.all().count { $0.parent == worker && $0.isDead } }
        gate.open()
        #expect(try home.end(of: task) == 0)
        #expect(supervisor.isRunning)
    }

    @Test func noGraceLeavesNobodyBehind() throws {
        let home = try Home()
        try home.configure("[task]\nkill_grace = 0\n")
        let supervisor = try home.startSupervisor("--max", "1")
        let task = try home.handIn("setsid sh -c 'sleep 1000 & sleep 1000 & touch made; wait' & until [ -e made ]; do :; done")
        #expect(try home.end(of: task) == 0)
        #expect(home.processes(of: task).isEmpty)
        #expect(supervisor.isRunning)
    }
}
