import Glibc
import KoubouCore

extension Log {
    /// The log of all servers of a home; each line tells which of them wrote it.
    static func server(_ command: String, in home: Home, _ settings: LogSettings) -> Log {
        Log(
            path: home.serverLog, folders: home.logFolders, settings: settings,
            source: ["server": command, "pid": getpid()])
    }
}
