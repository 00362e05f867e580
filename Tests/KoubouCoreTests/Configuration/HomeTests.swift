import Glibc
import Testing

@testable import KoubouCore

struct HomeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var option: String?
        var environment: Environment = [:]
        var path: String
    }

    @Test(arguments: [
        Case(testDescription: "the option first", option: "/a", environment: ["KOUBOU_HOME": "/b", "HOME": "/c"], path: "/a"),
        Case(testDescription: "then KOUBOU_HOME", environment: ["KOUBOU_HOME": "/b", "HOME": "/c"], path: "/b"),
        Case(testDescription: "then HOME", environment: ["HOME": "/c"], path: "/c/.koubou"),
        Case(testDescription: "an empty KOUBOU_HOME is none", environment: ["KOUBOU_HOME": "", "HOME": "/c"], path: "/c/.koubou"),
        Case(testDescription: "slashes at the end", option: "/a/b//", path: "/a/b"),
        Case(testDescription: "HOME with a slash", environment: ["HOME": "/c/"], path: "/c/.koubou"),
    ])
    func isChosen(_ row: Case) throws {
        #expect(try Home(option: row.option, environment: row.environment).path == row.path)
    }

    @Test func aRelativeOneIsMadeAbsolute() throws {
        let here = String(decoding: try workingDirectory(), as: UTF8.self)
        #expect(try Home(option: "a/b", environment: [:]).path == here + "/a/b")
    }

    @Test func hasOnePathHoweverItIsSpelled() throws {
        let folder = try TemporaryFolder()
        try makeFolder(folder("real"))
        #expect(symlink("real", folder("link")) == 0)
        for spelling in ["real", "link", "real/.", "link/../real", "none/../real", "real//"] {
            #expect(try Home(option: folder(spelling), environment: [:]).path == folder("real"))
        }
        #expect(try Home(option: folder("link/new/home"), environment: [:]).path == folder("real/new/home"))
        #expect(try Home(option: nil, environment: ["HOME": folder("link")]).path == folder("real/.koubou"))
        #expect(symlink("loop", folder("loop")) == 0)
        let error = #expect(throws: HomeError.self) { try Home(option: folder("loop"), environment: [:]) }
        #expect(error?.line.contains("Too many levels of symbolic links") == true)
    }

    @Test func aNameThatIsNotUTF8IsRefused() {
        let error = #expect(throws: HomeError.self) { try Home(option: nil, environment: ["KOUBOU_HOME": "/a\u{fffd}"]) }
        #expect(error?.line == "the path of the home is not UTF-8 (/a\u{fffd}): set KOUBOU_HOME to another folder")
        #expect(error?.exitCode == .usage)
    }

    @Test func withoutAnyThereIsAnError() {
        for environment: Environment in [[:], ["HOME": ""], ["HOME": "relative"]] {
            let error = #expect(throws: HomeError.self) { _ = try Home(option: nil, environment: environment) }
            #expect(error?.line == "no home: neither KOUBOU_HOME nor HOME is set: give --home FOLDER")
            #expect(error?.exitCode == .usage)
        }
        #expect(throws: HomeError.self) { _ = try Home(option: "", environment: ["HOME": "/c"]) }
    }

    @Test func isMadeWithItsParents() throws {
        let folder = try TemporaryFolder()
        let home = try Home(option: folder("a/b/c"), environment: [:])
        try home.prepare()
        try home.prepare()
        for path in ["", "/db", "/logs/workers", "/results"] {
            #expect(fileStatus(home.path + path).map { $0.st_mode } == S_IFDIR | 0o700)
        }
    }

    @Test func mustNotBeWritableByOthers() throws {
        let folder = try TemporaryFolder()
        let home = try Home(option: folder.path, environment: [:])
        chmod(folder.path, 0o770)
        let error = #expect(throws: HomeError.self) { try home.prepare() }
        #expect(error?.line == "the home can be written by other users (\(home.path)): run: chmod go-w '\(home.path)'")
        #expect(error?.exitCode == .noPermission)
        chmod(folder.path, 0o755)
        try home.prepare()
        for name in ["db", "results", "logs", "koubou.conf"] {
            if name == "koubou.conf" { try folder.write(name, []) }
            chmod(folder(name), 0o722)
            let error = #expect(throws: HomeError.self) { try home.prepare() }
            #expect(error?.line.contains("chmod go-w '\(folder(name))'") == true)
            chmod(folder(name), 0o755)
        }
    }

    /// Needs the right to give a file away.
    @Test(.enabled(if: geteuid() == 0), arguments: ["", "db", "koubou.conf"]) func mustNotBelongToAnother(name: String) throws {
        let folder = try TemporaryFolder()
        let home = try Home(option: folder.path, environment: [:])
        try home.prepare()
        try folder.write("koubou.conf", [])
        #expect(chown(home.path + "/" + name, 4711, 4711) == 0)
        let error = #expect(throws: HomeError.self) { try home.prepare() }
        #expect(error?.line.contains("belongs to another user") == true)
        #expect(error?.line.contains("sudo -u '#4711'") == true)
        #expect(error?.exitCode == .noPermission)
    }

    @Test func aFileInItsPlaceIsAnError() throws {
        let folder = try TemporaryFolder()
        try folder.write("file", "".utf8)
        for (path, code) in [("file", ExitCode.cannotCreate), ("file/home", .cannotCreate)] {
            let home = try Home(option: folder(path), environment: [:])
            let error = #expect(throws: HomeError.self) { try home.prepare() }
            #expect(error?.exitCode == code)
            #expect(error?.line.contains("Not a directory") == true)
        }
    }

    @Test func namesItsFiles() throws {
        let home = try Home(option: "/q", environment: [:])
        #expect(home.database == "/q/db/koubou.db")
        #expect(home.lockFile == "/q/db/lock")
        #expect(home.configurationFile == "/q/koubou.conf")
        #expect(home.supervisorLog == "/q/logs/worker_pool.log")
        #expect(home.workerLog(WorkerID(slot: 1)) == "/q/logs/workers/worker_001.log")
        #expect(home.stdoutFile(of: TaskID(42)) == "/q/results/42.out")
        #expect(home.stderrFile(of: TaskID(42)) == "/q/results/42.err")
    }

    @Test func aPathThatIsTooLongForSQLiteIsRefused() throws {
        let folder = try TemporaryFolder()
        let long = (0..<5).map { _ in String(repeating: "x", count: 100) }.joined(separator: "/")
        let error = #expect(throws: HomeError.self) { try Home(option: folder(long), environment: [:]).prepare() }
        #expect(error?.line.contains("longer than 480 bytes") == true)
        #expect(fileNames(in: folder.path).isEmpty)
    }
}
