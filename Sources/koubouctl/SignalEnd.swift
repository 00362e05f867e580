import Glibc
import KoubouCore

/// How a command ends that a signal has cut short, after it has put everything in order.
enum SignalEnd {
    /// What `Command.run` returns then.
    static func status(of signal: Int32) -> Int32 { signal == SIGINT ? -SIGINT : 128 + signal }

    /// Ends this program. One that Ctrl-C has ended dies of SIGINT in the end: by that a shell knows that the loop around it
    /// is to end as well, and begins a new line.
    static func leave(with status: Int32) -> Never {
        guard status == -SIGINT else { exit(status) }
        signal(SIGINT, SIG_DFL)
        var set = SignalSet.of(SIGINT)
        sigprocmask(SIG_UNBLOCK, &set, nil)
        kill(getpid(), SIGINT)
        exit(128 + SIGINT)
    }
}
