import Glibc
import KoubouCore
import Testing

/// Whoever writes to a terminal ends with it, quietly.
@Suite struct HangUpTests {
    @Test(arguments: [
        ("top", "q quit"), ("list --watch --interval 100ms", "TITLE"), ("stats --watch --interval 100ms", "Worker Pool"),
        ("events -f --since 0", "pending"), ("logs -f 1", "nothing happens yet"), ("wait 1", "nothing happens yet"),
        ("submit --wait true", "nothing happens yet"), ("logs -f", "hello"),
    ])
    func theCommandEnds(command: String, shown: String) throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        try home.write("hello\n", to: "home/logs/worker_pool.log")
        // The shell of the terminal dies of SIGHUP, by which all that it runs is told; the one in between outlives that.
        let terminal = try PseudoTerminal(
            home, "/bin/sh", "-c", "trap : HUP; '\(siblingProgram("koubouctl"))' \(command); echo $? >new && mv new status")
        try eventually(true) { terminal.screen.contains(shown) }
        terminal.hangUp()
        try eventually(true) { home.exists("status") }
        #expect(try home.read("status") == "\(128 + SIGHUP)\n")
        try eventually(0) { try home.listeners() }
    }

    /// Not everybody who writes to it is told by a signal, or in time.
    @Test func aTerminalThatHasGoneIsNoFaultOfTheDisk() throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        try home.write("""
            echo ready
            until [ -e go ]; do sleep 0.01; done
            '\(siblingProgram("koubouctl"))' list 2>errors
            echo $? >new && mv new status
            """, to: "look.sh")
        let terminal = try PseudoTerminal(home, "/bin/sh", "-c", "setsid sh look.sh & wait")
        try eventually(true) { terminal.screen.contains("ready") }
        terminal.hangUp()
        try home.write("", to: "go")
        try eventually(true) { home.exists("status") }
        #expect(try home.read("status") == "\(128 + SIGHUP)\n")
        #expect(try home.read("errors") == "")
    }
}
