import Glibc

/// An address and a port of TCP, or the address of a unix socket.
public struct SocketAddress {
    private var storage = sockaddr_storage()
    private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    /// An address in digits, IPv4 or IPv6; nil for anything else.
    public init?(host: String, port: UInt16) {
        var (four, six) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, host, &four) == 1 {
            fill(sockaddr_in.self) {
                $0.sin_family = sa_family_t(AF_INET)
                $0.sin_port = port.bigEndian
                $0.sin_addr = four
            }
        } else if inet_pton(AF_INET6, host, &six) == 1 {
            fill(sockaddr_in6.self) {
                $0.sin6_family = sa_family_t(AF_INET6)
                $0.sin6_port = port.bigEndian
                $0.sin6_addr = six
            }
        } else {
            return nil
        }
    }

    /// A socket in the file system; nil when the path is too long.
    public init?(path: String) {
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else { return nil }
        fill(sockaddr_un.self) { address in
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        }
    }

    /// A socket that has a name and no file (unix(7), abstract).
    init?(abstractName name: String) {
        let bytes = [0] + Array(name.utf8)
        guard bytes.count <= MemoryLayout.size(ofValue: sockaddr_un().sun_path) else { return nil }
        fill(sockaddr_un.self) { address in
            address.sun_family = sa_family_t(AF_UNIX)
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        }
        length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)  // all of it is the name, zeros too
    }

    /// Where our end of a socket is.
    public init(of descriptor: Int32) { self.init { getsockname(descriptor, $0, $1) } }

    /// Where the other end of a socket is.
    public init(ofPeerOf descriptor: Int32) { self.init { getpeername(descriptor, $0, $1) } }

    private init(_ call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32) {
        var length = length
        let status = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call($0, &length) }
        }
        if status == 0 { self.length = length }
    }

    public var family: Int32 { Int32(storage.ss_family) }

    public var port: UInt16 {
        // At the same place in both kinds.
        withUnsafeBytes(of: storage) { UInt16(bigEndian: $0.load(fromByteOffset: 2, as: UInt16.self)) }
    }

    /// The bytes of the address, in the order of the network; empty for a unix socket.
    var addressBytes: [UInt8] {
        withUnsafeBytes(of: storage) { bytes in
            switch family {
            case AF_INET: Array(bytes[4..<8])
            case AF_INET6: Array(bytes[8..<24])
            default: []
            }
        }
    }

    public var isLoopback: Bool {
        family == AF_INET ? addressBytes[0] == 127 : addressBytes == [UInt8](repeating: 0, count: 15) + [1]
    }

    public var host: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let isText = addressBytes.withUnsafeBytes {
            inet_ntop(family, $0.baseAddress, &text, socklen_t(INET6_ADDRSTRLEN)) != nil
        }
        return isText ? String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : "unix"
    }

    func withAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        withUnsafePointer(to: storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
        }
    }

    private mutating func fill<Address>(_ type: Address.Type, _ body: (inout Address) -> Void) {
        length = socklen_t(MemoryLayout<Address>.size)
        withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: Address.self, capacity: 1) { body(&$0.pointee) }
        }
    }
}
