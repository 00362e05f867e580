import Glibc
import KoubouCore

/// A socket at which clients come in.
final class Listener {
    let descriptor: Int32
    private let address: SocketAddress
    private let loopbackPeers = LoopbackPeers()
    /// Of the socket that is ours to delete.
    private var path: String?

    /// At an address of this machine.
    convenience init(_ listen: ListenAddress) throws {
        guard let address = SocketAddress(host: listen.host, port: listen.port) else {
            throw ListenError(listen.text, SystemError("listen", code: EINVAL))
        }
        do { self.init(try listeningSocket(at: address).take()) } catch { throw ListenError(listen.text, error) }
    }

    /// At a path; a socket that nobody serves any more makes room.
    convenience init(path: String) throws {
        guard let address = SocketAddress(path: path) else {
            throw ListenError(path, SystemError("listen", code: ENAMETOOLONG))
        }
        do {
            if let status = fileStatus(path), status.st_mode & S_IFMT == S_IFSOCK, !isServed(address) { unlink(path) }
            self.init(try listeningSocket(at: address).take())
        } catch { throw ListenError(path, error) }
        self.path = path
    }

    /// A socket that listens already.
    init(_ descriptor: Int32) { (self.descriptor, address) = (descriptor, SocketAddress(of: descriptor)) }

    /// Takes no more connections.
    func end() {
        close(descriptor)
        if let path { unlink(path) }
    }

    /// For people and clients.
    var url: String {
        if address.family == AF_UNIX { return "unix:" + (path ?? "inherited") }
        return "http://" + ListenAddress(host: address.host, port: address.port).text
    }

    /// True when only this machine can reach it.
    var isLocal: Bool { address.family == AF_UNIX || address.isLoopback }

    /// Who is at the other end of a connection. Must be asked before anything is read: who has left since is nobody.
    func peer(of connection: Int32) -> Admission.Peer {
        if address.family == AF_UNIX {
            return Admission.Peer(
                name: "unix", isOwner: isOwner(peerUser(ofUnixSocket: connection)), isWeb: false)
        }
        let other = SocketAddress(ofPeerOf: connection)
        let user = other.isLoopback ? loopbackPeers.user(at: other, connectedTo: SocketAddress(of: connection)) : nil
        return Admission.Peer(name: other.host, isOwner: isOwner(user), isWeb: true)
    }

    private func isOwner(_ user: uid_t?) -> Bool { user == geteuid() || user == 0 }
}

/// Why we can't listen at a place.
struct ListenError: UserFacingError {
    let place: String
    let cause: SystemError

    init(_ place: String, _ cause: SystemError) { (self.place, self.cause) = (place, cause) }

    var exitCode: ExitCode { cause.code == EACCES ? .noPermission : .unavailable }
    var report: (what: String, place: String?, remedy: String?) {
        (
            "cannot listen at \(place): \(cause.cause)", nil,
            cause.code == EADDRINUSE ? "another program is there: give another --listen, or stop it" : nil
        )
    }
}
