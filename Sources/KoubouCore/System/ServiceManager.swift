import Glibc

/// Who started this program and wants to hear how it is: systemd, or another that speaks sd_notify(3).
public struct ServiceManager {
    private let address: SocketAddress
    /// The program is taken for hung when nothing is heard of it for this long; nil: nobody minds.
    public let patience: Duration?

    /// - Parameter environment: `NOTIFY_SOCKET`, a path or `@` and an abstract name, and `WATCHDOG_USEC`.
    public init?(environment: Environment) {
        guard let name = environment["NOTIFY_SOCKET"] else { return nil }
        let isAbstract = name.hasPrefix("@")
        guard
            let address = isAbstract
                ? SocketAddress(abstractName: String(name.dropFirst())) : SocketAddress(path: name)
        else { return nil }
        self.address = address
        let isMeant = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        let microseconds = isMeant ? environment["WATCHDOG_USEC"].flatMap(Int.init) ?? 0 : 0
        patience = microseconds > 0 ? .microseconds(microseconds) : nil
    }

    /// Sends `assignments`, such as `READY=1`. Whoever doesn't listen misses something, and holds up nobody.
    public func tell(_ assignments: String...) {
        let number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { return }
        defer { close(number) }
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        let text = Array(assignments.joined(separator: "\n").utf8)
        _ = address.withAddress { sendto(number, text, text.count, flags, $0, $1) }
    }
}
