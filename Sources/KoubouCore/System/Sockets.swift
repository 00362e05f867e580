import CLinux
import Glibc

/// A socket that takes connections at `address`, non-blocking.
public func listeningSocket(at address: SocketAddress) throws(SystemError) -> FileDescriptor {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let number = socket(address.family, kind, 0)
    guard number >= 0 else { throw SystemError("make a socket") }
    let listener = FileDescriptor(owning: number)
    var on: Int32 = 1
    let size = socklen_t(MemoryLayout<Int32>.size)
    if address.family != AF_UNIX { setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &on, size) }
    // Or an IPv4 client would come with an address that looks like none of this machine.
    if address.family == AF_INET6 { setsockopt(number, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &on, size) }
    guard address.withAddress({ bind(number, $0, $1) }) == 0, listen(number, 1024) == 0 else {
        throw SystemError("listen")
    }
    return listener
}

/// The next connection that waits at `listener`, non-blocking; nil (errno says why) when there is none.
public func nextConnection(at listener: Int32) -> Int32? {
    let flags = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let number = retryingInterrupts { accept4(listener, nil, nil, flags) }
    guard number >= 0 else { return nil }
    // An answer is written in one piece: there is nothing to wait for.
    var on: Int32 = 1
    setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    return number
}

/// The sockets that systemd has opened for this process (sd_listen_fds(3)), made non-blocking.
public func inheritedSockets(environment: Environment) -> [Int32] {
    guard environment["LISTEN_PID"] == "\(getpid())", let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }),
        (1...64).contains(count)
    else { return [] }
    let sockets = Array(3..<3 + count)
    for number in sockets {
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        _ = fcntl(number, F_SETFL, fcntl(number, F_GETFL) | O_NONBLOCK)
    }
    return sockets
}

/// Opens as many files as the system lets us, and returns how many that are.
public func raiseFileLimit() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
    limit.rlim_cur = min(limit.rlim_max, 1 << 20)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int(clamping: limit.rlim_cur)
}

/// The user of the process at the other end of a unix socket.
public func peerUser(ofUnixSocket descriptor: Int32) -> uid_t? {
    let user = koubou_peer_uid(descriptor)
    return user < 0 ? nil : uid_t(truncatingIfNeeded: user)
}

/// True when somebody takes connections at the unix socket `address`.
public func isServed(_ address: SocketAddress) -> Bool {
    let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { return true }
    defer { close(number) }
    return address.withAddress { connect(number, $0, $1) } == 0 || errno != ECONNREFUSED
}
