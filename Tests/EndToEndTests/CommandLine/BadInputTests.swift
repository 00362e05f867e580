import Glibc
import KoubouCore
import Testing

/// One clear line on stderr, a code of sysexits(3), nothing on stdout, nothing stored.
@Suite struct BadInputTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let words: [String]
        let status: Int32
        let named: String
        var testDescription: String { words.joined(separator: " ") }
    }

    @Test(arguments: [
        Case(words: ["sumbit", "x"], status: 64, named: "did you mean 'submit'?"),
        Case(words: ["submit", "--priorty", "3", "x"], status: 64, named: "did you mean '--priority'?"),
        Case(words: ["submit", "--prio", "3", "x"], status: 64, named: "did you mean '--priority'?"),
        Case(words: ["submit", "-t", "shel", "x"], status: 64, named: "did you mean 'shell'?"),
        Case(words: ["submit", "-t", "nope", "x"], status: 64, named: "code, exec, general, shell"),
        Case(words: ["submit", "-p", "11", "x"], status: 64, named: "from 1 to 10"),
        Case(words: ["submit", "-p", "0", "x"], status: 64, named: "from 1 to 10"),
        Case(words: ["submit", "-p", "x", "x"], status: 64, named: "from 1 to 10"),
        Case(words: ["submit", "-p"], status: 64, named: "needs a value"),
        Case(words: ["submit", "--wait=yes", "x"], status: 64, named: "takes no value"),
        Case(words: ["submit", "--timeout", "5x", "x"], status: 64, named: "90s"),
        Case(words: ["submit", "--timeout", "-1", "x"], status: 64, named: "90s"),
        Case(words: ["submit", "--max-attempts", "0", "x"], status: 64, named: "1 to 1000"),
        Case(words: ["submit", "--env", "=x", "x"], status: 64, named: "NAME=VALUE"),
        Case(words: ["submit", "--cwd", "/no/such", "x"], status: 64, named: "/no/such"),
        Case(words: ["submit", "--title", "", "x"], status: 64, named: "--title"),
        Case(words: ["rm", "1"], status: 64, named: "did you mean 'cancel'?"),
        Case(words: ["add", "x"], status: 64, named: "did you mean 'submit'?"),
        Case(words: ["submit", "ls", "-la"], status: 64, named: "after '--', like: koubouctl submit -- ls -l"),
        Case(words: ["every", "1h", "ls", "-la"], status: 64, named: "after '--', like: koubouctl every 15m -- ./report.sh"),
        Case(words: ["submit"], status: 64, named: "the prompt is empty"),
        Case(words: ["submit", "-"], status: 64, named: "the prompt is empty"),
        Case(words: ["submit", ""], status: 64, named: "the prompt is empty"),
        Case(words: ["submit", " \n"], status: 64, named: "the prompt is empty"),
        Case(words: ["every", "1h"], status: 64, named: "koubouctl every '1h' 'echo hello'"),
        Case(words: ["submit", "--"], status: 64, named: "no command"),
        Case(words: ["submit", "--", ""], status: 64, named: "no command"),
        Case(words: ["submit", "x", "--", "y"], status: 64, named: "before '--'"),
        Case(words: ["submit", "-t", "code", "--", "y"], status: 64, named: "takes a prompt"),
        Case(words: ["submit", "-t", "exec", "y"], status: 64, named: "submit -- ls -l"),
        Case(words: ["submit", "--stdin", "y"], status: 64, named: "--stdin"),
        Case(words: ["submit", "--lines", "--jsonl"], status: 64, named: "exclude"),
        Case(words: ["submit", "--lines", "x"], status: 64, named: "stdin"),
        Case(words: ["submit", "-0", "x"], status: 64, named: "--lines"),
        Case(words: ["show", "7"], status: 66, named: "no task 7"),
        Case(words: ["show", "0"], status: 64, named: "'0' is no task id"),
        Case(words: ["show", "x"], status: 64, named: "'x' is no task id"),
        Case(words: ["show"], status: 64, named: "koubouctl show 42"),
        Case(words: ["wait", "7", "8"], status: 66, named: "no tasks 7, 8"),
        Case(words: ["result", "7"], status: 66, named: "no task 7"),
        Case(words: ["cancel", "7"], status: 66, named: "no task 7"),
        Case(words: ["retry", "7"], status: 66, named: "no task 7"),
        Case(words: ["logs", "7"], status: 66, named: "no task 7"),
        Case(words: ["logs", "--worker", "w1"], status: 64, named: "worker_001"),
        Case(words: ["list", "--status", "done"], status: 64, named: "in_progress"),
        Case(words: ["list", "x"], status: 64, named: "unexpected"),
        Case(words: ["submit", "--title"], status: 64, named: "--title report"),
        Case(words: ["submit", "-", "x"], status: 64, named: "'-' alone"),
        Case(words: ["submit", "--tag", "", "x"], status: 64, named: "--tag"),
        Case(words: ["show", "9223372036854775808"], status: 64, named: "is no task id"),
        Case(words: ["show", "-1"], status: 64, named: "unknown option '-1'"),
        Case(words: ["submit", "--timeout", "1e3", "x"], status: 64, named: "90s"),
        Case(words: ["edit", "-p", "11", "1"], status: 64, named: "from 1 to 10"),
        Case(words: ["edit", "-p", "3", "7"], status: 66, named: "no task 7"),
        Case(words: ["pause", "-t", "nope"], status: 64, named: "code, exec, general, shell"),
        Case(words: ["list", "-t", "nope"], status: 64, named: "code, exec, general, shell"),
        Case(words: ["list", "-n", "0"], status: 64, named: "at least 1"),
        Case(words: ["cancel"], status: 64, named: "koubouctl cancel 42"),
        Case(words: ["cancel", "--all", "7"], status: 64, named: "the one or the other"),
        Case(words: ["cancel", "--status", "completed"], status: 64, named: "in_progress"),
        Case(words: ["logs", "1", "--supervisor"], status: 64, named: "one log at a time"),
        Case(words: ["prune"], status: 64, named: "not said what to delete for good: write one of --older-than, --status and --all, like: koubouctl prune"),
        Case(words: ["prune", "--all", "--status", "failed"], status: 64, named: "--all stands beside"),
        Case(words: ["prune", "--older-than", "x"], status: 64, named: "90s"),
        Case(words: ["backup"], status: 64, named: "koubouctl backup koubou.db"),
        Case(words: ["help", "sumbit"], status: 64, named: "did you mean 'submit'?"),
        Case(words: ["prune", "--status", "pending"], status: 64, named: "completed, failed or cancelled"),
        Case(words: ["pool", "--min", "3", "--max", "2"], status: 64, named: "min is 3"),
        Case(words: ["pool", "--threshold", "0"], status: 64, named: "above 0"),
        Case(words: ["start", "--profile", "huge"], status: 64, named: "light, heavy, burst, steady"),
        Case(words: ["--hoem", "/x", "list"], status: 64, named: "did you mean '--home'?"),
        Case(words: ["backup", "/no/such/folder/x"], status: 66, named: "there is no queue"),
        Case(words: ["--home", "/dev/null", "list"], status: 73, named: "/dev/null"),
    ])
    func isRefused(_ row: Case) throws {
        let home = try Home()
        try expectRefusal(try home.run(["koubouctl"] + row.words), row.status, row.named)
        #expect(try home.koubouctl("list", "--json").stdout == [])
    }

    private func expectRefusal(_ output: Home.Output, _ status: Int32, _ named: String) throws {
        #expect(output.status == status)
        #expect(output.stdout == [])
        #expect(output.errors.split(separator: "\n").count == 1, "\(output.errors)")
        #expect(output.errors.hasPrefix("koubouctl: "))
        #expect(output.errors.contains(named), "\(output.errors)")
        #expect(output.errors.ranges(of: "like").count <= 1, "\(output.errors)")
    }

    @Test func textMustBeUTF8() throws {
        let home = try Home()
        let words = ["koubouctl", "submit", "--title"].map { Array($0.utf8) } + [[0xff], Array("x".utf8)]
        try expectRefusal(try home.run(bytes: words), 64, "UTF-8")
    }

    @Test func aFieldThatIsNotThere() throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        try expectRefusal(try home.koubouctl("show", "--field", "nosuch", "1"), 64, "exit_status")
    }

    @Test func aListThatCannotBeWritten() throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        for command in ["list", "show 1", "stats --json"] {
            try expectRefusal(try home.shell("koubouctl \(command) > /dev/full"), 74, "No space left on device")
        }
    }

    @Test func aBackupThatCannotBeMade() throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        try expectRefusal(try home.koubouctl("backup", "/no/such/folder/x"), 73, "'/no/such/folder/x'")
    }

    @Test func aHomeThatOthersMayWrite() throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        chmod(home.path, 0o770)
        try expectRefusal(try home.koubouctl("list"), 77, "chmod go-w")
    }

    @Test func aDatabaseThatIsNone() throws {
        let home = try Home()
        try home.shell("mkdir -m 700 -p home/db; head -c 5000 /dev/zero | tr '\\0' x > home/db/koubou.db")
        try expectRefusal(try home.koubouctl("list"), 65, "not a database")
    }

    @Test func aDatabaseOfANewerVersion() throws {
        let home = try Home()
        try home.koubouctl("submit", "true")
        try home.setSchemaVersion(9999)
        try expectRefusal(try home.koubouctl("list"), 78, "upgrade")
        try expectRefusal(try home.koubouctl("submit", "true"), 78, "9999")
    }

    @Test(arguments: [
        ("[pool]\nmin = x\n", "koubou.conf:2", "whole number"),
        ("[pool]\nmni = 3\n", "koubou.conf:2", "did you mean 'min'?"),
        ("[poll]\n", "koubou.conf:1", "did you mean 'pool'?"), ("min = 3\n", "koubou.conf:1", "[section]"),
        ("[type x]\ntimeout = 3\n", "koubou.conf:1", "command"),
        ("[type code]\ntimeout = soon\n", "koubou.conf:2", "90s"),
        ("[pool]\nmin = 3\nmax = 2\n", "koubou.conf:3", "lower min"),
    ])
    func aBadLineOfTheConfiguration(text: String, place: String, named: String) throws {
        let home = try Home()
        try home.configure(text)
        let output = try home.koubouctl("submit", "true")
        try expectRefusal(output, 78, named)
        #expect(output.errors.contains(place), "\(output.errors)")
        #expect(try home.run(["kouboud"]).status == 78)
        #expect(try home.run(["koubou-worker", "--once"]).status == 78)
    }
}
