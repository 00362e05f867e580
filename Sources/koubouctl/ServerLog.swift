import Glibc
import KoubouCore

extension Log {
    /// The log of all servers of a home; each line tells which of them wrote it.
    static func server(_ command: String, in home: Home, level: LogLevel) -> Log {
        Log(
            path: home.serverLog, folders: home.logFolders, level: level, sizeMax: 16 << 20,
            source: ["server": command, "pid": getpid()])
    }
}
