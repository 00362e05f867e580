/// Two hashes (FIPS 180-4): SHA-1 for the handshake of a WebSocket, where it keeps no secret, and SHA-256 for what a page may
/// run and what tells queues apart.
public enum SecureHash {
    public static func sha1(_ message: [UInt8]) -> [UInt8] {
        var state: [UInt32] = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
        for block in blocks(message) {
            var words = block
            for index in 16..<80 {
                words.append(
                    rotated(words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16], left: 1))
            }
            var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
            for (index, word) in words.enumerated() {
                let (mixed, constant): (UInt32, UInt32) =
                    switch index {
                    case ..<20: (b & c | ~b & d, 0x5a82_7999)
                    case ..<40: (b ^ c ^ d, 0x6ed9_eba1)
                    case ..<60: (b & c | b & d | c & d, 0x8f1b_bcdc)
                    default: (b ^ c ^ d, 0xca62_c1d6)
                    }
                let next = rotated(a, left: 5) &+ mixed &+ e &+ constant &+ word
                (a, b, c, d, e) = (next, a, rotated(b, left: 30), c, d)
            }
            for (index, value) in [a, b, c, d, e].enumerated() { state[index] &+= value }
        }
        return bytes(state)
    }

    public static func sha256(_ message: [UInt8]) -> [UInt8] {
        var state: [UInt32] = [
            0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
        ]
        for block in blocks(message) {
            var words = block
            for index in 16..<64 {
                let (near, far) = (words[index - 2], words[index - 15])
                let first = rotated(near, left: 15) ^ rotated(near, left: 13) ^ near >> 10
                let second = rotated(far, left: 25) ^ rotated(far, left: 14) ^ far >> 3
                words.append(first &+ words[index - 7] &+ second &+ words[index - 16])
            }
            var h = state
            for (index, word) in words.enumerated() {
                let first = rotated(h[4], left: 26) ^ rotated(h[4], left: 21) ^ rotated(h[4], left: 7)
                let chosen = h[4] & h[5] ^ ~h[4] & h[6]
                let added = h[7] &+ first &+ chosen &+ constants256[index] &+ word
                let second = rotated(h[0], left: 30) ^ rotated(h[0], left: 19) ^ rotated(h[0], left: 10)
                let most = h[0] & h[1] ^ h[0] & h[2] ^ h[1] & h[2]
                h = [added &+ second &+ most, h[0], h[1], h[2], h[3] &+ added, h[4], h[5], h[6]]
            }
            for index in state.indices { state[index] &+= h[index] }
        }
        return bytes(state)
    }

    /// The first bits of the fractions of the cube roots of the first primes.
    private static let constants256: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]

    private static func rotated(_ word: UInt32, left: UInt32) -> UInt32 { word << left | word >> (32 - left) }

    /// The message with its end mark and its length, as blocks of sixteen words.
    private static func blocks(_ message: [UInt8]) -> [[UInt32]] {
        var bytes = message + [0x80]
        while bytes.count % 64 != 56 { bytes.append(0) }
        let length = UInt64(message.count) * 8
        bytes += (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * UInt64($0))) }
        return stride(from: 0, to: bytes.count, by: 64).map { start in
            (0..<16).map { word in
                bytes[(start + 4 * word)..<(start + 4 * word + 4)].reduce(0) { $0 << 8 | UInt32($1) }
            }
        }
    }

    private static func bytes(_ state: [UInt32]) -> [UInt8] {
        state.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
    }
}
