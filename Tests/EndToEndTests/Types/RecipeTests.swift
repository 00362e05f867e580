import Glibc
import KoubouCore
import Testing

/// The recipes of etc/koubou.conf.example, with programs that behave as the real ones do.
@Suite struct RecipeTests {
    struct Recipe: Sendable, CustomTestStringConvertible {
        let type: String
        let program: String
        /// In the place of the program; its words are in `$*`.
        let script: String
        let result: String
        var testDescription: String { type }
    }

    /// The section of the example without the marks of its comments.
    private static func section(_ name: String) throws -> String {
        let lines = try SourceTree.text("etc/koubou.conf.example").split(separator: "\n", omittingEmptySubsequences: false)
        let section = lines.drop { $0 != "#[\(name)]" && $0 != "[\(name)]" }.prefix { !$0.isEmpty }
        return section.filter { !$0.hasPrefix("# ") }.map { $0.drop { $0 == "#" } }.joined(separator: "\n") + "\n"
    }

    private func home(_ programs: [(name: String, script: String)], _ configuration: String) throws -> Home {
        let home = try Home()
        try home.shell("mkdir programs")
        for (name, script) in programs { try home.write("#!/bin/sh\n\(script)\n", to: "programs/\(name)", mode: 0o700) }
        home.environment = home.environment.map { $0.hasPrefix("PATH=") ? "PATH=\(home.folder)/programs:" + $0.dropFirst(5) : $0 }
        try home.configure(configuration)
        return home
    }

    @Test(arguments: [
        Recipe(
            type: "claude", program: "claude",
            script: #"[ "$*" = "-p --output-format json" ] && echo "{\"type\":\"result\",\"is_error\":false,\"result\":\"I got: $(cat)\"}""#,
            result: "I got: explain"),
        Recipe(
            type: "aider", program: "aider",
            script: #"echo "Applied edit: $(cat "$4")""#, result: "Applied edit: explain\n"),
        Recipe(
            type: "script", program: "python3",
            script: #"echo reading; echo "$1 was asked to $(cat)""#, result: "/srv/tools/answer.py was asked to explain"),
        Recipe(
            type: "container", program: "podman",
            script: #"[ "$5" = "$PWD:/work" ] && cat > result.txt; echo done"#, result: "explain"),
    ])
    func theResultIsWhatTheRecipeSays(recipe: Recipe) throws {
        let home = try home([(recipe.program, recipe.script)], Self.section("type \(recipe.type)"))
        let task = try home.handIn("-t", recipe.type, "explain")
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        #expect(try home.state(of: task) == .completed)
        #expect(try home.koubouctl("result", task).stdout == Array(recipe.result.utf8))
    }

    struct Placement: Sendable, CustomTestStringConvertible {
        let type: String
        let programs: [String]
        /// What the engine is told, in order, with NAME for the attempt's.
        let calls: [String]
        var testDescription: String { type }
    }

    private static let placements = [
        Placement(
            type: "pod", programs: ["kubectl"],
            calls: [
                "kubectl run NAME --rm -i --restart=Never --quiet --image=debian:12 --command -- sh -c tr a-z A-Z",
                "kubectl delete pod NAME --ignore-not-found --wait --grace-period=5",
            ]),
        Placement(
            type: "docker", programs: ["docker"],
            calls: [
                "docker run --rm -i --name NAME -v FOLDER:FOLDER -w FOLDER debian:12 sh -c tr a-z A-Z", "docker rm -f NAME",
                "docker ps -aq -f name=^NAME$",
            ]),
        Placement(
            type: "podman", programs: ["podman"],
            calls: [
                "podman run --rm -i --name NAME -v FOLDER:FOLDER -w FOLDER debian:12 sh -c tr a-z A-Z",
                "podman rm -f -i -t 5 NAME",
            ]),
        Placement(
            type: "unit", programs: ["systemd-run", "systemctl"],
            calls: [
                "systemd-run --quiet --pipe --wait --collect --same-dir --unit=NAME -p MemoryMax=2G sh -c tr a-z A-Z",
                "systemctl stop NAME.service", "systemctl is-active NAME.service",
            ]),
    ]

    /// Fake clients that note what they are told, and wait as the real ones do. A cancel or time limit must reach the engine.
    @Test(arguments: placements, ["cancel", "timeout"])
    func theEndReachesTheEngine(placement: Placement, how: String) throws {
        let script = """
            echo "${0##*/} $*" >> "$HOME/calls"
            case "$1" in
              run | --quiet) exec sleep 1000 ;;
              is-active) echo inactive ;;
            esac
            """
        try withGrowingLimit(how == "cancel" ? [3600] : [1, 4, 16]) { limit in
            let home = try home(placement.programs.map { ($0, script) }, Self.section("type \(placement.type)"))
            let supervisor = try home.startSupervisor()
            let task = try home.handIn("-t", placement.type, "--timeout", "\(limit)s", "text")
            try eventually(true) { ((try? home.read("calls")) ?? "").contains("\n") }
            if how == "cancel" { #expect(try home.koubouctl("cancel", task).status == 0) }
            #expect(try home.end(of: task) == (how == "cancel" ? 130 : 124))
            supervisor.signal(15)
            let mark = QueueMark(of: try KoubouCore.Home(option: home.path, environment: [:])).text
            let calls = try home.read("calls").replacing("koubou-\(mark)-1-1-1", with: "NAME").replacing(home.folder, with: "FOLDER")
            // The client may have been ended before it could note that it was called.
            guard how == "cancel" || calls.hasPrefix(placement.calls[0]) else { return false }
            #expect(calls.split(separator: "\n").map(String.init) == placement.calls)
            return true
        }
    }

    /// Those of Slurm and ssh run for real in `make test-cluster`, that of Nomad with a fake one in `NomadTests`.
    @Test(arguments: ["slurm", "remote", "nomad"]) func aRecipeIsAccepted(type: String) throws {
        let home = try home([], Self.section("type \(type)"))
        #expect(try home.koubouctl("config", "--check", home.configurationFile).text == "ok")
        let section = try Self.section("type \(type)")
        for script in section.split(separator: " ").filter({ $0.contains("/launchers/") }) {
            #expect(access(SourceTree.path("etc/launchers/" + fileName(of: String(script))), X_OK) == 0)
        }
    }

    @Test func whatIsNoJSONFailsTheAttempt() throws {
        let home = try home([("claude", "cat > /dev/null; echo 'Credit balance is too low'")], Self.section("type claude"))
        let task = try home.handIn("-t", "claude", "explain")
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        #expect(try home.state(of: task) == .failed)
        #expect(try home.field("error", of: task).hasPrefix(#"stdout is no JSON but 'Credit balance is too low\n'"#))
        #expect(try home.koubouctl("result", "--stderr", task).text == "Credit balance is too low")
    }

    /// A result that is too large for the database.
    @Test func aFileMayBeLarge() throws {
        let home = try Home()
        try home.configure("[type big]\ncommand = sh -c 'seq 50000 > out; echo said'\nresult = file:out\n\n[type small]\ncommand = sh -c 'seq 50000 > out'\nresult = file:out\n[task]\nmax_output = 300K\n")
        let task = try home.handIn("-t", "big", "x")
        #expect(try home.run(["koubou-worker", "--once"]).status == 0)
        #expect(try home.koubouctl("result", task).stdout == readFile(home.folder + "/out"))
        #expect(try home.koubouctl("result", "--stderr", task).text == "said")
    }

    /// Commands that stand in the example as comments, by their beginning.
    private static func comment(_ beginning: String) throws -> String {
        let lines = try SourceTree.text("etc/koubou.conf.example").split(separator: "\n")
        return try String(#require(lines.first { $0.hasPrefix("#   command = \(beginning)") }).dropFirst(4))
    }

    @Test func aWebServerIsTold() throws {
        let server = try StubServer { _, _ in [.send("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")] }
        let command = try Self.comment("curl").split(separator: " ").dropLast().joined(separator: " ")
        let home = try home([], "[notify]\n\(command) \(server.url)/hook\n")
        let supervisor = try home.startSupervisor()
        let task = try home.handIn("echo made")
        try eventually(1) { server.requests.count }
        let request = try #require(server.requests.first)
        #expect(request.line == "POST /hook HTTP/1.1")
        #expect(request.head.lowercased().contains("content-type: application/json"))
        #expect(try home.json(request.body, "$.task_id") == task)
        #expect(try home.json(request.body, "$.result") == "made\n")
        supervisor.signal(15)
    }

    @Test func mailIsSent() throws {
        let home = try home([("mail", "(echo \"$@\"; cat) > \"$HOME/mail\"")], "[notify]\n" + Self.comment("sh -c 'jq") + "\n")
        let supervisor = try home.startSupervisor()
        _ = try home.handIn("--title", "report", "exit 9")
        try eventually("-s a task has ended me@example.org\nreport\nfailed\nexit status 9\n") { (try? home.read("mail")) ?? "" }
        supervisor.signal(15)
    }

    @Test func theDesktopIsTold() throws {
        let home = try home([("notify-send", #"echo "$*" >> "$HOME/told""#)], Self.section("notify"))
        let supervisor = try home.startSupervisor()
        _ = try home.handIn("--title", "the report", "true")
        try eventually("the report has ended\n") { (try? home.read("told")) ?? "" }
        supervisor.signal(15)
    }
}
