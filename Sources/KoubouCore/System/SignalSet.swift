import Glibc

/// Sets of signals, as sigprocmask and posix_spawn take them.
public enum SignalSet {
    public static func of(_ signals: Int32...) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        return set
    }

    public static var all: sigset_t {
        var set = sigset_t()
        sigfillset(&set)
        return set
    }

    /// Blocks everything a program of ours handles through its loop; done first in `main`, before our pid is
    /// known to anybody.
    public static func blockHandled() {
        var set = of(SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2, SIGCHLD)
        sigprocmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXCPU, SIG_IGN)  // a task's limit is ours for the moment in which it is started
        signal(SIGCHLD, SIG_DFL)  // ignored by a parent, children could not be waited for
    }
}

/// `TERM` for 15, as kill(1) names it; the number itself where it has no common name.
public func signalName(_ number: Int) -> String {
    let names = [
        "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
        "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF",
        "WINCH", "IO", "PWR", "SYS",
    ]
    return number >= 1 && number <= names.count ? names[number - 1] : "\(number)"
}
