import Glibc
import KoubouCore

/// The koubou-worker that this kouboud was installed with.
///
/// An upgrade replaces both files while this process runs. A worker of another version may not know the schema, nor what is
/// handed over to it; so the file that was there at the start is held open, to be started until the supervisor is a new one too.
struct WorkerProgram {
    let path = siblingProgram("koubou-worker")
    private let supervisor = siblingProgram("kouboud")
    private let ours = fileStatus("/proc/self/exe")
    /// To the end of the process.
    private let file: Int32

    init() { file = open(path, O_RDONLY | O_CLOEXEC) }

    /// True when another kouboud, or none, is where this process was started from.
    var isReplaced: Bool {
        guard let ours else { return false }
        guard let found = fileStatus(supervisor) else { return true }
        return found.st_ino != ours.st_ino || found.st_dev != ours.st_dev
    }

    /// The file to execute. By the number of this process: in the child, our descriptors are closed before it is executed.
    var location: String { isReplaced && file >= 0 ? "/proc/\(getpid())/fd/\(file)" : path }
}
