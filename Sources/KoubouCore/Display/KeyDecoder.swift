/// A key as it was pressed.
public enum Key: Equatable, Sendable {
    case up, down, left, right, pageUp, pageDown, home, end
    case enter, escape, tab
    case character(Character)
    /// A key that has no meaning for us.
    case other
}

/// Makes keys of the bytes that a terminal sends. A sequence may come in pieces.
public struct KeyDecoder {
    private var pending: [UInt8] = []
    private static let escape: UInt8 = 0x1b
    /// No sequence of a key is longer.
    private static let longest = 32

    public init() {}

    /// True after an escape character that may be a key or the beginning of a sequence: time tells, see `flush()`.
    public var isWaiting: Bool { pending.first == Self.escape }

    public mutating func take(_ bytes: some Sequence<UInt8>) -> [Key] {
        pending += bytes
        var keys: [Key] = []
        while let (key, length) = next() {
            pending.removeFirst(length)
            keys.append(key)
        }
        return keys
    }

    /// Nothing more came: an escape character was the key itself, and the rest of a sequence is none.
    public mutating func flush() -> [Key] {
        defer { pending = [] }
        guard isWaiting else { return [] }
        return [pending.count == 1 ? .escape : .other]
    }

    /// The next key and its length; nil when there is none, or not the whole of it.
    private func next() -> (Key, Int)? {
        guard let first = pending.first else { return nil }
        switch first {
        case Self.escape: return nextSequence()
        case 0x0d, 0x0a: return (.enter, 1)
        case 0x09: return (.tab, 1)
        case 0x20..<0x7f: return (.character(Character(Unicode.Scalar(first))), 1)
        case ..<0x20, 0x7f..<0xc0: return (.other, 1)
        default:
            let length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
            guard pending.count >= length else { return nil }
            return (.other, length)
        }
    }

    /// ECMA-48, section 5.4: `ESC [`, parameters, a final byte; and `ESC O x` of the application mode.
    private func nextSequence() -> (Key, Int)? {
        guard pending.count > 1 else { return nil }
        switch pending[1] {
        case UInt8(ascii: "O"):
            return pending.count > 2 ? (Self.key(final: pending[2]), 3) : nil
        case UInt8(ascii: "["):
            guard let end = pending.dropFirst(2).firstIndex(where: { !(0x20..<0x40).contains($0) }) else {
                return pending.count > Self.longest ? (.other, pending.count) : nil
            }
            if pending[end] == UInt8(ascii: "~") { return (Self.key(number: pending[2..<end]), end + 1) }
            return (Self.key(final: pending[end]), end + 1)
        case Self.escape: return (.escape, 1)
        default: return (.other, 2)  // Alt with a key
        }
    }

    private static func key(final: UInt8) -> Key {
        switch final {
        case UInt8(ascii: "A"): .up
        case UInt8(ascii: "B"): .down
        case UInt8(ascii: "C"): .right
        case UInt8(ascii: "D"): .left
        case UInt8(ascii: "F"): .end
        case UInt8(ascii: "H"): .home
        case UInt8(ascii: "M"): .enter  // of the keypad
        default: .other
        }
    }

    /// `ESC [ 5 ~`; what follows a semicolon says that Shift or Ctrl was held.
    private static func key(number: ArraySlice<UInt8>) -> Key {
        switch String(decoding: number.prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self) {
        case "1", "7": .home
        case "4", "8": .end
        case "5": .pageUp
        case "6": .pageDown
        default: .other
        }
    }
}
