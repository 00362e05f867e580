import Glibc
import KoubouCore
import Testing

/// Ctrl-C ends the loop of a shell, too, in which a command stands that goes on until then.
@Suite(.enabled(if: access("/bin/bash", X_OK) == 0)) struct InterruptTests {
    @Test(arguments: [
        ("logs -f 1", "begin"), ("list --watch", "TITLE"), ("stats --watch", "Worker Pool"), ("events -f --since 0", "in_progress"),
        ("submit --wait 'echo another; exec sleep 1000'", "another"), ("load --tasks 2 'exec sleep 1000'", "0/2"), ("top", "q quit"),
    ])
    func theLoopEnds(command: String, shown: String) throws {
        let home = try Home()
        _ = try home.startSupervisor("--min", "2")
        let first = try home.handIn("echo begin; exec sleep 1000")
        try eventually(.inProgress) { try home.state(of: first) }
        let terminal = try PseudoTerminal(
            home, "/bin/bash", "-c", "for i in 1 2 3; do '\(siblingProgram("koubouctl"))' \(command); done; echo never")
        try eventually(true) { terminal.screen.contains(shown) }
        terminal.type("\u{3}")
        #expect(try terminal.status() == 128 + SIGINT)
        #expect(!terminal.screen.contains("never"))
    }
}
