import Testing

/// `config` tells what holds, and who said so.
@Suite struct ConfigTests {
    @Test func eachSettingNamesItsPlace() throws {
        let home = try Home()
        try home.configure("[pool]\nmin = 2\npoll = 3s\n\n[type own]\ncommand = run 'two words'\ntimeout = 90s\n")
        home.environment.append("KOUBOU_LOG_LEVEL=debug")
        try home.koubouctl("pool", "--max", "9")
        let lines = try home.koubouctl("config").lines.map { $0.split(separator: " ").joined(separator: " ") }
        for line in [
            "pool.min = 2 \(home.configurationFile):2", "pool.max = 9 koubouctl pool",
            "pool.poll = 3s \(home.configurationFile):3", "pool.idle_timeout = 30s built in",
            "log.level = debug KOUBOU_LOG_LEVEL", "type.own.command = run 'two words' \(home.configurationFile):6",
            "type.code.executor = codex built in", "type.shell.max_attempts = 1 built in",
        ] { #expect(lines.contains(line), "\(line)") }
        #expect(!lines.contains { $0.hasPrefix("type.code.nice") }, "what is not set is left out")
        let nice = try #require(
            home.koubouctl("config", "--json").lines.first { $0.contains(#""section":"type code","key":"nice""#) })
        #expect(nice == #"{"section":"type code","key":"nice","value":null,"place":"built in"}"#)
    }

    @Test func someSettingsAlone() throws {
        let home = try Home()
        let lines = try home.koubouctl("config", "pool.max", "type.code.nice").lines.map { $0.split(separator: " ") }
        #expect(lines == [["pool.max", "=", "5", "built", "in"], ["type.code.nice", "built", "in"]])
        let json = #"{"section":"pool","key":"max","value":"5","place":"built in"}"#
        #expect(try home.koubouctl("config", "--json", "--", "pool.max").text == json)
        for (key, remedy) in [("pool.mxa", "did you mean 'pool.max'? write: koubouctl config pool.max"), ("x", "koubouctl config pool.max")] {
            let output = try home.koubouctl("config", "pool.min", key)
            #expect(output.status == 64)
            #expect(output.stdout == [])
            #expect(output.errors.hasPrefix("koubouctl: no setting '\(key)'") && output.errors.hasSuffix(remedy))
        }
        #expect(try home.koubouctl("config", "--check", "x", "pool.max").status == 64)
    }

    @Test func whatMovedTheOtherBoundIsItsPlace() throws {
        let home = try Home()
        try home.configure("[pool]\nmin = 8\n")
        let lines = try home.koubouctl("config").lines
        #expect(lines.contains { $0.hasPrefix("pool.max = 8 ") && $0.hasSuffix("koubou.conf:2") })
    }

    @Test func aFileIsCheckedByItself() throws {
        let home = try Home()
        try home.write("[pool]\nmax = 3\n", to: "good.conf")
        try home.write("[pool]\nmax = x\n", to: "bad.conf")
        #expect(try home.koubouctl("config", "--check", "good.conf").text == "ok")
        let bad = try home.koubouctl("config", "--check", "bad.conf")
        #expect(bad.status == 78)
        #expect(bad.stdout == [])
        #expect(bad.errors.contains("(bad.conf:2)"))
        #expect(try home.koubouctl("config", "--check", "none.conf").status == 66)
        #expect(try home.koubouctl("config", "--check", "good.conf", "--json").status == 64)
        #expect(!home.exists("home"), "no queue is made")
    }
}
