import Testing

@testable import KoubouCore

/// What a setting shows is what it reads.
struct EffectiveSettingTests {
    private static func read(_ text: String) throws -> Configuration {
        var configuration = Configuration()
        try configuration.read(Array(text.utf8), file: "f")
        return configuration
    }

    /// A configuration in which no value is the default, and several need quotes.
    private static let unusual = """
        [pool]
        profile = light
        min = 3
        max = 7
        threshold = 0.25
        idle_timeout = 1500ms
        policy = target-wait
        target_wait = 2m
        poll = 250ms
        stop_timeout = 3h
        heartbeat_timeout = 7s
        memory_min = 0
        memory_pressure_max = 12.5
        statistics = 1d
        [task]
        kill_grace = 0
        max_output = 1500
        retention = 30d
        max_depth = 3
        [notify]
        on = cancelled
        command = sh -c 'cat > /x'
        timeout = 3s
        [mcp]
        allow_types = own
        [serve]
        listen = [::1]:0
        unix = /tmp/queue.sock
        allow_types = none
        allow_hosts = a b.example
        allow_origins = https://a.example http://b.example:81
        rate = 5/h
        connections_max = 7
        body_max = 1K
        request_timeout = 1500ms
        idle_timeout = 2h
        [log]
        level = debug
        [type own]
        executor = command
        command = "it's" 'a "b"' \\\\ x;y 'a ;b' '' plain
        url = http://127.0.0.1:1
        model = m
        system = "say; it"
        options = {"seed":1}
        keep_alive = 5m
        format = "json"
        key_file = /k
        key_env = K
        sandbox = read-only
        profile = p
        timeout = 90s
        idle_timeout = 5m
        begin_timeout = 7s
        result = json:.a[1]
        max_attempts = 9
        max_lost = 2
        on_lost = hold
        no_retry = 1,64-69
        concurrency = 2
        rate = 10/m
        backoff_min = 250ms
        backoff_max = 2h
        launcher = far {name} 'two words'
        reap = far --reap
        reap_timeout = 10s
        lost_status = 250-255
        nice = -3
        umask = 027
        cpu_max = 1h
        files_max = 64
        core_max = 0
        memory_max = 1536M
        pids_max = 300
        cpu_weight = 25
        """

    @Test func whatIsShownIsReadAsTheSame() throws {
        for configuration in [Configuration(), try Self.read(Self.unusual), try Self.read("[type shell]\nno_retry = none")] {
            var text = ""
            for setting in configuration.effective {
                // exec and shell have no command that could be set.
                if let value = setting.value { text += "[\(setting.section)]\n\(setting.key) = \(value)\n" }
            }
            let again = try Self.read(text)
            #expect(again.effective.map(\.assignment) == configuration.effective.map(\.assignment))
            #expect(again.types == configuration.types)
            #expect(again.pool == configuration.pool)
        }
    }

    @Test func everyKeyOfTheUnusualOneIsShown() throws {
        let shown = try Self.read(Self.unusual).effective
        #expect(shown.filter { !$0.section.hasPrefix("type ") || $0.section == "type own" }.allSatisfy { $0.value != nil })
        #expect(shown.filter { $0.section == "type own" }.allSatisfy { $0.place.hasPrefix("f:") })
        #expect(shown.first { $0.key == "command" && $0.section == "type own" }?.value
            == #""it's" 'a "b"' '\' 'x;y' 'a ;b' '' plain"#)
        #expect(shown.first { $0.key == "memory_max" && $0.section == "type own" }?.assignment == "type.own.memory_max = 1536M")
    }

    @Test func aProfileIsThePlaceOfItsBounds() throws {
        let shown = try Self.read("[pool]\nprofile = light\nmax = 9").effective
        #expect(shown.filter { $0.section == "pool" }.prefix(3).map(\.place) == ["f:2", "f:2", "f:3"])
        #expect(shown.first { $0.key == "poll" }?.place == "built in")
    }
}
