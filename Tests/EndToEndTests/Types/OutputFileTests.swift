import Glibc
import KoubouCore
import Testing

/// `--output-file` and `output_file`: the result in the task's folder too, and never outside of it.
@Suite struct OutputFileTests {
    private func run(_ home: Home, _ words: String...) throws -> String {
        let output = try home.run(["koubouctl", "submit"] + words)
        #expect(output.status == 0, "\(output.errors)")
        try home.run(["koubou-worker", "--once"])
        return output.text
    }

    @Test func theResultIsStoredWhole() throws {
        let home = try Home()
        try home.shell("mkdir sub; echo old > sub/r; ln -s sub there; ln -s /etc/hostname link")
        _ = try run(home, "--output-file", "r.txt", "echo hi; echo no >&2")
        #expect(try home.read("r.txt") == "hi\n")
        _ = try run(home, "--output-file", "sub/r", "seq 100000")
        #expect(try home.read("sub/r").utf8.count == 588_895)
        _ = try run(home, "--output-file", home.folder + "/there/r", "echo again")
        #expect(try home.read("sub/r") == "again\n")
        _ = try run(home, "--output-file", "none", "true")
        #expect(try home.read("none").isEmpty)
        // A link is replaced, and not followed.
        _ = try run(home, "--output-file", "link", "echo mine")
        #expect(try home.read("link") == "mine\n" && home.shell("test -L link").status == 1)
        let names = try home.shell("ls -A . sub").text
        #expect(!names.contains(".koubou_"), "\(names)")
    }

    @Test func aTaskThatFailsLeavesTheFileAsItWas() throws {
        let home = try Home()
        try home.shell("echo old > r")
        _ = try run(home, "--output-file", "r", "echo new; exit 3")
        #expect(try home.read("r") == "old\n")
    }

    @Test(arguments: ["../r", "/etc/r", "a/../../r", "sub/", ".."])
    func whatIsOutsideIsRefusedAtOnce(path: String) throws {
        let home = try Home()
        let output = try home.koubouctl("submit", "--output-file", path, "true")
        #expect(output.status == 64, "\(output.errors)")
        #expect(output.errors.contains("inside of the task's directory"))
    }

    /// What only shows when it is written.
    @Test func noWayLeadsOutOfTheFolder() throws {
        let home = try Home()
        try home.shell("mkdir box out; ln -s ../out box/up; ln -s /tmp box/away; ln -s /proc/self/cwd box/magic; mkfifo box/pipe; mkdir box/dir")
        for (path, error) in [
            ("up/r", "name the path of a file inside"), ("away/koubou-r", "name the path of a file inside"),
            ("magic/r", "name the path of a file inside"), ("missing/r", "No such file"), ("dir", "Is a directory"),
        ] {
            let task = try run(home, "--cwd", "box", "--output-file", path, "echo x")
            #expect(try home.state(of: task) == .failed, "\(path)")
            #expect(try home.field("error", of: task).contains(error), "\(path)")
        }
        #expect(try home.shell("ls -A out").text.isEmpty)
        #expect(access("/tmp/koubou-r", F_OK) != 0)
        // Given past the option, the rule is the same.
        let task = try run(home, "--cwd", "box", "--meta", "output_file=../out/r", "echo x")
        #expect(try home.state(of: task) == .failed)
        let piped = try run(home, "--cwd", "box", "--output-file", "pipe", "echo x")
        #expect(try home.state(of: piped) == .completed && home.read("box/pipe") == "x\n")
    }

    @Test func theHomeOfTheQueueIsNoPlaceForResults() throws {
        let home = try Home()
        for path in ["home/koubou.conf", "home/tokens", "home/results/x"] {
            let task = try run(home, "--output-file", path, "echo x")
            #expect(try home.state(of: task) == .failed, "\(path)")
            #expect(!home.exists(path))
        }
    }

    @Test func theGatewayStoresItToo() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let supervisor = try home.startSupervisor()
        let answer = try served.post("/task/delegate", #"{"prompt":"hello","output_file":"r.txt","sync":true}"#)
        #expect(try home.json(answer.text, "$.status") == "completed", "\(answer.text)")
        #expect(try home.read("r.txt") == "hello")
        for path in ["../r", "/etc/r", ""] {
            let refused = try served.post("/task/delegate", "{\"prompt\":\"x\",\"output_file\":\"\(path)\"}")
            #expect(try refused.status == (path.isEmpty ? 400 : 422) && home.json(refused.text, "$.field") == "output_file", "\(refused.text)")
        }
        #expect(try served.post("/task/delegate", #"{"prompt":"x","metadata":{"output_file":".bashrc"}}"#).status == 400)
        let token = "Authorization: Bearer \(try home.koubouctl("token", "--right", "submit", "s").text)"
        for path in [".bashrc", ".ssh/authorized_keys", "a/.x"] {
            let refused = try served.ask("POST", "/task/delegate", "{\"prompt\":\"x\",\"output_file\":\"\(path)\"}", token)
            #expect(refused.status == 403, "\(path)")
        }
        supervisor.signal(SIGTERM)
    }
}
