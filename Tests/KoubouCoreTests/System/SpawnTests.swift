import Glibc
import Testing

@testable import KoubouCore

struct SpawnTests {
    private static let odd: [UInt8] = [0x61, 0xff, 0x80, 0x20, 0x22, 0x0a, 0x27, 0x24]

    @Test func wordsAreExact() throws {
        let words = [[], Self.odd, Array(text: "a b"), Array(text: "*"), Array(text: "$HOME"), Array(text: "工房"), []]
        let (output, end) = try runToEnd(SpawnPlan(
            arguments: [Array(text: "/usr/bin/printf"), Array(text: #"%s\0"#)] + words, environment: []))
        #expect(output == Array(words.map { $0 + [0] }.joined()))
        #expect(end.cause == .exited(0))
    }

    @Test func theEnvironmentIsExact() throws {
        let environment = [Array(text: "A=1"), Array(text: "B=") + Self.odd, Array(text: "C=x=y"), Array(text: "D=")]
        let (output, _) = try runToEnd(SpawnPlan(
            arguments: [Array(text: "/usr/bin/env"), Array(text: "-0")], environment: environment))
        #expect(output == Array(environment.map { $0 + [0] }.joined()), "nothing of ours is in it")
        #expect(try runToEnd("/usr/bin/env").output.isEmpty)
    }

    @Test func theWorkingDirectoryIsSet() throws {
        let folder = try TemporaryFolder()
        let inside = Array(folder.path.utf8) + [UInt8(ascii: "/")] + Self.odd.filter { $0 != 0x0a }
        #expect(withPath(inside) { mkdir($0, 0o700) } == 0)
        let (output, _) = try runToEnd(SpawnPlan(
            arguments: [Array(text: "/bin/pwd"), Array(text: "-P")], environment: [], workingDirectory: inside))
        #expect(output == inside + [0x0a])
    }

    @Test func aRelativeProgramIsFoundInItsDirectory() throws {
        let folder = try TemporaryFolder()
        try folder.write("hello", "#!/bin/sh\necho here\n".utf8, mode: 0o700)
        for name in ["./hello", "hello"] {
            let (output, _) = try runToEnd(SpawnPlan(
                arguments: [Array(text: name)], environment: [Array(text: "PATH=/nowhere:")],
                workingDirectory: Array(folder.path.utf8)))
            #expect(output == Array(text: "here\n"), "\(name)")
        }
    }

    @Test func aNameIsLookedUpInTheChildsPath() throws {
        let folder = try TemporaryFolder()
        for place in ["first", "second"] {
            try makeFolder(folder(place))
            try folder.write("\(place)/hello", "#!/bin/sh\necho \(place)\n".utf8, mode: 0o700)
        }
        func run(_ path: String) throws -> String {
            try runToEnd("hello", environment: ["PATH=" + path]).output
        }
        #expect(try run("\(folder("first")):\(folder("second"))") == "first\n")
        #expect(try run("/nowhere:\(folder("second")):\(folder("first"))") == "second\n")
        try makeFolder(folder("third"))
        try folder.write("third/hello", "no program".utf8, mode: 0o600)
        #expect(try run("\(folder("third")):\(folder("first"))") == "first\n", "one that can't be executed is passed by")
        #expect(try runToEnd("true").end.cause == .exited(0), "without PATH there is the usual one")
    }

    // MARK: what the child inherits

    @Test func descriptorsAreThoseOfThePlan() throws {
        let input = try makeMemoryFile(named: "in", holding: Array(text: "input"))
        let extra = try makeMemoryFile(named: "extra", holding: Array(text: "extra"))
        // One that is not close-on-exec, as a library might leave it, with a number that no shell uses for itself.
        let leaked = fcntl(extra.number, F_DUPFD, 200)
        #expect(leaked >= 200)
        defer { close(leaked) }
        var plan = SpawnPlan(
            arguments: ["/bin/sh", "-c", """
                cat; cat <&3; echo
                for n in 2 3 4 5 \(leaked); do
                  [ -e /proc/$$/fd/$n ] && echo "$n $(readlink /proc/$$/fd/$n)"
                done
                """].map(Array.init(text:)), environment: [Array(text: "PATH=/usr/bin:/bin")])
        plan.descriptors = [0: input.number, 3: extra.number]
        let lines = String(decoding: try runToEnd(plan).output, as: UTF8.self).split(separator: "\n")
        #expect(lines == ["inputextra", "2 /dev/null", "3 /memfd:extra (deleted)"])
    }

    @Test func withoutAPlanStdinIsEmpty() throws {
        let (output, end) = try runToEnd("/bin/sh", "-c", "cat; readlink /proc/$$/fd/0")
        #expect(output == "/dev/null\n")
        #expect(end.cause == .exited(0))
    }

    @Test func hasAGroupOrASessionOfItsOwn() throws {
        let grouped = try SleepingChild()
        let status = try #require(ProcessStatus(of: grouped.pid))
        #expect(status.group == grouped.pid)
        #expect(status.parent == getpid())
        #expect(getsid(grouped.pid) == getsid(0))
        let apart = try SleepingChild(placement: .ownSession)
        #expect(ProcessStatus(of: apart.pid)?.group == apart.pid)
        #expect(getsid(apart.pid) == apart.pid)
    }

    @Test func signalsAreAsPlanned() throws {
        func masks(_ blocked: [Int32]) throws -> [UInt64?] {
            var plan = SpawnPlan(
                arguments: ["/bin/grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"].map(Array.init(text:)), environment: [])
            plan.blockedSignals = blocked
            return String(decoding: try runToEnd(plan).output, as: UTF8.self).split(separator: "\n").map {
                // Above 31 are those of Glibc's own threads, which it ignores in every child.
                UInt64($0.split(separator: "\t")[1], radix: 16).map { $0 & 0x7fff_ffff }
            }
        }
        let none = try masks([])
        #expect(none == [0, 0], "a task starts with none blocked or ignored")
        let some = try masks([SIGTERM, SIGHUP])
        #expect(some == [0x4001, 0])
    }

    // MARK: what can't be started

    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var words: [String]
        var folder = "."
        var error: SpawnError
    }

    @Test(arguments: [
        Refusal(testDescription: "no words", words: [], error: .programNotFound("")),
        Refusal(testDescription: "an empty word", words: [""], error: .programNotFound("")),
        Refusal(testDescription: "not in PATH", words: ["koubou-no-such"], error: .programNotFound("koubou-no-such")),
        Refusal(testDescription: "no such path", words: ["./missing", "x"], error: .programNotFound("./missing")),
        Refusal(testDescription: "below a file", words: ["./plain/x"], error: .programNotFound("./plain/x")),
        Refusal(testDescription: "no permission", words: ["./plain"],
                error: .programNotExecutable("./plain", cause: "Permission denied")),
        Refusal(testDescription: "a folder", words: ["./folder"],
                error: .programNotExecutable("./folder", cause: "Permission denied")),
        Refusal(testDescription: "not a program", words: ["./garbage"],
                error: .programNotExecutable("./garbage", cause: "Exec format error")),
        Refusal(testDescription: "no interpreter", words: ["./orphan"],
                error: .programNotExecutable("./orphan", cause: "its interpreter is missing")),
        Refusal(testDescription: "no folder", words: ["/bin/true"], folder: "missing",
                error: .noWorkingDirectory("missing", cause: "No such file or directory")),
        Refusal(testDescription: "a file as folder", words: ["/bin/true"], folder: "plain",
                error: .noWorkingDirectory("plain", cause: "Not a directory")),
        Refusal(testDescription: "too many bytes", words: ["/bin/true", String(repeating: "x", count: 200_000)],
                error: .system(SystemError("start", "/bin/true", code: E2BIG))),
    ])
    func tellsWhy(_ row: Refusal) throws {
        let folder = try TemporaryFolder()
        try folder.write("plain", "echo".utf8, mode: 0o600)
        try folder.write("garbage", [0, 1, 2, 3], mode: 0o700)
        try folder.write("orphan", "#!/no/such/interpreter\n".utf8, mode: 0o700)
        try makeFolder(folder("folder"))
        let directory = row.folder == "." ? folder.path : folder(row.folder)
        let error = #expect(throws: SpawnError.self) {
            try spawn(SpawnPlan(
                arguments: row.words.map(Array.init(text:)), environment: [], workingDirectory: Array(directory.utf8)))
        }
        var expected = row.error
        if case .noWorkingDirectory(let name, let cause) = expected { expected = .noWorkingDirectory(folder(name), cause: cause) }
        #expect(error == expected)
    }
}
