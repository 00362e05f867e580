import Glibc
import KoubouCore

/// Puts the text of files into a prompt: of files in the task's own folder alone, wherever links lead.
struct FilePrompt {
    /// Ends in no slash, without links and dots.
    private let folder: String
    private let home: Home
    private let takesHidden: Bool

    /// Bytes of all files together.
    private static let sizeMax = 16 << 20

    /// - Parameter takesHidden: true where files that are not listed, settings and keys of programs, may be read too.
    init(folder: [UInt8], home: Home, takesHidden: Bool) throws {
        guard let path = String(validating: folder, as: UTF8.self) else {
            throw HTTPProblem(.badRequest, "the task's folder is not UTF-8", field: "cwd")
        }
        do { self.folder = try resolvedPath(path) } catch {
            throw HTTPProblem(.unprocessable, error.line, field: "cwd")
        }
        (self.home, self.takesHidden) = (home, takesHidden)
    }

    func adding(_ names: [String], to prompt: [UInt8]) throws -> [UInt8] {
        var prompt = prompt
        var left = Self.sizeMax
        for name in names {
            let bytes = try text(of: name, atMost: left)
            left -= bytes.count
            prompt += Array("\n\n--- \(LogLine.printable(name)) ---\n".utf8) + bytes
        }
        return prompt
    }

    private func text(of name: String, atMost limit: Int) throws -> [UInt8] {
        func refusal(_ what: String) -> HTTPProblem { HTTPProblem(.unprocessable, "'\(name)' \(what)", field: "files") }
        guard let path = try? resolvedPath(name.hasPrefix("/") ? name : folder + "/" + name),
            path.hasPrefix(folder == "/" ? "/" : folder + "/")
        else { throw refusal("is not in the task's folder") }
        // There are the database and the tokens.
        guard path != home.path, !path.hasPrefix(home.path + "/") else { throw refusal("is in the home of the queue") }
        let isHidden = path.dropFirst(folder.count).split(separator: "/").contains { $0.hasPrefix(".") }
        guard takesHidden || !isHidden else {
            throw HTTPProblem(.forbidden, "hidden files need a token with the right admin", field: "files")
        }
        // The path has no links now: one that is put there meanwhile is not followed, and a pipe is not waited for.
        guard let file = try? FileDescriptor(opening: path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else {
            throw refusal("can't be read")
        }
        guard let status = fileStatus(ofDescriptor: file.number), status.st_mode & S_IFMT == S_IFREG,
            (try? resolvedPath("/proc/self/fd/\(file.number)")) == path
        else { throw refusal("is no file of the task's folder") }
        let bytes = try readAll(from: file.number, upTo: limit + 1)
        guard bytes.count <= limit else {
            throw HTTPProblem(
                .contentTooLarge, "the files hold more than \(SizeText.text(Self.sizeMax))", field: "files")
        }
        return bytes
    }
}
