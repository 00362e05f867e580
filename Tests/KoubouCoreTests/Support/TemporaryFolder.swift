import Glibc

@testable import KoubouCore

/// A folder of its own for one test, gone with all it holds when the test is done.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/koubou-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestFault.call("mkdtemp", errno) }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { Self.remove(Array(path.utf8)) }

    /// The path of `name` in the folder.
    func callAsFunction(_ name: String) -> String { path + "/" + name }

    /// Writes a file of `bytes`; returns its path.
    @discardableResult
    func write(_ name: String, _ bytes: some Sequence<UInt8>, mode: mode_t = 0o600) throws -> String {
        if mode & 0o111 != 0 { return try writeProgram(name, bytes, mode) }
        let number = open(self(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard number >= 0 else { throw TestFault.call("open", errno) }
        defer { close(number) }
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(number, $0.baseAddress, $0.count) }
            guard count > 0 else { throw TestFault.call("write", errno) }
            rest = rest.dropFirst(count)
        }
        return self(name)
    }

    /// By another process: what a test beside this one just starts would hold it open for writing, too, until it is executed,
    /// and who is open for writing can't be executed.
    private func writeProgram(_ name: String, _ bytes: some Sequence<UInt8>, _ mode: mode_t) throws -> String {
        let input = try makeMemoryFile(named: name, holding: Array(bytes))
        let words = ["/usr/bin/install", "-m", String(mode, radix: 8), "/dev/stdin", self(name)]
        var plan = SpawnPlan(arguments: words.map(Array.init(text:)), environment: [])
        plan.descriptors[0] = input.number
        guard try runToEnd(plan).end.cause == .exited(0) else { throw TestFault.unexpected("no program \(name)") }
        return self(name)
    }

    private static func remove(_ path: [UInt8]) {
        guard let folder = withPath(path, { opendir($0) }) else {
            _ = withPath(path) { unlink($0) }
            return
        }
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            guard name != Array(".".utf8), name != Array("..".utf8) else { continue }
            let inside = path + [UInt8(ascii: "/")] + name
            // A link to a folder is removed, not followed.
            var status = stat()
            let isFolder = withPath(inside) { lstat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFDIR
            if isFolder { remove(inside) } else { _ = withPath(inside) { unlink($0) } }
        }
        closedir(folder)
        _ = withPath(path) { rmdir($0) }
    }
}

/// Calls `body` with a C string of `path`, which need not be UTF-8.
func withPath<Result>(_ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
    (path + [0]).map { CChar(bitPattern: $0) }.withUnsafeBufferPointer { buffer in
        guard let start = buffer.baseAddress else { preconditionFailure("the NUL is always there") }
        return body(start)
    }
}

/// What went wrong in a test's own arrangements.
enum TestFault: Error {
    case call(String, Int32)
    case unexpected(String)
}
