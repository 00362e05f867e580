import Glibc
import Testing

@testable import KoubouCore

struct LogTests {
    private static func lines(_ path: String) throws -> [String] {
        String(decoding: try readFile(path), as: UTF8.self).split(separator: "\n").map {
            String($0.split(separator: " ").dropFirst().joined(separator: " "))
        }
    }

    @Test func writesUpToItsLevel() throws {
        let folder = try TemporaryFolder()
        let log = Log(path: folder("a.log"), folders: [], settings: LogSettings(level: .warn))
        log.error("one")
        log.warn("two", ["n": 2])
        log.info("three")
        log.debug("four")
        log.settings.level = .debug
        log.debug("five")
        #expect(try Self.lines(folder("a.log")) == ["level=error msg=one", "level=warn msg=two n=2", "level=debug msg=five"])
        #expect(fileStatus(folder("a.log")).map { $0.st_mode & 0o777 } == 0o600)
    }

    @Test func appends() throws {
        let folder = try TemporaryFolder()
        try folder.write("a.log", "ts=0 old\n".utf8)
        Log(path: folder("a.log"), folders: []).info("new")
        #expect(try Self.lines(folder("a.log")) == ["old", "level=info msg=new"])
    }

    @Test func reopensAfterARotation() throws {
        let folder = try TemporaryFolder()
        let log = Log(path: folder("a.log"), folders: [])
        log.info("one")
        rename(folder("a.log"), folder("a.log.1"))
        log.info("two")
        log.reopen()
        log.info("three")
        #expect(try Self.lines(folder("a.log.1")) == ["level=info msg=one", "level=info msg=two"])
        #expect(try Self.lines(folder("a.log")) == ["level=info msg=three"])
    }

    @Test func aPipeThatNobodyReadsHoldsUpNobody() throws {
        let folder = try TemporaryFolder()
        try #require(mkfifo(folder("a.log"), 0o600) == 0)
        let log = Log(path: folder("a.log"), folders: [])
        log.info("lost")
        let reader = try FileDescriptor(opening: folder("a.log"), O_RDONLY | O_NONBLOCK)
        for number in 0..<2000 { log.info("found", ["n": number]) }  // more than it holds
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(reader.number, &bytes, bytes.count)
        let lines = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self).split(separator: "\n")
        #expect(lines.first?.hasSuffix("msg=found n=0") ?? false)
        #expect(lines.dropFirst().first?.hasSuffix("msg=found n=1") ?? false)
    }

    /// Each of two writers fills the file by turns; whoever finds it full moves it away, and the other one follows.
    @Test func severalWritersShareAFileThatIsPutAside() throws {
        let folder = try TemporaryFolder()
        let logs = ["a", "b"].map { name in
            Log(path: folder("a.log"), folders: [], settings: LogSettings(sizeMax: 2000, keep: 1), source: ["server": name])
        }
        for number in 0..<100 { logs[number % 2].info("line", ["n": number]) }
        let (old, new) = (try Self.lines(folder("a.log.1")), try Self.lines(folder("a.log")))
        #expect(old.count + new.count > 30 && old.count >= new.count, "\(old.count) \(new.count)")
        let numbers = (old + new).compactMap { Int($0.split(separator: "=").last ?? "") }
        #expect(numbers == Array((100 - numbers.count)..<100), "none is lost between the two")
        #expect(new.last == "level=info msg=line server=b n=99")
        for file in ["a.log", "a.log.1"] { #expect(fileStatus(folder(file)).map { $0.st_size < 2200 } ?? false) }
    }

    @Test(arguments: 0...3)
    func keepsAsManyAsItIsTold(keep: Int) throws {
        let folder = try TemporaryFolder()
        for number in 1...4 { try folder.write("a.log.\(number)", "ts=0 old\n".utf8) }
        let log = Log(path: folder("a.log"), folders: [], settings: LogSettings(sizeMax: 500, keep: keep))
        for number in 0..<200 { log.info("line", ["n": number]) }
        #expect(fileNames(in: folder.path).sorted() == ["a.log"] + (0..<keep).map { "a.log.\($0 + 1)" })
        let lines = try (0..<keep).reversed().flatMap { try Self.lines(folder("a.log.\($0 + 1)")) } + Self.lines(folder("a.log"))
        let numbers = lines.compactMap { Int($0.split(separator: "=").last ?? "") }
        #expect(numbers == Array((200 - numbers.count)..<200), "the last ones, in their order")
        for file in fileNames(in: folder.path) { #expect(fileStatus(folder(file)).map { $0.st_size < 560 } ?? false) }
    }

    @Test func growsWhereItIsToBeRotatedByOthers() throws {
        let folder = try TemporaryFolder()
        let log = Log(path: folder("a.log"), folders: [], settings: LogSettings(sizeMax: 0))
        for number in 0..<100 { log.info("line", ["n": number]) }
        #expect(fileNames(in: folder.path) == ["a.log"])
        #expect(try Self.lines(folder("a.log")).count == 100)
    }

    @Test func stopsNobodyWhenItCannotBeWritten() throws {
        let folder = try TemporaryFolder()
        let log = Log(path: folder("missing/a.log"), folders: [])
        log.info("lost")
        try makeFolder(folder("missing"))
        log.info("kept")
        #expect(try Self.lines(folder("missing/a.log")) == ["level=info msg=kept"])
    }

    @Test func isMadeAnewWhenItWasDeleted() throws {
        let folder = try TemporaryFolder()
        let folders = [folder("logs"), folder("logs/workers")]
        let log = Log(path: folder("logs/workers/a.log"), folders: folders)
        log.info("one")
        unlink(folder("logs/workers/a.log"))
        rmdir(folder("logs/workers"))
        rmdir(folder("logs"))
        log.info("two")
        #expect(try Self.lines(folder("logs/workers/a.log")) == ["level=info msg=two"])
    }
}
