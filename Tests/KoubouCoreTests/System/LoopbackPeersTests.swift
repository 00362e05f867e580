import Glibc
import Testing

@testable import KoubouCore

/// Who the kernel says is at the other end of a connection of this machine.
struct LoopbackPeersTests {
    private let peers = LoopbackPeers()

    /// A connection to a socket of ours: our end of it, and the client's.
    private func connection(at host: String) throws -> (server: Int32, client: Int32) {
        let listener = try listeningSocket(at: #require(SocketAddress(host: host, port: 0)))
        let address = SocketAddress(of: listener.number)
        let client = socket(address.family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try #require(address.withAddress { connect(client, $0, $1) } == 0)
        return (try #require(nextConnection(at: listener.number)), client)
    }

    private func user(_ server: Int32) -> uid_t? {
        peers.user(at: SocketAddress(ofPeerOf: server), connectedTo: SocketAddress(of: server))
    }

    @Test(arguments: ["127.0.0.1", "::1"]) func thePeerIsKnownWhileItHoldsItsSocket(_ host: String) throws {
        let (server, client) = try connection(at: host)
        defer { close(server) }
        #expect(user(server) == geteuid())
        // What is left of a closed socket belongs to root in the kernel's tables: nobody's word is taken for it.
        close(client)
        // A program that another test starts just now has a copy until it is executed.
        try eventually(nil) { user(server) }
    }

    @Test func whatNobodyHasTakenUpIsNobodys() throws {
        let listener = try listeningSocket(at: #require(SocketAddress(host: "127.0.0.1", port: 0)))
        let address = SocketAddress(of: listener.number)
        let client = socket(address.family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(client) }
        try #require(address.withAddress { connect(client, $0, $1) } == 0)
        // Established, and root's as far as the kernel says: but no process has the other end yet.
        #expect(peers.user(at: address, connectedTo: SocketAddress(of: client)) == nil)
    }

    @Test func aConnectionThatIsNotThereIsNobodys() throws {
        let (server, client) = try connection(at: "127.0.0.1")
        defer { for end in [server, client] { close(end) } }
        let (peer, own) = (SocketAddress(ofPeerOf: server), SocketAddress(of: server))
        let elsewhere = try #require(SocketAddress(host: "127.0.0.1", port: own.port ^ 1))
        #expect(peers.user(at: peer, connectedTo: elsewhere) == nil)
        #expect(peers.user(at: try #require(SocketAddress(host: "127.0.0.2", port: peer.port)), connectedTo: own) == nil)
        // The listening socket answers for no connection.
        #expect(peers.user(at: own, connectedTo: peer) == geteuid(), "the other direction of the same connection")
        #expect(peers.user(at: own, connectedTo: own) == nil)
    }
}
