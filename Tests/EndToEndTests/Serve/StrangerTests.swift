import Glibc
import KoubouCore
import Testing

/// Another user of this machine is a stranger, whichever way he comes.
@Suite(.enabled(if: geteuid() == 0, "needs root, to be somebody else"))
struct StrangerTests {
    /// The status that curl gets as `user` for these words.
    private func ask(_ home: Home, as user: uid_t = 65_534, _ words: String...) throws -> String {
        try home.run(
            [
                "/usr/bin/setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups", "curl", "-sS", "-o", "/dev/null",
                "-w", "%{http_code}",
            ] + words, in: "/").text
    }

    @Test(arguments: ["127.0.0.1", "[::1]"]) func anotherUserNeedsATokenAtAPort(_ host: String) throws {
        let home = try Home.served()
        let program = try home.startGateway(["--listen", "\(host):0"])
        try eventually(true) { program.stdout.hasSuffix("\n") }
        let url = program.stdout.dropFirst("listening at ".count).dropLast() + "/tasks"
        #expect(try ask(home, String(url)) == "401")
        #expect(try ask(home, "-H", "Forwarded: for=127.0.0.1", String(url)) == "401")
        #expect(try ask(home, as: 0, String(url)) == "200")
        #expect(try ask(home, as: 0, "-H", "X-Forwarded-Host: localhost", String(url)) == "401")
        let secret = try home.koubouctl("token", "--right", "read", "a").text
        #expect(try ask(home, "-H", "Authorization: Bearer \(secret)", String(url)) == "200")
    }

    /// Its mode keeps others out; where that was changed, who they are does.
    @Test func anotherUserNeedsATokenAtASocket() throws {
        let home = try Home.served()
        chmod(home.folder, 0o755)
        let path = home.folder + "/queue.sock"
        let program = try home.startGateway(["--listen", "none", "--unix", path])
        try eventually(true) { program.stdout.hasSuffix("\n") }
        let words = ["--unix-socket", path, "http://queue/tasks"]
        #expect(try ask(home, words[0], words[1], words[2]) == "000", "its mode is 0600")
        chmod(path, 0o666)
        #expect(try ask(home, words[0], words[1], words[2]) == "401")
        #expect(try ask(home, as: 0, words[0], words[1], words[2]) == "200")
        #expect(try ask(home, as: 0, "-H", "Forwarded: for=x", words[0], words[1], words[2]) == "401")
        let secret = try home.koubouctl("token", "--right", "read", "a").text
        #expect(try ask(home, "-H", "Authorization: Bearer \(secret)", words[0], words[1], words[2]) == "200")
    }
}
