import CLinux
import Glibc
import KoubouCore

/// Stores a result in the task's folder too, and nowhere else: no link leads out of it, and who reads the file meanwhile has the
/// old one or the new one, whole.
struct ResultFile {
    private let path: String
    private let claim: Claim
    private let home: Home

    /// Nil when nobody wants it.
    init?(of claim: Claim, home: Home) {
        guard let path = claim.metadata[OutputFile.key] else { return nil }
        (self.path, self.claim, self.home) = (path, claim, home)
    }

    func store(_ output: AttemptEnd.Output) throws(ResultFileError) {
        guard let file = OutputFile(path, in: claim.cwd) else { throw .outside(path) }
        do { try replace(file, output) } catch {
            // EXDEV is the kernel's word for a way that leads out.
            throw error.code == EXDEV ? .outside(path) : .unwritable(path, cause: error.cause)
        }
    }

    private func replace(_ file: OutputFile, _ output: AttemptEnd.Output) throws(SystemError) {
        let folder = try openFolder(of: file)
        let temporary = ".koubou_\(claim.task)_\(claim.number)"
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let number = retryingInterrupts { openat(folder.number, temporary, flags, 0o666) }
        guard number >= 0 else { throw SystemError("create", temporary) }
        let target = FileDescriptor(owning: number)
        do throws(SystemError) {
            try write(output, to: target.number)
            guard fsync(target.number) == 0, renameat(folder.number, temporary, folder.number, file.name) == 0 else {
                throw SystemError("write", path)
            }
        } catch {
            unlinkat(folder.number, temporary, 0)
            throw error
        }
        guard fsync(folder.number) == 0 else { throw SystemError("sync", file.folder) }
    }

    /// The folder of the file, which lies in the task's and not in the queue's home: there are its settings and tokens.
    private func openFolder(of file: OutputFile) throws(SystemError) -> FileDescriptor {
        let root = try FileDescriptor(opening: ".", in: claim.cwd, O_RDONLY | O_DIRECTORY)
        let number = retryingInterrupts {
            koubou_open_beneath(root.number, file.folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        guard number >= 0 else { throw SystemError("open", file.folder) }
        let folder = FileDescriptor(owning: number)
        let path = try resolvedPath("/proc/self/fd/\(folder.number)")
        guard path != home.path, !path.hasPrefix(home.path + "/") else {
            throw SystemError("open", file.folder, code: EXDEV)
        }
        return folder
    }

    private func write(_ output: AttemptEnd.Output, to target: Int32) throws(SystemError) {
        switch output {
        case .none: break
        case .bytes(let bytes): guard writeAll(bytes, to: target) else { throw SystemError("write", path) }
        case .file(let result):
            let source = try FileDescriptor(opening: result, O_RDONLY)
            while true {
                let count = retryingInterrupts { sendfile(target, source.number, nil, 1 << 20) }
                guard count >= 0 else { throw SystemError("write", path) }
                if count == 0 { return }
            }
        }
    }
}

/// Why a result is not where it was wanted.
enum ResultFileError: UserFacingError {
    case outside(String)
    case unwritable(String, cause: String)

    var exitCode: ExitCode { .cannotCreate }
    var report: (what: String, place: String?, remedy: String?) {
        switch self {
        case .outside(let path): ("the result was not stored in '\(path)'", nil, "name \(OutputFile.form)")
        case .unwritable(let path, let cause): ("the result can't be stored in '\(path)': \(cause)", nil, nil)
        }
    }

    /// True when another attempt might end better.
    var mayPass: Bool { if case .unwritable = self { true } else { false } }
}
