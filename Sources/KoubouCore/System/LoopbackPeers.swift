import Glibc

/// Whose process is at the other end of a TCP connection of this machine, as the kernel's sock_diag(7) tells.
public final class LoopbackPeers {
    // linux/netlink.h, linux/sock_diag.h, linux/inet_diag.h
    private static let netlink: Int32 = 16
    private static let sockDiag: Int32 = 4
    private static let byFamily: UInt16 = 20
    private static let request: UInt16 = 1
    private static let established: UInt8 = 1

    /// Held, as a connection may take the last descriptor; negative where the kernel has no such thing.
    private let channel = socket(netlink, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), sockDiag)
    private var number: UInt32 = 0
    private var answer = [UInt8](repeating: 0, count: 4096)

    public init() {}

    deinit { if channel >= 0 { close(channel) } }

    /// The user who owns the socket at `peer` that is connected to `own`; nil when there is no such socket, or it is not in
    /// use any more.
    ///
    /// A socket that its process has closed is still there for a while, and belongs to root then: it counts for nothing.
    public func user(at peer: SocketAddress, connectedTo own: SocketAddress) -> uid_t? {
        number &+= 1
        let question = Self.message(number, peer, own)
        guard send(channel, question, question.count, 0) == question.count else { return nil }
        while true {
            // The kernel has answered already.
            let count = retryingInterrupts { recv(channel, &answer, answer.count, Int32(MSG_DONTWAIT)) }
            guard count >= 16 else { return nil }
            let isOfNow = answer.withUnsafeBytes { $0.load(fromByteOffset: 8, as: UInt32.self) } == number
            if isOfNow { return count >= 16 + 72 ? Self.user(in: answer, peer, own) : nil }
        }
    }

    private static func user(in answer: [UInt8], _ peer: SocketAddress, _ own: SocketAddress) -> uid_t? {
        answer.withUnsafeBytes { bytes in
            guard bytes.load(fromByteOffset: 4, as: UInt16.self) == byFamily, bytes[16 + 1] == established,
                bytes[20..<24].elementsEqual(ports(peer, own)),
                bytes.load(fromByteOffset: 16 + 68, as: UInt32.self) != 0  // no inode: nobody holds it
            else { return nil }
            return bytes.load(fromByteOffset: 16 + 64, as: UInt32.self)
        }
    }

    /// `nlmsghdr` and `inet_diag_req_v2`: just this one connection, seen from the other end.
    private static func message(_ number: UInt32, _ peer: SocketAddress, _ own: SocketAddress) -> [UInt8] {
        func bytes(_ number: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: number) { Array($0) } }
        func address(_ end: SocketAddress) -> [UInt8] {
            end.addressBytes + [UInt8](repeating: 0, count: 16 - end.addressBytes.count)
        }
        var message = bytes(UInt32(16 + 56)) + bytes(byFamily) + bytes(request) + bytes(number) + bytes(UInt32(0))
        message += [UInt8(peer.family), UInt8(IPPROTO_TCP), 0, 0] + bytes(UInt32.max)
        message += ports(peer, own) + address(peer) + address(own)
        return message + bytes(UInt32(0)) + bytes(UInt64.max)  // any interface, any cookie
    }

    private static func ports(_ peer: SocketAddress, _ own: SocketAddress) -> [UInt8] {
        [peer.port, own.port].flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
    }
}
