import Glibc
import Testing

@testable import KoubouCore

struct ConfigurationTests {
    private static func read(_ text: String, file: String = "f") throws(ConfigurationError) -> Configuration {
        var configuration = Configuration()
        try configuration.read(Array(text.utf8), file: file)
        return configuration
    }

    @Test func hasTheDefaultsOfTheManual() {
        let configuration = Configuration()
        #expect(configuration.pool == PoolLimits())
        #expect(configuration.poll == .seconds(2))
        #expect(configuration.statisticsInterval == .seconds(30))
        #expect(configuration.killGrace == .seconds(5))
        #expect(configuration.maxOutput == 64 << 20)
        #expect(configuration.log.level == .info)
        #expect(configuration.types["exec"]?.program == .argv)
        #expect(configuration.types["shell"]?.program == .script)
        #expect(configuration.types["code"]?.program == .codex(["codex"]))
        #expect(configuration.types["code"]?.timeout == .seconds(120))
        #expect(configuration.types["general"]?.program == .chat(.ollama))
        #expect(configuration.types["general"]?.agent.model == "gpt-oss:20b")
        #expect(configuration.types["general"]?.timeout == .seconds(60))
        #expect(["exec", "shell", "code", "general"].map { configuration.types[$0]?.retry.maxAttempts } == [1, 1, 3, 3])
    }

    @Test func readsEveryPlainKey() throws {
        let configuration = try Self.read("""
            [pool]
            min = 2
            max = 9
            threshold = 0.5
            idle_timeout = 3s
            policy = target-wait
            target_wait = 45s
            poll = 250ms
            stop_timeout = 1m
            statistics = 5m
            [task]
            kill_grace = 1.5s
            max_output = 2M
            [log]
            level = debug
            """)
        #expect(configuration.pool.workers == 2...9)
        #expect(configuration.pool.scaleUpThreshold == 0.5)
        #expect(configuration.pool.idleTimeout == .seconds(3))
        #expect(configuration.pool.policy == .targetWait)
        #expect(configuration.pool.targetWait == .seconds(45))
        #expect(configuration.poll == .milliseconds(250))
        #expect(configuration.stopTimeout == .seconds(60))
        #expect(configuration.statisticsInterval == .seconds(300))
        #expect(configuration.killGrace == .milliseconds(1500))
        #expect(configuration.maxOutput == 2 << 20)
        #expect(configuration.log.level == .debug)
    }

    struct Size: Sendable {
        let text: String
        let workers: ClosedRange<Int>
        init(_ text: String, _ workers: ClosedRange<Int>) { (self.text, self.workers) = (text, workers) }
    }

    @Test(arguments: [
        Size("profile = light", 2...8), Size("profile = heavy", 1...3), Size("profile = burst", 1...10),
        Size("profile = steady", 3...5), Size("min = 2\nprofile = burst", 2...10), Size("max = 4\nprofile = light\n", 2...4),
        Size("profile = light\nmin = 1\nmax = 2", 1...2), Size("min = 8", 8...8), Size("max = 1", 1...1), Size("min = 0", 0...5),
        Size("max = 1\nprofile = light", 1...1), Size("min = 3\nmin = 2", 2...5),
    ])
    func aProfileComesBeforeSingleValues(_ row: Size) throws {
        #expect(try Self.read("[pool]\n" + row.text).pool.workers == row.workers)
    }

    // MARK: errors

    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let text: String
        let line: String
        init(_ text: String, _ line: String) { (testDescription, self.text, self.line) = (text, text, line) }
    }

    @Test(arguments: [
        Refusal("[pool]\nmin = many", "min is 'many' (/etc/k.conf:2): write a whole number from 0 to 10000"),
        Refusal("[pool]\nmin = -1", "min is '-1' (/etc/k.conf:2): write a whole number from 0 to 10000"),
        Refusal("[pool]\nmax = 0", "max is '0' (/etc/k.conf:2): write a whole number from 1 to 10000"),
        Refusal("[pool]\n\nthreshold = 0", "threshold is '0' (/etc/k.conf:3): write a number above 0, such as 2 or 0.5"),
        Refusal("[pool]\nthreshold = nan", "threshold is 'nan' (/etc/k.conf:2): write a number above 0, such as 2 or 0.5"),
        Refusal("[pool]\npoll = 10ms",
                "poll is '10ms' (/etc/k.conf:2): write a number and its unit, like 90s, 5m, 2h or 7d; at least 50ms"),
        Refusal("[pool]\nidle_timeout = soon",
                "idle_timeout is 'soon' (/etc/k.conf:2): write a number and its unit, like 90s, 5m, 2h or 7d"),
        Refusal("[pool]\npolicy = wait", "policy is 'wait' (/etc/k.conf:2): write one of ratio, target-wait"),
        Refusal("[pool]\ntarget_wait = long",
                "target_wait is 'long' (/etc/k.conf:2): write a number and its unit, like 90s, 5m, 2h or 7d"),
        Refusal("[pool]\nprofile = big", "profile is 'big' (/etc/k.conf:2): write one of light, heavy, burst, steady"),
        Refusal("[task]\nmax_output = 0", "max_output is '0' (/etc/k.conf:2): write a number of bytes, or with K, M or G"),
        Refusal("[log]\nlevel = loud", "level is 'loud' (/etc/k.conf:2): write one of error, warn, info, debug"),
        Refusal("[pool]\nmni = 1", "unknown key 'mni' in [pool] (/etc/k.conf:2): did you mean 'min'?"),
        Refusal("[log]\nfile = x", "unknown key 'file' in [log] (/etc/k.conf:2): use level, max_size, keep"),
        Refusal("\n[pol]", "unknown section [pol] (/etc/k.conf:2): did you mean 'pool'?"),
        Refusal("[network]", "unknown section [network] (/etc/k.conf:1): use pool, task, notify, mcp, serve, log, type NAME"),
        Refusal("[pool]\nmin = 6\nmax = 2", "min is 6, above max, which is 2 (/etc/k.conf:3): lower min or raise max"),
        Refusal("[type a b]", "type is 'a b' (/etc/k.conf:1): write letters, digits, - and _"),
        Refusal("[type ../x]", "type is '../x' (/etc/k.conf:1): write letters, digits, - and _"),
        Refusal("[type own]\ntimeout = 3s", "[type own] has no command (/etc/k.conf:1): add: command = PROGRAM [ARG...]"),
        Refusal("[type own]\ncommand =",
                "command is '' (/etc/k.conf:2): write a program and its arguments; exec and shell have none"),
        Refusal("[type own]\ncommand = a 'b",
                "command is 'a 'b' (/etc/k.conf:2): write a program and its arguments; exec and shell have none"),
        Refusal("[type exec]\ncommand = x",
                "command is 'x' (/etc/k.conf:2): write a program and its arguments; exec and shell have none"),
        Refusal("[type code]\ntimeout = 3x",
                "timeout is '3x' (/etc/k.conf:2): write a number and its unit, like 90s, 5m, 2h or 7d; 0 for none"),
        Refusal("[type code]\nmax_attempts = 0", "max_attempts is '0' (/etc/k.conf:2): write a whole number from 1 to 1000"),
        Refusal("[type code]\ncomand = x", "unknown key 'comand' in [type code] (/etc/k.conf:2): did you mean 'command'?"),
    ])
    func saysWhereAndWhatIsAllowed(_ row: Refusal) {
        let error = #expect(throws: ConfigurationError.self) { _ = try Self.read(row.text, file: "/etc/k.conf") }
        #expect(error?.line == row.line)
        #expect(error?.exitCode == .configuration)
    }

    @Test func refusesWhatIsNotUTF8() {
        var configuration = Configuration()
        let error = #expect(throws: ConfigurationError.self) { try configuration.read([0x5b, 0xff, 0x5d], file: "/k") }
        #expect(error?.line == "the file is not UTF-8 text (/k): save it as UTF-8")
    }

    // MARK: types

    @Test func readsTypes() throws {
        let configuration = try Self.read(#"""
            [type train]
            command = sh -c "echo 'a b'; exec \"$0\"" x   ; runs sh
            timeout = 2h
            max_attempts = 7
            max_lost = 2
            backoff_min = 5s
            backoff_max = 1m
            [type code]
            timeout = 0
            [type shell]
            max_attempts = 2
            """#)
        let train = try #require(configuration.types["train"])
        #expect(train.program == .command(["sh", "-c", #"echo 'a b'; exec "$0""#, "x"]))
        #expect(train.timeout == .seconds(7200))
        #expect(train.retry.maxAttempts == 7)
        #expect(train.retry.maxLost == 2)
        #expect(train.retry.backoffMin == .seconds(5))
        #expect(train.retry.backoffMax == .seconds(60))
        #expect(configuration.types["code"]?.timeout == nil, "0 is none")
        #expect(configuration.types["code"]?.retry.maxAttempts == 3, "the rest stays")
        #expect(configuration.types["shell"]?.retry.maxAttempts == 2)
        #expect(configuration.types["shell"]?.program == .script)
    }

    @Test func aTypeMayBeCompletedByASecondFile() throws {
        var configuration = try Self.read("[type own]\ncommand = a\ntimeout = 5s")
        try configuration.read(Array(text: "[type own]\ntimeout = 9s"), file: "second")
        #expect(configuration.types["own"]?.program == .command(["a"]))
        #expect(configuration.types["own"]?.timeout == .seconds(9))
    }

    @Test func anUnknownTypeIsToldWhichThereAre() throws {
        let configuration = try Self.read("[type train]\ncommand = x")
        #expect(try configuration.type(named: "train").name == "train")
        let near = #expect(throws: ConfigurationError.self) { _ = try configuration.type(named: "trian") }
        #expect(near?.line == "unknown task type 'trian': did you mean 'train'?")
        #expect(near?.exitCode == .usage)
        let far = #expect(throws: ConfigurationError.self) { _ = try configuration.type(named: "python") }
        let remedy = "use code, exec, general, shell, train, or add [type python] with a command to koubou.conf"
        #expect(far?.line == "unknown task type 'python': " + remedy)
    }
}
