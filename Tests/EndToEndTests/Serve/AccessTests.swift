import Glibc
import KoubouCore
import Testing

/// Who may come in, and how far.
@Suite struct AccessTests {
    private func token(_ home: Home, _ name: String, _ right: String) throws -> String {
        let output = try home.koubouctl("token", "--right", right, name)
        #expect(output.status == 0, "\(output.errors)")
        return output.text
    }

    @Test func pagesOfOtherSitesGetNothing() throws {
        let served = try ServedHome(Home.served())
        let body = #"{"prompt":"x"}"#
        #expect(try served.ask("POST", "/task/delegate", body, "Origin: http://evil.example").status == 403)
        #expect(try served.ask("POST", "/task/delegate", body, "Host: evil.example").status == 403)
        #expect(try served.ask("GET", "/tasks", nil, "Host: evil.example:\(served.port)").status == 403)
        for type in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp"] {
            #expect(try served.ask("POST", "/task/delegate", body, "Content-Type: \(type)").status == 415, "\(type)")
        }
        #expect(try served.home.queue().taskCounts().isEmpty)
        let own = "http://localhost:\(served.port)"
        #expect(try served.ask("POST", "/task/delegate", body, "Host: localhost:\(served.port)", "Origin: \(own)").status == 200)
        #expect(try served.get("/tasks").header("access-control-allow-origin") == nil)
        #expect(try served.get("/tasks").header("content-security-policy")?.contains("default-src 'none'") == true)
    }

    @Test func aSiteThatIsAllowedIsAnswered() throws {
        let served = try ServedHome(Home.served("allow_origins = https://dash.example"))
        let origin = "Origin: https://dash.example"
        let preflight = try served.ask("OPTIONS", "/task/delegate", nil, origin)
        #expect(preflight.header("access-control-allow-methods") == "POST, OPTIONS")
        for answer in [
            preflight, try served.ask("GET", "/tasks", nil, origin), try served.ask("GET", "/task/9", nil, origin),
            try served.ask("POST", "/task/delegate", #"{"prompt":"x"}"#, origin),
            try served.ask("POST", "/task/delegate", "{", origin), try served.ask("POST", "/task/1/cancel", nil, origin),
        ] {
            let allowed = answer.headers.filter { $0.name == "access-control-allow-origin" }.map(\.value)
            #expect(allowed == ["https://dash.example"], "\(answer.text)")
        }
    }

    @Test func whatAProxyHandsOnNeedsAToken() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let refused = try served.ask("GET", "/tasks", nil, "X-Forwarded-For: 127.0.0.1")
        #expect(refused.status == 401)
        #expect(refused.header("www-authenticate")?.hasPrefix("Bearer") == true)
        let secret = try token(home, "proxy", "read")
        let headers = ["Forwarded: for=10.0.0.1", "Host: queue.example.org", "Authorization: Bearer \(secret)"]
        #expect(try served.ask("GET", "/tasks", nil, headers[0], headers[1], headers[2]).status == 200)
    }

    @Test func tokensHaveRightsAndAnEnd() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let secrets = try ["read", "submit", "admin"].map { try token(home, $0, $0) }
        let asks: [(String, String, String?)] = [
            ("GET", "/tasks", nil), ("POST", "/task/delegate", #"{"prompt":"x"}"#),
            ("POST", "/task/delegate", #"{"prompt":"x","cwd":"/"}"#),
            ("POST", "/task/delegate", #"{"prompt":"x","env":{"LD_PRELOAD":"x"}}"#), ("PATCH", "/pool", #"{"max":3}"#),
        ]
        let statuses = try secrets.map { secret in
            try asks.map { try served.ask($0.0, $0.1, $0.2, "Authorization: Bearer \(secret)").status }
        }
        #expect(statuses == [[200, 403, 403, 403, 403], [200, 200, 403, 403, 403], [200, 200, 200, 200, 200]])
        #expect(try home.koubouctl("token", "--list").lines == ["read read", "submit submit", "admin admin"])
        try home.koubouctl("token", "--revoke", "admin")
        #expect(try served.ask("GET", "/tasks", nil, "Authorization: Bearer \(secrets[2])").status == 401)
        #expect(try home.koubouctl("token", "read").status == 64)
        #expect(try home.koubouctl("token", "a b").status == 64)
        #expect(try home.koubouctl("token", "--revoke", "none").status == 64)
        let log = try home.read("home/logs/mcp_server.log")
        #expect(log.contains("level=warn msg=refused server=serve pid=\(served.program.pid) client=127.0.0.1 request=\"GET /tasks\" status=401"))
    }

    @Test func aTokenFileThatOthersCanReadIsNotUsed() throws {
        let home = try Home.served()
        let secret = try token(home, "a", "admin")
        let served = try ServedHome(home)
        let file = home.path + "/tokens"
        #expect(try #require(fileStatus(file)).st_mode & 0o777 == 0o600)
        chmod(file, 0o640)
        let answer = try served.ask("GET", "/tasks", nil, "Authorization: Bearer \(secret)")
        #expect(answer.status == 503)
        #expect(!answer.text.contains(home.path), "who is not let in yet learns where nothing is")
        #expect(try served.get("/tasks").status == 200, "the owner needs none")
        for listen in ["127.0.0.1:0", "0.0.0.0:0"] {
            let refused = try home.koubouctl("serve", "--listen", listen)
            #expect(refused.status == 78)
            #expect(refused.errors == "koubouctl: other users may read the tokens (\(file)): run: chmod 600 '\(file)'")
        }
        let log = try home.read("home/logs/mcp_server.log")
        #expect(log.contains("other users may read the tokens (\(file))"))
        chmod(file, 0o600)
        #expect(try served.ask("GET", "/tasks", nil, "Authorization: Bearer \(secret)").status == 200)
    }

    /// Wherever a client puts its token, and however wrong it is.
    @Test func aTokenIsToldToNobody() throws {
        let home = try Home.served("[log]\nlevel = debug")
        let secret = try token(home, "spy", "submit")
        let served = try ServedHome(home)
        let asks: [(path: String, header: String)] = [
            ("/tasks", "Authorization: Bearer \(secret)"), ("/tasks", "Authorization: Bearer \(secret)x"),
            ("/tasks", "Authorization: Basic \(secret)"), ("/tasks", "Authorization: \(secret)"),
            ("/tasks?token=\(secret)", "Forwarded: for=x"), ("/tasks?limit=\(secret)", "Authorization: Bearer \(secret)"),
            ("/pool", "Authorization: Bearer \(secret)"), ("/nothing", "Authorization: Bearer \(secret)"),
            ("/tasks", "Authorization: Bearer \(secret)\u{1}"), ("/tasks", "Authorization : Bearer \(secret)"),
        ]
        for (path, header) in asks {
            let answer = try served.ask(path == "/pool" ? "PATCH" : "GET", path, path == "/pool" ? #"{"max":3}"# : nil, header)
            if path != "/tasks?limit=\(secret)" { #expect(!answer.text.contains(secret), "\(path) \(header)") }
        }
        #expect(try served.ask("POST", "/task/delegate", #"{"prompt":"x"}"#, "Authorization: Bearer \(secret)").status == 200)
        let log = try home.read("home/logs/mcp_server.log")
        #expect(log.contains("client=spy request=\"POST /task/delegate\""))
        for text in [log, served.program.stdout, served.program.stderr] { #expect(!text.contains(secret)) }
    }

    /// Keys and settings of programs lie there.
    @Test func hiddenFilesAreForTheOwner() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        mkdir(home.folder + "/.ssh", 0o700)
        try home.write("secret", to: ".ssh/key")
        try home.write("secret", to: ".env")
        symlink(".ssh/key", home.folder + "/plain")
        let submit = "Authorization: Bearer \(try token(home, "s", "submit"))"
        for name in [".ssh/key", ".env", "./.env", "plain"] {
            let answer = try served.ask("POST", "/task/delegate", #"{"prompt":"x","files":["\#(name)"]}"#, submit)
            #expect(answer.status == 403, "\(name)")
        }
        #expect(try served.post("/task/delegate", #"{"prompt":"x","files":[".env"]}"#).status == 200)
        #expect(try home.field("prompt", of: "1").hasSuffix("secret"))
    }

    @Test func aClientWithATokenIsSlowedDown() throws {
        let home = try Home.served("rate = 3/h")
        let served = try ServedHome(home)
        let secret = "Authorization: Bearer \(try token(home, "a", "submit"))"
        for _ in 0..<3 { #expect(try served.ask("POST", "/task/delegate", #"{"prompt":"x"}"#, secret).status == 200) }
        let refused = try served.ask("POST", "/task/delegate", #"{"prompt":"x"}"#, secret)
        #expect(refused.status == 429)
        #expect(Int(refused.header("retry-after") ?? "") ?? 0 > 0)
        // Guesses count, too; the owner is never bounded.
        let guesses = try (0..<5).map { _ in try served.ask("GET", "/tasks", nil, "Authorization: Bearer x").status }
        #expect(guesses == [401, 401, 401, 429, 429])
        #expect(try served.get("/tasks").status == 200)
    }

    @Test func itDoesNotOpenToOthersWithoutAToken() throws {
        let home = try Home.served()
        let refused = try home.koubouctl("serve", "--listen", "0.0.0.0:0")
        #expect(refused.status == 78)
        #expect(refused.errors.contains("koubouctl token"))
        _ = try token(home, "a", "read")
        try home.koubouctl("token", "--revoke", "a")
        let path = home.folder + "/queue.sock"
        #expect(try home.koubouctl("serve", "--listen", "[::]:0", "--unix", path).status == 78, "an empty file is no token")
        #expect(!home.exists("queue.sock"))
        _ = try token(home, "a", "read")
        let program = try home.startGateway(["--listen", "0.0.0.0:0"])
        try eventually(true) { program.stdout.hasPrefix("listening at http://0.0.0.0:") }
    }

    @Test func anAddressThatIsTakenIsTold() throws {
        let served = try ServedHome(Home.served())
        let second = try served.home.koubouctl("serve", "--listen", "127.0.0.1:\(served.port)")
        #expect(second.status == 69)
        #expect(second.errors.contains("Address already in use"))
        for listen in ["example.org:80", "127.0.0.1:99999", "x", "::1:80:", "none"] {
            #expect([64, 78].contains(try served.home.koubouctl("serve", "--listen", listen).status), "\(listen)")
        }
    }

    @Test func theSocketInTheFileSystemIsForTheOwner() throws {
        let home = try Home.served()
        let path = home.folder + "/queue.sock"
        let first = try home.startGateway(["--listen", "none", "--unix", path])
        try eventually(true) { first.stdout == "listening at unix:\(path)\n" }
        let curl = ["curl", "-sS", "--unix-socket", path, "http://queue/tasks"]
        #expect(try home.shell(curl.joined(separator: " ")).text == #"{"tasks":[],"next":null}"#)
        #expect(try #require(fileStatus(path)).st_mode & 0o077 == 0)
        #expect(try home.koubouctl("serve", "--listen", "none", "--unix", path).status == 69)
        first.signal(SIGKILL)
        _ = try first.status()
        // What it has left behind is in nobody's way.
        let second = try home.startGateway(["--listen", "none", "--unix", path])
        try eventually(true) { second.stdout == "listening at unix:\(path)\n" }
        second.signal(SIGTERM)
        #expect(try second.status() == 0)
        #expect(!home.exists("queue.sock"))
        try home.write("mine", to: "file")
        #expect(try home.koubouctl("serve", "--listen", "none", "--unix", home.folder + "/file").status == 69)
        #expect(try home.read("file") == "mine")
    }

    /// Paths and headers of a client stay on their line.
    @Test func theLogCanNotBeForged() throws {
        let served = try ServedHome(Home.served())
        #expect(try served.ask("GET", "/%0ats=1%20level=error%1b[31m", nil, "Host: evil\u{1b}.example").status == 400)
        #expect(try served.ask("GET", "/a%0ab\"=\\" + String(repeating: "x", count: 5000), nil, "Host: evil").status == 403)
        let log = try served.home.read("home/logs/mcp_server.log")
        let line = try #require(log.split(separator: "\n").first { $0.contains("refused") })
        #expect(line.contains(#"request="GET /a%0ab\"=\\xxx"#))
        #expect(line.utf8.count < 400)
    }
}
