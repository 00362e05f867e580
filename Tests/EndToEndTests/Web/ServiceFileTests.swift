import Glibc
import KoubouCore
import Testing

/// The files in `etc/` that others read: units of systemd, and servers in front of the gateway.
@Suite struct ServiceFileTests {
    @Test(.enabled(if: WebProgram.systemdAnalyze.path != nil, WebProgram.systemdAnalyze.absence))
    func systemdTakesTheUnits() throws {
        let home = try Home()
        // Only the place of the programs is another one.
        try home.shell("cp '\(SourceTree.path("etc/systemd"))'/* .; sed -i 's|/usr/local/bin/|\(Home.programs)/|' *.service")
        let output = try home.shell("systemd-analyze verify --man=no ./kouboud.service ./koubou-serve.socket ./koubou-serve.service")
        #expect(output.status == 0 && output.text.isEmpty && output.errors.isEmpty, "\(output.text)\(output.errors)")
    }

    @Test(.enabled(if: WebProgram.nginx.path != nil, WebProgram.nginx.absence))
    func nginxPassesOnWhatItGets() throws {
        let home = try Home.served()
        let served = try ServedHome(home)
        let token = try home.koubouctl("token", "--right", "read", "proxy").text
        let front = try FreePort()
        // Without TLS, for which there is no certificate here, at a port that anybody may open, and to our gateway.
        let recipe = try SourceTree.text("etc/nginx.conf.example")
            .replacing("listen 443 ssl;", with: "listen 127.0.0.1:\(front.number);")
            .replacing("127.0.0.1:8765", with: "127.0.0.1:\(served.port)")
            .replacing(/\ +ssl_certificate.*\n/, with: "")
        #expect(recipe.contains("127.0.0.1:\(front.number)") && !recipe.contains("ssl_"))
        let folders = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(home.folder)/\($0);" }
        try home.write(
            """
            daemon off; master_process off; pid \(home.folder)/nginx.pid; error_log stderr;
            events {}
            http { access_log off; \(folders.joined(separator: " "))
            \(recipe)
            }
            """, to: "nginx.conf")
        let words = [try #require(WebProgram.nginx.path), "-p", home.folder, "-e", "stderr", "-c", "\(home.folder)/nginx.conf"]
        let checked = try home.run(words + ["-t"])
        #expect(checked.status == 0 && checked.errors.contains("test is successful"), "\(checked.errors)")
        let nginx = try home.start(words: words)
        try eventually(true) { HTTPConnection.canOpen(front.number) || !nginx.isRunning }
        func ask(_ headers: String...) throws -> Int {
            let connection = try HTTPConnection(port: front.number)
            connection.send(HTTPConnection.text("GET", "/tasks", nil, ["Host: queue.example.org", "Connection: close"] + headers))
            return try connection.answer().status
        }
        #expect(try ask() == 401)
        #expect(try ask("Authorization: Bearer \(token)") == 200)
        nginx.signal(SIGTERM)
        _ = try nginx.status()
    }

    @Test(.enabled(if: WebProgram.caddy.path != nil, WebProgram.caddy.absence))
    func caddyTakesItsRecipe() throws {
        let home = try Home()
        let path = SourceTree.path("etc/Caddyfile.example")
        let output = try home.run([try #require(WebProgram.caddy.path), "adapt", "--adapter", "caddyfile", "--config", path])
        #expect(output.status == 0, "\(output.errors)")
    }
}
