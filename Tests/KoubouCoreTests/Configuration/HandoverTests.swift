import Testing

@testable import KoubouCore

struct HandoverTests {
    private static let all = #"""
        [pool]
        profile = burst
        min = 2
        threshold = 0.5
        idle_timeout = 250ms
        policy = target-wait
        target_wait = 1500ms
        memory_pressure_max = 12.5
        [task]
        max_output = 70000
        kill_grace = 0
        [log]
        level = debug
        [type code]
        timeout = 0
        command = "my codex" 'it''s' a\ b "" ; a comment
        no_retry = none
        [type exec]
        max_attempts = 7
        umask = 027
        nice = -5
        [type own-1]
        command = sh -c 'echo "; # = [x]"'
        on_lost = hold
        backoff_max = 1h
        memory_max = 64M

        """#

    @Test(arguments: ["", all]) func whatIsHandedOverIsTheSame(text: String) throws {
        var configuration = Configuration()
        try configuration.read(Array(text.utf8), file: "f")
        var received = Configuration()
        try received.read(Array(configuration.text.utf8), file: "g")
        #expect(received.text == configuration.text)
        #expect(received.types == configuration.types)
        #expect(received.pool == configuration.pool)
        #expect(received.maxOutput == configuration.maxOutput)
        #expect(received.killGrace == configuration.killGrace)
        #expect(received.log.level == configuration.log.level)
    }
}
