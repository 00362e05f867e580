import Glibc
import KoubouCore

/// Bytes of answers that wait for their client.
struct Outgoing {
    private var bytes: [UInt8] = []
    private var sent = 0

    enum Outcome {
        case all
        /// The client takes no more just now.
        case some
        case broken
    }

    var isEmpty: Bool { bytes.isEmpty }
    var count: Int { bytes.count - sent }

    static func += (outgoing: inout Outgoing, more: [UInt8]) { outgoing.bytes += more }

    /// - Parameter onSent: called when the client has taken something.
    mutating func send(to descriptor: Int32, onSent: () -> Void) -> Outcome {
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
                return retryingInterrupts { Glibc.send(descriptor, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL)) }
            }
            guard count > 0 else { return errno == EAGAIN ? .some : .broken }
            sent += count
            onSent()
        }
        (bytes, sent) = ([], 0)
        return .all
    }
}
