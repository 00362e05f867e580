import Glibc

/// Makes the result of what a program wrote, by the `result` of its type.
///
/// What is not the result itself is told like everything else that is not: it goes to stderr as it comes.
public final class ResultReader: OutputReader {
    private let form: ResultForm
    /// Understands stdout; nil where that is plain.
    private let inner: (any OutputReader)?
    private let limit: Int
    private let folder: [UInt8]
    private let json: JSONLookup
    private let isJSON: (String) -> Bool
    private var output: [UInt8] = []

    /// - Parameters:
    ///   - limit: bytes of a result.
    ///   - folder: the task's working directory.
    public init(
        _ form: ResultForm, of inner: (any OutputReader)?, limit: Int, folder: [UInt8], json: @escaping JSONLookup,
        isJSON: @escaping (String) -> Bool
    ) {
        (self.form, self.inner, self.limit, self.folder) = (form, inner, limit, folder)
        (self.json, self.isJSON) = (json, isJSON)
    }

    public var beginLimit: Duration? { inner?.beginLimit }
    public var hasBegun: Bool { inner?.hasBegun ?? true }

    public func read(_ bytes: ArraySlice<UInt8>) -> OutputParts {
        var parts = OutputParts()
        if let inner { parts = inner.read(bytes) } else { parts.result = Array(bytes) }
        return taken(parts)
    }

    public func finish(_ end: inout AttemptEnd) -> OutputParts {
        var parts = taken(inner?.finish(&end) ?? OutputParts())
        guard end.outcome == .completed else { return parts }
        do throws(ResultError) {
            let result = try result()
            if !form.isStdout { parts.result = result }
        } catch {
            end.become(.failed, error.line)
        }
        return parts
    }

    private func taken(_ parts: OutputParts) -> OutputParts {
        output += parts.result
        guard !form.isStdout else { return parts }
        var parts = parts
        parts.progress += parts.result
        parts.result = []
        return parts
    }

    private func result() throws(ResultError) -> [UInt8] {
        switch form {
        case .text: return output
        case .json(let member):
            guard !output.contains(0), let text = String(validating: output, as: UTF8.self), isJSON(text) else {
                throw .notJSON(Self.excerpt(output))
            }
            guard let member else { return output }
            guard let value = json(text, "$" + member) else { throw .noMember(member, Self.excerpt(output)) }
            return Array(value.utf8)
        case .lastLine:
            let line = output.split { $0 == 0x0a || $0 == 0x0d }.last { !$0.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
            guard let line else { throw .noLine }
            return Array(line)
        case .file(let path): return try contents(of: path)
        }
    }

    private func contents(of path: String) throws(ResultError) -> [UInt8] {
        let file: FileDescriptor
        // Others may write to the folder, too: no link of theirs is followed, and nobody waits for a pipe's other end.
        do { file = try FileDescriptor(opening: path, in: folder, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) } catch {
            throw .noFile(path, cause: error.code == ELOOP ? "it is a link" : error.cause)
        }
        guard let status = fileStatus(ofDescriptor: file.number), status.st_mode & S_IFMT == S_IFREG else {
            throw .noFile(path, cause: "it is no regular file")
        }
        let bytes: [UInt8]
        do { bytes = try readAll(from: file.number, upTo: limit + 1) } catch { throw .noFile(path, cause: error.cause) }
        guard bytes.count <= limit else { throw .tooLarge(path, limit: limit) }
        return bytes
    }

    private static func excerpt(_ bytes: [UInt8]) -> String {
        let text = LogLine.printable(String(decoding: bytes.prefix(80), as: UTF8.self))
        return text.isEmpty ? "nothing" : "'\(text)'" + (bytes.count > 80 ? "…" : "")
    }
}

/// Why an attempt that went well has no result.
enum ResultError: UserFacingError {
    case notJSON(String)
    case noMember(String, String)
    case noLine
    case noFile(String, cause: String)
    case tooLarge(String, limit: Int)

    var exitCode: ExitCode { .dataError }

    var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .notJSON(let found): ("stdout is no JSON but \(found)", nil, "see result in [type …]")
        case .noMember(let path, let found): ("stdout has no \(path) but is \(found)", nil, "see result in [type …]")
        case .noLine: ("stdout has no line", nil, "see result in [type …]")
        case .noFile(let path, let cause):
            ("the result '\(path)' can't be read: \(cause)", nil, "see result in [type …]")
        case .tooLarge(let path, let limit):
            ("the result '\(path)' is larger than \(SizeText.text(limit))", nil, "raise max_output in [task]")
        }
    }
}
