import Glibc

/// The file mode creation mask. Ours is 077, so that what we write is for its owner alone, whatever mask we were started
/// with; the processes that we start get that one back.
public enum Umask {
    /// Set once, by the first statement of `main`.
    nonisolated(unsafe) private static var inherited: mode_t?

    /// To be called before any file is made.
    public static func tighten() { inherited = umask(0o077) }

    /// Runs `body`, which starts a process, with the mask that this one shall have; nil: that which we were started
    /// with. Safe because a program of ours has one thread.
    static func during<Result>(_ mask: mode_t?, _ body: () -> Result) -> Result {
        guard let mask = mask ?? inherited else { return body() }
        let ours = umask(mask)
        defer { umask(ours) }
        return body()
    }
}
