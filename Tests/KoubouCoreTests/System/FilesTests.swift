import Glibc
import Testing

@testable import KoubouCore

struct FilesTests {
    @Test(arguments: [0, 1, 4095, 4096, 4097, 65_536, 300_000])
    func readsAFileWhole(_ count: Int) throws {
        var random = SeededGenerator(seed: UInt64(count))
        let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
        let folder = try TemporaryFolder()
        #expect(try readFile(folder.write("f", bytes)) == bytes)
    }

    @Test func pathsAreResolvedAsFarAsTheyAreThere() throws {
        let folder = try TemporaryFolder()
        let base = try #require(realpath(folder.path, nil).map { path in
            defer { free(path) }
            return String(cString: path)
        })
        try makeFolder(base + "/real")
        _ = try folder.write("file", [])
        #expect(symlink("real", base + "/link") == 0)
        for (path, resolved) in [
            ("/link", "/real"), ("//link//", "/real"), ("/./link/.", "/real"), ("/link/../link", "/real"),
            ("/link/no/such", "/real/no/such"), ("/link/no/./such//", "/real/no/such"), ("/no/../link2", "/link2"),
            ("/link/no/../../x", "/x"), ("/file/", "/file"), ("/file/x", "/file/x"), ("/no/名", "/no/名"),
        ] { #expect(try resolvedPath(base + path) == base + resolved, "\(path)") }
        #expect(try resolvedPath("/") == "/")
        #expect(try resolvedPath("/no-such-folder/../..") == "/")
        #expect(symlink("loop", base + "/loop") == 0)
        #expect(throws: SystemError.self) { try resolvedPath(base + "/loop/x") }
    }

    @Test func errorsNameCallFileAndCause() throws {
        let folder = try TemporaryFolder()
        let missing = #expect(throws: SystemError.self) { try readFile(folder("x")) }
        #expect(missing?.line == "cannot open '\(folder("x"))': No such file or directory")
        #expect(missing?.exitCode == .noInput)
        let isFolder = #expect(throws: SystemError.self) { try readFile(folder.path) }
        #expect(isFolder?.line == "cannot read '\(folder.path)': Is a directory")
        let below = #expect(throws: SystemError.self) { try makeFolder(folder.write("f", []) + "/g") }
        #expect(below?.code == ENOTDIR)
        let notFolder = #expect(throws: SystemError.self) { try makeFolder(folder("f")) }
        #expect(notFolder?.line == "cannot use as a folder '\(folder("f"))': Not a directory")
        #expect(throws: SystemError.self) { try FileDescriptor(opening: folder("no/f"), O_WRONLY | O_CREAT).close() }
    }

    @Test(arguments: [
        (EACCES, ExitCode.noPermission), (EPERM, .noPermission), (ENOENT, .noInput), (EROFS, .cannotCreate), (ENOSPC, .ioError),
        (EIO, .ioError), (ENOMEM, .osError),
    ])
    func errorsHaveAnExitCode(_ code: Int32, _ exitCode: ExitCode) {
        #expect(SystemError("open", code: code).exitCode == exitCode)
    }

    @Test func descriptorsAreNotInherited() throws {
        let folder = try TemporaryFolder()
        let file = try FileDescriptor(opening: folder("f"), O_RDWR | O_CREAT)
        let memory = try makeMemoryFile(named: "m", holding: [])
        let (reader, writer) = try makePipe()
        let reading = FileDescriptor(owning: reader)
        let writing = FileDescriptor(owning: writer)
        for number in [file.number, memory.number, reading.number, writing.number] {
            #expect(fcntl(number, F_GETFD) & FD_CLOEXEC != 0)
        }
        #expect(fcntl(reading.number, F_GETFL) & O_NONBLOCK != 0)
        #expect(fcntl(writing.number, F_GETFL) & O_NONBLOCK == 0)
        #expect(fileStatus(folder("f")).map { $0.st_mode & 0o777 } == 0o600)
    }

    @Test func aDescriptorIsClosedWithItsOwner() throws {
        let (reader, writer) = try makePipe()
        let reading = FileDescriptor(owning: reader)
        do { _ = FileDescriptor(owning: writer) }
        #expect(try readAll(from: reading.number).isEmpty, "the end: nobody can write any more")
        #expect(throws: SystemError.self) { try FileDescriptor(owning: -1).close() }
    }

    @Test func aMemoryFileIsReadFromItsBeginning() throws {
        let file = try makeMemoryFile(named: "m", holding: Array(text: "script"))
        #expect(try readAll(from: file.number) == Array(text: "script"))
    }

    @Test func writesAllToAFullPipe() throws {
        let (reader, writer) = try makePipe()
        let reading = FileDescriptor(owning: reader)
        _ = fcntl(reader, F_SETFL, 0)
        // As a terminal that somebody else made non-blocking.
        _ = fcntl(writer, F_SETFL, O_NONBLOCK)
        let bytes = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let read = try onThreads(2) { index -> [UInt8] in
            if index == 1 { return try readAll(from: reader) }
            defer { close(writer) }
            guard writeAll(bytes, to: writer) else { throw TestFault.call("write", errno) }
            return []
        }
        #expect(read[1] == bytes)
        #expect(reading.number == reader)
        #expect(!writeAll("x", to: -1))
    }

    @Test func namesWhatAFolderHolds() throws {
        let folder = try TemporaryFolder()
        try folder.write("1.out", [])
        try folder.write(".hidden", [])
        #expect(fileNames(in: folder.path).sorted() == [".hidden", "1.out"])
        #expect(fileNames(in: folder("missing")).isEmpty)
    }

    @Test(arguments: [("/a/b", "/a"), ("/a", "/"), ("a", "."), ("a/b/c", "a/b"), ("/", "/")])
    func namesTheFolderOfAPath(_ path: String, _ folder: String) {
        #expect(parentFolder(of: path) == folder)
    }

    @Test func ourProgramsLieTogether() throws {
        let sibling = siblingProgram("koubou-worker")
        #expect(sibling.hasPrefix("/") && sibling.hasSuffix("/koubou-worker"))
        #expect(fileStatus(parentFolder(of: sibling)).map { $0.st_mode & S_IFMT } == S_IFDIR)
    }
}
